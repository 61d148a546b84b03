"""Addresses and places: text as printed, names of units and fixed phrases gently repaired.

In: the text of an address. Out: (text, trust 0..1). Province first, then the district, then the commune
inside it; streets and phrases against their lists. What is not provably misread stays as it was read.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from chalicelib.extraction import phrases, streets, units
from chalicelib.extraction.letters import compose, fold, is_syllable, quieted, strokes
from chalicelib.extraction.numerals import LOOKS_LIKE
from chalicelib.extraction.vocabulary import lines_of

_ABBREVIATED = frozenset(("TP", "Tp", "T.P", "P", "Q", "H", "X", "TX", "TT", "Đ", "BS", "ThS"))
_FULL_STOP = re.compile(r"([\w.]*\w)[.;]\s+(?=[^\W_])")
_COMMA_FOR_STOP = re.compile(r"\b(TP|Tp|TX|TT)\s*,\s+(?=[A-ZĐ])")
_STOP_IN_UNIT = re.compile(
    r"((?:^|, )(?i:huyện|quận|phường|xã|phố|tỉnh|thôn|xóm)"
    r"|\b(?:huyện|quận|phường|xã|phố|tỉnh|thôn|xóm))[.,]\s*(?=[A-ZĐ\d])"
)
"""'xã. Tân Xã' has one stop too many, 'xã Tân Xã, huyện' has not."""
_COLON_IN_NAME = re.compile(
    r"(?i)\b(xã|phường|thị trấn|quận|huyện|tỉnh|đa khoa|bệnh viện|y tế):(?=\s)"
)
_EDGES = re.compile(r"^[^\w(/\-]+|[^\w)]+$")
_GLUED = re.compile(r"\b(chung cư|[Ii]n|phường|quận|huyện|phố|xã|cấp|số)(?=[A-ZĐ\d]|ấn\b)")
"""A blank was lost: 'chung cưCT3'."""
_WHOLE, _CUT_SHORT, _MENDED, _DOUBTED = 1.0, 0.6, 0.9, 0.3
_UNFINISHED = re.compile(
    r"(?i)(?:^|\s)(?:quận|huyện|thị xã|thành|thành phố|tỉnh|phường|xã|thị|cấp|ngày|do|số|cảnh sát)$"
)
_DISTRICT = re.compile(r"(?i)(?:quận|huyện)\s\D")
_COMMUNE = re.compile(r"(?i)(?:phường|xã|thị trấn)\s\D")
_UNIT = re.compile(
    r"(?i)\s(?=(?:phường|xã|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh|TP\.?|TX\.|TT\.|[PQHX]\.)\s)"
)
"""Where a unit's type begins inside a part of an address."""
_ITEM = re.compile(
    r"\[0\d\d[\])}]|\[\s*\d{1,2}(?:[.,]\d)?\s*\]?|(?<![\d/])[1Il({]?\d{2}[.,]\d\s*\]|(?<=\s)\d\s*\]"
)
"""The number of a form's item: '[09.3]', or the last that is left of it."""
_NOTE = re.compile(
    r"^(?:[^\s\d][Il1)\]]?\s?|\d\)?\s)(?=P\.\d)"
    r"|^(?:\w[)\]Il1'’°]?|[^\W\d]\d)\s?(?=(?:số|xóm|thôn|tổ|ngõ|ngách|hẻm|khu|đội|phường|xã|thị trấn)\s)"
)
"""A raised footnote mark, read as a figure or letter that sticks to the address: 'GP.0409', '9 số 15'."""
_STRAY = re.compile(r"[?!†‡|#]")
_CUT_NAME = re.compile(
    r"(?:^|[\s,])(?:thành phố|tỉnh|huyện|quận|TP\.|,) (?:Hà|Hải|Bắc|Hoàn|Ba|Hai)$"
)


def tidy(raw: str, *, commas: bool = False) -> tuple[str, float]:
    """The address with its punctuation made even, its names repaired; `commas`: with those lost between its units."""
    text = phrases.mend(_nouns_mended(_punctuated(compose(raw))))
    text = " ".join(quieted(text.split()))
    read = [p for p in text.split(", ") if p]
    counted = [_house_number(p) for p in read]
    parts = _parted(counted) if commas else counted
    units_right, known = _units_mended(parts)
    mended = [streets.mended(p) for p in units_right]
    whole = _WHOLE if _is_whole(raw, mended) else _CUT_SHORT
    same = parts == read and fold(" ".join(mended)) == fold(" ".join(units_right))
    as_read = 1.0 if same else _MENDED
    doubted = _DOUBTED if streets.lacks_number(mended) or _is_cut(mended) else 1.0
    return ", ".join(mended), _trust(mended, known) * whole * as_read * doubted


def _is_cut(parts: Sequence[str]) -> bool:
    """Does a part only begin the name of a unit: 'phường Trần Hưng, quận Hoàn Kiếm', '… nhân dân phường Phúc'?"""
    last = _tail_of(parts[0])[1] if len(parts) == 1 else ""
    if _COMMUNE.match(last) and units.is_cut(last, units.communes_of("Hà Nội")):
        return not any(units.named(last, units.communes_of(u.province)) for u in units.provinces())
    around = ((part, units.great(after)) for part, after in pairwise(parts))
    return any(unit is not None and units.is_cut(part, _inside(unit)) for part, unit in around)


def _parted(parts: list[str]) -> list[str]:
    """The parts, those parted again between whose units the comma was lost: 'phường Bưởi quận Tây Hồ'."""
    done: list[str] = []  # from the last
    for part in reversed(parts):
        head = part
        while cut := _lost_comma(head, done[-1] if done else ""):
            done.append(head[cut + 1 :])
            head = head[:cut]
        done.append(head)
    return done[::-1]


def _lost_comma(part: str, after: str) -> int:
    """Where a part goes on with a unit that holds the one before it, or that follows a street; 0 if it does not."""
    for begins in reversed(list(_UNIT.finditer(part))):
        head, tail = part[: begins.start()], part[begins.start() + 1 :]
        unit = units.great(tail)
        if unit and units.named(_last_unit(head), _inside(unit)):
            return begins.start()
        around = units.great(after)
        if around and units.named(tail, _inside(around)) and streets.is_one(head):
            return begins.start()
    return 0


def _last_unit(text: str) -> str:
    """What a text ends with from the last word on that units begin with."""
    begins = [found.start() + 1 for found in _UNIT.finditer(text)]
    return text[begins[-1] :] if begins else text


@cache
def _inside(unit: units.Unit) -> tuple[units.Unit, ...]:
    """Units of every smaller level; the same list each time, for its spellings are kept by its identity."""
    communes = units.communes_of(unit.province) if unit.level == "province" else ()
    return (*units.below(unit), *communes)


def _is_whole(raw: str, parts: list[str]) -> bool:
    """No address ends in a comma or in the word that only begins a unit or a date; no stray signs are in it."""
    if raw.rstrip().endswith(",") or _STRAY.search(raw) or not parts:
        return False
    if _UNFINISHED.search(parts[-1]):
        return False
    if any(_DISTRICT.match(p) and not units.named(p, units.below(None)) for p in parts):
        return False
    return not _is_strange_commune(parts)


def _is_strange_commune(parts: list[str]) -> bool:
    """Does the part before a known district call itself a commune of a name that the district has not?"""
    for commune, district in pairwise(parts):
        unit = units.named(district, units.below(None))
        if unit and _COMMUNE.match(commune):
            return not units.named(commune, units.below(unit))
    return False


def _punctuated(text: str) -> str:
    text = _ITEM.sub(" ", text).strip()
    text = re.sub(r"^(?:[^\w(]+|[œŒøØºª](?![a-z])|\(?\w\))+\s*", "", text)
    text = re.sub(r"^0\s+(?=[^\W\d])", "", text)
    text = _GLUED.sub(r"\1 ", text)
    text = text if ")" in text else text.lstrip("( ")
    text = re.sub(r"\bP(?:\s*[.,;:]\s*|\s+)(?=\d[\dTlI]{2,3}\b)", "P.", text)
    text = re.sub(r"(?<=\d)[TlI](?=\d)", "1", text)
    text = re.sub(r"\s*[,;]\s*(?=\D|\d{1,3}\b(?![.,]?\d))", ", ", text)
    text = _COLON_IN_NAME.sub(r"\1", re.sub(r"\s+([,.;:)])", r"\1", text))
    text = re.sub(r"(?i)\b(số)[.,]+\s*(?=\d)", r"\1 ", text)
    text = re.sub(r"\b[IlJ]BND\b", "UBND", text)
    text = re.sub(r"\bthành Phố\b", "thành phố", text)
    text = _NOTE.sub("", text)
    text = re.sub(r"\bSỐ(?=\s(?:\d|nhà\s))", "số", text) if not text.isupper() else text
    text = re.sub(r"(?<=[a-zà-ỹ])\.(?=[A-ZĐ])", " ", phrases.closed_up(text))
    text = _STOP_IN_UNIT.sub(r"\1 ", text)
    text = _FULL_STOP.sub(lambda f: f[0] if f[1] in _ABBREVIATED else f"{f[1]}, ", text)
    text = _COMMA_FOR_STOP.sub(r"\1. ", text)
    return _EDGES.sub("", " ".join(text.split()))


def _nouns_mended(text: str) -> str:
    """'Số 86 nhố Hàng Bạc' is 'phố': small words before a name or number are few."""
    words = text.split()
    for n, word in enumerate(words[:-1]):
        after = words[n + 1][:1]
        if (
            word.islower()
            and word.isalpha()
            and len(word) > 1
            and (after.isupper() or after.isdigit())
        ):
            words[n] = _counted(word) if after.isdigit() else _noun(word)
    return " ".join(words)


_COUNTED = ("thôn", "xóm", "đội", "tổ", "ngõ", "ngách", "hẻm", "khu", "số", "phường", "quận")


@cache
def _counted(word: str) -> str:
    """What figures stand after, marks aside: 'đôi 7' is 'đội 7'; other words as before names."""
    same = [w for w in _COUNTED if fold(w) == fold(word)]
    return same[0] if len(same) == 1 else _noun(word)


@cache
def _noun(word: str) -> str:
    nouns = lines_of("address_nouns.txt")
    if word in nouns:
        return word
    near = [w for w in nouns if OSA.distance(strokes(w), strokes(word)) == 1]
    near = [w for w in near if fold(w) == fold(word)] or near  # 'đôi': rather 'đội' than 'đô'
    return near[0] if len(near) == 1 else word


_AFTER_COUNTED = re.compile(
    r"(?i)\b((?:số|số nhà|nhà số|ngõ|ngách|tổ|hẻm|xóm|thôn|đội|qu[âậ]n|phường)\s+)"
    r"([OolI|/]*\d[\dOolI|]*/?|[lI|/]{1,2})(?=$|,|\s(?!ngõ|ngách|hẻm))"
)
_LAST_ONE = re.compile(r"\s[lI|/]$")
_SLANTED = str.maketrans("/", "1")


def _house_number(part: str) -> str:
    """'số l2' is 'số 12', 'xóm /' is 'xóm 1': figures misread right after their word; a slanted one is a stroke."""
    return _AFTER_COUNTED.sub(lambda f: f[1] + f[2].translate(LOOKS_LIKE).translate(_SLANTED), part)


def _units_mended(parts: list[str]) -> tuple[list[str], int]:
    """Parts from the last (province) to the first; (parts mended, how many units are known)."""
    mended, known = list(parts), 0
    unit: units.Unit | None = None
    index = len(parts) - 1
    while index >= 0:
        found = _unit(mended[index], unit, alone=len(parts) == 1)
        if not found and index > 0 and known and len(mended[index].split()) == 1:
            found = _unit(f"{mended[index - 1]} {mended[index]}", unit, alone=False)
            if found:  # a comma was seen inside the name
                del mended[index]
                index -= 1
        if not found:
            break
        mended[index], unit = found
        known, index = known + 1, index - 1
    return mended, known


def _unit(part: str, parent: units.Unit | None, *, alone: bool) -> tuple[str, units.Unit] | None:
    """The unit of one part below its parent; without a parent the province is tried first."""
    head, tail = _tail_of(part)
    found = _first_found(tail, parent, alone=alone)
    return (head + found[0], found[1]) if found else None


def _tail_of(part: str) -> tuple[str, str]:
    """'Ủy ban nhân dân phường X' ends in the unit; the head is kept apart."""
    found = re.match(
        r"(?i)^(.*?(?:ban nhân dân|UBND|công an|đa khoa|y tế)\s+)"
        r"((?:thành phố|thị trấn|thị xã|\S+ng|xã|xà|quận|huyện|tỉnh|TP\.?)\s.+)$",
        part,
    )
    return (found[1], found[2]) if found else ("", part)


def _first_found(
    part: str, parent: units.Unit | None, *, alone: bool
) -> tuple[str, units.Unit] | None:
    if parent is not None:
        one = _LAST_ONE.sub(" 1", part)  # 'phường Mỹ Đình l'
        part = one if units.named(one, _inside(parent)) else part
        if parent.level == "province":
            exact = units.named(part, units.communes_of(parent.province))
            if exact and not units.named(part, units.below(parent)):
                return units.with_capitals(part, exact), exact
        inside = units.find(part, units.below(parent)) if units.below(parent) else None
        if inside or parent.level != "province":
            return inside
        return units.find(part, units.communes_of(parent.province), slack=0.12)
    found = units.find(part, units.provinces(), slack=0.2)
    if found:
        return found
    found = units.find(part, units.below(None), slack=0.15)
    if found or not re.match(r"(?i)ph\S*ng\s|x[ãàaá]\s|th\S\s?tr\S+n\s", part):
        return found
    return units.find(part, units.communes_of("Hà Nội"), slack=0.15) if alone else None


def _trust(parts: Sequence[str], known: int) -> float:
    """By what is strange in the parts; the last `known` are units, whatever their words ('Krông Năng')."""
    unknown = " ".join(parts[: len(parts) - known])
    odd = sum(1 for w in re.findall(r"[^\W\d_]{3,}", unknown) if not is_syllable(w))
    cut = 0.3 if _CUT_NAME.search(", ".join(parts)) else 0.0
    return max(0.2, (0.9 if known else 0.8) + 0.03 * min(known, 3) - 0.15 * odd - cut)
