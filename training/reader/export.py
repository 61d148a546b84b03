"""Makes the product's files of a trained net: `reader.onnx` and `reader.json` beside `recogniser.py`.

    python -m training.reader.export [--run var/reader/run] [--to chalicelib/ocr] [--smoke]

The float32 file is run in onnxruntime and compared with the net it came from: both must say the same to 1e-3. Then it
is made whole numbers (`quantise.py`) and run again, on training lines that gave no ranges: at most a twentieth of
the letters may come out otherwise, and the file may have 4 MB. Landed weights are kept as half floats too
(`start.pt`), to go on from; the float32 file stays with the run (`plain.onnx`).
"""

import argparse
import hashlib
import json
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from rapidfuzz.distance import Levenshtein

from chalicelib.ocr import decoding, recogniser
from training.reader import packs, quantise
from training.reader.net import Exported, Net
from training.reader.train import RUN

Run = Callable[[np.ndarray], np.ndarray]
START = Path(__file__).resolve().parent / "start.pt"
MOST_BYTES = 4_000_000
MOST_STRAYED = 0.05  # of letters; what whole numbers change is measured on judged lines, this finds what is broken
CHECKED = 100


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


def running(weights: bytes) -> Run:
    """The probabilities that such a file gives for a strip."""
    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    return lambda strip: session.run(None, {"strip": recogniser.pixels_of(strip)})[0][0]


def farthest(net: Net, plain: bytes) -> float:
    """The greatest difference between the file's probabilities and the net's own."""
    rng, worst, ours = np.random.default_rng(1), 0.0, running(plain)
    for wide in (64, 256, 640):
        strip = rng.integers(0, 256, (recogniser.HIGH, wide), np.uint8)
        with torch.no_grad():
            theirs = Exported(net).eval()(torch.from_numpy(recogniser.pixels_of(strip)))[0]
        worst = max(worst, float(np.abs(ours(strip) - theirs.numpy()).max()))
    return worst


def strayed(plain: bytes, light: bytes, strips: list[np.ndarray]) -> float:
    """The share of letters that whole numbers read otherwise."""
    said, other = (
        [decoding.spelled(run(s)).text for s in strips] for run in (running(plain), running(light))
    )
    wrong = sum(Levenshtein.distance(a, b) for a, b in zip(said, other, strict=True))
    return wrong / max(1, sum(map(len, said)))


def lightened(plain: bytes) -> bytes:
    """The file in whole numbers, ranges taken from the last training pack; refused if it reads otherwise."""
    strips, _ = packs.load((packs.drawn() or [packs.make(0)])[-1])
    light = quantise.quantised(plain, strips[: quantise.LINES])
    far = strayed(plain, light, strips[quantise.LINES :][:CHECKED])
    if far > MOST_STRAYED or len(light) > MOST_BYTES:
        raise SystemExit(f"{far:.1%} of letters strayed, {len(light)} bytes: not to be landed")
    return light


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--run", type=Path, default=RUN)
    ask.add_argument("--to", type=Path, default=recogniser.HERE)
    ask.add_argument("--smoke", action="store_true")
    args = ask.parse_args()
    net = Net(small=args.smoke)
    net.load_state_dict(torch.load(args.run / "weights.pt"))
    plain = exported(net.eval())
    if (far := farthest(net, plain)) > 1e-3:
        raise SystemExit(f"the file says otherwise than the net: {far}")
    weights = lightened(plain)
    run = json.loads((args.run / "run.json").read_text("utf-8"))
    about = {
        "note": "Written by training/reader/export.py; docs/reader.md says what it is.",
        "sha256": hashlib.sha256(weights).hexdigest(),
        "letters": recogniser.LETTERS,
        "weights": sum(p.numel() for p in net.parameters()),
        "trained": {k: v for k, v in run.items() if k != "curve"},
    }
    args.to.mkdir(parents=True, exist_ok=True)
    (args.run / "plain.onnx").write_bytes(plain)
    (args.to / "reader.onnx").write_bytes(weights)
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    (args.to / "reader.json").write_text(text, encoding="utf-8")
    if args.to == recogniser.HERE:
        torch.save({k: halved(v) for k, v in net.state_dict().items()}, START)
    print(f"{args.to / 'reader.onnx'}: {len(weights) / 1e6:.1f} MB, {about['weights']} weights")


if __name__ == "__main__":
    main()
