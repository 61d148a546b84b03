"""A sheet that type is set on: rows of labels and filled-in values with dotted leaders, word by word.

In: parts (labels, values, slots) and a `Style`; out: ink on the image and the box of every value.
"""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFont

from tests.draw import fonts
from tests.draw.drawn import Box

A4 = (2480, 3508)
LEADERS = ("none", "none", "after", "after", "after", "both", "both", "behind")


@dataclass(frozen=True, slots=True)
class Style:
    """How one print looks. Sizes in px at 300 dpi; `leader` is none, after, both or behind."""

    label_family: str
    value_family: str
    size: int
    value_size: int
    gap: float
    left: int
    right: int
    top: int
    leader: str
    dot: str
    marks: str
    heads_bold: bool
    labels_bold: bool
    value_weight: str
    names_upper: bool
    ink: tuple[int, int, int]
    date_form: str
    year_full: bool
    blank: str
    footnotes: bool
    hand: bool


def _pick_type(rng: Random, hand: bool) -> tuple[str, str, int, int]:
    """(family of labels, family of values, size of labels, size of values)."""
    size = rng.choice((50, 52, 54, 54, 56, 58))
    family = rng.choice(fonts.LABEL_FAMILIES)
    if family in ("NotoSerif", "Roboto", "Arimo"):
        size -= 6
    if hand:
        return family, rng.choice(fonts.HAND_FAMILIES), size, size + rng.choice((6, 10))
    value_family = family if rng.random() < 0.55 else rng.choice(fonts.VALUE_FAMILIES)
    return family, value_family, size, size + rng.choice((0, 0, 2, -2))


def _pick_ink(rng: Random, hand: bool) -> tuple[int, int, int]:
    pens = ((28, 44, 130), (16, 24, 90), (24, 24, 28))
    printers = ((12, 12, 14), (12, 12, 14), (20, 20, 60), (24, 40, 120))
    return rng.choice(pens if hand else printers)


def pick_style(rng: Random, hand: bool = False) -> Style:
    """One print by lot; `hand`: values in handwriting-like type on the dotted lines."""
    family, value_family, size, value_size = _pick_type(rng, hand)
    return Style(
        label_family=family,
        value_family=value_family,
        size=size,
        value_size=value_size,
        gap=rng.uniform(1.32, 1.62),
        left=rng.randint(210, 340),
        right=A4[0] - rng.randint(150, 250),
        top=rng.randint(130, 240),
        leader="behind" if hand else rng.choice(LEADERS),
        dot=rng.choice((".", ".", "…")),
        marks=rng.choice(("plain", "raised", "raised", "none")),
        heads_bold=rng.random() < 0.6,
        labels_bold=rng.random() < 0.08,
        value_weight=rng.choice(("Regular", "Regular", "Regular", "Bold", "Italic")),
        names_upper=rng.random() < 0.6,
        ink=_pick_ink(rng, hand),
        date_form=rng.choice(("slash", "slash", "words", "dash")),
        year_full=rng.random() < 0.25,
        blank=rng.choice(("dots", "dots", "dots", "slash", "dashes")),
        footnotes=rng.random() < 0.5,
        hand=hand,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    weight: str = "Regular"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A filled-in slot. Empty text draws leaders only; `share` weighs the free width of its row."""

    key: str
    text: str
    share: float = 1.0
    least: int = 0


@dataclass(slots=True)
class _Atom:
    """One word or one run of dots, ready to be put on the sheet."""

    text: str
    font: ImageFont.FreeTypeFont
    width: float
    key: str = ""
    kind: str = "label"


class Sheet:
    def __init__(self, style: Style, rng: Random, size: tuple[int, int] = A4) -> None:
        self.style, self.rng, self.size = style, rng, size
        self.image = Image.new("RGB", size, "white")
        self.pen = ImageDraw.Draw(self.image)
        self.y = float(style.top)
        self.boxes: dict[str, Box] = {}

    # --- faces -----------------------------------------------------------------------------
    def face(self, weight: str = "Regular", size: int | None = None) -> ImageFont.FreeTypeFont:
        return fonts.load(self.style.label_family, weight, size or self.style.size)

    def value_face(self) -> ImageFont.FreeTypeFont:
        return fonts.load(self.style.value_family, self.style.value_weight, self.style.value_size)

    @property
    def step(self) -> float:
        return self.style.size * self.style.gap

    # --- free text -------------------------------------------------------------------------
    def centre(
        self, text: str, weight: str = "Bold", size: int = 0, x: float = 0.5, rule: float = 0
    ) -> None:
        """One line centred on the fraction `x` of the text width; `rule` underlines that share of it."""
        face = self.face(weight, size or self.style.size)
        wide, at = face.getlength(text), self.style.left + (self.style.right - self.style.left) * x
        self.pen.text((at - wide / 2, self.y), text, font=face, fill=(10, 10, 10))
        if rule:
            low = self.y + face.size * 1.25
            self.pen.line((at - wide * rule / 2, low, at + wide * rule / 2, low), "black", 3)
        self.y += face.size * 1.36

    def paragraph(self, text: str, weight: str = "Regular", size: int = 0, indent: int = 0) -> None:
        face = self.face(weight, size or self.style.size)
        space, x = face.getlength(" "), self.style.left + indent
        for word in text.split():
            wide = face.getlength(word)
            if x + wide > self.style.right:
                x, self.y = self.style.left, self.y + face.size * self.style.gap
            self.pen.text((x, self.y), word, font=face, fill=(10, 10, 10))
            x += wide + space
        self.y += face.size * self.style.gap

    # --- rows ------------------------------------------------------------------------------
    def row(self, *parts: Label | Value, indent: int = 0, left: int = 0, right: int = 0) -> None:
        """Set labels and values on one line if they fit, else wrapped word by word."""
        left, right = left or self.style.left, right or self.style.right
        free = right - left - indent - self._natural(parts)
        shares = sum(p.share for p in parts if isinstance(p, Value)) or 1.0
        x: float = left + indent
        for i, part in enumerate(parts):
            if isinstance(part, Label):
                x = self._set_words(self._label_atoms(part), x, left, right)
                continue
            spare = max(0.0, free) * part.share / shares
            x = self._set_slot(part, x, left, right, spare, i == len(parts) - 1)
        self.y += self.step

    def fits(self, *parts: Label | Value, width: float) -> bool:
        """Would these parts stand on one line of that width?"""
        return self._natural(parts) <= width

    def _natural(self, parts: tuple[Label | Value, ...]) -> float:
        total = 0.0
        for part in parts:
            if isinstance(part, Label):
                atoms = self._label_atoms(part)
            else:
                atoms = self._value_atoms(part)
                total += max(0.0, part.least - sum(a.width for a in atoms)) + self.style.size * 0.3
            total += sum(a.width + a.font.getlength(" ") for a in atoms)
        return total

    def _label_atoms(self, part: Label) -> list[_Atom]:
        weight = "Bold" if self.style.labels_bold else part.weight
        face = self.face(weight)
        atoms = [_Atom(w, face, face.getlength(w)) for w in part.text.split()]
        if part.mark and self.style.marks != "none" and atoms:
            raised = self.style.marks == "raised"
            small = self.face("Regular", int(face.size * (0.62 if raised else 1)))
            text = f"({part.mark})"
            atoms.append(
                _Atom(text, small, small.getlength(text), kind="raised" if raised else "label")
            )
        return atoms

    def _value_atoms(self, part: Value) -> list[_Atom]:
        face = self.value_face()
        return [_Atom(w, face, face.getlength(w), part.key, "value") for w in part.text.split()]

    def _set_slot(
        self, part: Value, x: float, left: int, right: int, spare: float, last: bool
    ) -> float:
        atoms, leader = self._value_atoms(part), self.style.leader
        if not atoms:
            end = right if last else min(right, x + max(part.least, spare))
            return self._set_blank(part, x, end)
        start = x
        lead = min(spare * 0.25, self.style.size * 3) if leader == "both" else 0
        if lead > self.style.size * 0.6:
            self._dots(x, x + lead)
            x += lead + 4
            start = x
        first = self.y
        x = self._set_words(atoms, x, left, right)
        end = right if last else min(right, x + max(0.0, spare - lead))
        if leader == "behind":
            self._dots(left if self.y > first else start, end)
        elif leader in ("after", "both") and end - x > self.style.size * 0.4:
            self._dots(x - self.style.size * 0.2, end)
        return end + self.style.size * 0.25 if leader != "none" else max(x, end - spare * 0.4)

    def _set_blank(self, part: Value, x: float, end: float) -> float:
        self.boxes[part.key] = (
            int(x),
            int(self.y),
            max(1, int(end - x)),
            int(self.style.size * 1.2),
        )
        if self.style.blank == "dots" or end - x < self.style.size * 2 or ".count" in part.key:
            self._dots(x, end)
        else:
            text = "/" if self.style.blank == "slash" else "-----"
            face = self.value_face()
            self.pen.text((x + 20, self.y), text, font=face, fill=self.style.ink)
            if self.style.leader == "behind":
                self._dots(x, end)
        return end + self.style.size * 0.25

    def _dots(self, x: float, end: float) -> None:
        face = self.face()
        wide = face.getlength(self.style.dot)
        count = int((end - x) / wide)
        if count > 0:
            self.pen.text((x, self.y), self.style.dot * count, font=face, fill=(40, 40, 40))

    def _set_words(self, atoms: list[_Atom], x: float, left: int, right: int) -> float:
        base, start = self.y + self.face().getmetrics()[0], x
        for atom in atoms:
            if x + atom.width > right and x > left:
                if atom.kind == "value" and self.style.leader == "behind":
                    self._dots(start, right)
                x = start = left
                self.y, base = self.y + self.step, base + self.step
            self._put(atom, x, base)
            x += atom.width + atom.font.getlength(" ")
        return x

    def _put(self, atom: _Atom, x: float, base: float) -> None:
        ink, lift = (10, 10, 10), 0.0
        if atom.kind == "value":
            ink = self.style.ink
            lift = 12.0 if self.style.leader == "behind" else 0.0
            lift += self.rng.uniform(-6, 6) if self.style.hand else 0.0
        if atom.kind == "raised":
            lift = atom.font.size * 0.5
        self.pen.text((x, base - lift), atom.text, font=atom.font, fill=ink, anchor="ls")
        if atom.key:
            self._grow(atom.key, self.pen.textbbox((x, base - lift), atom.text, atom.font, "ls"))

    def mark_box(
        self, key: str, at: tuple[float, float], text: str, face: ImageFont.FreeTypeFont
    ) -> None:
        """Note where a value stands that was set by hand."""
        self._grow(key, self.pen.textbbox(at, text, face))

    def _grow(self, key: str, box: tuple[float, float, float, float]) -> None:
        x0, y0, x1, y1 = (int(v) for v in box)
        if key in self.boxes:
            x, y, w, h = self.boxes[key]
            x0, y0, x1, y1 = min(x, x0), min(y, y0), max(x + w, x1), max(y + h, y1)
        self.boxes[key] = (x0, y0, x1 - x0, y1 - y0)
