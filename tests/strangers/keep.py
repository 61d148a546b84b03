"""Draws the strangers' papers that every push reads into `pictures/`: needs Chromium, so they are committed.

`python -m tests.strangers.keep`; the variants are of the tuning set. Pictures are grey JPEGs of the size that the reader
works in.
"""

import io
import json
from pathlib import Path

from PIL import Image

from tests.strangers.card import file_of
from tests.strangers.variants import TUNING

KEPT = (
    ("word-dots", "phone"),
    ("plain-marks", "photocopy"),
    ("table", "scan"),
    ("blue-italic", "300"),
    ("tight-upper", "scan"),
    ("note-blocks", "scan"),
    ("note-wide", "photocopy"),
    ("note-table", "200"),
    ("chip-front", "phone"),
    ("new-front", "scan"),
)
FOLDER = Path(__file__).parent / "pictures"
LONG_SIDE, QUALITY = 1900, 70


def main() -> None:
    variants = {v.name: v for v in TUNING}
    truths = {}
    for name, style in KEPT:
        data, truth = file_of(variants[name], style)
        picture = Image.open(io.BytesIO(data)).convert("L")
        picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        picture.save(FOLDER / f"{name}-{style}.jpg", quality=QUALITY)
        truths[f"{name}-{style}"] = {"kind": variants[name].kind, "truth": truth}
    lines = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in truths.items())
    (FOLDER / "truths.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
