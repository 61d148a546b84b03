"""How well a network reads the lines that only count: fonts and words held out.

Out: for each kind of line (hand, print, clean, page) the share read exactly and the share of letters wrong.
"""

import numpy as np
import torch
from rapidfuzz.distance import Levenshtein
from torch import nn

from training.reader import batches, packs
from training.reader.net import said

KINDS = ("hand", "print", "clean", "page")


def judge(net: nn.Module, lines: int = 1000) -> dict[str, float]:
    """Shares by kind: `hand` exact, `hand_letters` wrong, and so on."""
    net.eval()
    found = {}
    for kind in KINDS:
        strips, texts = packs.load(packs.make_judged(kind))
        strips, texts = strips[:lines], texts[:lines]
        order = np.argsort([s.shape[1] for s in strips])
        right, wrong, letters = 0, 0, 0
        for start in range(0, len(order), 32):
            some = order[start : start + 32]
            pixels, *_ = batches.batch_of(
                [strips[n].astype(np.float32) / 255 for n in some], [texts[n] for n in some]
            )
            with torch.no_grad():
                read = said(net(pixels))
            for n, text in zip(some, read, strict=True):
                right += text == texts[n]
                wrong += Levenshtein.distance(text, texts[n])
                letters += len(texts[n])
        found |= {kind: round(right / len(order), 4), f"{kind}_letters": round(wrong / letters, 4)}
    net.train()
    return found
