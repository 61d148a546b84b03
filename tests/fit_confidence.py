"""Fits schemas/confidence.json: how often a value of a given score is exactly right.

`python -m tests.fit_confidence --seeds 40` draws, degrades and reads papers of tuning seeds (0 to 999),
compares, and writes one monotone curve per group of grammars (isotonic: pool adjacent violators) together
with the threshold of "sure". Takes about 5 s a page on one core.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator

from chalicelib.extraction import confidence
from chalicelib.extraction.papers import paper

Sample = tuple[str, float, bool]
LOOKS = (  # (style, values in handwriting-like type?)
    ("clean", False),
    ("scan", False),
    ("photocopy", False),
    ("phone", False),
    ("scan", True),
)
SURE = 0.97  # measured on halves of the seeds: 0.7 % of the values called sure are wrong


def samples(first: int, seeds: int) -> Iterator[Sample]:
    """(group, score, right) of every field read; scores must not be calibrated yet."""
    from chalicelib.reading import read_file
    from tests.draw.degrade import degrade
    from tests.draw.drawing import KINDS, draw

    for seed in range(first, first + seeds):
        for kind in KINDS:
            for style, hand in LOOKS:
                drawn = draw(kind, seed, hand=hand)
                papers = read_file(degrade(drawn, style, seed)).reading.papers
                for p in papers:
                    if p.kind == kind:
                        yield from compared(kind, p.fields, drawn.truth)


def compared(kind, fields, truth) -> Iterator[Sample]:
    clear = confidence.is_clear(fields.values())
    for key, f in fields.items():
        if key in truth:
            group = confidence.group_of(paper(kind).grammars[key], f, clear=clear)
            yield group, f.confidence, f.value == truth[key]


def fit(found: Iterable[Sample]) -> dict[str, object]:
    """Curves and thresholds out of samples."""
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for group, score, right in found:
        groups[group].append((score, right))
    curves = {group: curve(sorted(pairs)) for group, pairs in sorted(groups.items())}
    return {
        "note": "Written by tests/fit_confidence.py from drawn papers of seeds under 1000.",
        "thresholds": {"sure": SURE, "kind": 0.7},
        "curves": curves,
    }


def curve(pairs: list[tuple[float, bool]], size: int = 25) -> list[tuple[float, float]]:
    """Isotonic means of bins of neighbouring scores, each with one wrong and one right value added."""
    size = max(size, len(pairs) // 24)
    bins = [pairs[n : n + size] for n in range(0, len(pairs), size)]
    blocks = [(sum(s for s, _ in b), sum(r for _, r in b), len(b)) for b in bins]
    merged: list[tuple[float, float, int]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and share(merged[-2]) >= share(merged[-1]):
            last, before = merged.pop(), merged.pop()
            merged.append(tuple(a + b for a, b in zip(before, last, strict=True)))
    return [(round(s / n, 4), round(share((s, r, n)), 4)) for s, r, n in merged]


def share(block: tuple[float, float, int]) -> float:
    return (block[1] + 0.5) / (block[2] + 1)


def write(table: dict[str, object]) -> None:
    """One member per line: differences stay readable."""
    lines = [f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in table.items()]
    confidence.TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--from", dest="first", type=int, default=0)
    ask.add_argument("--seeds", type=int, default=40)
    args = ask.parse_args()
    if args.first + args.seeds > 1000:
        raise SystemExit("tuning seeds end at 999")
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    confidence.TABLE.unlink(missing_ok=True)
    write(fit(samples(args.first, args.seeds)))


if __name__ == "__main__":
    main()
