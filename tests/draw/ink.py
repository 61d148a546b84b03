"""What is neither label nor value: tick boxes, signatures, stamps."""

from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from tests.draw import fonts
from tests.draw.sheet import Sheet


def draw_tick_box(sheet: Sheet, x: float, ticked: bool) -> float:
    """A box of letter height at (x, sheet.y), crossed if `ticked`; gives the x after it."""
    side = sheet.style.size * 0.8
    top = sheet.y + sheet.style.size * 0.2
    sheet.pen.rectangle((x, top, x + side, top + side), outline=(10, 10, 10), width=4)
    if ticked:
        ink = sheet.style.ink
        sheet.pen.line((x + 6, top + 6, x + side - 6, top + side - 6), ink, 6)
        sheet.pen.line((x + side - 6, top + 4, x + 6, top + side - 8), ink, 6)
    return x + side + sheet.style.size * 0.2


def draw_signature(sheet: Sheet, x: float, y: float, rng: Random) -> None:
    """A scrawl about 420 px wide, centred on x."""
    turns, points = rng.randint(3, 6), []
    a, b, c = rng.uniform(50, 90), rng.uniform(0.6, 1.6), rng.uniform(0, pi)
    for i in range(140):
        t = i / 139 * 2 * pi
        points.append(
            (
                x - 200 + 400 * i / 139 + a * 0.8 * sin(turns * t + c),
                y + 70 - 40 * i / 139 + a * cos(turns * b * t) * (0.4 + 0.6 * sin(t / 2)),
            )
        )
    sheet.pen.line(
        points, rng.choice(((30, 50, 150), (20, 30, 90), (20, 20, 24))), 6, joint="curve"
    )


def draw_stamp(sheet: Sheet, x: float, y: float, text: str, rng: Random) -> None:
    """A round red stamp, 420 px across, half transparent, slightly turned."""
    size = 420
    stamp = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen, red = ImageDraw.Draw(stamp), (200, 30, 40, rng.randint(120, 190))
    pen.ellipse((6, 6, size - 6, size - 6), outline=red, width=9)
    pen.ellipse((70, 70, size - 70, size - 70), outline=red, width=4)
    face = fonts.load("Arimo", "Bold", 30)
    letters = text.upper()[:44]
    for i, letter in enumerate(letters):
        angle = (i - (len(letters) - 1) / 2) * 280 / max(30, len(letters))
        tile = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((30, 30), letter, font=face, fill=red, anchor="mm")
        tile = tile.rotate(-angle, Image.Resampling.BICUBIC)
        r, t = size / 2 - 38, angle * pi / 180
        stamp.alpha_composite(
            tile, (int(size / 2 + r * sin(t) - 30), int(size / 2 - r * cos(t) - 30))
        )
    pen.regular_polygon((size // 2, size // 2, 60), 5, rng.randint(0, 70), outline=red)
    stamp = stamp.rotate(rng.uniform(-20, 20), Image.Resampling.BICUBIC)
    sheet.image.paste(stamp, (int(x - size / 2), int(y - size / 2)), stamp)
