"""The whole way from nothing to weights that the product loads, tiny: `make reader SMOKE=1`, under three minutes.

Draws, trains, breaks off, goes on from the checkpoint, exports, and reads with the product's own loader. No download:
the lines are numbers in the print of tests/draw, the net has some 37,000 weights. It counts steps, not minutes, so
that it ends the same on a busy machine. It fails if held-out numbers, in a font of their own, are not mostly read.

    READER_CACHE=/tmp/somewhere python -m training.reader.smoke
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from chalicelib.ocr import recogniser
from training.reader import batches, fonts, ink, packs, train

DRAWN = Path(__file__).resolve().parents[2] / "tests" / "draw" / "fonts"
TRAINED, JUDGED = ("Tinos-Regular", "Arimo-Regular", "Arimo-Bold"), ("Roboto-Regular",)
LINES, STEPS, BROKEN_OFF = 900, 240, 10
COLUMNS = 4096  # a fourth of what a true batch has
MOST_WRONG = 0.3  # of letters; a net that learned nothing has 0.9 to 1


class Counted(train.Training):
    """A training that is done after so many steps, however long they take."""

    steps = STEPS

    def shared(self, done: float) -> float:
        return (self.step + 1) / self.steps


def numbers(seed: int, lines: int, faces: tuple[str, ...]) -> Iterator[tuple[np.ndarray, str, str]]:
    """(crop, text, font) of lines of three to six figures, straight from the printer."""
    lots, rng = random.Random(seed), np.random.default_rng(seed)
    for n in range(lines):
        text = "".join(lots.choice("0123456789") for _ in range(lots.randint(3, 6)))
        path = str(DRAWN / f"{faces[n % len(faces)]}.ttf")
        yield ink.crop(text, path, False, (), rng, worn=False), text, path


def draw() -> None:
    """A pack to train on, and the small judged packs that every checkpoint asks for."""
    for path, lines, faces in (
        (packs.path_of(0), LINES, TRAINED),
        *((packs.FOLDER / f"judged-{kind}.npz", 20, JUDGED) for kind in packs.JUDGED),
    ):
        crops, texts, used = zip(*numbers(lines, lines, faces), strict=True)
        packs.write(path, [recogniser.strip_of(c) for c in crops], list(texts), list(used))


def teach(run: Path) -> list[dict[str, float]]:
    """Train, break off after a few steps, go on; the course of it."""
    batches.COLUMNS = COLUMNS
    asked = ["--smoke", "--processes", "1", "--judged", "20", "--run", str(run)]
    for Counted.steps in (BROKEN_OFF, STEPS):
        Counted(0, train.arguments(asked)).go()
    curve: list[dict[str, float]] = json.loads((run / "run.json").read_text("utf-8"))["curve"]
    return curve


def wrong_letters(product: Path) -> float:
    """Share of letters wrong of numbers in another font, read as the product reads."""
    lines = list(numbers(seed=2, lines=60, faces=JUDGED))
    said = [recogniser.read(crop, folder=product).text for crop, *_ in lines]
    wrong = sum(Levenshtein.distance(s, t) for s, (_, t, _) in zip(said, lines, strict=True))
    return wrong / sum(len(text) for _, text, _ in lines)


def main() -> int:
    """0 if it went on from its checkpoint, learned, and the product reads with what came of it."""
    cv2.setNumThreads(1)
    draw()
    run, product = fonts.CACHE / "run", fonts.CACHE / "product"
    first, last = (curve := teach(run))[0], curve[-1]
    export = [sys.executable, "-m", "training.reader.export", "--smoke"]
    subprocess.run([*export, "--run", str(run), "--to", str(product)], check=True)
    wrong = wrong_letters(product)
    went_on = (first["step"], last["step"]) == (BROKEN_OFF, STEPS)
    print(f"loss {first['loss']} -> {last['loss']}; the product reads {wrong:.0%} of letters wrong")
    return 0 if went_on and last["loss"] < first["loss"] and wrong < MOST_WRONG else 1


if __name__ == "__main__":
    raise SystemExit(main())
