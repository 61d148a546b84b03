"""Lines drawn ahead and kept on disk, so that training never waits for a pen.

A pack is `LINES` lines in one .npz: all strips side by side as one (HIGH, total width) uint8 array, their widths,
texts, and which font each is drawn in. Pack n of a kind is always the same: everything follows from its seed.
"""

import multiprocessing as mp
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from chalicelib.ocr.recogniser import strip_of
from training.reader import fonts
from training.reader.ink import crop, strip
from training.reader.page_ink import page_crop
from training.reader.page_text import LONGEST, page_line, said
from training.reader.text import line

FOLDER = fonts.CACHE / "packs"
LINES = 2000
HAND_SHARE = 0.62
PAGE_SHARE = 0.55
SHORT = ((8, 12), (20, 24))  # packs before this number: letters a line
JUDGED = {
    "hand": (1, True, True),
    "print": (2, False, True),
    "clean": (3, False, False),
    "page": (4, False, True),
}
"""Kind of judged lines: (seed, handwriting-like?, worn?); `page` are whole lines, filled in by hand or print."""


def path_of(seed: int) -> Path:
    return FOLDER / f"{seed:05d}.npz"


def make(seed: int, lines: int = LINES, longest: int = 0) -> Path:
    """Draw training pack number `seed`, if it is not there yet. Early packs hold short lines: easier to begin with."""
    path = path_of(seed)
    if path.exists():
        return path
    cv2.setNumThreads(1)
    rng, lots = np.random.default_rng([seed, 20261124]), random.Random(seed)
    hands, prints = fonts.files(hand=True, held_out=False), fonts.files(hand=False, held_out=False)
    short = longest or next((most for before, most in SHORT if seed < before), 0)
    strips, texts, used = [], [], []
    while len(strips) < lines:
        if not short and rng.random() < PAGE_SHARE:
            pieces = page_line(lots, longest=int(rng.choice((LONGEST, 60))))
            strips.append(strip_of(page_crop(pieces, hands, prints, rng)))
            texts.append(said(pieces))
            used.append("page")
            continue
        hand = rng.random() < HAND_SHARE and bool(hands)
        font = str(rng.choice(hands if hand else prints))
        text = line(lots, longest=short or 46)
        strips.append(strip(text, font, hand, prints, rng))
        texts.append(text)
        used.append(Path(font).stem)
    write(path, strips, texts, used)
    return path


def judged(kind: str, lines: int = 1000) -> Iterator[tuple[np.ndarray, str, str]]:
    """(crop, text, font) of lines that only count: fonts and words held out. See `JUDGED`."""
    seed, hand, worn = JUDGED[kind]
    if kind == "page":
        yield from _judged_pages(seed, lines)
        return
    rng, lots = np.random.default_rng([seed, 777]), random.Random(seed * 777)
    faces, prints = fonts.files(hand, held_out=True), fonts.files(hand=False, held_out=True)
    for n in range(lines):
        font = faces[n % len(faces)]
        text = line(lots, held_out=True)
        yield crop(text, font, hand, prints, rng, worn=worn), text, Path(font).stem


def _judged_pages(seed: int, lines: int) -> Iterator[tuple[np.ndarray, str, str]]:
    rng, lots = np.random.default_rng([seed, 777]), random.Random(seed * 777)
    hands, prints = fonts.files(hand=True, held_out=True), fonts.files(hand=False, held_out=True)
    for _ in range(lines):
        pieces = page_line(lots, held_out=True)
        yield page_crop(pieces, hands, prints, rng), said(pieces), "page"


def make_judged(kind: str, lines: int = 1000) -> Path:
    """A pack of `judged` lines, drawn if it is not there yet."""
    path = FOLDER / f"judged-{kind}.npz"
    if not path.exists():
        cuts, texts, used = zip(*judged(kind, lines), strict=True)
        write(path, [strip_of(c) for c in cuts], list(texts), list(used))
    return path


def write(path: Path, strips: list[np.ndarray], texts: list[str], used: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    widths = np.array([s.shape[1] for s in strips], np.int32)
    np.savez(part, pixels=np.concatenate(strips, axis=1), widths=widths, texts=texts, fonts=used)
    part.rename(path)


def drawn() -> list[Path]:
    """The training packs that are there, in order."""
    return sorted(FOLDER.glob("[0-9][0-9][0-9][0-9][0-9].npz"))


def load(path: Path) -> tuple[list[np.ndarray], list[str]]:
    """The strips of a pack and their texts."""
    pack = np.load(path)
    ends = np.cumsum(pack["widths"])[:-1]
    return np.split(pack["pixels"], ends, axis=1), [str(t) for t in pack["texts"]]


if __name__ == "__main__":
    for kind in JUDGED:
        make_judged(kind)
    first, last, workers = (int(a) for a in sys.argv[1:4])
    # Not forked: OpenCV's threads, which drew the judged lines, don't survive it and their locks do.
    with ProcessPoolExecutor(workers, mp.get_context("spawn")) as pool:
        for done in pool.map(make, range(first, last)):
            print(done.name, flush=True)
