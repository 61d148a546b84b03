"""Ours against Tesseract on the same held-out lines in the same run, one thread: the table of docs/reader.md.

    python -m training.reader.measure [--lines 1000] [--from DIR]

Exact: the whole line, letter for letter. Both read the same crops as the product's own functions read them;
Tesseract at the height it likes (48 px), which reads these better than as they stand.
"""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from chalicelib.ocr import recogniser, tesseract
from training.reader import packs

Reader = Callable[[np.ndarray], tuple[str, float]]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--lines", type=int, default=1000)
    ask.add_argument("--from", dest="folder", type=Path, default=recogniser.HERE)
    ask.add_argument("--fonts", action="store_true", help="a row for each font too")
    args = ask.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    readers: dict[str, Reader] = {
        "Tesseract": tesseract.reread,
        "ours": lambda crop: _ours(crop, args.folder),
    }
    print("| lines | reader | exact | letters wrong | ms per line (CPU) |\n|---|---|---|---|---|")
    by_font: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for kind in packs.JUDGED:
        lines = list(packs.judged(kind, args.lines))
        for name, read in readers.items():
            read(lines[0][0])
            right = wrong = letters = 0
            begun = time.process_time()
            said = [read(crop)[0] for crop, *_ in lines]
            spent = time.process_time() - begun
            for text, (_, truth, font) in zip(said, lines, strict=True):
                right += text == truth
                wrong += Levenshtein.distance(text, truth)
                letters += len(truth)
                by_font[name, font].append(text == truth)
            shares = f"{right / len(lines):.3f} | {wrong / letters:.4f}"
            print(f"| {kind} | {name} | {shares} | {1000 * spent / len(lines):.1f} |", flush=True)
    if args.fonts:
        for (name, font), found in sorted(by_font.items()):
            print(f"{name} {font} {np.mean(found):.3f} of {len(found)}")


def _ours(crop: np.ndarray, folder: Path) -> tuple[str, float]:
    line = recogniser.read(crop, folder=folder)
    return line.text, line.sure


if __name__ == "__main__":
    main()
