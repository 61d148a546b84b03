"""What is odd about a value however surely its letters were read: the value and what it is worth in, the same out.

Found among the surest wrong values of 3,500 drawn papers: a label's own words in a value, a comma amid a name, a comma
missing before the province, a place named twice with other marks, one unit of many with a capital, a document that
begins with a small letter or has a comma before its number, one word of a heading in small letters. Only the last is
put right; the others are doubted.
"""

import re
from itertools import pairwise

from chalicelib.extraction.letters import fold

Value = str | int | None

SHAPED_AS_CAPITALS = frozenset("cosuvxz")
"""Small letters that differ from their capitals in size alone."""
_WORDY = ("agency", "issuer", "place", "address", "text", "id_document")
_LABELS = re.compile(r"chu dem|noi cu tru|quoc tich|gioi tinh|ngay[, ]+thang[, ]+nam sinh")
_AMID = re.compile(
    r"^(?:trung|trung tam|trung tam y te|tram y te|benh|benh vien|benh vien da khoa)[,;]"
)
_BARE_NUMBER = re.compile(r"[^\W\d], \w?\d{6}")
"""A document's number after a comma: its name ends in a colon, or in nothing."""
_UNIT = re.compile(
    r"(?i)(?:, | [-–] )(tổ dân phố|tổ|khu|phường|xã|thị trấn|quận|huyện|thị xã|thành phố|tỉnh) (?=\w)"
)
_NO_COMMA = re.compile(r"\b(?:phuong|xa|quan|huyen|thi tran|thi xa) [^,;–-]+[^,;–-] ha noi$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DOUBTED = 0.6


def weighed(grammar: str, value: Value, trust: float) -> tuple[Value, float]:
    """(value, trust) of a text in the grammar named; figures and names pass as they are."""
    if grammar not in _WORDY or not isinstance(value, str):
        return value, trust
    even = _evenly_loud(value)
    plain = fold(even)
    odd = any(found.search(plain) for found in (_LABELS, _AMID, _NO_COMMA))
    odd = odd or _differs_from_itself(even)
    odd = odd or _has_lone_capital(even)
    if grammar == "id_document":
        odd = odd or even[:1] in SHAPED_AS_CAPITALS or bool(_BARE_NUMBER.search(even))
    return even, trust * (_DOUBTED if odd else 1.0)


def _has_lone_capital(value: str) -> bool:
    """Does one unit begin with a capital, others with small letters: 'phường Mễ Trì, quận Nam Từ Liêm, Thành phố'?"""
    units = _UNIT.findall(value)
    return len(units) > 2 and sum(unit[0].isupper() for unit in units) == 1


def _differs_from_itself(value: str) -> bool:
    """Do the same two words stand there twice, once with other marks: 'huyện Ba Vị, xã Chu Minh, huyện Ba Vì'?"""
    words, plain = (set(pairwise(_WORD.findall(text))) for text in (value.lower(), fold(value)))
    return len(plain) < len(words)


def _evenly_loud(value: str) -> str:
    """All in capitals, if all words but one are: 'TRUNG TÂM Y TẾ HUYỆN BA Vì'."""
    words = [w for w in value.split() if any(map(str.isalpha, w))]
    low = [w for w in words if not w.isupper()]
    loud = len(words) >= 4 and len(low) == 1 and low[0].istitle()
    return value.upper() if loud else value
