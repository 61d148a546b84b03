"""Makes the product's files of a trained net: `reader.onnx` and `reader.json` beside `recogniser.py`.

    python -m training.reader.export [--run var/reader/run] [--to chalicelib/ocr] [--smoke]

The ONNX file is loaded again in OpenCV and compared with the net it came from; it is written only if both say
the same to 1e-3 and it is not over 8 MB. Landed weights are kept as half floats too (`start.pt`), to go on from.
"""

import argparse
import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch

from chalicelib.ocr import recogniser
from training.reader.net import Exported, Net
from training.reader.train import RUN

START = Path(__file__).resolve().parent / "start.pt"
MOST_BYTES = 8_000_000


def exported(net: Net) -> bytes:
    """The net with probabilities out, batch norms folded in, any width."""
    whole = Exported(net).eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "reader.onnx"
        torch.onnx.export(
            whole, (torch.zeros(1, 1, recogniser.HIGH, 256),), str(path), dynamo=False, opset_version=17,
            input_names=["strip"], output_names=["odds"], dynamic_axes={"strip": {3: "wide"}, "odds": {1: "frames"}},
        )  # fmt: skip
        return path.read_bytes()


def halved(weights: torch.Tensor) -> torch.Tensor:
    """Half floats of floats; counts stay counts."""
    return weights.half() if weights.is_floating_point() else weights


def farthest(net: Net, folder: Path) -> float:
    """The greatest difference between OpenCV's probabilities and the net's own."""
    rng, worst = np.random.default_rng(1), 0.0
    for wide in (64, 256, 640):
        strip = rng.integers(0, 256, (recogniser.HIGH, wide), np.uint8)
        ours = recogniser.odds_of(strip, folder)
        pixels = torch.from_numpy(strip.astype(np.float32)[None, None] / 255)
        with torch.no_grad():
            theirs = Exported(net).eval()(pixels)[0].numpy()
        worst = max(worst, float(np.abs(ours - theirs).max()))
    return worst


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--run", type=Path, default=RUN)
    ask.add_argument("--to", type=Path, default=recogniser.HERE)
    ask.add_argument("--smoke", action="store_true")
    args = ask.parse_args()
    net = Net(small=args.smoke)
    net.load_state_dict(torch.load(args.run / "weights.pt"))
    weights = exported(net.eval())
    if len(weights) > MOST_BYTES:
        raise SystemExit(f"{len(weights)} bytes are more than a package should carry")
    run = json.loads((args.run / "run.json").read_text("utf-8"))
    about = {
        "note": "Written by training/reader/export.py; docs/reader.md says what it is.",
        "sha256": hashlib.sha256(weights).hexdigest(),
        "letters": recogniser.LETTERS,
        "weights": sum(p.numel() for p in net.parameters()),
        "trained": {k: v for k, v in run.items() if k != "curve"},
    }
    with tempfile.TemporaryDirectory() as folder:
        for place in (Path(folder), args.to):
            place.mkdir(parents=True, exist_ok=True)
            (place / "reader.onnx").write_bytes(weights)
            text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
            (place / "reader.json").write_text(text, encoding="utf-8")
            if place == Path(folder) and (far := farthest(net, place)) > 1e-3:
                raise SystemExit(f"OpenCV says otherwise than the net: {far}")
    if args.to == recogniser.HERE:
        torch.save({k: halved(v) for k, v in net.state_dict().items()}, START)
    print(f"{args.to / 'reader.onnx'}: {len(weights) / 1e6:.1f} MB, {about['weights']} weights")


if __name__ == "__main__":
    main()
