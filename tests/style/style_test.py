#!/usr/bin/env python3
"""Checks the sources: includes between folders, lengths of lines and files, marks of unfinished work,
that every file named in a comment or a page exists, and that the package is built with the libraries
that the build needs. Prints every breach with its place."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MAX_COLUMNS = {".h": 100, ".cc": 100, ".py": 110, ".ts": 120, ".tsx": 120, ".mjs": 120, ".css": 120}
MAX_LINES = 500
# A folder, and the other folders whose headers it may include.
STORAGE = {
    "storage/packing": [],
    "storage/files": [],
    "storage/call": ["storage/packing"],
    "storage": ["storage/packing", "storage/files", "storage/call"],
    "storage/encoding": ["storage/packing", "storage/call"],
    "storage/encoding/codecs": ["storage/packing", "storage/call", "storage/encoding"],
    "storage/journal": ["storage", "storage/packing", "storage/files", "storage/call"],
    "storage/part": ["storage", "storage/packing", "storage/files", "storage/call",
                     "storage/encoding"],
    "storage/rollup": ["storage", "storage/packing", "storage/files", "storage/call"],
    "storage/engine": ["storage", "storage/packing", "storage/files", "storage/call",
                       "storage/encoding", "storage/journal", "storage/part", "storage/rollup"],
    "storage/repair": ["storage", "storage/packing", "storage/files", "storage/call",
                       "storage/encoding", "storage/journal", "storage/part", "storage/rollup",
                       "storage/engine"],
}
ROOMS = {
    "base": [],
    "config": ["base"],
    "storage": ["base"],
    "access": ["base", "storage"],
    "query": ["base", "storage", "access", "config"],
    "intake": ["base", "storage", "config"],
    "daemon": ["base", "storage", "config", "access", "query", "intake"],
    "tools": ["base", "storage", "config", "access", "query", "intake"],
    "tests": ["base", "storage", "config", "access", "query", "intake", "daemon", "tools", "bench"],
    "web": [],
    "bench": ["base", "storage", "config", "access", "query", "intake", "daemon", "tools"],
}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
INCLUDE = re.compile(r'^#include "([^"]+)"')
# A path from the root, as comments and pages name files and folders. Headers and sources may be
# named without their extension.
NAMED_PATH = re.compile(
    r"(?<![\w/.<-])((?:%s|docs|scripts|packaging|cmake)/[\w./-]*\w)(?![\w*<{])" % "|".join(ROOMS))


def sources():
    """Source files by their path from the root, without build/, installed packages and built pages."""
    for top in ROOMS:
        for path in sorted((ROOT / top).rglob("*")):
            if {"node_modules", "dist"} & set(path.parts):
                continue
            if path.suffix in MAX_COLUMNS:
                yield pathlib.PurePosixPath(path.relative_to(ROOT))


def may_include(path, included):
    """The reason why the file at `path` may not include the header at `included`, or None if it may."""
    room, other = path.parts[0], included.parts[0]
    if room != other:
        return None if other in ROOMS.get(room, []) else f"{room}/ may not include {other}/"
    if room != "storage":
        return None
    here, there = str(path.parent), str(included.parent)
    if here == there or there in STORAGE.get(here, []):
        return None
    return f"{here}/ may not include {there}/"


def exists(named):
    return any((ROOT / (named + ending)).exists() for ending in ("", ".h", ".cc"))


def missing_paths(path):
    """The paths named in a file that don't exist, each with its line."""
    for number, line in enumerate((ROOT / path).read_text().split("\n"), 1):
        if not line.startswith("#include"):
            for named in NAMED_PATH.findall(line):
                if not exists(named):
                    yield number, f"names {named}, which does not exist"


def pages():
    yield from sorted(path.relative_to(ROOT) for path in ROOT.glob("*.md"))
    yield from sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("**/*.md"))
    yield pathlib.Path("bench/README.md")


def library_breaches():
    """Libraries of the build that only one of its two lists has: the script and the package."""
    def libraries(path):
        return set(re.findall(r"\b([a-z][\w.+-]*-dev)\b", (ROOT / path).read_text()))

    installed, control = "scripts/install-dependencies", "packaging/debian/control"
    only_tests = {"libboost-test1.81-dev", "libbenchmark-dev", "dpkg-dev"}
    for library in sorted((libraries(installed) - only_tests) ^ libraries(control)):
        missing = control if library in libraries(installed) else installed
        yield missing, 1, f"doesn't have {library}, which the other list has"


def breaches_of(path):
    lines = (ROOT / path).read_text().split("\n")
    columns = MAX_COLUMNS[path.suffix]
    if len(lines) - 1 > MAX_LINES:
        yield len(lines), f"more than {MAX_LINES} lines"
    if path.suffix == ".h" and "#pragma once" not in lines:
        yield 1, "no #pragma once"
    for number, line in enumerate(lines, 1):
        if len(line) > columns:
            yield number, f"more than {columns} columns"
        if UNFINISHED.search(line):
            yield number, "says that it is unfinished"
        include = INCLUDE.match(line)
        if include is None:
            continue
        included = pathlib.PurePosixPath(include.group(1))
        if not (ROOT / included).exists():
            yield number, f"{included} is not there, or not written from the root"
        elif why := may_include(path, included):
            yield number, why


def main():
    paths = list(sources())
    found = [(path, *breach) for path in paths for breach in breaches_of(path)]
    found += [(path, *breach) for path in [*paths, *pages()] for breach in missing_paths(path)]
    found += library_breaches()
    for path, number, what in found:
        print(f"{path}:{number}: {what}")
    print(f"{len(paths)} files, {len(found)} breaches")
    return 1 if found or len(paths) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
