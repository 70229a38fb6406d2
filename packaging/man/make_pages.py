#!/usr/bin/env python3
"""Writes the manual pages from what the programs print for --help, and from the example configuration:

    make_pages.py PROGRAMS EXAMPLE MAN     PROGRAMS: their directory; MAN: the directory of man1, man5, man8

Nothing of a page is written by hand but its introduction."""

import os
import pathlib
import re
import subprocess
import sys
import textwrap

# Section, one-line description, introduction, other pages.
PAGES = {
    "fortnightd": (
        8, "store the call logs of an API and answer queries about them",
        "fortnightd receives the JSON lines that an API's servers and gateways write, from files, TCP ports "
        "and unix sockets, keeps whole calls for some days and counts of calls for ever, and answers "
        "queries about them. It stays in the foreground and logs to standard error. Under systemd, its "
        "unit is fortnightd.service.",
        ["fortnight.yaml(5)", "fortnight(1)", "fortnight-segment(1)"]),
    "fortnight": (
        1, "query fortnightd for an API's calls",
        "fortnight sends a request to fortnightd and shows the answer: tables and charts on a terminal, "
        "lines of JSON in a pipe or a file.",
        ["fortnightd(8)", "fortnight.yaml(5)"]),
    "fortnight-segment": (
        1, "inspect, verify, export and repair the files of fortnightd",
        "fortnight-segment reads the files in a data directory of fortnightd, also while the daemon runs, "
        "and repairs them while it doesn't.",
        ["fortnightd(8)"]),
    "fortnight-generate": (
        1, "write realistic calls of an API, for tests and trials of fortnightd",
        "fortnight-generate writes any number of made-up calls as lines of JSON.",
        ["fortnightd(8)"]),
    "fortnight-format": (
        1, "try, guess and replay formats of log lines for fortnightd",
        "fortnight-format shows how fortnightd reads lines with a format of its configuration.",
        ["fortnightd(8)", "fortnight.yaml(5)"]),
}
CONFIGURATION = (
    5, "configuration of fortnightd",
    "fortnightd(8) reads this file, YAML, at its start and when it is told to reload: by default "
    "/etc/fortnight/fortnight.yaml under systemd. Unknown keys are errors. The following is the whole "
    "file, with every key; those that aren't comments have their defaults.",
    ["fortnightd(8)", "fortnight(1)"])
HEADING = re.compile(r"^([A-Z][A-Z ]+|[A-Z][a-z]+( [a-z]+)?:)$")


def escaped(text):
    """Text as roff shows it: hyphens stay ASCII, so that options can be copied."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga") \
        .replace("^", "\\(ha").replace("~", "\\(ti")


def wrapped(line, columns=78):
    """A line of a list as several, indented as its description is."""
    column = re.match(r" *\S+( \S+)*  +| *", line).end()
    return textwrap.wrap(line, columns, subsequent_indent=" " * column, break_on_hyphens=False,
                         break_long_words=False, drop_whitespace=True) or [""]


def literal(lines):
    """Lines with their layout."""
    short = [piece for line in lines for piece in (wrapped(line) if len(line) > 78 else [line])]
    return [".nf", *((("\\&" if line[:1] in (".", "'") else "") + escaped(line)) for line in short), ".fi"]


def help_of(program, *words):
    """What the program prints for --help, at a width that doesn't depend on the terminal."""
    environment = {**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True,
                           env=environment, timeout=30)
    # CLI11 shows the path that the program was called by.
    return shown.stdout.replace(str(program), pathlib.Path(program).name)


def sections(text):
    """Pairs of a heading, empty for what comes before the first one, and its lines."""
    found = [("", [])]
    for line in text.split("\n"):
        if HEADING.match(line):
            found.append((line.rstrip(":").upper(), []))
        else:
            found[-1][1].append(line)
    return [(heading, stripped(lines)) for heading, lines in found if stripped(lines)]


def stripped(lines):
    """Without empty lines at both ends."""
    text = "\n".join(lines).strip("\n")
    return text.split("\n") if text.strip() else []


def head(name, section, gist, about, version):
    return [f'.TH {name.upper()} {section} "" "Fortnight {escaped(version)}" "Fortnight"', ".SH NAME",
            f"{escaped(name)} \\- {escaped(gist)}", ".SH DESCRIPTION", escaped(about)]


def see_also(pages):
    names = [f".BR {escaped(page[:-3])} ({page[-2]})" for page in pages]
    return [".SH SEE ALSO", " ,\n".join(names),
            ".PP", "The documentation in /usr/share/doc/fortnight."]


def subcommands(text):
    """The names in CLI11's list of subcommands."""
    for heading, lines in sections(text):
        if heading == "SUBCOMMANDS":
            return [match[1] for line in lines if (match := re.match(r"  ([a-z]\S*) ", line + " "))]
    return []


def verbs(text):
    for heading, lines in sections(text):
        if heading == "VERBS":
            return [match[1] for line in lines if (match := re.match(r"  ([a-z-]+) ", line))]
    return []


def program_page(directory, name):
    program = directory / name
    section, gist, about, others = PAGES[name]
    text = help_of(program)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True,
                             timeout=30).stdout.split()[-1]
    page = head(name, section, gist, about, version)
    for heading, lines in sections(text):
        if lines == [f"{name} - {gist}"]:
            continue
        page += [f".SH {escaped(heading or 'OVERVIEW')}", *literal(lines)]
    words = verbs(text) or subcommands(text)
    if words:
        page.append(".SH " + ("VERBS IN DETAIL" if verbs(text) else "SUBCOMMANDS IN DETAIL"))
    for word in words:
        page += [f".SS {escaped(word)}", *literal(details(help_of(program, word), bool(verbs(text))))]
    return section, page + see_also(others)


def details(text, of_verb):
    """A verb's help without the options of all verbs, which the page has once."""
    kept = []
    for heading, lines in sections(text):
        if of_verb and heading == "OPTIONS":
            continue
        kept += ([heading] if heading else []) + lines + [""]
    return stripped(kept)


def configuration_page(example, version):
    section, gist, about, others = CONFIGURATION
    page = head("fortnight.yaml", section, gist, about, version)
    return section, page + [".SH FILE", *literal(stripped(example.read_text().split("\n")))] + see_also(others)


def main():
    programs, example, man = (pathlib.Path(argument) for argument in sys.argv[1:])
    pages = {name: program_page(programs, name) for name in PAGES}
    version = re.search(r'"Fortnight (\S+)"', pages["fortnightd"][1][0])[1].replace("\\-", "-")
    pages["fortnight.yaml"] = configuration_page(example, version)
    for name, (section, lines) in pages.items():
        file = man / f"man{section}" / f"{name}.{section}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
