"""The accuracy card in Markdown. In: pages read; out: its text, a list of sections, each of one question."""

from collections import defaultdict
from itertools import pairwise
from statistics import median

from tests import tally_weak
from tests.tally import (
    Outcome,
    Page,
    calibration_error,
    digits_in,
    given_of,
    grouped,
    letters_wrong,
    printed,
    share,
    table,
    way,
)

BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)


def write_card(pages: list[Page], first: int, *, planned: int, whole: bool = False) -> str:
    """The whole card; `whole`: with what is measured apart from these pages too."""
    parts = [f"# How well papers are read\n\n{_opening(pages, first, planned)}"]
    parts += [f"## {title}\n\n{section(pages)}" for title, section in SECTIONS]
    if whole:
        parts += [f"## {title}\n\n{section()}" for title, section in APART]
    return "\n\n".join(parts) + "\n"


def _opening(pages: list[Page], first: int, planned: int) -> str:
    cut = "" if len(pages) == planned else f" (of {planned} planned; the time was up)"
    return (
        f"{len(pages)} drawn pages{cut}, {sum(len(p.outcomes) for p in pages)} fields, seeds from {first} on. "
        "Written by `make card`; nobody tunes on seeds from 9000 on, nor on the handwriting-like fonts used there. "
        "A field is right only if its value "
        "equals the truth letter for letter; a blank field must be told to be blank; a field not given is wrong. "
        "In brackets: 95 % Wilson intervals. Fields of one page are not independent: the true intervals are wider. "
        "The pages are drawn and degraded by `tests/draw` (its README tells what that leaves out); "
        "real papers will read worse, handwriting much worse."
    )


def _by_kind(pages: list[Page]) -> str:
    rows = []
    for (kind, style), group in grouped(pages, lambda p: (p.kind, p.style)).items():
        total = sum(len(p.outcomes) for p in group)
        told = sum(p.kind_right for p in group)
        exact = share(sum(p.right for p in group), total)
        rows.append((kind, style, len(group), f"{told}/{len(group)}", total, exact))
    return table(("kind", "picture", "pages", "kind told right", "fields", "exact"), rows)


def _by_field(pages: list[Page]) -> str:
    """Fields of print with an error, worst first; how many had none."""
    counts: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for page in printed(pages):
        for outcome in page.outcomes:
            counts[page.kind, outcome.key].append(outcome)
    rows = []
    for (kind, key), found in counts.items():
        right, missing = sum(o.right for o in found), sum(o.confidence is None for o in found)
        if right < len(found):
            rows.append(
                (right / len(found), kind, key, len(found), share(right, len(found)), missing)
            )
    told = table(("kind", "field", "n", "exact", "not given"), (r[1:] for r in sorted(rows)))
    return f"{told}\n\nAll values right: {len(counts) - len(rows)} of {len(counts)} fields."


def _calibration(pages: list[Page]) -> str:
    given = given_of(pages)
    rows = []
    for low, high in pairwise(BINS):
        inside = [o for o in given if low <= o.confidence < high]
        if inside:
            mean = sum(o.confidence for o in inside) / len(inside)
            right = share(sum(o.right for o in inside), len(inside))
            rows.append((f"{low:.2f}–{min(high, 1):.2f}", len(inside), f"{mean:.3f}", right))
    certain = [o for o in given if o.sure]
    wrong = sum(not o.right for o in certain)
    invented = [i for p in pages for i in p.invented]
    return "\n\n".join((
        table(("confidence", "fields", "mean confidence", "right"), rows),
        f"Expected calibration error: {calibration_error(given):.4f}. "
        f"Of {len(given)} fields given, {len(certain)} are sure enough for no person to look; wrong among these: "
        f"{wrong}, {share(wrong, len(certain), 2)}. "
        f"Fields given that the paper does not carry: {len(invented)}, "
        f"{sum(i.sure for i in invented)} of them sure.",
    ))  # fmt: skip


def _by_letter(pages: list[Page]) -> str:
    """Errors a letter, over the text fields that were given."""
    rows = []
    for told, group in grouped(pages, lambda p: (way(p),)).items():
        pairs = [
            (str(o.truth), str(o.value))
            for p in group
            for o in p.outcomes
            if isinstance(o.truth, str) and isinstance(o.value, str)
        ]
        wrong = [letters_wrong(truth, value) for truth, value in pairs]
        letters, digits = (sum(map(count, (t for t, _ in pairs))) for count in (len, digits_in))
        rows.append((
            *told,
            letters,
            share(sum(w.letters for w in wrong), letters),
            share(sum(w.marks for w in wrong), letters),
            share(sum(w.digits for w in wrong), digits),
        ))  # fmt: skip
    return table(("picture", "letters", "letters wrong", "marks alone wrong", "digits wrong"), rows)


def _risk(pages: list[Page]) -> str:
    """The risk–coverage curve at a few places, most sure first."""
    given = sorted(given_of(pages), key=lambda o: -o.confidence)
    total = sum(len(p.outcomes) for p in pages)
    rows = []
    for covered in (0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95):
        size = round(covered * total)
        if 0 < size <= len(given):
            wrong = sum(not o.right for o in given[:size])
            least = f"{given[size - 1].confidence:.4f}"
            rows.append((f"{covered:.0%}", least, wrong, share(wrong, size)))
    told = table(("of all fields", "confidence from", "wrong", "wrong among them"), rows)
    plots = "![Reliability](accuracy-reliability.png) ![Risk and coverage](accuracy-risk.png)"
    return f"{told}\n\n{plots}"


def _times(pages: list[Page]) -> str:
    rows = [
        (*told, len(g), f"{median(p.seconds for p in g):.1f}", f"{max(p.seconds for p in g):.1f}")
        for told, g in grouped(pages, lambda p: (way(p),)).items()
    ]
    return table(("picture", "pages", "median seconds", "longest"), rows) + (
        "\n\nWall time of `read_file`, one thread, two processes side by side, on the machine that wrote this card; "
        "`docs/bench.md` compares CPU seconds."
    )


def _born_digital() -> str:
    from tests import born_digital

    return born_digital.section()


def _lines() -> str:
    from tests import lines

    return lines.section()


SECTIONS = (
    ("What is wanted, and what is reached", tally_weak.wanted),
    ("Where we are weak", tally_weak.weak),
    ("Exact fields by kind and way of taking the picture", _by_kind),
    ("Fields of print with errors, all ways together, worst first", _by_field),
    ("What is wrong in the letters", _by_letter),
    ("Does the confidence tell the truth?", _calibration),
    ("What a stricter threshold would cost", _risk),
    ("Time", _times),
)
"""Title, and what makes the section's text of the pages read."""
APART = (("Papers that nobody here made", _born_digital), ("Single lines", _lines))
"""The same for what is measured apart from those pages: of nothing."""
