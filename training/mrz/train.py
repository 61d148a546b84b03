"""Trains the MRZ character net and writes `chalicelib/ocr/mrz.onnx`. Minutes on two CPU cores.

    python -m venv /tmp/t && /tmp/t/bin/pip install torch onnx onnxscript numpy pillow opencv-python-headless
    PYTHONPATH=. /tmp/t/bin/python training/mrz/train.py [more fixed-width .ttf files]

Seeds are fixed. The fonts: tests/draw/fonts/OCRB.otf (free), then those named (Cousine, DejaVu Sans Mono).
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from chalicelib.ocr.mrz_glyphs import HIGH, WIDE
from training.mrz.strips import NONE, OCRB, make_set

OUT = Path(__file__).resolve().parents[2] / "chalicelib" / "ocr" / "mrz.onnx"
STRIPS, ROUNDS, BATCH = 1600, 5, 128


def build() -> nn.Sequential:
    """Three convolutions, one hidden layer; about 70,000 weights."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.1), nn.Linear(32 * (HIGH // 8) * (WIDE // 8), 128), nn.ReLU(),
        nn.Linear(128, NONE + 1),
    )  # fmt: skip


def main(fonts: list[str]) -> None:
    """Draws, trains, measures on strips never trained on, writes the net."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    start = time.monotonic()
    x, y = (torch.from_numpy(a) for a in make_set(1, STRIPS, [OCRB, *fonts]))
    vx, vy = (torch.from_numpy(a) for a in make_set(2, 200, [OCRB]))
    print(len(x), "patches,", round(time.monotonic() - start), "s", flush=True)
    net = build()
    steps = ROUNDS * (len(x) // BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for turn in range(ROUNDS):
        net.train()
        order = torch.randperm(len(x))
        for n in range(0, len(x) - BATCH + 1, BATCH):
            picked = order[n : n + BATCH]
            loss = nn.functional.cross_entropy(
                net(x[picked].float()), y[picked], label_smoothing=0.01
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            plan.step()
        net.eval()
        with torch.no_grad():
            right = (net(vx.float()).argmax(1) == vy).float()
        print(turn, round(time.monotonic() - start), "s; right", right.mean().item(),
              "characters", right[vy != NONE].mean().item(), flush=True)  # fmt: skip
    torch.onnx.export(
        net, (torch.zeros(1, 1, HIGH, WIDE),), OUT, dynamo=False, input_names=["patches"],
        output_names=["scores"], dynamic_axes={"patches": {0: "n"}, "scores": {0: "n"}},
    )  # fmt: skip
    print(OUT, OUT.stat().st_size, "bytes", np.round(time.monotonic() - start), "s")


if __name__ == "__main__":
    main(sys.argv[1:])
