"""Weights between those a training began with and those it ended with: they forget less of what was known.

    python -m training.reader.mean --start training/reader/start.pt [--share 0.85] [--run var/reader/run]

In: both weights. Out: `weights.pt` of the run is their weighted mean, `trained.pt` what it was. Letters that the first
did not know are left as they were learned. Meant for short trainings on new kinds of lines; see docs/reader.md.
"""

import argparse
import json
from pathlib import Path

import torch

from training.reader.net import Net
from training.reader.train import RUN


def mean_of(before: dict, after: dict, share: float) -> dict[str, torch.Tensor]:
    """`share` of the weights after, the rest of those before."""
    net = Net()
    net.begin_with(before)
    old = net.state_dict()
    mean = {
        k: old[k] + share * (v - old[k]) if v.is_floating_point() else v for k, v in after.items()
    }
    for name in ("letters.weight", "letters.bias"):
        known = len(before[name])
        mean[name][known:] = after[name][known:]
    return mean


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--start", type=Path, required=True)
    ask.add_argument("--share", type=float, default=0.85)
    ask.add_argument("--run", type=Path, default=RUN)
    args = ask.parse_args()
    kept = args.run / "trained.pt"
    if not kept.exists():
        (args.run / "weights.pt").rename(kept)
    before, after = (torch.load(p, weights_only=True) for p in (args.start, kept))
    torch.save(mean_of(before, after, args.share), args.run / "weights.pt")
    about = json.loads((args.run / "run.json").read_text("utf-8")) | {"share_of_mean": args.share}
    (args.run / "run.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
