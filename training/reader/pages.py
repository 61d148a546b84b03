"""Generated parts of pages: what stands between `<!-- NAME: … -->` and `<!-- end of NAME -->` is written anew.

In: a page, a name, the text. Refuses a page without those marks: a table must not get lost.
"""

import re
from pathlib import Path


def fill(page: Path, name: str, text: str) -> None:
    """Put the text between the marks of that name."""
    begin, end = rf"<!-- {re.escape(name)}: [^>]*-->", rf"<!-- end of {re.escape(name)} -->"
    old = page.read_text("utf-8")
    found = re.search(f"({begin}\n).*?({end})", old, re.DOTALL)
    if not found:
        raise ValueError(f"{page} has no marks for {name}")
    page.write_text(old[: found.end(1)] + text.strip() + "\n" + old[found.start(2) :], "utf-8")


def between(name: str, by: str, text: str) -> str:
    """The text with its marks, for a page that is written whole."""
    return f"<!-- {name}: written by {by} -->\n{text.strip()}\n<!-- end of {name} -->"
