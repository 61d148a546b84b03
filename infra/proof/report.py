"""docs/package.md out of what was measured. In: sizes and times. Out: the page. Refuses nothing."""

from typing import Any


def write(seen: Any) -> None:
    """Not the page yet: prints."""
    print(seen)
