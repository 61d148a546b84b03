"""Lines drawn ahead and kept on disk, so that training never waits for a pen.

A pack is `LINES` lines in one .npz: all strips side by side as one (HIGH, total width) uint8 array, their widths,
texts, and which font each is drawn in. Pack n of a kind is always the same: everything follows from its seed.
"""

import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from training.reader import fonts
from training.reader.ink import strip
from training.reader.text import line

FOLDER = fonts.CACHE / "packs"
LINES = 2000
HAND_SHARE = 0.62


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
    longest = longest or (12 if seed < 8 else 24 if seed < 20 else 46)
    strips, texts, used = [], [], []
    while len(strips) < lines:
        hand = rng.random() < HAND_SHARE
        font = str(rng.choice(hands if hand else prints))
        text = line(lots, longest=longest)
        strips.append(strip(text, font, hand, prints, rng))
        texts.append(text)
        used.append(Path(font).stem)
    _write(path, strips, texts, used)
    return path


def make_judged(kind: str, lines: int = 1000) -> Path:
    """Draw what only counts: fonts and words held out. Kinds: hand and print (worn), clean (print, unworn)."""
    path = FOLDER / f"judged-{kind}.npz"
    if path.exists():
        return path
    seed = {"hand": 1, "print": 2, "clean": 3}[kind]
    rng, lots = np.random.default_rng([seed, 777]), random.Random(seed * 777)
    faces, prints = (
        fonts.files(kind == "hand", held_out=True),
        fonts.files(hand=False, held_out=True),
    )
    strips, texts, used = [], [], []
    for n in range(lines):
        font = faces[n % len(faces)]
        texts.append(line(lots, held_out=True))
        strips.append(strip(texts[-1], font, kind == "hand", prints, rng, worn=kind != "clean"))
        used.append(Path(font).stem)
    _write(path, strips, texts, used)
    return path


def _write(path: Path, strips: list[np.ndarray], texts: list[str], used: list[str]) -> None:
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
    for kind in ("hand", "print", "clean"):
        make_judged(kind)
    first, last, workers = (int(a) for a in sys.argv[1:4])
    with ProcessPoolExecutor(workers) as pool:
        for done in pool.map(make, range(first, last)):
            print(done.name, flush=True)
