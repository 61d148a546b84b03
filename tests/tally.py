"""Counts of the accuracy card and their Markdown. In: pages read; out: tables with 95 % Wilson intervals."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median

from rapidfuzz.distance import Levenshtein

from chalicelib.extraction.letters import fold

Value = str | int | list[object] | None
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)


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


def write_card(pages: list[Page], first: int) -> str:
    """The whole card as Markdown."""
    return "\n\n".join(
        (
            "# How well papers are read",
            f"{len(pages)} drawn pages, {sum(len(p.outcomes) for p in pages)} fields, seeds from {first} on. "
            "Written by `python -m tests.card`; nobody tunes on seeds from 9000 on. A field is right only if its value "
            "equals the truth letter for letter; a blank field must be told to be blank; a field not given is wrong. "
            "In brackets: 95 % Wilson intervals. Fields of one page are not independent: the true intervals are wider. "
            "The pages are drawn and degraded by `tests/draw` (its README tells what that leaves out); "
            "real papers will read worse, handwriting much worse.",
            "## Exact fields by kind and way of taking the picture",
            _by_kind(pages),
            "## By field, all ways together, worst first",
            _by_field([p for p in pages if "hand" not in p.kind]),
            "## What is wrong in the letters",
            _by_letter(pages),
            "## Sure, and sure but wrong",
            _by_sureness(pages),
            "## Does the confidence tell the truth?",
            _calibration(pages),
            "## What a stricter threshold would cost",
            _risk(pages),
            "![Reliability](accuracy-reliability.png) ![Risk and coverage](accuracy-risk.png)",
            "## Time",
            _times(pages),
        )
    ) + "\n"  # fmt: skip


def _by_kind(pages: list[Page]) -> str:
    rows = []
    groups = _grouped(pages, lambda p: (p.kind, p.style))
    groups |= {("**all printed**", s): g for (s,), g in _grouped(
        [p for p in pages if "hand" not in p.kind], lambda p: (p.style,)
    ).items()}  # fmt: skip
    for (kind, style), group in groups.items():
        total = sum(len(p.outcomes) for p in group)
        told = sum(p.kind_right for p in group)
        exact = share(sum(p.right for p in group), total)
        rows.append((kind, style, len(group), f"{told}/{len(group)}", total, exact))
    return table(("kind", "picture", "pages", "kind told right", "fields", "exact"), rows)


def _by_field(pages: list[Page]) -> str:
    counts: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for page in pages:
        for outcome in page.outcomes:
            counts[page.kind, outcome.key].append(outcome)
    rows = [
        (
            kind,
            key,
            len(found),
            share(sum(o.right for o in found), len(found)),
            sum(o.confidence is None for o in found),
        )
        for (kind, key), found in counts.items()
    ]
    rows.sort(key=lambda r: sum(o.right for o in counts[r[0], r[1]]) / r[2])
    return table(("kind", "field", "n", "exact", "not given"), rows)


def _calibration(pages: list[Page]) -> str:
    given = _given(pages)
    rows = []
    for low, high in pairwise(BINS):
        inside = [o for o in given if low <= o.confidence < high]
        if inside:
            mean = sum(o.confidence for o in inside) / len(inside)
            rows.append(
                (
                    f"{low:.2f}–{min(high, 1):.2f}",
                    len(inside),
                    f"{mean:.3f}",
                    share(sum(o.right for o in inside), len(inside)),
                )
            )
    certain = [o for o in given if o.sure]
    wrong = sum(not o.right for o in certain)
    invented = [i for p in pages for i in p.invented]
    return "\n\n".join(
        (
            table(("confidence", "fields", "mean confidence", "right"), rows),
            f"Expected calibration error: {calibration_error(given):.4f}. "
            f"Of {len(given)} fields given, {len(certain)} are sure enough for no person to look; wrong among these: "
            f"{wrong}, {share(wrong, len(certain), 2)}. "
            f"Fields given that the paper does not carry: {len(invented)}, "
            f"{sum(i.sure for i in invented)} of them sure.",
        )
    )


def _by_letter(pages: list[Page]) -> str:
    """Errors a letter, over the text fields that were given."""
    rows = []
    for (style, hand), group in _grouped(pages, _way).items():
        pairs = [
            (str(o.truth), str(o.value))
            for p in group
            for o in p.outcomes
            if isinstance(o.truth, str) and isinstance(o.value, str)
        ]
        wrong = [letters_wrong(truth, value) for truth, value in pairs]
        letters, digits = (sum(map(count, (t for t, _ in pairs))) for count in (len, _digits))
        rows.append((
            style + hand,
            letters,
            share(sum(w.letters for w in wrong), letters),
            share(sum(w.marks for w in wrong), letters),
            share(sum(w.digits for w in wrong), digits),
        ))  # fmt: skip
    return table(("picture", "letters", "letters wrong", "marks alone wrong", "digits wrong"), rows)


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


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _way(page: Page) -> tuple[str, ...]:
    return page.style, " (hand)" if "hand" in page.kind else ""


def _by_sureness(pages: list[Page]) -> str:
    """The promise is at most 1 in 1,000 wrong among the sure."""
    rows = []
    for (style, hand), group in _grouped(pages, _way).items():
        every = [o for p in group for o in p.outcomes]
        sure = [o for o in every if o.sure]
        wrong = sum(not o.right for o in sure)
        rows.append(
            (
                style + hand,
                len(every),
                share(len(sure), len(every)),
                wrong,
                share(wrong, len(sure), 2),
            )
        )
    return table(("picture", "fields", "sure", "sure but wrong", "of the sure"), rows)


def _risk(pages: list[Page]) -> str:
    """The risk–coverage curve at a few places, most sure first."""
    given = sorted(_given(pages), key=lambda o: -o.confidence)
    total = sum(len(p.outcomes) for p in pages)
    rows = []
    for covered in (0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        size = round(covered * total)
        if 0 < size <= len(given):
            wrong = sum(not o.right for o in given[:size])
            rows.append(
                (f"{covered:.0%}", f"{given[size - 1].confidence:.4f}", wrong, share(wrong, size))
            )
    return table(("of all fields", "confidence from", "wrong", "wrong among them"), rows)


def _given(pages: list[Page]) -> list[Outcome]:
    return [o for p in pages for o in p.outcomes if o.confidence is not None]


def calibration_error(given: Sequence[Outcome]) -> float:
    """Expected calibration error: mean gap of confidence and truth, by bins of one size each."""
    ordered = sorted(given, key=lambda o: o.confidence)
    size = max(1, len(ordered) // 20)
    bins = [ordered[n : n + size] for n in range(0, len(ordered), size)]
    gaps = (abs(sum(o.confidence - o.right for o in b)) for b in bins)
    return sum(gaps) / len(ordered) if ordered else 0.0


def _times(pages: list[Page]) -> str:
    rows = [
        (style, len(g), f"{median(p.seconds for p in g):.1f}", f"{max(p.seconds for p in g):.1f}")
        for (style,), g in _grouped(pages, lambda p: (p.style,)).items()
    ]
    return table(("picture", "pages", "median seconds", "longest"), rows) + (
        "\n\nWall time of `read_file`, one process, one thread, on the machine that wrote this card."
    )


def _grouped(
    pages: list[Page], key: Callable[[Page], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Page]]:
    groups: dict[tuple[str, ...], list[Page]] = defaultdict(list)
    for page in pages:
        groups[key(page)].append(page)
    return dict(sorted(groups.items()))
