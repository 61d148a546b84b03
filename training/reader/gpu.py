"""The same training on one GPU, while the processor's cores go on drawing lines beside it.

    python -m training.reader.gpu --seconds 500 --to FOLDER [--start training/reader/start.pt] [--draw 14]

In: fonts and weights to begin with. Out: `weights.pt` and `run.json`, what `train.py` leaves too, saved again and again
so that a machine taken away costs a minute. All lines drawn so far lie on the card; each batch wears its lines a
little anew there, as `batches.renewed` does on a processor. Not equal bit for bit from run to run.
"""

import argparse
import json
import math
import multiprocessing as mp
import os
import platform
import queue
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from chalicelib.ocr.recogniser import HIGH
from training.reader import batches, packs
from training.reader.net import Net, said
from training.reader.steps import SEED, optimisers, rate

COLUMNS = 288 * 1024  # pixels of width in one batch
ROOM = 600_000_000  # pixels of width of all lines together: 24 GB
POOL = 24_000  # lines that are sorted by width and batched together
FIRST, PACK = 1000, 500  # number of the first pack, lines of each
JUDGED = 300
WIDER = (0.86, 1.16)
ROOMS = tuple(16 * math.ceil(1.12**n) for n in range(1, 60))
CARD = "cuda" if torch.cuda.is_available() else "cpu"


def room_for(wide: int) -> int:
    """Pixels that batches give a line: few widths, so that the card plans each shape once, not at each step.

    On an H200 a step of a shape not met before took 100 ms and more, of one met 44 (probe of 2026-11-28).
    """
    return next(r for r in ROOMS if r >= wide * WIDER[1])


def draw(first: int, step: int) -> None:
    """Packs without end, until the process is stopped."""
    torch.set_num_threads(1)
    os.nice(10)  # the card must not wait for a pen
    while True:
        packs.make(first, PACK)
        first += step


class Store:
    """All lines on the card, side by side; where each begins, how wide it is, what it says."""

    def __init__(self, room: int) -> None:
        self.pixels = torch.zeros((HIGH, room), dtype=torch.uint8, device=CARD)
        self.end, self.rng = 1, np.random.default_rng(SEED)
        self.starts, self.widths = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.texts: list[str] = []
        self.letters: list[np.ndarray] = []

    def add(self, pixels: np.ndarray, widths: np.ndarray, texts: list[str]) -> None:
        """One pack, if there is room."""
        wide = pixels.shape[1]
        if self.end + wide + 1 >= self.pixels.shape[1]:
            return
        self.pixels[:, self.end : self.end + wide] = torch.from_numpy(pixels).to(CARD)
        self.starts = np.append(self.starts, self.end + np.cumsum(widths) - widths)
        self.widths = np.append(self.widths, widths)
        self.texts += texts
        self.letters += [np.array([batches.CLASS_OF[c] for c in t], np.int64) for t in texts]
        self.end += wide

    def batch(self, some: np.ndarray, worn: bool = True) -> batches.Batch:
        """These lines as the net gets them, each a little different every time if `worn`."""
        times = self.rng.uniform(*WIDER, len(some)) if worn else 1.0
        goal = np.maximum(np.rint(self.widths[some] * times), 16).astype(np.int64)
        wide = room_for(self.widths[some].max())
        place = np.stack((self.starts[some], self.widths[some], goal))
        start, width, to = torch.from_numpy(place).to(CARD, non_blocking=True).view(3, -1, 1, 1)
        ink = self._gathered(start, width, to, wide, worn)
        pixels = ink.unsqueeze(1).to(memory_format=torch.channels_last)
        letters = [self.letters[n] for n in some]
        targets = torch.from_numpy(np.concatenate(letters))
        frames = torch.full((len(some),), wide // 4)
        lengths = torch.tensor([len(t) for t in letters])
        return pixels, frames, targets.to(CARD, non_blocking=True), lengths

    def _gathered(
        self, start: torch.Tensor, width: torch.Tensor, goal: torch.Tensor, wide: int, worn: bool
    ) -> torch.Tensor:
        """(lines, HIGH, wide) ink; `start`, `width` and the width it gets, `goal`, are (lines, 1, 1)."""

        def lot(low: float, high: float) -> torch.Tensor:
            return torch.empty(len(start), 1, 1, device=CARD).uniform_(low, high)

        y = torch.arange(HIGH, device=CARD).view(1, -1, 1) - HIGH / 2
        x = torch.arange(wide, device=CARD).view(1, 1, -1)
        if not worn:
            return self._between(start, width, x + 0 * y, y + HIGH / 2 + 0 * x)
        slant = lot(-0.12, 0.12) * (lot(0, 1) < 0.5)
        from_x = (x + 0.5 + slant * y) * (width / goal) - 0.5
        from_y = (y + lot(-2.5, 2.5)) / lot(0.86, 1.1) + HIGH / 2 + 0 * x
        here = x < goal
        ink = self._between(start, width, from_x, from_y) * here
        ink = ink.clamp(min=1e-6) ** lot(0.7, 1.4) * lot(0.75, 1.1)
        return ink + lot(0, 0.1) * (lot(0, 1) < 0.3) * torch.randn_like(ink) * here

    def _between(
        self, start: torch.Tensor, width: torch.Tensor, x: torch.Tensor, y: torch.Tensor
    ) -> torch.Tensor:
        """Ink at places between pixels, 0 to 1."""
        inside = (y > -1) & (y < HIGH) & (x > -1) & (x < width)
        left, top = x.floor(), y.floor()
        dx, dy = x - left, y - top
        flat, rows = self.pixels.view(-1), self.pixels.shape[1]

        def at(column: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
            column = column.clamp(min=0).minimum(width - 1.0).long() + start
            return flat[row.clamp(0, HIGH - 1).long() * rows + column].float()

        upper = at(left, top) * (1 - dx) + at(left + 1, top) * dx
        lower = at(left, top + 1) * (1 - dx) + at(left + 1, top + 1) * dx
        return (upper * (1 - dy) + lower * dy) * inside / 255


def listen(found: "queue.Queue[tuple[np.ndarray, np.ndarray, list[str]]]") -> None:
    """Each new pack is loaded once and taken off the disk."""
    while True:
        for path in packs.drawn():
            pack = np.load(path)
            found.put((pack["pixels"], pack["widths"], [str(t) for t in pack["texts"]]))
            path.unlink()
        time.sleep(0.05)


class Training:
    """The net on the card, what moves it, and how far it has come."""

    def __init__(self, args: argparse.Namespace) -> None:
        torch.manual_seed(SEED)
        torch.backends.cudnn.benchmark = False
        self.args, self.store = args, Store(args.room)
        self.net = Net()
        self.net.begin_with(torch.load(args.start, weights_only=True))
        self.net = self.net.to(CARD).to(memory_format=torch.channels_last)
        self.movers = optimisers(self.net)
        self.rng = np.random.default_rng(SEED)
        self.step, self.seen, self.mean, self.curve = 0, 0, torch.zeros((), device=CARD), []
        self.judged: dict[str, Store] = {}
        self.found: queue.Queue[Any] = queue.Queue(16)

    def go(self) -> None:
        """Until the time is up."""
        self.begun = saved = time.monotonic()
        threading.Thread(target=listen, args=(self.found,), daemon=True).start()
        done = 0.0
        while done < 1:
            for group in self.groups():
                done = (time.monotonic() - self.begun) / self.args.seconds
                self.learn(group, done)
                if done >= 1:
                    break
                if time.monotonic() - saved > self.args.save_every:
                    self.keep()
                    saved = time.monotonic()
        self.keep()

    def groups(self) -> list[np.ndarray]:
        """Batches of like width out of a pool of all lines drawn so far."""
        while self.found.qsize() or len(self.store.texts) < PACK:
            self.store.add(*self.found.get())
        count = len(self.store.texts)
        pool = self.rng.choice(count, min(count, POOL), replace=False)
        wide = self.store.widths[pool]
        pool = pool[np.argsort(wide * self.rng.uniform(0.9, 1.1, len(pool)))]
        found, start = [], 0
        while start < len(pool):
            widest = room_for(self.store.widths[pool[start : start + 200]].max())
            lines = max(8, self.args.columns // widest)
            if found and start + lines > len(pool):
                break  # a batch of odd size would be a shape of its own
            found.append(pool[start : start + lines])
            start += lines
        self.rng.shuffle(found)
        return found

    def learn(self, some: np.ndarray, done: float) -> None:
        """One step."""
        pixels, frames, targets, lengths = self.store.batch(some)
        with torch.autocast(CARD, torch.bfloat16):
            logits = self.net(pixels)
        odds = logits.float().log_softmax(2).transpose(0, 1)
        loss = nn.functional.ctc_loss(odds, targets, frames, lengths, zero_infinity=True)
        self.net.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        for mover in self.movers:
            for group in mover.param_groups:
                group["lr"] = group["peak"] * rate(done)
            mover.step()
        self.step, self.seen = self.step + 1, self.seen + len(some)
        self.mean = 0.98 * self.mean + 0.02 * loss.detach() if self.step > 1 else loss.detach()

    def judge(self) -> dict[str, float]:
        """Share of judged lines of each kind that come out letter for letter."""
        self.net.eval()
        shares = {}
        for kind, store in self.judged.items():
            right = 0
            order = np.argsort(store.widths)
            for start in range(0, len(order), 100):
                some = order[start : start + 100]
                with torch.no_grad():
                    logits = self.net(store.batch(some, worn=False)[0])
                right += sum(s == store.texts[n] for s, n in zip(said(logits), some, strict=True))
            shares[kind] = round(right / len(order), 4)
        self.net.train()
        return shares

    def keep(self) -> None:
        """Judge, save."""
        spent, args = time.monotonic() - self.begun, self.args
        point = {"minutes": round(spent / 60, 2), "step": self.step, "seen": self.seen}
        point |= {"drawn": len(self.store.texts), "loss": round(self.mean.item(), 4)}
        self.curve.append(point | self.judge())
        print(json.dumps(self.curve[-1]), flush=True)
        weights = {
            k: v.float().cpu() if v.is_floating_point() else v.cpu()
            for k, v in self.net.state_dict().items()
        }
        torch.save(weights, args.to / "part")
        (args.to / "part").rename(args.to / "weights.pt")
        machine = torch.cuda.get_device_name() if CARD == "cuda" else platform.machine()
        about = {
            "seed": SEED, "steps": self.step, "minutes": point["minutes"], "processes": 1,
            "packs": len(self.store.texts) // packs.LINES, "lines_seen": self.seen, "torch": torch.__version__,
            "python": platform.python_version(), "machine": machine, "bfloat16": True, "curve": self.curve,
        }  # fmt: skip
        (args.to / "run.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


def judged_packs() -> dict[str, Path]:
    with mp.Pool(len(packs.JUDGED)) as pool:
        made = pool.starmap(packs.make_judged, [(kind, JUDGED) for kind in packs.JUDGED])
    return dict(zip(packs.JUDGED, made, strict=True))


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seconds", type=float, default=500)
    ask.add_argument("--to", type=Path, required=True)
    ask.add_argument("--start", type=Path, default=Path(__file__).resolve().parent / "start.pt")
    ask.add_argument("--draw", type=int, default=13, help="processes that draw")
    ask.add_argument("--save-every", type=float, default=60, help="seconds")
    ask.add_argument("--room", type=int, default=ROOM, help="pixels of width of all lines")
    ask.add_argument("--columns", type=int, default=COLUMNS, help="pixels of width in one batch")
    args = ask.parse_args()
    pens = [
        mp.Process(target=draw, args=(FIRST + n, args.draw), daemon=True) for n in range(args.draw)
    ]
    for pen in pens:
        pen.start()
    judged = judged_packs()
    training = Training(args)
    for kind, path in judged.items():
        pack = np.load(path)
        training.judged[kind] = Store(pack["pixels"].shape[1] + 8)
        training.judged[kind].add(pack["pixels"], pack["widths"], [str(t) for t in pack["texts"]])
    training.go()


if __name__ == "__main__":
    main()
