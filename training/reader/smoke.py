"""The whole way from nothing to weights that the product loads, tiny: `make reader SMOKE=1`, under three minutes.

No download: print is drawn in the fonts of tests/draw, short lines only, and the net has a few thousand weights.
It proves the machinery, not the reading. Everything lies in the folder that READER_CACHE names.

    READER_CACHE=/tmp/somewhere python -m training.reader.smoke [--minutes 1]
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from training.reader import fonts, packs

DRAWN = Path(__file__).resolve().parents[2] / "tests" / "draw" / "fonts"
BORROWED = {
    "Tinos-Regular": "tinos-400-normal",
    "Arimo-Regular": "arimo-400-normal",
    "Roboto-Regular": "roboto-400-normal",
    "PatrickHand-Regular": "patrick-hand-400-normal",
}


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=1.0)
    args = ask.parse_args()
    fonts.FOLDER.mkdir(parents=True, exist_ok=True)
    for theirs, ours in BORROWED.items():
        shutil.copy(DRAWN / f"{theirs}.ttf", fonts.FOLDER / f"{ours}.ttf")
    for seed in range(2):
        packs.make(seed, lines=200, longest=5)
    for kind in packs.JUDGED:
        packs.make_judged(kind, lines=20)
    run, product = fonts.CACHE / "run", fonts.CACHE / "product"
    here = [sys.executable, "-m"]
    train = ["training.reader.train", "--smoke", "--processes", "1", "--judged", "20"]
    timing = [
        "--minutes",
        str(args.minutes),
        "--save-every",
        str(args.minutes * 6),
        "--run",
        str(run),
    ]
    subprocess.run([*here, *train, *timing], check=True)
    export = ["training.reader.export", "--smoke", "--run", str(run), "--to", str(product)]
    subprocess.run([*here, *export], check=True)
    return judged(run, product)


def judged(run: Path, product: Path) -> int:
    """Did it learn, and does the product read with what was exported? 0 if so."""
    from chalicelib.ocr import recogniser

    curve = json.loads((run / "run.json").read_text("utf-8"))["curve"]
    crop, _, _ = next(iter(packs.judged("clean", 1)))
    line = recogniser.read(crop, folder=product)
    print(f"loss {curve[0]['loss']} -> {curve[-1]['loss']}; the product read {line.text!r}")
    return 0 if curve[-1]["loss"] < curve[0]["loss"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
