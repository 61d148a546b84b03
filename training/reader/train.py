"""Trains the reader: packs in; checkpoints, a curve and at last `weights.pt` in `var/reader/run` out.

    python -m training.reader.train --until 11:40            # ends at that time of day (UTC), whatever it reached
    python -m training.reader.train --minutes 60 --processes 2
    python -m training.reader.train --smoke                  # a tiny net on a few lines

Started again, it goes on from the last checkpoint. The learning rate rises and falls once over the time given.
Several processes draw different lines and share their gradients at each step.
"""

import argparse
import json
import os
import platform
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn

from training.reader import batches, fonts, packs
from training.reader.judge import judge
from training.reader.net import Net
from training.reader.steps import SEED, optimisers, rate

RUN = fonts.CACHE / "run"
LAST = "checkpoint.pt"


class Training:
    """One process's share of a training: the net, what moves it, and how far it has come."""

    def __init__(self, rank: int, args: argparse.Namespace) -> None:
        self.rank, self.args = rank, args
        torch.set_num_threads(1)
        torch.manual_seed(SEED)
        self.net = Net(small=args.smoke).to(memory_format=torch.channels_last)
        self.movers = optimisers(self.net)
        self.step, self.curve, self.mean = 0, [], 0.0
        spent = 0.0
        if (args.run / LAST).exists():
            kept = torch.load(args.run / LAST, weights_only=False)
            self.net.load_state_dict(kept["net"])
            for mover, state in zip(self.movers, kept["movers"], strict=True):
                mover.load_state_dict(state)
            self.step, spent, self.curve = kept["step"], kept["spent"], kept["curve"]
        elif args.start:
            self.net.begin_with(torch.load(args.start, weights_only=True))
        self.begun = time.monotonic() - spent
        self.saved = time.monotonic()

    def go(self) -> None:
        """Until the time is up."""
        mine = slice(self.rank, None, self.args.processes)
        lots = batches.endless(
            lambda: packs.drawn()[mine], SEED + self.rank + self.step, in_order=self.step == 0
        )
        done = 0.0
        while done < 1:
            done = self.learn(next(lots))
            late = time.monotonic() - self.saved > self.args.save_every
            if self.rank == 0 and (late or done >= 1):
                self.keep()

    def learn(self, batch: batches.Batch) -> float:
        """One step; gives the share of the time that is gone, as the first process sees it."""
        pixels, frames, targets, lengths = batch
        with torch.autocast("cpu", torch.bfloat16, enabled=self.args.bfloat16):
            logits = self.net(pixels.to(memory_format=torch.channels_last))
        odds = logits.float().log_softmax(2).transpose(0, 1)
        loss = nn.functional.ctc_loss(odds, targets, frames, lengths, zero_infinity=True)
        self.net.zero_grad()
        loss.backward()
        done = self.shared((time.monotonic() - self.begun) / self.args.seconds)
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        for mover in self.movers:
            for group in mover.param_groups:
                group["lr"] = group["peak"] * self.args.peak * rate(done)
            mover.step()
        self.step += 1
        self.mean = 0.98 * self.mean + 0.02 * loss.item() if self.mean else loss.item()
        return done

    def shared(self, done: float) -> float:
        """Mean of all processes' gradients, in place; gives the first process's `done`."""
        if self.args.processes == 1:
            return done
        grads = [p.grad for p in self.net.parameters() if p.grad is not None]
        mine = torch.tensor([done if self.rank == 0 else 0.0])
        flat = torch.cat([*(g.flatten() for g in grads), mine])
        dist.all_reduce(flat)
        at = 0
        for g in grads:
            g.copy_(flat[at : at + g.numel()].view_as(g) / self.args.processes)
            at += g.numel()
        return float(flat[-1])

    def keep(self) -> None:
        """Judge, and save everything needed to go on, and the weights alone."""
        spent = time.monotonic() - self.begun
        point = {"minutes": round(spent / 60, 2), "step": self.step, "loss": round(self.mean, 4)}
        self.curve.append(point | judge(self.net, lines=self.args.judged))
        print(json.dumps(self.curve[-1]), flush=True)
        kept: dict[str, Any] = {"net": self.net.state_dict(), "step": self.step, "spent": spent}
        kept |= {"movers": [m.state_dict() for m in self.movers], "curve": self.curve}
        part = self.args.run / (LAST + ".part")
        torch.save(kept, part)
        part.rename(self.args.run / LAST)
        torch.save(self.net.state_dict(), self.args.run / "weights.pt")
        about = {
            "seed": SEED,
            "steps": self.step,
            "minutes": point["minutes"],
            "processes": self.args.processes,
            "packs": len(packs.drawn()),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "bfloat16": self.args.bfloat16,
            "curve": self.curve,
        }
        (self.args.run / "run.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        self.saved = time.monotonic()


def work(rank: int, args: argparse.Namespace) -> None:
    """One process."""
    if args.processes > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(args.port)}
        dist.init_process_group("gloo", rank=rank, world_size=args.processes)
    Training(rank, args).go()


def seconds_until(clock: str, run: Path) -> float:
    """Length of the whole training, what was spent before included, if it is to end at HH:MM UTC."""
    now = datetime.now(UTC)
    hour, minute = map(int, clock.split(":"))
    end = now.replace(hour=hour, minute=minute, second=0)
    end = end if end > now else end + timedelta(days=1)
    spent = torch.load(run / LAST, weights_only=False)["spent"] if (run / LAST).exists() else 0.0
    return (end - now).total_seconds() + spent


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--until", help="time of day, UTC, HH:MM")
    ask.add_argument("--minutes", type=float, default=60)
    ask.add_argument("--processes", type=int, default=2)
    ask.add_argument("--smoke", action="store_true")
    ask.add_argument("--run", type=Path, default=RUN)
    ask.add_argument(
        "--start", type=Path, help="weights to begin with, such as start.pt beside this file"
    )
    ask.add_argument(
        "--peak",
        type=float,
        default=1.0,
        help="of the rate, beside the usual one; less forgets less",
    )
    ask.add_argument("--judged", type=int, default=200, help="lines of each kind at a checkpoint")
    ask.add_argument("--save-every", type=float, default=240, help="seconds")
    ask.add_argument("--port", type=int, default=29517)
    args = ask.parse_args(argv)
    flags = Path("/proc/cpuinfo")
    args.bfloat16 = flags.exists() and "avx512_bf16" in flags.read_text()
    args.run.mkdir(parents=True, exist_ok=True)
    args.seconds = seconds_until(args.until, args.run) if args.until else args.minutes * 60
    return args


def main() -> None:
    args = arguments()
    if args.processes == 1:
        work(0, args)
    else:
        mp.spawn(work, (args,), nprocs=args.processes)


if __name__ == "__main__":
    main()
