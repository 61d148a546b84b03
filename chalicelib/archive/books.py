"""Are the pages of a register book all there, once each, in order? And its entries' numbers?

In: the pages of a batch in the order they were scanned (`Leaf`). Out: a `Told` for each book, and what is wrong with
it page by page. A number that its two neighbours contradict counts as misread and is told as such, not as a missing
page. Refuses nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from chalicelib.archive.records import registers
from chalicelib.dossier.batch import Row

_SAME_SCAN = 0.5
MISSING, TWICE, OUT_OF_ORDER, MISREAD, UNNUMBERED, SKIPPED, REPEATED = (
    "page_missing", "double_scan", "out_of_order", "page_number_misread", "page_number_unread",
    "entry_missing", "entry_twice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scanned page of a register. `number`: the page's, as printed; `entries`: (number, name) of each."""

    unit: str
    register: str
    book: str
    year: str
    number: int | None
    file: str
    page: int
    entries: tuple[tuple[str, str], ...] = ()

    @property
    def of(self) -> tuple[str, str, str]:
        """Which book it belongs to."""
        return self.unit, self.register, self.book


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a book; `number` of the page or entry; `file`, `page` where it was scanned."""

    what: str
    number: str
    file: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One book: its pages as scanned, its first and last page's number, entries, what is wrong."""

    unit: str
    register: str
    book: str
    year: str
    pages: int
    first: int | None
    last: int | None
    entries: int
    problems: tuple[Problem, ...]


Leaves = dict[tuple[str, int], Leaf]
"""The register pages of a batch by file and page of it, in order."""


def put(found: Leaves, row: Row) -> None:
    """Take one row of the index into account; a page comes before its entries, other papers are none."""
    place = (row.shown["file"], row.pages[0])
    if row.kind in registers():
        found[place] = _leaf(row)
    elif row.entry > 0 and place in found:
        entry = (row.shown["number"], row.shown["name"])
        found[place] = replace(found[place], entries=(*found[place].entries, entry))


def _leaf(row: Row) -> Leaf:
    shown = row.shown
    number = shown.get("page_number", "")
    return Leaf(
        shown["unit"], row.kind, shown["book"], shown["year"], int(number) if number.isdigit() else None,
        shown["file"], row.pages[0],
    )  # fmt: skip


def told(scanned: Sequence[Leaf]) -> list[Told]:
    """Every book, in the order of unit, register and book."""
    pages = list(_in_their_books(scanned))
    books = groupby(sorted(pages, key=lambda leaf: leaf.of), key=lambda leaf: leaf.of)
    return [_told(list(book)) for _, book in books]


def _in_their_books(scanned: Sequence[Leaf]) -> Iterator[Leaf]:
    """A page that names another book than both its neighbours, which agree, was misread: it is of theirs."""
    for n, leaf in enumerate(scanned):
        near = {other.of for other in (*scanned[n - 1 : n], *scanned[n + 1 : n + 2])}
        ((unit, register, book),) = near if len(near) == 1 else ((leaf.of,))
        strange = 0 < n < len(scanned) - 1 and (unit, register) == (leaf.unit, leaf.register)
        yield replace(leaf, book=book) if strange or not leaf.book else leaf


def _told(book: list[Leaf]) -> Told:
    numbers, problems = _numbers(book)
    kept = [(n, leaf) for n, leaf in zip(numbers, book, strict=True) if n is not None]
    twice = set(_twice(kept))
    problems += [
        Problem(TWICE, str(n), leaf.file, leaf.page) for n, leaf in kept if (n, leaf) in twice
    ]
    single = [(n, leaf) for n, leaf in kept if (n, leaf) not in twice]
    problems += _order(single)
    whole = sorted({n for n, _ in kept})
    problems += [Problem(MISSING, str(n)) for n in _gaps(whole)]
    problems += _entry_numbers([leaf for _, leaf in single])
    first = book[0]
    years = Counter(leaf.year for leaf in book if leaf.year)
    return Told(
        *first.of, years.most_common(1)[0][0] if years else "", len(book),
        whole[0] if whole else None, whole[-1] if whole else None,
        sum(len(leaf.entries) for _, leaf in single), tuple(problems),
    )  # fmt: skip


def _numbers(book: Sequence[Leaf]) -> tuple[list[int | None], list[Problem]]:
    """The pages' numbers, misread ones as their neighbours have it; what was misread or not read."""
    numbers: list[int | None] = []
    problems = []
    for n, leaf in enumerate(book):
        before = book[n - 1].number if n else None
        after = book[n + 1].number if n + 1 < len(book) else None
        between = before is not None and after == before + 2
        number = before + 1 if between and before is not None else leaf.number
        if leaf.number is None or number != leaf.number:
            what = UNNUMBERED if leaf.number is None else MISREAD
            shown = str(leaf.number or "") if number is None else str(number)
            problems.append(Problem(what, shown, leaf.file, leaf.page))
        numbers.append(number)
    return numbers, problems


def _twice(kept: Sequence[tuple[int, Leaf]]) -> Iterator[tuple[int, Leaf]]:
    """Pages that came before: of the same number, or with mostly the same entries."""
    for n, (number, leaf) in enumerate(kept):
        if any(number == other or _same_entries(leaf, before) for other, before in kept[:n]):
            yield number, leaf


def _same_entries(one: Leaf, other: Leaf) -> bool:
    told = {e for e in one.entries if e[0] and e[1]}
    return bool(told) and len(told & set(other.entries)) >= _SAME_SCAN * len(one.entries)


def _order(single: Sequence[tuple[int, Leaf]]) -> list[Problem]:
    """Pages that come after one with a higher number."""
    problems, highest = [], 0
    for number, leaf in single:
        if number < highest:
            problems.append(Problem(OUT_OF_ORDER, str(number), leaf.file, leaf.page))
        highest = max(highest, number)
    return problems


def _gaps(numbers: Sequence[int]) -> list[int]:
    if not numbers:
        return []
    there = set(numbers)
    return [n for n in range(numbers[0], numbers[-1]) if n not in there]


def _entry_numbers(pages: Sequence[Leaf]) -> list[Problem]:
    """Numbers of entries that no page has, between those that two pages or more bear out; and those that come twice."""
    read = [(int(number), leaf) for leaf in pages for number, _ in leaf.entries if number.isdigit()]
    counts = Counter(number for number, _ in read)
    problems = [
        Problem(REPEATED, str(n), leaf.file, leaf.page)
        for k, (n, leaf) in enumerate(read)
        if n in {m for m, _ in read[:k]}
    ]
    unread = any(not number.isdigit() for leaf in pages for number, _ in leaf.entries)
    gaps = [] if unread or len(read) < 2 else _gaps(sorted(counts))
    most = len(read)  # more missing than there are: a number was misread, not a book lost
    return problems + ([Problem(SKIPPED, str(n)) for n in gaps] if len(gaps) <= most else [])
