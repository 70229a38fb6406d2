"""Programs of this project with one of their layers switched off, for the benchmarks that measure what
each layer brings."""

import contextlib
import dataclasses
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer, the code that switches it off, and the benchmarks it is for."""
    name: str
    benchmarks: str  # a regular expression
    changes: tuple  # of (file, text, replacement); the text occurs once in the file


def changed(root, layer):
    """The new content of each file that the layer is switched off in."""
    files = {}
    for name, text, replacement in layer.changes:
        path = root / name
        content = files.get(path) or path.read_text(encoding="utf-8")
        if content.count(text) != 1:
            raise SystemExit(f"{layer.name}: {name} has `{text}` {content.count(text)} times, not once")
        files[path] = content.replace(text, replacement)
    return files


def selected(layers, only):
    """The layers whose names contain the text. Fails unless the code of each is where it is expected."""
    layers = [layer for layer in layers if only in layer.name]
    for layer in layers:
        changed(ROOT, layer)
    return layers


class Copy:
    """A copy of the project in which a program is built repeatedly."""

    def __init__(self, directory, target):
        self.root = pathlib.Path(directory) / "copy"
        self.target = target
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns("build", ".git"))
        subprocess.run(["cmake", "--preset", "release"], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)

    def build(self, program):
        """Builds the program as it is, and copies it to the path `program`."""
        subprocess.run(["ninja", "-C", "build/release", self.target], cwd=self.root, check=True,
                       stdout=subprocess.DEVNULL)
        shutil.copyfile(self.root / "build/release/bin" / self.target, program)
        program.chmod(0o755)

    def build_without(self, layer, program):
        with self.without(layer):
            self.build(program)

    @contextlib.contextmanager
    def without(self, layer):
        files = changed(self.root, layer)
        before = {path: path.read_text(encoding="utf-8") for path in files}
        try:
            for path, content in files.items():
                path.write_text(content, encoding="utf-8")
            yield
        finally:
            for path, content in before.items():
                path.write_text(content, encoding="utf-8")
