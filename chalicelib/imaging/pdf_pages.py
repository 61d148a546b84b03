"""What a page of a PDF has on it. In: a page. Out: the only picture, if it is a scan; has it print that is seen?

Words that a scanner's program laid invisibly over the picture are no print. Refuses nothing.
"""

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Name

_KEPT_FILTERS = {"/DCTDecode", "/CCITTFaxDecode", "/FlateDecode", "/RunLengthDecode"}
_OF_PICTURES = {"q", "Q", "cm", "Do", "gs"}
_SHOWING = {"Tj", "TJ", "'", '"'}
_OF_TEXT = _SHOWING | {"BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tc", "Tw", "Tz", "TL", "Tr", "Ts"}
_MARKS = {"BMC", "BDC", "EMC", "MP", "DP"}
_UNSEEN = (3, 7)
_Drawn = Sequence[tuple[str, Any]]


def only_picture(page: Any) -> Any:
    """The picture that is all there is to see on the page and that a PDF/A may hold; else None."""
    drawn = _drawn(page)
    shown = [operands for operator, operands in drawn if operator == "Do"]
    known = _OF_PICTURES | _OF_TEXT | _MARKS
    if len(shown) != 1 or any(o not in known for o, _ in drawn) or _is_seen(drawn):
        return None
    if "/Annots" in page.obj or int(page.obj.get("/Rotate", 0)) % 360:
        return None
    picture = page.resources.get("/XObject", {}).get(shown[0][0])
    return picture if picture is not None and _can_be_kept(picture) else None


def has_print(page: Any) -> bool:
    """Is there text to see?"""
    return _is_seen(_drawn(page))


def _drawn(page: Any) -> _Drawn:
    return [(str(i.operator), i.operands) for i in pikepdf.parse_content_stream(page)]


def _is_seen(drawn: _Drawn) -> bool:
    """Does any text show? How it shows is part of what `q` keeps and `Q` brings back."""
    kept, now = [], 0
    for operator, operands in drawn:
        if operator == "q":
            kept.append(now)
        elif operator == "Q" and kept:
            now = kept.pop()
        elif operator == "Tr":
            now = int(operands[0])
        elif operator in _SHOWING and now not in _UNSEEN:
            return True
    return False


def _can_be_kept(picture: Any) -> bool:
    filters = picture.get("/Filter", Array())
    names = {str(f) for f in (filters if isinstance(filters, Array) else [filters])}
    return (
        picture.get("/Subtype") == Name.Image
        and names <= _KEPT_FILTERS
        and not any(k in picture for k in ("/SMask", "/Mask", "/ImageMask"))
        and picture.get("/ColorSpace") in (Name.DeviceGray, Name.DeviceRGB)
    )
