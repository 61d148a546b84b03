"""Did the writer leave a place blank, or say that there is nothing?

In: the raw text between two labels, and the grammar of the field. Out: yes or no; the text without dirt.
Dirt, leaders, strokes, printed words of measure and the usual words for "none" are nothing; what
cannot be told from a value is no blank.
"""

import re

from chalicelib.extraction import counted
from chalicelib.extraction.letters import fold, letters_of

EDGE = " .,:;…_-–—|*~'\"•·\u2022"
_BLANK = re.compile(r"^[\s./\\\-–—_…:;,|xX*=~()\[\]]*$")
_STRUCK = re.compile(r"^\W*[-–—_=~]{3,}\W*(?:[^\W\d]{1,2}\b\W*){0,2}$")
"""A stroke through the blank place, and what its end reads as."""
ONE = re.compile(r"[Il|!ìíÌÍïÏ]")
_COUNTS = ("integer", "ordinal")
_SLANTED = ("/", "\\")
"""A stroke through the place for a figure may be a one, written aslant: neither is told without another look."""
_NOTE = re.compile(r"^\W*[(\[].[)\]]?\W*$|^\W*\w[)\]]\W*$")
_WORDY = ("name", "address", "place", "agency", "id_document", "ethnicity", "nationality")
_SOLID = ("relationship", "text", "email", "phone", "id_number")
"""No value of these two is one letter or figure: a stroke was read so."""
_MEASURED = ("integer", "grams", "time", "date", "year")
_MEASURES = re.compile(
    r"(?:\b(?:ban|ban|han|bn|gam|gram|kg|g|gio|phut|ngay|thang|nam|con)\b|[^\w†‡!?|#&%$€£§+<>=]|_)*"
)
_RAISED = re.compile(r"^\s*(?:[(\[]?[\dOoGC]{1,2}[®©°ºª)\]'’]|[(\[][\dOoGC]|[®©°ºª])\s*(?=[^\W\d])")
"""A raised footnote mark before a text: '(2', '2®', '(O'."""
_FIGURES = ("integer", "ordinal", "number", "money", "boxed_number")
"""A stroke may be a one to these."""
_PLACES = ("address", "place", "agency")
_UNITS_ALONE = re.compile(r"(?:[\W\d]*\b(?:tinh|thanh pho|huyen|quan|xa|phuong)\b)+\W*")
"""Printed words before the leaders: '[09.3] Tỉnh'."""
_LONE_LETTER = re.compile(r"(?<=[^\W\d])\s+[a-zà-ỹ]\W*$")
_STREAKS = re.compile(r"\s+[ịỊỉỈìÌíÍĩĨ|¡‡](?=\s|$)")
"""A copier's streak: none of these stands alone as a word."""
_PLACE_AND_DAY = re.compile(r"[^,\d]+,\s*ngày\s+\d+\s+tháng\s+\d+\s+năm\s+\d{4}\W*")
"""The line over a signature: never a text of its own."""
_UNNAMED = (
    "ungay",
    "tungay",
    "chuadatten",
    "chuadat",
    "khong",
    "khongco",
    "chuaco",
    "chuaro",
    "khongro",
)


def is_blank(raw: str, grammar: str = "") -> bool:
    """Does the writer say that there is nothing: no text, leaders, '/', '-', 'chưa đặt tên'?

    Printed words of measure and date ('bản', 'gam', 'ngày … tháng …') are nothing by themselves.
    """
    if grammar in _COUNTS and raw.strip() in _SLANTED:
        return False
    if _BLANK.match(raw) or _STRUCK.match(raw) or _NOTE.match(raw) or _is_unnamed(raw):
        return True
    if grammar == "integer" and ONE.fullmatch(raw.strip(EDGE)):
        return False
    if grammar == "text" and _PLACE_AND_DAY.fullmatch(raw.strip()):
        return True
    if grammar in _WORDY + _SOLID and len(re.sub(r"[\W_]", "", raw)) <= 1:
        return True
    if grammar in _PLACES and _UNITS_ALONE.fullmatch(fold(raw)):
        return True
    if grammar == "boxed_number" and counted.is_empty_boxes(raw):
        return True
    return grammar in _MEASURED and bool(_MEASURES.fullmatch(fold(raw)))


def _is_unnamed(raw: str) -> bool:
    return letters_of(raw) in _UNNAMED and not any(map(str.isdigit, raw))


def without_dirt(raw: str, grammar: str) -> str:
    """The text of a value without a copier's streaks, and a text without the footnote mark before it."""
    text = raw if grammar in _FIGURES else _STREAKS.sub("", raw)
    if grammar == "text":
        return _RAISED.sub("", text)
    return _LONE_LETTER.sub("", text) if grammar in _PLACES else text
