"""A card's picture, addressed in millimetres: text goes down, its boxes are kept."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.draw.drawn import Box

FONTS = Path(__file__).parent / "fonts"
Ink = tuple[int, int, int]
BLACK: Ink = (28, 28, 34)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size)


@dataclass
class Sheet:
    """A card's picture, addressed in millimetres."""

    scale: float
    image: Image.Image
    boxes: dict[str, Box] = field(default_factory=dict)

    def px(self, mm: float) -> int:
        return round(mm * self.scale)

    def put(self, x: float, y: float, text: str, size: float, **how: object) -> float:
        """Writes `text` with its top left at (x, y), em `size`, in mm; returns its right end."""
        name = str(how.get("font", "Roboto-Bold.ttf" if how.get("bold") else "Roboto-Regular.ttf"))
        font = _font(name, self.px(size))
        draw = ImageDraw.Draw(self.image)
        at = (self.px(x), self.px(y))
        anchor = "ma" if how.get("middle") else "la"
        ink = how.get("ink", BLACK)
        draw.text(at, text, font=font, fill=ink, anchor=anchor)
        left, top, right, bottom = draw.textbbox(at, text, font=font, anchor=anchor)
        key = how.get("key")
        if key:
            self._grow(str(key), (int(left), int(top), int(right - left), int(bottom - top)))
        return float(right) / self.scale

    def _grow(self, key: str, b: Box) -> None:
        old = self.boxes.get(key, b)
        x, y = min(old[0], b[0]), min(old[1], b[1])
        right = max(old[0] + old[2], b[0] + b[2])
        bottom = max(old[1] + old[3], b[1] + b[3])
        self.boxes[key] = (x, y, right - x, bottom - y)

    def put_wrapped(self, x: float, y: float, text: str, size: float, **how: object) -> None:
        """Writes `text` from (x, y); past `until` it goes on at `again` on the next line."""
        again, until = float(how.pop("again")), float(how.pop("until"))
        line, lines, start = "", [], x
        font = _font("Roboto-Regular.ttf", self.px(size))
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and start + font.getlength(longer) / self.scale > until:
                lines.append((start, line))
                line, start = word, again
            else:
                line = longer
        for at, part in [*lines, (start, line)]:
            self.put(at, y, part, size, **how)
            y += size * 1.25

    def paste(self, mark: Image.Image, x: float, y: float) -> None:
        self.image.paste(mark, (self.px(x), self.px(y)))
