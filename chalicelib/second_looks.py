"""Second readings of one value's place on its page, by two readers that fail differently.

In: the kind of paper, where the value stands (`fields.Look`), views of its page, the field as first read. Out: what
readers say of the place, to be weighed by `fields.settle`; nothing where the place is bare paper. Refuses what the
readers refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from chalicelib.dossier.paper import Box, Field
from chalicelib.extraction import fields, spelling
from chalicelib.imaging import cells, cleanup, remains
from chalicelib.imaging.ink import is_bare
from chalicelib.ocr import recogniser, tesseract


@dataclass(frozen=True)
class Views:
    """A page cleaned, and with all its dots; `letter`: the usual height of its words in pixels; `read`: their boxes."""

    clean: cleanup.Grey
    jpeg: bytes
    letter: float
    read: Sequence[Box] = ()

    @cached_property
    def dotted(self) -> cleanup.Grey:
        """Most pages are never asked for it."""
        return cleanup.grey_of(self.jpeg)

    def is_ink_left(self, place: Box) -> bool:
        """Does anything stand in this place that was not read?"""
        return remains.is_ink_left(self.clean, place, self.read)

    def has_no_letters(self, place: Box) -> bool:
        """Do nothing but dots and dashes stand in this place, before and after cleaning?"""
        return remains.no_letters(self.clean, self.dotted, place, self.read, self.letter)

    def was_cleaned(self, place: Box) -> bool:
        """Did cleaning take ink away from this place of the page?"""
        cuts = (cleanup.cut_out(view, place) for view in (self.clean, self.dotted))
        return remains.was_cleaned(*cuts)


def opinions(kind: str, look: fields.Look, views: Views, field: Field) -> list[fields.Opinion]:
    """Second readings of a value, until two readers say the same of it.

    What is nearly sure our own reader reads once more, at the uncleaned page, if that shows more: with the leaders the
    dot below a letter may have gone, for all readers. If it says the same, it is heard alone. Then Tesseract: it fails
    elsewhere than our own reader, which read the page. Then our own once more, which now knows the field.
    """
    if fields.stands_in_boxes(kind, look.key):
        return _out_of_boxes(views.dotted, look.boxes)
    if fields.shows_nothing(field) and all(map(views.has_no_letters, look.boxes)):
        return []
    if not recogniser.is_here():
        return _of_tesseract(kind, look, views, field)
    if look.nearly_sure and (once := _once_more(kind, look, views, field)):
        return [once]
    if fields.is_name(kind, look.key):
        return _of_name(kind, look, views, field)
    crop = _alone(look, views)
    if fields.agrees(kind, look.key, crop.text, field):
        return [crop]
    own = _our_own(kind, look, views)
    if fields.agree(kind, look.key, own.text, crop.text):
        return [crop, own]
    return [crop, own, _with_dots(kind, look, views)]


def _once_more(kind: str, look: fields.Look, views: Views, field: Field) -> fields.Opinion | None:
    """What our own reader says of the uncleaned page, if that is what it said before."""
    if not any(map(views.was_cleaned, look.boxes)):
        return fields.AS_READ
    again = _letter_by_letter(look, views)
    return again if fields.agrees(kind, look.key, again.text, field) else None


def _of_tesseract(kind: str, look: fields.Look, views: Views, field: Field) -> list[fields.Opinion]:
    crop = _alone(look, views)
    if fields.agrees(kind, look.key, crop.text, field):
        return [crop]
    return [crop, fields.Opinion(*_reread(views.dotted, look.boxes), echo=True)]


def _of_name(kind: str, look: fields.Look, views: Views, field: Field) -> list[fields.Opinion]:
    """A name is read with its dots whatever Tesseract says: both readers lose the same ones."""
    crop, dotted = _alone(look, views), _with_dots(kind, look, views)
    if all(fields.agrees(kind, look.key, said.text, field) for said in (crop, dotted)):
        return [crop, dotted]
    return [crop, _our_own(kind, look, views), dotted]


def _alone(look: fields.Look, views: Views) -> fields.Opinion:
    return fields.Opinion(*_reread(views.clean, look.boxes, as_it_stands=True))


def _our_own(kind: str, look: fields.Look, views: Views) -> fields.Opinion:
    return fields.Opinion(*_recognised(kind, look, views.clean, views.letter))


def _with_dots(kind: str, look: fields.Look, views: Views) -> fields.Opinion:
    return fields.Opinion(*_recognised(kind, look, views.dotted, views.letter), echo=True)


def _letter_by_letter(look: fields.Look, views: Views) -> fields.Opinion:
    """Our own at the uncleaned page, as it first read the cleaned one: no words weighed, in half of the time."""
    lines = [recogniser.read(cut) for cut in _cuts(look, views.dotted, views.letter)]
    return fields.Opinion(*_together([(line.text, line.sure) for line in lines]), echo=True)


def _out_of_boxes(view: cleanup.Grey, boxes: Sequence[Box]) -> list[fields.Opinion]:
    """A number of one digit a box, read without the rules between them; no opinion where all boxes are empty."""
    x, y, wide, high = boxes[0]
    more = high // 3  # the first reading may have missed the rules above and below
    crop = cells.without_rules(cleanup.cut_out(view, (x, max(0, y - more), wide, high + 2 * more)))
    if is_bare(crop):
        return []
    first = fields.Opinion(*tesseract.reread(crop, as_it_stands=True))
    if not recogniser.is_here():
        return [first]
    line = recogniser.read(crop)
    return [first, fields.Opinion(line.text, line.sure)]


def _reread(
    view: cleanup.Grey, boxes: Sequence[Box], *, as_it_stands: bool = False
) -> tuple[str, float]:
    """A value's lines read alone by Tesseract, one after the other."""
    lines = [tesseract.reread(cleanup.cut_out(view, b), as_it_stands=as_it_stands) for b in boxes]
    return _together(lines)


def _recognised(
    kind: str, look: fields.Look, view: cleanup.Grey, letter: float
) -> tuple[str, float]:
    """The same by our own reader, which prefers known words, and texts that are sound for the field."""
    fits = partial(fields.is_sound, kind, look.key) if len(look.boxes) == 1 else None
    weigh = spelling.of_names() if fields.is_name(kind, look.key) else spelling.usual()
    lines = [recogniser.read(cut, fits, weigh) for cut in _cuts(look, view, letter)]
    return _together([(line.text, line.sure) for line in lines])


def _cuts(look: fields.Look, view: cleanup.Grey, letter: float) -> list[cleanup.Grey]:
    return [cleanup.cut_line(view, box, letter) for box in look.boxes]


def _together(lines: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """A value's lines, each with how sure it is, as one: as sure as the worst of those that say something."""
    told = [line for line in lines if line[0]] or lines
    return " ".join(text for text, _ in told), min(sure for _, sure in told)
