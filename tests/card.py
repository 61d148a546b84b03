"""The accuracy card: draw papers of seeds nobody tuned on, read them, compare every field, write it down.

`python -m tests.card` reads every kind in every picture and by hand and writes docs/accuracy.md, within `--minutes`;
`--pages` grows it. `--from 0 --show-errors` is for tuning, on seeds under 2000, and writes nothing.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.procedures.sureness import threshold
from tests.draw.cards import draw_card, draw_copy
from tests.draw.degrade import STYLES, degrade
from tests.draw.drawing import KINDS as DRAWN_KINDS
from tests.draw.drawing import UNSEEN, draw
from tests.draw.drawn import Drawn, Truth
from tests.side_by_side import side_by_side
from tests.tally import Outcome, Page
from tests.tally_card import write_card

OUT = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
KINDS = ("to_khai_khai_sinh", "giay_chung_sinh", "cccd")  # what is filed most
ALL_KINDS = (*KINDS, *(k for k in DRAWN_KINDS if k not in KINDS))
NOT_BY_HAND = ("cccd", "khac")
COPIED = ("photocopy", "phone")
"""Papers filled in by hand are scanned in every round; beside that a round of each of these."""
WAYS = (*STYLES, "hand")
CHANNELS = {"clean": "desk", "scan": "desk", "photocopy": "archive", "phone": "mobile"}
"""How papers in such pictures mostly come."""


@dataclass(frozen=True, slots=True)
class Job:
    kind: str
    style: str
    seed: int
    hand: bool = False


def draw_job(job: Job) -> tuple[Drawn, bytes]:
    """Identity cards are photographed one side at a time; scanned and copied they lie on A4, both sides."""
    if job.kind != "cccd":
        page = draw(job.kind, job.seed, hand=job.hand)
        return page, degrade(page, job.style, job.seed)
    card = "2024" if job.seed // 2 % 2 else "chip"
    if job.style == "phone":
        page = draw_card("back" if job.seed % 2 else "front", job.seed, card=card)
    else:
        page = draw_copy(job.seed, card=card)
    return page, degrade(page, job.style, job.seed)


def read_job(job: Job) -> Page:
    """Draw, read and compare one page."""
    from chalicelib.errors import DossierError
    from chalicelib.reading import read_file

    page, data = draw_job(job)
    start = time.monotonic()
    try:
        papers: Any = read_file(data).reading.papers
    except DossierError as e:
        print(f"{job}: {type(e).__name__}: {e}", file=sys.stderr)
        papers = ()
    seconds = time.monotonic() - start
    mine = [p for p in papers if p.kind == page.kind]
    fields = dict(mine[0].fields) if mine else {}
    return Page(
        kind=job.kind + (" (hand)" if job.hand else ""),
        style=job.style,
        seed=job.seed,
        kind_right=[p.kind for p in papers] == [page.kind],
        kind_confidence=papers[0].kind_confidence if papers else 0.0,
        seconds=seconds,
        outcomes=tuple(compare(job, page.truth, fields)),
        invented=tuple(
            Outcome(key, None, f.value, f.confidence, False, _is_sure(job, key, f.confidence))
            for key, f in fields.items()
            if key not in page.truth and f.value is not None
        ),
    )


def compare(job: Job, truths: Truth, fields: dict[str, Any]) -> Iterator[Outcome]:
    """Every field of the truth; a field not given is wrong, also where the paper is blank."""
    for key, truth in truths.items():
        found = fields.get(key)
        if found is None:
            yield Outcome(key, truth, None, None, False)
        else:
            right = found.value == truth and type(found.value) is type(truth)
            sure = _is_sure(job, key, found.confidence)
            yield Outcome(key, truth, found.value, found.confidence, right, sure)


def _is_sure(job: Job, key: str, confidence: float) -> bool:
    return confidence >= threshold(job.kind, key, CHANNELS[job.style])


def plan(
    kinds: Iterable[str],
    ways: Iterable[str],
    first: int,
    pages: int,
    by_hand: Sequence[str] = ("scan",),
) -> Iterator[Job]:
    """Round by round every kind in every way, each page of a seed of its own, so that layouts vary.

    Papers filled in by hand are taken in the ways of `by_hand` in turn.
    """
    every, step = tuple(kinds), len(WAYS)
    for n in range(pages):
        for kind in every:
            for way in ways:
                seed = first + n * step + WAYS.index(way)
                if way != "hand":
                    yield Job(kind, way, seed)
                elif kind not in NOT_BY_HAND:
                    yield Job(kind, by_hand[n % len(by_hand)], seed, True)


def run(jobs: list[Job], show_errors: bool, workers: int, minutes: float) -> list[Page]:
    pages = []
    for page in side_by_side(read_job, jobs, workers, 60 * minutes):
        pages.append(page)
        print(
            f"[{len(pages)}/{len(jobs)}] {page.kind} {page.style} {page.seed}: "
            f"{page.right}/{len(page.outcomes)} "
            f"{'' if page.kind_right else 'KIND WRONG '}{page.seconds:.1f} s",
            flush=True,
        )
        if show_errors:
            print_errors(page)
    return pages


def print_errors(page: Page) -> None:
    """What a tuner looks at; of held-back seeds nobody does."""
    for o in page.outcomes:
        if not o.right:
            said = "absent" if o.confidence is None else f"{o.confidence:.2f}"
            print(
                f"    {o.key}: {o.value!r} ({said}{', SURE' if o.sure else ''}), truth {o.truth!r}"
            )
    for o in page.invented:
        print(f"    {o.key}: {o.value!r} ({o.confidence:.2f}), not on the paper")


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--pages", type=int, default=4, help="of each kind in each way")
    ask.add_argument("--minutes", type=float, default=10, help="no page is begun after these")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--from", dest="first", type=int, default=UNSEEN)
    ask.add_argument("--kinds", nargs="+", default=ALL_KINDS, choices=ALL_KINDS)
    ask.add_argument("--ways", nargs="+", default=WAYS, choices=WAYS)
    ask.add_argument("--show-errors", action="store_true")
    args = ask.parse_args(argv)
    if args.show_errors and args.first >= UNSEEN:
        ask.error("nobody looks at single errors of the card's own seeds")
    return args


def main(argv: list[str] | None = None) -> int:
    args = _arguments(argv)
    os.environ["OMP_THREAD_LIMIT"] = "1"
    jobs = list(plan(args.kinds, args.ways, args.first, args.pages))
    if args.ways is WAYS:
        more = args.first + args.pages * len(WAYS)
        jobs += plan(args.kinds, ("hand",), more, len(COPIED), by_hand=COPIED)
    pages = run(jobs, args.show_errors, args.workers, args.minutes)
    whole = args.first == UNSEEN and args.kinds is ALL_KINDS and args.ways is WAYS
    text = write_card(pages, args.first, planned=len(jobs), whole=whole)
    if whole:
        from tests.plots import draw_plots

        OUT.write_text(text, encoding="utf-8")
        draw_plots(pages, OUT.parent)
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
