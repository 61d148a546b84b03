"""The course of a training as a picture: `python -m training.reader.curve docs/reader-curve.png`.

In: `run.json`. Out: a PNG: shares of held-out lines read exactly (hand, print, clean) over the minutes.
"""

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from training.reader.judge import KINDS
from training.reader.train import RUN

SIZE, LEFT, TOP, RIGHT, LOW = (900, 480), 60, 30, 780, 430
COLOURS = {
    "hand": (178, 34, 52),
    "print": (24, 70, 150),
    "clean": (20, 120, 60),
    "page": (150, 90, 10),
}
FONT = Path(__file__).resolve().parents[2] / "tests" / "draw" / "fonts" / "Arimo-Regular.ttf"


def draw(curve: list[dict[str, float]], title: str) -> Image.Image:
    """Points joined by lines; the y axis runs from 0 to 1."""
    image = Image.new("RGB", SIZE, "white")
    pen, face = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), 15)
    most = max(point["minutes"] for point in curve)
    for tenth in range(0, 11, 2):
        y = LOW - (LOW - TOP) * tenth / 10
        pen.line((LEFT, y, RIGHT, y), (225, 225, 225))
        pen.text((LEFT - 8, y), f"{tenth / 10:.1f}", "black", face, anchor="rm")
    for n in range(5):
        pen.text(
            (LEFT + (RIGHT - LEFT) * n / 4, LOW + 8), f"{most * n / 4:.0f}", "black", face, "ma"
        )
    pen.text(((LEFT + RIGHT) / 2, LOW + 30), "minutes of training", "black", face, anchor="ma")
    pen.text((LEFT, TOP - 8), title, "black", face, anchor="ls")
    for kind in KINDS:
        at = [
            (LEFT + (RIGHT - LEFT) * p["minutes"] / most, LOW - (LOW - TOP) * p[kind])
            for p in curve
        ]
        pen.line(at, COLOURS[kind], 3)
        pen.text((RIGHT + 8, at[-1][1]), f"{kind} {curve[-1][kind]:.2f}", COLOURS[kind], face, "lm")
    return image


def main() -> None:
    run = json.loads((RUN / "run.json").read_text("utf-8"))
    draw(run["curve"], "lines read exactly, fonts and words held out").save(
        sys.argv[1], optimize=True
    )


if __name__ == "__main__":
    main()
