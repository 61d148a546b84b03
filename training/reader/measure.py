"""Ours against Tesseract on the same held-out lines in the same run, one thread; writes the tables of docs/reader.md.

    python -m training.reader.measure [--lines 1000] [--anew]

In: the landed weights and the judged lines, drawn again in the fonts of `fonts.py`. Exact: the whole line, letter for
letter. All read the same crops as the product's own functions read them; Tesseract at the height it likes (48 px),
which reads these better than as they stand. Each finished training is kept in `runs.json`; `--anew` says that these
weights began from nothing and not from the ones before.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from rapidfuzz.distance import Levenshtein

from chalicelib.extraction import spelling
from chalicelib.extraction.letters import without_tone
from chalicelib.ocr import decoding, recogniser, tesseract
from training.reader import fonts, packs, text
from training.reader.pages import fill

HERE = Path(__file__).resolve().parent
FLOATS = fonts.CACHE / "run" / "plain.onnx"
PAGE, RUNS = HERE.parents[1] / "docs" / "reader.md", HERE / "runs.json"
NAMES = {
    "hand": "handwriting-like, worn",
    "print": "print, worn",
    "clean": "print, clean",
    "page": "whole lines, worn",
}
WANTED = {"hand": 0.85, "print": 0.96, "clean": 0.99}
PLAIN, PRODUCT = "ours, letter by letter", "ours, as papers are read"
FLOAT = "ours, letter by letter, in float32"
STOCKS = ("given", "middle", "surname", "street", "facility", "ward", "ward_2025")

Reader = Callable[[np.ndarray], str]
Line = tuple[np.ndarray, str, str]  # crop, text, font


@dataclass(frozen=True, slots=True)
class Tally:
    """How one reader read some lines: which ones rightly, letters wrong, milliseconds a line."""

    right: tuple[bool, ...]
    wrong_letters: float
    ms: float

    @property
    def exact(self) -> float:
        return float(np.mean(self.right))


def tally(read: Reader, lines: Sequence[Line]) -> Tally:
    """Read them all; the first one twice, so that loading is not counted."""
    read(lines[0][0])
    begun = time.process_time()
    said = [read(crop) for crop, *_ in lines]
    spent = time.process_time() - begun
    wrong = sum(Levenshtein.distance(s, t) for s, (_, t, _) in zip(said, lines, strict=True))
    right = tuple(s == t for s, (_, t, _) in zip(said, lines, strict=True))
    return Tally(right, wrong / sum(len(t) for _, t, _ in lines), 1000 * spent / len(lines))


def readers() -> dict[str, Reader]:
    """By name; the third is told no word that judged lines alone have."""
    withheld, usual = spelling.weigher(struck()), spelling.usual()
    return {
        "Tesseract": lambda crop: tesseract.reread(crop)[0],
        **({FLOAT: in_float32(FLOATS)} if FLOATS.exists() else {}),
        PLAIN: lambda crop: recogniser.read(crop).text,
        "ours, held-out words struck from the lists": lambda crop: (
            recogniser.read(crop, weigh=withheld).text
        ),
        PRODUCT: lambda crop: recogniser.read(crop, weigh=usual).text,
    }


def in_float32(path: Path) -> Reader:
    """The net before it was made whole numbers, read like the product's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    net = onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )

    def read(crop: np.ndarray) -> str:
        pixels = recogniser.pixels_of(recogniser.strip_of(crop))
        return decoding.spelled(net.run(None, {"strip": pixels})[0][0]).text

    return read


def struck() -> frozenset[spelling.Bare]:
    """The known words without those that stand in held-out lists alone."""
    kept = {w for name in STOCKS for line in text.stock(name, held_out=False) for w in _bare(line)}
    kept |= {w for lines in text.closed().values() for line in lines for w in _bare(line)}
    gone = {w for name in STOCKS for line in text.stock(name, held_out=True) for w in _bare(line)}
    return spelling.known() - (gone - kept)


def _bare(line: str) -> list[spelling.Bare]:
    return [without_tone(word) for word in re.findall(r"[^\W\d_]+", line)]


def lines_table(found: dict[str, dict[str, Tally]], count: int) -> str:
    """A row for each kind of lines and reader."""
    rows = [
        f"{count} lines of each kind.\n",
        "| lines | reader | exact | wanted | letters wrong | ms a line |\n|---|---|---|---|---|---|",
    ]
    for kind, tallies in found.items():
        for name, t in tallies.items():
            wanted = f"{WANTED[kind]:.2f}" if name == PRODUCT and kind in WANTED else ""
            rows.append(
                f"| {NAMES[kind]} | {name} | {t.exact:.3f} | {wanted} | {t.wrong_letters:.4f} | {t.ms:.1f} |"
            )
    return "\n".join(rows)


def fonts_table(lines: dict[str, list[Line]], found: dict[str, dict[str, Tally]]) -> str:
    """Each held-out style, worst first, worn lines."""
    shares: dict[str, list[tuple[bool, bool]]] = {}
    for kind in ("hand", "print"):
        pairs = zip(found[kind][PLAIN].right, found[kind][PRODUCT].right, strict=True)
        for (_, _, font), pair in zip(lines[kind], pairs, strict=True):
            shares.setdefault(font, []).append(pair)
    ranked = sorted((np.mean(pairs, axis=0).tolist()[::-1], f) for f, pairs in shares.items())
    rows = [f"| {f} | {plain:.2f} | {usual:.2f} |" for (usual, plain), f in ranked]
    return "\n".join([f"| style, worn | {PLAIN} | {PRODUCT} |", "|---|---|---|", *rows])


def facts(about: dict) -> str:
    """What reader.json says of the landed weights."""
    size = (recogniser.HERE / "reader.onnx").stat().st_size / 1e6
    run = about["trained"]
    return "\n".join((
        "| | |", "|---|---|",
        f"| weights | {about['weights']:,} ({size:.1f} MB) |",
        f"| classes | {len(about['letters'])} letters and the blank |",
        f"| SHA-256 | `{about['sha256'][:16]}…` |",
        f"| steps | {run['steps']:,} of {run['processes']} process(es) |",
        f"| lines seen | {run.get('lines_seen', run['steps'] * run['processes'] * 64):,} |",
        f"| minutes by the clock | {run['minutes']:.0f} |",
        f"| packs drawn | {run['packs']} ({run['packs'] * packs.LINES:,} lines) |",
        f"| seed | {run['seed']} |",
        f"| made with | torch {run['torch']}, Python {run['python']}, {run['machine']} |",
    ))  # fmt: skip


def kept(about: dict, found: dict[str, dict[str, Tally]], anew: bool) -> list[dict]:
    """The finished trainings, this one last; `batches` (64 lines) are all that its weights have seen."""
    old = json.loads(RUNS.read_text("utf-8")) if RUNS.exists() else []
    before = [run for run in old if run["sha256"] != about["sha256"]]
    run = about["trained"]
    batches = run["lines_seen"] // 64 if "lines_seen" in run else run["steps"] * run["processes"]
    mine = {
        "sha256": about["sha256"], "weights": about["weights"], "hours": round(run["minutes"] / 60, 2),
        "batches": batches + (0 if anew or not before else before[-1]["batches"]), "new_batches": batches,
    }  # fmt: skip
    mine |= {kind: round(tallies[PLAIN].exact, 4) for kind, tallies in found.items()}
    return [*before, mine]


def promise(runs: list[dict]) -> str:
    """What more hours would bring if errors went on falling as between the last two trainings."""
    rows = [f"| batches seen | {' | '.join(packs.JUDGED)} |", f"|---|{'---|' * len(packs.JUDGED)}"]
    for run in runs:
        shares = (f"{run[kind]:.3f}" if kind in run else "" for kind in packs.JUDGED)
        rows.append(f"| {run['batches']:,} | {' | '.join(shares)} |")
    told = "; ".join(f"{NAMES[kind]}: {_hours_to(kind, runs)}" for kind in WANTED)
    return "\n".join([*rows, "", f"More hours to what is wanted, letter by letter: {told}."])


def _hours_to(kind: str, runs: list[dict]) -> str:
    """A power law through two points, at the pace of the last training."""
    wrong, wanted = [1 - run[kind] for run in runs], 1 - WANTED[kind]
    if wrong[-1] <= wanted:
        return "reached"
    if len(runs) < 2 or wrong[-1] >= wrong[-2] or runs[-1]["batches"] <= runs[-2]["batches"]:
        return "nothing to tell by"
    before, last = runs[-2], runs[-1]
    slope = log(wrong[-2] / wrong[-1]) / log(last["batches"] / before["batches"])
    needed = last["batches"] * ((wrong[-1] / wanted) ** (1 / slope) - 1)
    return f"about {needed * last['hours'] / last['new_batches']:.1f}"


def measured(count: int) -> Iterator[tuple[str, list[Line], dict[str, Tally]]]:
    for kind in packs.JUDGED:
        lines = list(packs.judged(kind, count))
        found = {name: tally(read, lines) for name, read in readers().items()}
        print(kind, {name: round(t.exact, 3) for name, t in found.items()}, flush=True)
        yield kind, lines, found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--lines", type=int, default=1000, help="of each kind")
    ask.add_argument("--anew", action="store_true")
    args = ask.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    about = json.loads((recogniser.HERE / "reader.json").read_text("utf-8"))
    lines, found = {}, {}
    for kind, *both in measured(args.lines):
        lines[kind], found[kind] = both
    runs = kept(about, found, args.anew)
    RUNS.write_text(json.dumps(runs, indent=1) + "\n", "utf-8")
    fill(PAGE, "held-out lines", lines_table(found, args.lines))
    fill(PAGE, "styles", fonts_table(lines, found))
    fill(PAGE, "landed weights", facts(about))
    fill(PAGE, "promise", promise(runs))


if __name__ == "__main__":
    main()
