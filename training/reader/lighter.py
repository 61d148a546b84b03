"""Would a lighter file read as well and faster? Float16 and int8, in OpenCV and in onnxruntime, one thread.

    pip install -r training/requirements.txt
    python -m training.reader.lighter [--from chalicelib/ocr] [--lines 300]

In: landed weights and the judged packs. Out: a table (docs/adr/2026-11-27-the-weights-stay-float32.md). Int8 is static,
per channel, quantise-dequantise pairs, its ranges taken from training lines. Nothing here is part of the product.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quant_pre_process,
    quantize_static,
)
from onnxruntime.transformers.float16 import convert_float_to_float16

from chalicelib.ocr import decoding, recogniser
from training.reader import packs

CALIBRATION = 150
Run = Callable[[np.ndarray], np.ndarray]


class Lines(CalibrationDataReader):
    """Training lines, one after the other."""

    def __init__(self) -> None:
        strips, _ = packs.load(packs.drawn()[-1])
        self.left = iter(strips[:CALIBRATION])

    def get_next(self) -> dict[str, np.ndarray] | None:
        strip = next(self.left, None)
        return None if strip is None else {"strip": pixels(strip)}


def pixels(strip: np.ndarray) -> np.ndarray:
    """What the net gets: ink 0 to 1, padded with paper to a width that 16 divides."""
    wide = -(-strip.shape[1] // 16) * 16
    padded = np.zeros((1, 1, recogniser.HIGH, wide), np.float32)
    padded[0, 0, :, : strip.shape[1]] = strip.astype(np.float32) / 255
    return padded


def variants(plain: Path, folder: Path) -> dict[str, Path]:
    """The same net three times: as it is, in halves, in whole numbers."""
    half, ready, whole = (folder / f"{n}.onnx" for n in ("half", "ready", "whole"))
    onnx.save(convert_float_to_float16(onnx.load(str(plain)), keep_io_types=True), str(half))
    quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
    quantize_static(
        str(ready), str(whole), Lines(), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    )  # fmt: skip
    return {"float32": plain, "float16": half, "int8": whole}


def in_opencv(path: Path) -> Run:
    net = cv2.dnn.readNetFromONNX(str(path))

    def run(strip: np.ndarray) -> np.ndarray:
        net.setInput(pixels(strip))
        return np.asarray(net.forward(), np.float32)[0]

    return run


def in_onnxruntime(path: Path) -> Run:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda strip: session.run(None, {"strip": pixels(strip)})[0][0]


def rows(plain: Path, lines: int) -> Iterator[str]:
    judged = {kind: packs.load(packs.make_judged(kind)) for kind in packs.JUDGED}
    with tempfile.TemporaryDirectory() as folder:
        for weights, path in variants(plain, Path(folder)).items():
            for engine, make in (("OpenCV", in_opencv), ("onnxruntime", in_onnxruntime)):
                yield row(f"{engine}, {weights}", path, make, judged, lines)


def row(name: str, path: Path, make: Callable[[Path], Run], judged: dict, lines: int) -> str:
    """One engine with one file; or why it can't."""
    size = f"{path.stat().st_size / 1e6:.1f}"
    try:
        run = make(path)
        run(judged["clean"][0][0])
    except (cv2.error, RuntimeError) as e:
        return f"| {name} | {size} | can't: {str(e).strip().splitlines()[-1][:80]} | | | |"
    exact, begun, count = [], time.process_time(), 0
    for strips, texts in judged.values():
        said = [decoding.spelled(run(strip)).text for strip in strips[:lines]]
        exact.append(np.mean([s == t for s, t in zip(said, texts, strict=False)]))
        count += len(said)
    ms = 1000 * (time.process_time() - begun) / count
    return f"| {name} | {size} | {' | '.join(f'{share:.3f}' for share in exact)} | {ms:.1f} |"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--from", dest="folder", type=Path, default=recogniser.HERE)
    ask.add_argument("--lines", type=int, default=300, help="of each kind")
    args = ask.parse_args()
    cv2.setNumThreads(1)
    print(
        f"| engine, weights | MB | {' | '.join(packs.JUDGED)} | ms a line |\n|---|---|---|---|---|---|"
    )
    for told in rows(args.folder / "reader.onnx", args.lines):
        print(told, flush=True)


if __name__ == "__main__":
    main()
