"""Fits schemas/confidence.json: how often a value of a given score is exactly right, and from where on it is sure.

`python -m tests.fit_confidence --seeds 6` draws, wears and reads papers of every kind of tuning seeds (0 to 999), a
share of them filled in by handwriting-like fonts, and compares. Out of half of the seeds comes one monotone curve per
group of grammars (isotonic: pool adjacent violators); out of the other half the threshold of every field and channel:
the least confidence above which at most `BOUND` of its group's values are wrong, where
enough were judged to tell. Takes about 3 s a page on one core.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from chalicelib.extraction import confidence
from chalicelib.extraction.papers import paper
from tests.card import ALL_KINDS, CHANNELS, KINDS, Job, draw_job, plan
from tests.draw.degrade import STYLES
from tests.tally import wilson

BOUND = 0.001
SURE = 0.97
"""The threshold where fewer than `LEAST_JUDGED` values were judged: the bound could not be seen among them."""
LEAST_JUDGED = 1000
NEVER = 1.01
"""Above every confidence: no value of such a field is sure by itself; another paper or an officer must agree."""
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """One field read. `score` is not calibrated yet."""

    group: str
    kind: str
    key: str
    channel: str
    seed: int
    score: float
    right: bool


def samples_of(job: Job) -> list[Sample]:
    """Draw, read and compare one page."""
    from chalicelib.errors import DossierError
    from chalicelib.reading import read_file

    drawn, data = draw_job(job)
    try:
        papers = read_file(data).reading.papers
    except DossierError:
        return []
    found = []
    for p in papers:
        clear = confidence.is_clear(p.fields.values())
        for key, f in p.fields.items() if p.kind == job.kind else ():
            if key in drawn.truth:
                grammar = paper(job.kind).grammars[key]
                group = confidence.group_of(grammar, f, clear=clear)
                right = f.value == drawn.truth[key]
                found.append(
                    Sample(group, job.kind, key, CHANNELS[job.style], job.seed, f.confidence, right)
                )
    return found


def fit(samples: Sequence[Sample]) -> dict[str, object]:
    """Curves of the even seeds, thresholds of the odd ones."""
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for s in samples:
        if s.seed % 2 == 0:
            groups[s.group].append((s.score, s.right))
    curves = {group: curve(sorted(pairs)) for group, pairs in sorted(groups.items())}
    judged = [s for s in samples if s.seed % 2]
    sure, measured = thresholds(judged, curves)
    return {
        "note": "Written by tests/fit_confidence.py from drawn papers of seeds under 1000.",
        "thresholds": {"kind": 0.7, "sure": SURE, "fields": by_field(samples, sure)},
        "bound": BOUND,
        "measured": measured,
        "curves": curves,
    }


def thresholds(
    judged: Iterable[Sample], curves: Mapping[str, confidence.Curve]
) -> tuple[dict[tuple[str, str], float], list[str]]:
    """By (group, channel); and what was seen above each, with its 95 % interval, in words."""
    found: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for s in judged:
        if s.group in curves:
            said = confidence.on_curve(curves[s.group], s.score)
            found[s.group.removesuffix(confidence.UNCLEAR), s.channel].append((said, s.right))
    sure, measured = {}, []
    for (group, channel), pairs in sorted(found.items()):
        least = threshold(pairs) if len(pairs) >= LEAST_JUDGED else SURE
        above = [right for said, right in pairs if said >= least]
        wrong = len(above) - sum(above)
        low, high = wilson(wrong, len(above))
        sure[group, channel] = least
        measured.append(
            f"{group}, {channel}: {least}; {len(above)} of {len(pairs)} sure, {wrong} wrong "
            f"({low:.4f} to {high:.4f})"
        )
    return sure, measured


def threshold(pairs: Sequence[tuple[float, bool]]) -> float:
    """The least confidence from which on at most `BOUND` are wrong; `NEVER` where none is."""
    best, wrong = NEVER, 0
    ordered = sorted(pairs, key=lambda p: (-p[0], p[1]))
    for n, (said, right) in enumerate(ordered, start=1):
        wrong += not right
        last = n == len(ordered) or ordered[n][0] < said
        if last and wrong <= BOUND * n and said >= LEAST:
            best = said
    return round(best, 5)


def by_field(
    samples: Iterable[Sample], sure: Mapping[tuple[str, str], float]
) -> dict[str, dict[str, float]]:
    """The threshold of every field and channel: that of its grammar's group, or of blanks, whichever is stricter."""
    fields: dict[str, dict[str, float]] = {}
    for kind, key in sorted({(s.kind, s.key) for s in samples}):
        group = confidence.GROUPS.get(paper(kind).grammars[key], "closed")
        own = {
            channel: max(sure.get((g, channel), SURE) for g in (group, "blank"))
            for channel in sorted(set(CHANNELS.values()))
        }
        if any(least != SURE for least in own.values()):
            fields[f"{kind}:{key}"] = own
    return fields


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


def jobs(first: int, seeds: int) -> Iterator[Job]:
    """Every kind in every picture; the kinds most used also by hand."""
    yield from plan(ALL_KINDS, STYLES, first, seeds, hand=False)
    yield from plan(KINDS, (), first, seeds, hand=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--from", dest="first", type=int, default=0)
    ask.add_argument("--seeds", type=int, default=6)
    ask.add_argument("--workers", type=int, default=2)
    args = ask.parse_args()
    if args.first + args.seeds > 1000:
        raise SystemExit("tuning seeds end at 999")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    confidence.TABLE.unlink(missing_ok=True)
    todo = list(jobs(args.first, args.seeds))
    with ProcessPoolExecutor(args.workers) as pool:
        found = []
        for n, more in enumerate(pool.map(samples_of, todo), start=1):
            found += more
            print(f"\r{n}/{len(todo)} pages, {len(found)} fields", end="", flush=True)
    print()
    write(fit(found))


if __name__ == "__main__":
    main()
