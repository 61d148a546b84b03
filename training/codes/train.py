"""Trains the net that tells dark modules of worn QR codes and writes `chalicelib/ocr/code_modules.onnx`.

    PYTHONPATH=. var/reader/venv/bin/python training/codes/train.py [--minutes M]

Two CPU cores: one draws, one learns. Seeds are fixed; how far it comes depends on the time it is given.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn

from chalicelib.imaging.code_grid import PER_MODULE, QUIET
from chalicelib.ocr.code_modules import channels
from training.codes.squares import make_square

OUT = Path(__file__).resolve().parents[2] / "chalicelib" / "ocr" / "code_modules.onnx"
SIDE, BATCH, PIECES = 29, 24, 64
"""Modules of a piece of a square, pieces learned at once, squares drawn at once."""
RATE = 3e-3


def build() -> nn.Sequential:
    """Four convolutions that see three modules on each side; about 50,000 weights."""
    seen = PER_MODULE**2 + 2
    return nn.Sequential(
        nn.Conv2d(seen, 48, 3), nn.ReLU(), nn.Conv2d(48, 48, 3), nn.ReLU(),
        nn.Conv2d(48, 48, 3), nn.ReLU(), nn.Conv2d(48, 1, 1),
    )  # fmt: skip


def pieces(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """PIECES squares' pieces of SIDE modules and QUIET around, as the net sees them; and which modules are dark."""
    rng = np.random.default_rng([7, seed])
    seen, dark = [], []
    for _ in range(PIECES):
        drawn, truth = make_square(rng)
        size = len(truth)
        whole = channels(drawn)
        if size < SIDE:
            continue
        top, left = (int(n) for n in rng.integers(0, size - SIDE + 1, 2))
        seen.append(whole[top : top + SIDE + 2 * QUIET, left : left + SIDE + 2 * QUIET])
        dark.append(truth[top : top + SIDE, left : left + SIDE])
    return np.stack(seen).transpose(0, 3, 1, 2), np.stack(dark)[:, None]


def batches(pool: ProcessPoolExecutor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    ahead = [pool.submit(pieces, seed) for seed in range(1, 5)]
    seed = 5
    while True:
        seen, dark = ahead.pop(0).result()
        ahead.append(pool.submit(pieces, seed))
        seed += 1
        for n in range(0, len(seen) - BATCH + 1, BATCH):
            yield torch.from_numpy(seen[n : n + BATCH]), torch.from_numpy(dark[n : n + BATCH])


def main(minutes: float) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    start, net = time.monotonic(), build()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    judged = [torch.from_numpy(a) for a in pieces(0)]
    with ProcessPoolExecutor(1) as pool:
        for step, (seen, dark) in enumerate(batches(pool)):
            spent = (time.monotonic() - start) / 60 / minutes
            for group in optimizer.param_groups:
                group["lr"] = RATE * max(0.01, min(1.0, step / 100) * (1 - spent))
            loss = nn.functional.binary_cross_entropy_with_logits(net(seen), dark, _open(seen))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if step % 200 == 0 or spent >= 1:
                print(
                    step,
                    round(spent * minutes, 1),
                    "minutes; wrong",
                    _wrong(net, judged),
                    flush=True,
                )
            if spent >= 1:
                break
        pool.shutdown(cancel_futures=True)
    torch.onnx.export(
        net.eval(), (torch.zeros(1, PER_MODULE**2 + 2, 55, 55),), OUT, dynamo=False,
        input_names=["samples"], output_names=["odds"],
        dynamic_axes={"samples": {2: "h", 3: "w"}, "odds": {2: "h", 3: "w"}},
    )  # fmt: skip


@torch.no_grad()
def _wrong(net: nn.Module, judged: list[torch.Tensor]) -> float:
    seen, dark = judged
    still = _open(seen) > 0
    return round(float(((net(seen) > 0) != (dark > 0))[still].float().mean()), 5)


def _open(seen: torch.Tensor) -> torch.Tensor:
    """1 where a module is to be told, 0 where it is known: nothing is to be learned there."""
    return (seen[:, -1:, QUIET:-QUIET, QUIET:-QUIET] == 0).float()


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=15)
    main(ask.parse_args().minutes)
