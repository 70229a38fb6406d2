"""The pages of docs/producers, and the blocks of code in them."""

import pathlib
import re

PAGES = pathlib.Path(__file__).parents[2] / "docs/producers"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Page:
    def __init__(self, name):
        self.name = name
        self.text = (PAGES / f"{name}.md").read_text()
        self.blocks = [(language, text) for language, text in BLOCK.findall(self.text)]

    def block(self, language):
        """The first block of a language."""
        return next(text for known, text in self.blocks if known == language)

    def section(self, title):
        """The first block of the section with this title."""
        rest = self.text.split(f"\n## {title}\n", 1)[1]
        return BLOCK.search(rest)[2]

    def lines(self):
        """Each line of the page, with the fields that it says come out of it."""
        for (language, line), (_, fields) in zip(self.blocks, self.blocks[1:]):
            if language in ("json", "text") and re.match(r"(ts|method): ", fields):
                yield line, dict(field.split(": ", 1) for field in fields.splitlines())


def pages():
    return [Page(path.stem) for path in sorted(PAGES.glob("*.md")) if path.stem != "README"]
