"""Counts of what was read. In: pages read; out: shares with their 95 % Wilson intervals, groups, errors a letter."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from rapidfuzz.distance import Levenshtein

from chalicelib.extraction.letters import fold

Value = str | int | list[object] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of the truth; `confidence` None = the reader did not give the field.

    `sure`: the confidence reaches the threshold above which no person looks at the field.
    """

    key: str
    truth: Value
    value: Value
    confidence: float | None
    right: bool
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    kind: str
    style: str
    seed: int
    kind_right: bool
    kind_confidence: float
    seconds: float
    outcomes: tuple[Outcome, ...]
    invented: tuple[Outcome, ...]

    @property
    def right(self) -> int:
        return sum(o.right for o in self.outcomes)


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, z * z / total
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / total + square / total / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(right: int, total: int, digits: int = 1) -> str:
    """`96.4 % (95.0–97.4)`, or a dash of nothing; so many digits after the point."""
    if total == 0:
        return "–"
    low, high = wilson(right, total)
    between = f"({low * 100:.{digits}f}–{high * 100:.{digits}f})"
    return f"{right / total:.{digits}%} {between}".replace("%", " %")


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


@dataclass(frozen=True, slots=True)
class LettersWrong:
    """Of one value: letters replaced, lost or added; of these, right but for their marks; digits."""

    letters: int
    marks: int
    digits: int


def letters_wrong(truth: str, value: str) -> LettersWrong:
    """How a value differs from the truth, letter by letter (Levenshtein)."""
    marks = digits = 0
    steps = Levenshtein.editops(truth, value)
    for step in steps:
        was = truth[step.src_pos] if step.tag != "insert" else ""
        digits += was.isdigit()
        marks += step.tag == "replace" and fold(was) == fold(value[step.dest_pos])
    return LettersWrong(len(steps), marks, digits)


def digits_in(text: str) -> int:
    return sum(c.isdigit() for c in text)


def way(page: Page) -> str:
    """How the picture was taken; `hand` of papers filled in by hand and scanned."""
    if "hand" not in page.kind:
        return page.style
    return "hand" if page.style == "scan" else f"hand, {page.style}"


def printed(pages: Iterable[Page]) -> list[Page]:
    return [p for p in pages if "hand" not in p.kind]


def given_of(pages: list[Page]) -> list[Outcome]:
    return [o for p in pages for o in p.outcomes if o.confidence is not None]


def calibration_error(given: Sequence[Outcome]) -> float:
    """Expected calibration error: mean gap of confidence and truth, by bins of one size each."""
    ordered = sorted(given, key=lambda o: o.confidence)
    size = max(1, len(ordered) // 20)
    bins = [ordered[n : n + size] for n in range(0, len(ordered), size)]
    gaps = (abs(sum(o.confidence - o.right for o in b)) for b in bins)
    return sum(gaps) / len(ordered) if ordered else 0.0


def grouped(
    pages: list[Page], key: Callable[[Page], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Page]]:
    groups: dict[tuple[str, ...], list[Page]] = defaultdict(list)
    for page in pages:
        groups[key(page)].append(page)
    return dict(sorted(groups.items()))
