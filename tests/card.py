"""The accuracy card: draw papers of seeds nobody tuned on, read them, compare every field, write it down.

`python -m tests.card` writes docs/accuracy.md. `--small` is the size for every push: other seeds, no file, exit
status 1 when clean or scan falls under 0.95 or phone under 0.90. `--from 0 --seeds 3 --show-errors` is for tuning.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.procedures.sureness import threshold
from tests.draw.cards import draw_card, draw_copy
from tests.draw.degrade import STYLES, degrade
from tests.draw.drawing import KINDS as DRAWN_KINDS
from tests.draw.drawing import draw
from tests.draw.drawn import Drawn, Truth
from tests.tally import Outcome, Page, write_card

OUT = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
KINDS = ("to_khai_khai_sinh", "giay_chung_sinh", "cccd")  # what a card covers unless told
ALL_KINDS = (*KINDS, *(k for k in DRAWN_KINDS if k not in KINDS))
HELD_BACK, EVERY_PUSH = 9000, 5000
CHANNELS = {"clean": "desk", "scan": "desk", "photocopy": "archive", "phone": "mobile"}
"""How papers in such pictures mostly come."""
FLOORS = {"clean": 0.95, "scan": 0.95, "phone": 0.90}


@dataclass(frozen=True, slots=True)
class Job:
    kind: str
    style: str
    seed: int
    hand: bool = False


def draw_job(job: Job) -> tuple[Drawn, bytes]:
    """Cards are photographed one side at a time; scanned and copied they lie on A4, both sides."""
    if job.kind != "cccd":
        page = draw(job.kind, job.seed, hand=job.hand)
    elif job.style == "phone":
        page = draw_card(
            "front" if job.seed % 2 == 0 else "back",
            job.seed,
            card="2024" if job.seed % 5 == 4 else "chip",
        )
    else:
        page = draw_copy(job.seed, card="2024" if job.seed % 5 == 4 else "chip")
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
    kinds: Iterable[str], styles: Iterable[str], first: int, seeds: int, hand: bool
) -> list[Job]:
    jobs = [Job(k, s, first + i) for i in range(seeds) for k in kinds for s in styles]
    if hand:
        jobs += [
            Job(k, "scan", first + i, True) for i in range(seeds) for k in kinds if k != "cccd"
        ]
    return jobs


def run(jobs: list[Job], show_errors: bool) -> list[Page]:
    pages = []
    for i, job in enumerate(jobs, start=1):
        page = read_job(job)
        pages.append(page)
        print(
            f"[{i}/{len(jobs)}] {page.kind} {job.style} {job.seed}: {page.right}/{len(page.outcomes)} "
            f"{'' if page.kind_right else 'KIND WRONG '}{page.seconds:.1f} s",
            flush=True,
        )
        if show_errors:
            for o in page.outcomes:
                if not o.right:
                    sure = "absent" if o.confidence is None else f"{o.confidence:.2f}"
                    print(f"    {o.key}: {o.value!r} ({sure}), truth {o.truth!r}")
    return pages


def fallen(pages: list[Page]) -> list[str]:
    """Which floors were broken, in words."""
    found = []
    for style, floor in FLOORS.items():
        mine = [p for p in pages if p.style == style and "hand" not in p.kind]
        total = sum(len(p.outcomes) for p in mine)
        right = sum(p.right for p in mine)
        if total and right / total < floor:
            found.append(f"{style}: {right}/{total} = {right / total:.3f} < {floor}")
    return found


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seeds", type=int, default=12, help="pages of each kind and style")
    ask.add_argument("--from", dest="first", type=int, default=HELD_BACK)
    ask.add_argument("--small", action="store_true")
    ask.add_argument("--kinds", nargs="+", default=KINDS, choices=ALL_KINDS)
    ask.add_argument("--styles", nargs="+", default=STYLES, choices=STYLES)
    ask.add_argument("--no-hand", action="store_true")
    ask.add_argument("--show-errors", action="store_true")
    return ask.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    args = _arguments(argv)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    if args.small:
        args.first = EVERY_PUSH
        jobs = plan(args.kinds, tuple(FLOORS), args.first, 3, hand=False)
    else:
        jobs = plan(args.kinds, args.styles, args.first, args.seeds, hand=not args.no_hand)
    pages = run(jobs, args.show_errors)
    text = write_card(pages, args.first)
    whole = args.first == HELD_BACK and tuple(args.kinds) == KINDS and tuple(args.styles) == STYLES
    if whole:
        from tests.plots import draw_plots

        OUT.write_text(text, encoding="utf-8")
        draw_plots(pages, OUT.parent)
    print(text)
    broken = fallen(pages) if args.small else []
    print("\n".join(f"FLOOR BROKEN {b}" for b in broken))
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
