"""Values of a batch of an archive: what is put in, what a worker is asked, what a paper's row is. Plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

PageState = Literal["queued", "claimed", "seen", "read", "refused"]

WHOLE_FILE = 0  # a task's page number when its pages are to be put together
DOUBLE_SCAN = "double_scan"
FILE_MOVED = "file_moved"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a batch: its path, SHA-256 (hex), bytes and pages.

    `given` is what the manifest says of it (kind, unit, book, year). `refused`: the reason why it can't be read
    at all; it then counts as one page.
    """

    path: str
    sha256: str
    bytes: int
    pages: int
    given: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What one worker does next: page `number` of a file, or `WHOLE_FILE`: put `seen` pages together."""

    file: int
    path: str
    sha256: str
    pages: int
    number: int
    given: Mapping[str, str]
    seen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One paper as the index has it.

    `names`, `places`, `marks` are what it is searched by, folded; `files` are paths under the batch's folder.
    `entry`: which entry of a register's page it is, from 1; 0: a paper, or the page itself; less than 0: the right
    half of an entry, which is told whole with its left half. `traits`: papers that share some may be scans of one
    sheet; `sheet`: the words of a paper that is told by them alone (`archive.doubles`).
    """

    id: str
    kind: str
    code: str
    pages: tuple[int, ...]
    fields: int
    doubts: tuple[str, ...]
    names: str
    places: str
    marks: str
    shown: Mapping[str, str]
    files: Mapping[str, str]
    bytes: Mapping[str, int]
    pdfa: bool
    entry: int = 0
    traits: tuple[int, ...] = ()
    sheet: str = ""

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> "Row":
        """A row that was JSON meanwhile."""
        lists = {key: tuple(told.get(key, ())) for key in ("pages", "doubts", "traits")}
        return cls(**{**told, **lists})


@dataclass(frozen=True, slots=True)
class Counts:
    """Where a batch stands. `pages` by state; they always add up to the pages that were put in."""

    files: int
    pages: Mapping[str, int]
    reasons: Mapping[str, int]
    papers: int
    fields: int
    doubts: int

    @property
    def total(self) -> int:
        """Pages that were put in."""
        return sum(self.pages.values())

    @property
    def settled(self) -> int:
        """Pages that are read or refused."""
        return self.pages.get("read", 0) + self.pages.get("refused", 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a batch on the queue stands: files in all, handed on, settled, refused; pages, papers."""

    files: int
    handed_on: int
    settled: int
    pages: int
    refused: int
    papers: int


@dataclass(frozen=True, slots=True)
class Key:
    """Double keying: a field of a paper that an officer was handed; `value` None until it is typed."""

    paper: str
    field: str
    officer: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt of a paper (a field, or its `kind`) in a pile on the officers' worklist; `word` None until one decided.

    `word`: action, value, by (see `review.piles`).
    """

    paper: str
    field: str
    pile: str
    word: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One answer of a search: the paper's id, kind, and what is shown of it."""

    id: str
    kind: str
    shown: Mapping[str, Any]
