"""What is odd about a value however surely its letters were read: the value and what it is worth in, the same out.

Found among the surest wrong values of 8,000 drawn papers: a label's own words in a value, a comma amid a name or
missing between units, a stop missing after TP, a place named twice with other marks, one unit of many with a capital, a
name that ends small, a document or text that begins small, a document's number after a comma or dash, a personal number
of nobody alive, a capital of a few đồng, one word of a heading in small letters. The last is put right, others doubted.
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
    r"|^\W*\d{1,2}[)\]]|\bnam \d{1,3}$"
)
_BARE_NUMBER = re.compile(
    r"[^\W\d](?:,|\s?[-–])\s?\w?\d{6}|(?i:hộ chiếu)\D*(?<![^\W\d_])\d{8}(?!\d)"
)
"""A document's number after a comma or a dash: its name ends in a colon, or in nothing. A passport's has a letter."""
_YEAR = re.compile(r"\d{4}")
_UNIT = re.compile(
    r"(?i)(?:, | [-–] )(tổ dân phố|tổ|khu|phường|xã|thị trấn|quận|huyện|thị xã|thành phố|tỉnh) (?=\w)"
)
_NO_COMMA = re.compile(
    r"\b(?:phuong|xa|quan|huyen|thi tran|thi xa) [^,;–-]+[^,;–-] ha noi$"
    r"|\b(?:xom|thon|to|khu|doi|ap|pho)(?: so)? \d+ (?:xa|phuong|thi tran)\b|^than \d"
)
_AS_WRITTEN = re.compile(
    r"\bTP(?![.\w])|\b(?:Bệnh Viện|Phụ Sản|Hộ Sinh|Thẻ Căn)\b|(?i:\b(?:phường|quận|huyện|thị trấn)[,;] )"
)
"""Its stop is lost more easily than left out; of C, S and V only the size tells the capital."""
_LONE = re.compile(r"(?<=[a-zà-ỹ] )(?!Cảnh|Công)[COSUVXZ][a-zà-ỹ]+(?= [a-zà-ỹ]|$)")
"""A capital amid small words: 'cho Con mới sinh'."""
_NAMED = re.compile(r"(?i)\b(?:phường|xã|thị trấn|quận|huyện|phố|đường) ([^,]+)")
_PERSON = re.compile(r"(?<!\d)\d{3}(\d)(\d\d)\d{6}(?!\d)")
_OLDEST, _YOUNGEST = 1920, 2040
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_MONEY = 10_000  # đồng
_DOUBTED = 0.3


def weighed(grammar: str, value: Value, trust: float) -> tuple[Value, float]:
    """(value, trust) of what a text says in the grammar named."""
    if isinstance(value, int):
        return value, trust * (_DOUBTED if grammar == "money" and value < _LEAST_MONEY else 1.0)
    if value is None or grammar not in (*_WORDY, "id_number"):
        return value, trust
    even = _evenly_loud(value)
    return even, trust * (_DOUBTED if _is_odd(grammar, even) else 1.0)


def _is_odd(grammar: str, value: str) -> bool:
    plain = fold(value)
    odd = any(found.search(plain) for found in (_LABELS, _AMID, _NO_COMMA))
    odd = odd or bool(_AS_WRITTEN.search(value)) or _differs_from_itself(value)
    odd = odd or _has_lone_capital(value) or _is_of_no_age(value)
    if grammar in ("place", "address", "agency"):
        return odd or _has_small_name(value)
    if grammar == "issuer":
        return odd or bool(_YEAR.search(value))
    if grammar == "id_document":
        return odd or value[:1].islower() or bool(_BARE_NUMBER.search(value))
    return odd or (
        grammar == "text" and (value[:1] in SHAPED_AS_CAPITALS or bool(_LONE.search(value)))
    )


def _is_of_no_age(value: str) -> bool:
    """Does a personal number say that its holder is over a hundred, or not born for long?"""
    found = _PERSON.search(value)
    year = 1900 + 100 * (int(found[1]) // 2) + int(found[2]) if found else _OLDEST
    return not _OLDEST <= year <= _YOUNGEST


def _has_small_name(value: str) -> bool:
    """Does the name of a unit or street end in a word without a capital: 'phường Thụy phương'?"""
    names = [found[1].split() for found in _NAMED.finditer(value)]
    return any(
        len(n) > 1 and n[0][0].isupper() and n[-1].isalpha() and n[-1].islower() for n in names
    )


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
