"""Fits schemas/confidence.json: how often a value of a given score is exactly right, and from where on it is sure.

`python -m tests.fit_confidence` draws, wears and reads papers of every kind in every way, by hand too, of tuning seeds
(under 2000), round by round until `--minutes` are over, and compares. Out come

- one monotone curve per group of grammars (isotonic: pool adjacent violators), of all seeds; to judge them, each fifth
  of the printed papers goes by curves of the other four, and papers in each handwriting-like font by curves that know
  the other fonts alone, for the next hand is none of those;
- the threshold of every field and channel: the least confidence above which at most `BOUND` of the values are wrong
  with 95 % confidence (Clopper–Pearson), looked for from the surer half of the values downwards until it fails. Where
  a group's values in a channel are too few to show it, the channel's or all values together set it, unless the
  group's own values speak against that, which makes it stricter. Where not even all values together show it, the
  share of wrong values that was seen must keep the bound (`at_most` says what that proves); in a run of few pages the
  confidence itself must promise it and no wrong value stand above. The file says which of the three it was. On papers
  by hand the bound must be kept apart: many good values in print would hide their errors.

The file tells of each how many values were judged, how many of the sure ones were wrong, and the bound this proves.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.dossier.paper import Field
from chalicelib.extraction import confidence
from chalicelib.extraction.papers import paper
from chalicelib.review.bounds import lower_bound, upper_bound
from tests.card import ALL_KINDS, CHANNELS, WAYS, Job, draw_job, plan
from tests.draw.drawing import UNSEEN
from tests.draw.drawn import Truth
from tests.side_by_side import side_by_side

BOUND = 0.001
"""What thresholds keep on tuning papers; those by hand are judged by curves that never saw their font."""
KIND = 0.7
TUNING = 2000
FOLDS, ROUND = 5, len(WAYS)
"""Curves that judge a fifth know four fifths, nearly what the curves in use know. Seeds of one round stay together."""
ERROR = 0.05
HANDS = ("scan", "photocopy", "scan", "phone", "scan", "clean")
"""How papers filled in by hand are taken: half of them scanned, as the card's are."""
STARTS = (2, 4, 8)
FLOOR = 0.98
"""What is itself given less is never sure: proofs in print must not carry errors by hand below it."""
MARGIN = 2
"""Papers read poorly are mostly in hands of which the next is none of those fitted on."""
NEVER = 1.01
"""Above every confidence: no value of such a field is sure by itself; another paper or an officer must agree."""
Pairs = Sequence[tuple[float, bool]]
"""(confidence, right) of values, the surest first; of equally sure ones the wrong first."""


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
    font: str = ""
    """What a paper by hand was filled in with."""
    legible: float = 1.0
    """The mean score of the paper's values."""
    apart: float = 0.0
    """How much less surely the paper's values were read than its labels."""

    @property
    def curve(self) -> str:
        """The curve it goes by."""
        return confidence.curve_of(self.group, self.legible)

    @property
    def grammar_group(self) -> str:
        """Name, place, figures or closed, blank or not: what thresholds go by."""
        return confidence.GROUPS.get(paper(self.kind).grammars[self.key], "closed")


@dataclass(frozen=True, slots=True)
class Least:
    """A threshold, whose values set it, and what was seen of the group's own values above it."""

    threshold: float
    set_by: str
    judged: int
    sure: int
    wrong: int
    at_most: float


def samples_of(job: Job) -> list[Sample]:
    """Draw, read and compare one page."""
    from chalicelib import reading
    from chalicelib.errors import DossierError
    from chalicelib.extraction.fields import read_draft

    confidence.TABLE = Path("no curves yet")
    drawn, data = draw_job(job)
    try:
        seen = reading.see_pages(data)
        papers = [p for p in reading.read_pages(seen).papers if p.kind == job.kind]
    except DossierError:
        return []
    apart = [read_draft(p.kind, reading.words_of(p.pages, seen)).apart for p in papers]
    return [
        one
        for p, far in zip(papers, apart, strict=True)
        for one in judged_fields(p.kind, p.fields, drawn.truth, CHANNELS[job.style], job.seed, drawn.hand, far)
    ]  # fmt: skip


def judged_fields(
    kind: str, fields: Mapping[str, Field], truth: Truth, channel: str, seed: int, font: str, apart: float
) -> Iterator[Sample]:  # fmt: skip
    """The fields of one paper whose truth is known; their scores not calibrated."""
    grammars, legible = paper(kind).grammars, confidence.legibility(fields.values())
    for key, f in fields.items():
        if key in truth:
            group, right = confidence.group_of(grammars[key], f), f.value == truth[key]
            yield Sample(group, kind, key, channel, seed, f.confidence, right, font, legible, apart)


def fit(samples: Sequence[Sample]) -> dict[str, object]:
    """Curves and thresholds, and what they were seen to be worth."""
    judged = judged_by_others(samples)
    least = thresholds(judged)
    seeds = [s.seed for s in samples]
    return {
        "note": f"Written by tests/fit_confidence.py from drawn papers of seeds {min(seeds)} to {max(seeds)}.",
        "bound": BOUND,
        "thresholds": {"kind": KIND, "sure": least["all"].threshold, "fields": by_field(samples, least)},
        "measured": {name: asdict(found) for name, found in least.items()},
        "hands_left_out": hands_left_out(judged, least),
        "curves": curves_of(samples),
    }  # fmt: skip


def judged_by_others(samples: Sequence[Sample]) -> list[tuple[Sample, float]]:
    """Each with its confidence by curves that know neither its fifth of the seeds nor, by hand, its font."""
    fonts = sorted({s.font for s in samples} - {""})
    folds = [curves_of(s for s in samples if s.font or _fold(s) != turn) for turn in range(FOLDS)]
    others = {font: curves_of(s for s in samples if s.font != font) for font in fonts}
    return [(s, _said(others[s.font] if s.font else folds[_fold(s)], s)) for s in samples]


def _fold(s: Sample) -> int:
    return s.seed // ROUND % FOLDS


def curves_of(samples: Iterable[Sample]) -> dict[str, confidence.Curve]:
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for s in samples:
        groups[s.curve].append((s.score, s.right))
    return {group: _curve_of(group, sorted(pairs)) for group, pairs in sorted(groups.items())}


def _curve_of(group: str, pairs: list[tuple[float, bool]]) -> confidence.Curve:
    """The next hand is none of those fitted on: what is in doubt on papers read poorly counts `MARGIN` times."""
    found, times = curve(pairs), MARGIN if group.endswith(confidence.POORLY) else 1
    return tuple((x, round(max(0.0, 1 - (1 - y) * times), 4)) for x, y in found)


def hands_left_out(
    judged: Sequence[tuple[Sample, float]], least: Mapping[str, Least]
) -> dict[str, dict[str, int]]:
    """Of each handwriting-like font, by curves that know the others alone: values, sure ones, wrong among these."""
    told: dict[str, dict[str, int]] = {}
    for s, said in sorted(judged, key=lambda one: one[0].font):
        if s.font:
            seen = told.setdefault(s.font, {"judged": 0, "sure": 0, "wrong": 0})
            sure = said >= own_of(s.grammar_group, s.channel, least)
            seen["judged"] += 1
            seen["sure"] += sure
            seen["wrong"] += sure and not s.right
    return told


def own_of(group: str, channel: str, least: Mapping[str, Least]) -> float:
    """The threshold of a group's values in a channel: their own, the channel's or the usual one."""
    return least.get(f"{group}, {channel}", least.get(channel, least["all"])).threshold


def _said(curves: Mapping[str, confidence.Curve], s: Sample) -> float:
    found = curves.get(s.curve) or curves.get(s.group)
    if not found:
        return s.score
    return confidence.by_whom(confidence.on_curve(found, s.score), s.group, s.apart)


def thresholds(judged: Iterable[tuple[Sample, float]]) -> dict[str, Least]:
    """By "all", channel, group, and "group, channel"; every one set by itself or by those it falls back to."""
    pools: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    by_hand: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    groups = set()
    for s, said in judged:
        groups.add(s.grammar_group)
        for name in ("all", s.channel, s.grammar_group, f"{s.grammar_group}, {s.channel}"):
            pools[name].append((said, s.right))
        if s.font:
            by_hand[s.grammar_group].append((said, s.right))
    found: dict[str, Least] = {}
    for name in sorted(pools, key=lambda n: (n != "all", n.count(","), n)):
        pairs = sorted(pools[name], key=lambda p: (-p[0], p[1]))
        group, _, channel = name.partition(", ")
        own = found.get(group)
        above = (
            own if own and own.set_by.startswith(group) else found.get(channel, found.get("all"))
        )
        hard = sorted(by_hand[name], key=lambda p: (-p[0], p[1]))
        seen = _seen_of_group(name, pairs, hard) if name in groups else None
        found[name] = seen or _least(name, pairs, above)
    return found


def _seen_of_group(group: str, pairs: Pairs, by_hand: Pairs) -> Least | None:
    """A group's own threshold, of all channels, where enough of its values were seen.

    Lists of few members are read more surely than names. On papers filled in by hand errors are counted apart as well:
    many good values would hide them.
    """
    least = observed(pairs)
    if least is None:
        return None
    least = stricter(by_hand, max(least, FLOOR))
    return _told(least, f"{group}: SEEN, NOT PROVEN", pairs)


def _least(name: str, pairs: Pairs, above: Least | None) -> Least:
    own = proven(pairs)
    if own is not None or above is None:
        threshold, set_by = (own, name) if own is not None else unproven(pairs)
    else:
        threshold, set_by = stricter(pairs, above.threshold), above.set_by
        set_by += "" if threshold == above.threshold else ", and stricter by its own errors"
    return _told(max(threshold, FLOOR), set_by, pairs)


def _told(threshold: float, set_by: str, pairs: Pairs) -> Least:
    sure = [right for said, right in pairs if said >= threshold]
    wrong = len(sure) - sum(sure)
    most = round(upper_bound(wrong, len(sure)), 5)
    return Least(threshold, set_by, len(pairs), len(sure), wrong, most)


def proven(pairs: Pairs) -> float | None:
    """The least confidence for which the bound is shown; None where nothing shows it.

    Tests go from the surer half on down and stop at the first that fails: such a fixed sequence needs no correction for
    their number. If the half fails, it is tried from a quarter and an eighth on; these three starts share the level.
    """
    found = (_proven_from(pairs, len(pairs) / part) for part in STARTS)
    return next((least for least in found if least is not None), None)


def _proven_from(pairs: Pairs, start: float) -> float | None:
    best, wrong = None, 0
    for n, (said, right, last) in enumerate(_steps(pairs), start=1):
        wrong += not right
        if last and n >= start:
            if upper_bound(wrong, n, 1 - ERROR / len(STARTS)) > BOUND:
                break
            best = said
    return best


def unproven(pairs: Pairs) -> tuple[float, str]:
    """(threshold, who set it) where nothing is proven: what was seen, or the confidence itself, keeps the bound."""
    least = observed(pairs)
    if least is not None:
        return least, "SEEN, NOT PROVEN"
    return max(without_error(pairs), 1 - BOUND), "NOT PROVEN: the confidence itself must promise it"


def observed(pairs: Pairs) -> float | None:
    """The least confidence from which on the share of wrong values that was seen keeps the bound.

    None where too few were judged for one wrong value to be within it.
    """
    best, wrong = None, 0
    for n, (said, right, last) in enumerate(_steps(pairs), start=1):
        wrong += not right
        if last and n >= 1 / BOUND and wrong <= BOUND * n:
            best = said
    return best


def without_error(pairs: Pairs) -> float:
    """The least confidence from which on no value was wrong."""
    best = NEVER
    for said, right, last in _steps(pairs):
        if not right:
            break
        best = said if last else best
    return best


def stricter(pairs: Pairs, threshold: float) -> float:
    """The threshold, or the next above it that a group's own errors do not speak against (95 %)."""
    allowed, wrong, reached = NEVER, 0, False
    for n, (said, right, last) in enumerate(_steps(pairs), start=1):
        if said < threshold:
            break
        wrong += not right
        if last:
            reached = lower_bound(wrong, n) <= BOUND
            allowed = said if reached else allowed
    return threshold if reached or not wrong else allowed


def _steps(pairs: Pairs) -> Iterator[tuple[float, bool, bool]]:
    """Each pair, and whether it is the last of its confidence."""
    for n, (said, right) in enumerate(pairs):
        yield said, right, n + 1 == len(pairs) or pairs[n + 1][0] < said


def by_field(samples: Iterable[Sample], least: Mapping[str, Least]) -> dict[str, dict[str, float]]:
    """The thresholds of every field, by channel; none where they are the usual one."""
    fields: dict[str, dict[str, float]] = {}
    groups = {(s.kind, s.key): s.grammar_group for s in samples}
    for (kind, key), group in sorted(groups.items()):
        own = {channel: own_of(group, channel, least) for channel in sorted(set(CHANNELS.values()))}
        if set(own.values()) != {least["all"].threshold}:
            fields[f"{kind}:{key}"] = own
    return fields


def curve(pairs: list[tuple[float, bool]], size: int = 100) -> confidence.Curve:
    """Isotonic shares of bins of neighbouring scores, each with one wrong and one right value added.

    A run of bins that are right as often as each other goes from the middle of its first to that of its last: so all of
    them are told alike, but the first no better than it can speak for alone.
    """
    size = max(size, len(pairs) // 24)
    runs = [[block_of(pairs[n : n + size])] for n in range(0, len(pairs), size)]
    merged: list[list[Block]] = []
    for run in runs:
        merged.append(run)
        while len(merged) > 1 and share(whole(merged[-2])) >= share(whole(merged[-1])):
            last = merged.pop()
            merged[-1] = merged[-1] + last
    points: dict[float, float] = {}
    least = 0.0
    for run in merged:
        told = share(whole(run))
        points[middle(run[0])] = least = max(least, min(told, share(run[0])))
        points[middle(run[-1])] = least = told
    return tuple(sorted(points.items()))


Block = tuple[float, int, int]
"""(sum of scores, number right, number) of neighbouring values."""


def block_of(pairs: Pairs) -> Block:
    return sum(s for s, _ in pairs), sum(r for _, r in pairs), len(pairs)


def whole(run: Sequence[Block]) -> Block:
    return sum(b[0] for b in run), sum(b[1] for b in run), sum(b[2] for b in run)


def middle(block: Block) -> float:
    return round(block[0] / block[2], 4)


def share(block: Block) -> float:
    return round((block[1] + 0.5) / (block[2] + 1), 4)


def write(table: Mapping[str, object]) -> None:
    """One member a line, and of the large ones one entry a line: differences stay readable."""
    lines = [f" {json.dumps(k)}: {_lines(v)}" for k, v in table.items()]
    file = Path(__file__).resolve().parents[1] / "schemas" / "confidence.json"
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _lines(value: object) -> str:
    if not isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    inner = (f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
    return "{\n" + ",\n".join(inner) + "\n }"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--from", dest="first", type=int, default=0)
    ask.add_argument("--minutes", type=float, default=48, help="no page is begun after these")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--keep", type=Path, help="where to keep the samples, as JSON")
    ask.add_argument("--again", type=Path, nargs="+", help="fit to samples kept, without reading")
    args = ask.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    found = kept(args.again) if args.again else read(args.first, args.minutes, args.workers)
    if args.keep:
        args.keep.write_text(json.dumps([asdict(s) for s in found]))
    table = fit(found)
    write(table)
    print(json.dumps(table["measured"], indent=1, ensure_ascii=False))


def kept(files: Sequence[Path]) -> list[Sample]:
    """Samples of one or several runs of the same reader."""
    return [Sample(**s) for file in files for s in json.loads(file.read_text())]


def read(first: int, minutes: float, workers: int) -> list[Sample]:
    """Samples of as many rounds as the time allows, all of tuning seeds."""
    rounds = (min(TUNING, UNSEEN) - first) // len(WAYS)
    kinds = [k for k in ALL_KINDS if paper(k).grammars]
    found: list[Sample] = []
    jobs = plan(kinds, WAYS, first, rounds, by_hand=HANDS)
    for n, more in enumerate(side_by_side(samples_of, jobs, workers, 60 * minutes), start=1):
        found += more
        print(f"\r{n} pages, {len(found)} fields", end="", flush=True)
    print()
    return found


if __name__ == "__main__":
    main()
