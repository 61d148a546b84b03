"""The net in whole numbers: float32 ONNX and training lines in, the int8 file that the product runs out.

Static, per channel, quantise-dequantise pairs; how and why: docs/adr/2026-11-27-int8-in-onnxruntime.md. The ranges
of what flows between the layers are taken from training lines of all kinds, never from judged ones.
Refuses nothing; `export.py` compares what comes out with the net it came from.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quant_pre_process,
    quantize_static,
)

from chalicelib.ocr import recogniser

LINES = 300
"""Enough: the widest ranges hardly grow with more."""


class Lines(CalibrationDataReader):
    """Strips, one after the other, as the net gets them."""

    def __init__(self, strips: Iterable[np.ndarray]) -> None:
        self.left = iter(strips)

    def get_next(self) -> dict[str, np.ndarray] | None:
        strip = next(self.left, None)
        return None if strip is None else {"strip": recogniser.pixels_of(strip)}


def quantised(plain: bytes, strips: Iterable[np.ndarray]) -> bytes:
    """The same net with whole numbers, their ranges taken from these lines."""
    with tempfile.TemporaryDirectory() as folder:
        whole, ready, light = (Path(folder) / f"{n}.onnx" for n in ("whole", "ready", "light"))
        whole.write_bytes(plain)
        quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
        # Seven bits a weight: with eight, sums overflow on x86 without VNNI. It reads as well.
        quantize_static(
            str(ready), str(light), Lines(strips), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, reduce_range=True,
            nodes_to_exclude=kept_whole(ready),
        )  # fmt: skip
        return light.read_bytes()


def kept_whole(path: Path) -> list[str]:
    """What stays float32: the layer that sees the ink, the one that names letters, what makes odds of it."""
    nodes = onnx.load(str(path)).graph.node
    convolutions = [n.name for n in nodes if n.op_type == "Conv"]
    after = [n.name for n in nodes if n.op_type in ("Softmax", "Squeeze", "Transpose")]
    return [convolutions[0], convolutions[-1], *after]
