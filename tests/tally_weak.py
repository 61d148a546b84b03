"""What is wanted against what is reached, and in plain words where it is not. In: pages read; out: Markdown.

The words come out of the figures: nobody types here what is weak.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from chalicelib.review.bounds import upper_bound
from tests.tally import Page, grouped, printed, share, table, way

HAND = ("hand", "hand, photocopy", "hand, phone")
EXACT = {"clean": 0.98, "scan": 0.98, "photocopy": 0.98, "phone": 0.97} | dict.fromkeys(HAND, 0.92)
SURE, WRONG, TOLD = 0.85, 0.001, 0.99
FEWEST = 10
"""A field of fewer values is not called weak by name."""


def wanted(pages: list[Page]) -> str:
    """One row per way of taking the picture, beside what it must reach."""
    rows = []
    for (told,), group in grouped(pages, lambda p: (way(p),)).items():
        every = [o for p in group for o in p.outcomes]
        sure = [o for o in every if o.sure]
        wrong = sum(not o.right for o in sure)
        rows.append((
            told, len(group), len(every),
            share(sum(o.right for o in every), len(every)), f"≥ {EXACT[told]:.0%}",
            share(len(sure), len(every)), f"≥ {SURE:.0%}" if told not in HAND else "–",
            f"{wrong} ({upper_bound(wrong, len(sure)):.2%})",
            share(sum(p.kind_right for p in group), len(group)),
        ))  # fmt: skip
    head = ("picture", "pages", "fields", "exact", "wanted", "sure", "wanted",
            "sure but wrong (at most, 95 %)", f"kind told right (wanted ≥ {TOLD:.0%})")  # fmt: skip
    return table(head, rows)


def weak(pages: list[Page]) -> str:
    """Sentences, one a line, on all that is below what is wanted."""
    said = [*_ways(pages), *_kinds(pages), *_fields(pages), *_sure(pages), *_told(pages)]
    return "\n".join(f"- {s}" for s in said or ["Nothing measured here is below what is wanted."])


def _ways(pages: list[Page]) -> Iterator[str]:
    for (told,), group in grouped(pages, lambda p: (way(p),)).items():
        right, total = sum(p.right for p in group), sum(len(p.outcomes) for p in group)
        if total and right / total < EXACT[told]:
            yield f"{told}: {right / total:.1%} of the values exact, {EXACT[told]:.0%} are wanted."


def _kinds(pages: list[Page]) -> Iterator[str]:
    """Kinds under what is wanted, by way."""
    poor: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (told, kind), group in grouped(pages, lambda p: (way(p), p.kind)).items():
        right, total = sum(p.right for p in group), sum(len(p.outcomes) for p in group)
        if total and right / total < EXACT[told]:
            poor[told].append((right / total, kind.removesuffix(" (hand)")))
    for told, kinds in poor.items():
        listed = ", ".join(f"{kind} {reached:.1%}" for reached, kind in sorted(kinds))
        yield f"Kinds below {EXACT[told]:.0%} in {told}: {listed}."


def _fields(pages: list[Page]) -> Iterator[str]:
    """Fields of print that are clearly worse than the rest, over all ways together."""
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for page in printed(pages):
        for outcome in page.outcomes:
            counts[page.kind, outcome.key].append(outcome.right)
    least = EXACT["phone"]
    poor = [
        (sum(found) / len(found), f"{kind} {key}")
        for (kind, key), found in counts.items()
        if len(found) >= FEWEST and sum(found) / len(found) < least
    ]
    if poor:
        listed = ", ".join(f"{name} {reached:.0%}" for reached, name in sorted(poor)[:20])
        more = f" and {len(poor) - 20} more" if len(poor) > 20 else ""
        yield f"Fields of print below {least:.0%}, of {FEWEST} values or more: {listed}{more}."


def _sure(pages: list[Page]) -> Iterator[str]:
    """Is the bound on what is sure but wrong shown by these pages?"""
    for name, group in _print_and_hand(pages):
        every = [o for p in group for o in p.outcomes]
        sure = [o for o in every if o.sure]
        wrong = sum(not o.right for o in sure)
        most = upper_bound(wrong, len(sure))
        if sure and most > WRONG:
            verdict = "broken" if wrong > WRONG * len(sure) else "kept, but not proven,"
            yield (
                f"{name}: of {len(sure)} sure values {wrong} are wrong. The bound of {WRONG:.1%} is {verdict} by "
                f"these pages: up to {most:.2%} are possible (95 %); {3 / WRONG:.0f} without an error would show it."
            )
        if name == "print" and len(sure) < SURE * len(every):
            yield f"{name}: only {len(sure) / len(every):.1%} of the values are sure, {SURE:.0%} are wanted."


def _told(pages: list[Page]) -> Iterator[str]:
    missed = [p for p in pages if not p.kind_right]
    if len(missed) > (1 - TOLD) * len(pages):
        names = sorted({f"{p.kind} ({way(p)})" for p in missed})
        yield f"Kind not told right: {len(missed)} of {len(pages)} pages: {', '.join(names)}."


def _print_and_hand(pages: list[Page]) -> Iterable[tuple[str, list[Page]]]:
    return ("print", printed(pages)), (
        "handwriting-like type",
        [p for p in pages if "hand" in p.kind],
    )
