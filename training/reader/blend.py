"""One net out of several that were trained on from the same weights: the weighted mean of all their numbers.

    python -m training.reader.blend --of training/reader/start.pt:0.34 var/reader/run/weights.pt:0.33 --to FOLDER

In: files of weights, each with its share, and what is known of the last training (`run.json` beside its weights). Out:
`weights.pt` and `run.json` for `export`. Trainings that went different ways from one place err differently, and their
mean errs less than each (Wortsman and others, 2022: model soups). Of nets that did not begin alike it is nonsense.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from training.reader.net import Net

Weights = Mapping[str, torch.Tensor]


def blend(parts: Sequence[tuple[Weights, float]]) -> dict[str, torch.Tensor]:
    """The mean; counts, which are no weights, are those of the first."""
    whole = sum(share for _, share in parts)
    return {
        key: sum(w[key].float() * (share / whole) for w, share in parts) if first.is_floating_point() else first
        for key, first in parts[0][0].items()
    }  # fmt: skip


def loaded(path: Path) -> dict[str, torch.Tensor]:
    net = Net()
    net.begin_with(torch.load(path, weights_only=True))
    return net.state_dict()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--of", nargs="+", required=True, help="FILE:SHARE")
    ask.add_argument("--about", type=Path, help="run.json of the last of the trainings")
    ask.add_argument("--to", type=Path, required=True)
    args = ask.parse_args()
    parts = [(Path(path), float(share)) for path, share in (of.rsplit(":", 1) for of in args.of)]
    args.to.mkdir(parents=True, exist_ok=True)
    torch.save(blend([(loaded(path), share) for path, share in parts]), args.to / "weights.pt")
    about = json.loads(args.about.read_text("utf-8")) if args.about else {}
    about |= {"mean_of": {path.parent.name: share for path, share in parts}}
    (args.to / "run.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
