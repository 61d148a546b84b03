"""Packs become batches: lines of like width side by side, each worn a little anew every time it comes round.

In: paths of packs and a seed. Out, without end: (strips (n, 1, HIGH, wide) float32, widths in frames, targets,
lengths of targets), sized so that every batch costs about the same.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from chalicelib.ocr.recogniser import HIGH, LETTERS
from training.reader import packs

COLUMNS = 64 * 256  # pixels of width in one batch
POOL = 3  # packs mixed at a time
CLASS_OF = {letter: n + 1 for n, letter in enumerate(LETTERS)}
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def renewed(strip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The strip wider or narrower, higher or lower, fainter or noisier: an old line seen anew."""
    wide = max(16, round(strip.shape[1] * rng.uniform(0.86, 1.16)))
    strip = cv2.resize(strip, (wide, HIGH), interpolation=cv2.INTER_LINEAR)
    high = rng.uniform(0.88, 1.08)
    move = np.array(
        [[1, 0, 0], [0, high, HIGH / 2 * (1 - high) + rng.uniform(-2.5, 2.5)]], np.float32
    )
    ink = cv2.warpAffine(strip, move, (wide, HIGH)).astype(np.float32) / 255
    ink = ink ** rng.uniform(0.7, 1.4) * rng.uniform(0.75, 1.1)
    if rng.random() < 0.3:
        ink += rng.uniform(0, 0.1) * rng.standard_normal(ink.shape, np.float32)
    return ink


def batch_of(strips: list[np.ndarray], texts: list[str]) -> Batch:
    """One batch out of float strips; padded with paper to a width that 16 divides."""
    widest = max(s.shape[1] for s in strips)
    pixels = np.zeros((len(strips), 1, HIGH, -(-widest // 16) * 16), np.float32)
    for n, strip in enumerate(strips):
        pixels[n, 0, :, : strip.shape[1]] = strip
    targets = torch.tensor([CLASS_OF[c] for text in texts for c in text])
    frames = torch.full((len(strips),), pixels.shape[3] // 4)
    return torch.from_numpy(pixels), frames, targets, torch.tensor([len(t) for t in texts])


def grouped(widths: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Indices of lines in batches of like width, the batches in random order."""
    order = np.argsort(widths * rng.uniform(0.9, 1.1, len(widths)))
    groups, start = [], 0
    while start < len(order):
        count = max(4, COLUMNS // (int(widths[order[min(start + 63, len(order) - 1)]]) + 16))
        groups.append(order[start : start + count])
        start += count
    rng.shuffle(groups)
    return groups


def endless(
    paths: Callable[[], list[Path]], seed: int, *, in_order: bool = True
) -> Iterator[Batch]:
    """Batches for ever; the first round takes the packs in their order, short lines first, if told to."""
    rng, order = np.random.default_rng(seed), paths()
    if not in_order:
        rng.shuffle(order)
    while True:
        for at in range(0, len(order), POOL):
            loaded = [packs.load(p) for p in order[at : at + POOL]]
            strips = [s for pack in loaded for s in pack[0]]
            texts = [t for pack in loaded for t in pack[1]]
            for group in grouped(np.array([s.shape[1] for s in strips]), rng):
                yield batch_of([renewed(strips[n], rng) for n in group], [texts[n] for n in group])
        order = paths()
        rng.shuffle(order)
