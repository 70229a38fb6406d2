"""The manual pages have everything that --help and the example configuration have, and are sound."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from daemon import BINARIES, PATIENCE

PROJECT = pathlib.Path(__file__).parents[2]
MAKER = PROJECT / "packaging/man/make_pages.py"
EXAMPLE = PROJECT / "packaging/fortnight.example.yaml"
PAGES = ["man1/fortnight-format.1", "man1/fortnight-generate.1", "man1/fortnight-segment.1",
         "man1/fortnight.1", "man5/fortnight.yaml.5", "man8/fortnightd.8"]


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60 * PATIENCE, **more)


@unittest.skipUnless(shutil.which("groff"), "groff isn't installed")
class ManPagesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        run(sys.executable, "-B", MAKER, BINARIES, EXAMPLE, cls.directory)

    def shown(self, page):
        """The page as it is read, and without the spaces of its layout."""
        done = run("groff", "-man", "-ww", "-Tutf8", "-Kutf8", "-P-c", "-rLL=100n", self.directory / page)
        self.assertEqual(done.stderr, "", page)
        text = re.sub(".\b", "", done.stdout).replace("‐\n", "")
        return re.sub(r"\s+", " ", text)

    def test_there_is_a_page_for_each_program_and_for_the_configuration(self):
        made = sorted(str(path.relative_to(self.directory)) for path in self.directory.glob("man*/*"))
        self.assertEqual(made, PAGES)
        for page in made:
            self.assertIn("SEE ALSO", self.shown(page))

    def test_they_have_every_line_of_help(self):
        for page in PAGES:
            if "yaml" in page:
                continue
            name = pathlib.Path(page).stem
            shown = self.shown(page)
            usage = run(BINARIES / name, "--help").stdout
            words = re.findall(r"^  (?:-h,)?(--[a-z-]+)", usage, re.M)
            self.assertGreaterEqual(len(words), 2, page)
            for line in usage.splitlines():
                line = re.sub(r"\s+", " ", line).strip()
                if line and not line.endswith(":") and str(BINARIES) not in line:
                    self.assertIn(line, shown, page)

    def test_verbs_and_subcommands_are_described(self):
        shown = self.shown("man1/fortnight.1")
        for line in run(BINARIES / "fortnight", "logs", "--help").stdout.splitlines():
            if line.startswith("  ") and "--" not in line:
                self.assertIn(re.sub(r"\s+", " ", line).strip(), shown)
        self.assertIn("--drop-unreadable", self.shown("man1/fortnight-segment.1"))

    def test_the_configuration_is_there_as_a_whole(self):
        shown = self.shown("man5/fortnight.yaml.5")
        for line in EXAMPLE.read_text().splitlines():
            self.assertIn(re.sub(r"\s+", " ", line).strip(), shown)


if __name__ == "__main__":
    unittest.main()
