"""Values as a careful clerk would type them, one grammar per kind of value.

In: the name of a grammar and the raw text between two labels. Out: (value, trust); value None where
the text does not fit the grammar (the field then counts as unread). Nothing is invented: a
correction is made only to what the text provably is. Doing it twice changes nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA, Hamming

from chalicelib.extraction import counted, dates, documents, names, oddities, phrases, places
from chalicelib.extraction.blanks import EDGE as _EDGE
from chalicelib.extraction.blanks import ONE as _ONE
from chalicelib.extraction.blanks import is_blank as is_blank
from chalicelib.extraction.letters import compose, fold, is_syllable, letters_of, strokes
from chalicelib.extraction.numerals import (
    LOOKS_LIKE,
    as_digits,
    digit_share,
    nearest_word,
    number_of,
)
from chalicelib.extraction.vocabulary import closed, ethnic_groups, nearest

Typed = tuple[str | int | None, float]
_KEPT = 2048  # texts whose value is remembered: a value is asked for in every look at it
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # in text layers, on no paper
_OF_COURT = re.compile(r"(?<=/)(QĐST|QĐCN|QĐCNTTLH|QĐPT)[-–.\s]{0,3}(HNGĐ|DS|TTLH)\b")
"""The end of a court decision's number in matters of marriage: '/QĐST-HNGĐ'."""
_OF_NOTE = re.compile(r"(GCS)[ .]?(\d{5})[ .]?(\d\d)[ .]?(\d{6})")
"""The number of a birth note ("Mã số GCS"): facility, year, running number, always parted by dots."""
_LEADERS = r"\s*[-–—_=~.]{4,}"
_MENDED = 0.75
_TRUST_BY_LENGTH = {10: 0.97, 7: 0.6}
"""Of a date by its precision; a month without its day is mostly a day that was not read."""


@lru_cache(_KEPT)
def typed(grammar: str, raw: str) -> Typed:
    """(value, trust 0..1) of a raw text; raises KeyError for a grammar nobody knows."""
    return oddities.weighed(grammar, *GRAMMARS[grammar](compose(_UNPRINTED.sub(" ", raw))))


def _name(raw: str) -> Typed:
    value, trust = names.tidy(raw)
    return value or None, trust


def _date(raw: str) -> Typed:
    value = dates.read_date(raw)
    as_read = _MENDED if dates.unslanted(raw) != raw or dates.is_uneven(raw) else 1.0
    return value, _TRUST_BY_LENGTH.get(len(value or ""), 0.9) * as_read


def _year(raw: str) -> Typed:
    """A year; a full date where the paper has one. A footnote's figure may stick to the year."""
    value, trust = _date(raw)
    glued = None if value else re.search(r"(?<!\d)[1-9]((?:19|20)\d\d)(?!\d)", raw)
    return (glued[1], 0.8) if glued else (value, trust)


def _date_in_words(raw: str) -> Typed:
    value, _ = dates.mend_words(raw.strip(_EDGE), None)
    return value or None, 0.9 if dates.read_words(value) else 0.4


def _time(raw: str) -> Typed:
    return dates.read_time(raw), 0.97 if dates.is_plain_time(raw) else 0.3


def _member(raw: str, name: str, slack: float = 0.34) -> Typed:
    bare = raw.strip(_EDGE)
    found = _nearest_of(bare, closed(name), slack)
    return found, 1.0 if found == bare else 0.9


_NU_BEHEADED = frozenset(map(strokes, ("ữ", "lữ", "Hữ")))
"""The other gender has none of these letters."""


def _gender(raw: str) -> Typed:
    bare = raw.strip(_EDGE)
    word = {"trai": "Nam", "gai": "Nữ", "male": "Nam", "female": "Nữ", "nu": "Nữ", "nữ": "Nữ"}
    if letters_of(bare) in word:
        return word[letters_of(bare)], 0.95
    if strokes(bare) in _NU_BEHEADED:
        return "Nữ", 0.7
    found, trust = _member(bare.split()[0] if bare else "", "genders")
    if found is None and len(bare) <= 4 and letters_of(bare)[:1] == "n":
        near = [g for g in closed("genders") if OSA.distance(fold(g), fold(bare)) <= 1]
        return (near[0], 0.7) if len(near) == 1 else (None, 0.0)
    return found, trust


def _without_specks(raw: str) -> Iterator[str]:
    """The text, then without its last short words: specks of dirt read as letters."""
    words = raw.strip(_EDGE).split()
    yield " ".join(words)
    words = re.split(_LEADERS, raw.strip(_EDGE))[0].split()
    yield " ".join(words)
    while len(words) > 1 and len(words[-1].strip(_EDGE)) <= 2:
        words.pop()
        yield " ".join(words)


def _nearest_of(raw: str, members: Collection[str], slack: float) -> str | None:
    return next(filter(None, (nearest(t, members, slack) for t in _without_specks(raw))), None)


def _ethnicity(raw: str) -> Typed:
    bare = re.sub(r"^([HMX])(?=[A-ZĐ][a-zà-ỹ])", r"\1'", raw.strip(_EDGE))
    groups = ethnic_groups()
    if bare in groups:
        dashed = any(g != bare and _solid(g) == _solid(bare) for g in groups)
        return bare, 0.6 if dashed else 1.0  # or not: engines lose dashes and see them in dirt
    if bare.isalpha() and (solid := [g for g in groups if strokes(bare) == _solid(g)]):
        return solid[0], 0.9  # 'ÊĐê': the blank between was lost
    whole = [g for g in groups if g.split()[0] == bare and " " in g]
    if whole:  # the second word of 'Gia Rai' was not seen: no other group is meant
        return (whole[0], 0.5) if len(whole) == 1 else (None, 0.0)
    found = _nearest_of(bare, groups, 0.3)
    if found:
        near = letters_of(found) == letters_of(bare)
        return found, 1.0 if found == bare else 0.9 if near else 0.75
    return (bare, 0.3) if bare and all(map(is_syllable, bare.split())) else (None, 0.0)


def _solid(name: str) -> str:
    return "".join(c for c in strokes(name) if c not in " -'")


def _nationality(raw: str) -> Typed:
    found, trust = _member(raw, "nations", 0.3)
    begun = [n for n in closed("nations") if n.split()[0] == raw.strip(_EDGE) and " " in n]
    if found is None and len(begun) == 1:  # the second word of 'Việt Nam' was not seen
        return begun[0], 0.5
    return (found, trust) if found else _text(raw, 0.4)


def _all_but_one(word: str) -> str | None:
    """The one relationship of which a letter was not seen or misread: 'ha' is 'Cha', 'Cor' is 'Con'."""
    listed = [r for r in closed("relationships") if len(word) > 1 and len(r) > 2]
    same = [r for r in listed if r[1:] == word]
    near = [r for r in listed if len(r) == len(word) and Hamming.distance(r, word) == 1]
    return next((found[0] for found in (same, near) if len(found) == 1), None)


def _relationship(raw: str) -> Typed:
    bare = raw.strip(_EDGE)
    found = _nearest_of(bare, closed("relationships"), 0.3) or _all_but_one(bare)
    if found:
        like = found if found.lower() != bare.lower() else bare
        alike = like[:1] in oddities.SHAPED_AS_CAPITALS
        return like, 0.6 if alike else 0.98 if like == bare else 0.9
    return _text(raw, 0.4)


def _place(raw: str) -> Typed:
    value, trust = places.tidy(raw, commas=True)
    return value or None, trust


def _id_document(raw: str) -> Typed:
    value, trust = documents.tidy(raw)
    return value or None, trust * documents.wholeness(value)


def _id_number(raw: str) -> Typed:
    value, trust = documents.number(raw)
    return (value, trust) if value else (documents.find_number(raw), 0.8)


def _issuer(raw: str) -> Typed:
    value, trust = documents.issuer(raw)
    return value or None, trust * documents.wholeness(value)


def _integer(raw: str) -> Typed:
    lead = raw.strip(_EDGE + "()").split("(")[0].strip(_EDGE)
    first = lead.split()[0] if lead else ""
    if first.isdecimal():
        return int(first), 0.97
    digits = as_digits(first) if len(first) <= 3 else ""
    if digits and (digit_share(first) > 0 or _ONE.fullmatch(first)):
        return int(digits), 0.75
    words = [w for w in map(nearest_word, re.split(r"[\s()]+", raw)) if w]
    value = number_of(words[:4]) if words else None
    return value, 0.85 if value is not None else 0.0


def _agency(raw: str) -> Typed:
    value, trust = places.tidy(raw)
    value = re.sub(r"^([ỦUÚŨỤ][yýỷỹỵ]\s+ban|UỶ\s+BAN|ỦY\s+BAN)", _committee, value)
    value = _COMMITTEE_SHORT.sub("UBND", _BEFORE_COMMITTEE.sub("", value))
    value = re.sub(r"^[uủ](?=y\s+ban)", "Ủ", re.sub(r"^[uủ](?=[ỷỵýỳ]\s+ban)", "U", value))
    lacking = len(value.split()) < 2 or _HEADLESS.match(value)  # not all of it was seen
    value = re.sub(r"^([ỷy])\s?(?=ban nhân)", lambda y: "Uỷ " if y[1] == "ỷ" else "Ủy ", value)
    return value or None, trust * 0.5 if lacking else trust


_BEFORE_COMMITTEE = re.compile(r"^[a-zà-ỹœø]\s?(?=[ỦU][yýỷỵ] ban|UBND)")
_HEADLESS = re.compile(r"(?i)(?:\w\s?)?ban nhân")
_COMMITTEE_SHORT = re.compile(r"\b[IlJOD0]BND\b|^BND(?= )")


def _committee(found: re.Match[str]) -> str:
    first = found[0]
    if first[:2] in ("Ủy", "Uỷ", "ỦY", "UỶ"):
        return first
    return "ỦY BAN" if first.isupper() else "Ủy ban"


def _number(raw: str) -> Typed:
    """A paper's own number: '158/2020', 'GCS.01010.24.009278'; figures mended among figures."""
    noted = re.sub(r"^[^\w]*\d\)\s*(?=\d)", "", raw)  # '(4) 162/2020': the label's footnote
    bare = re.sub(r"\s*([/.\-])\s*", r"\1", re.sub(r"^[^\w]+", "", noted).strip(_EDGE))
    if of_note := _OF_NOTE.fullmatch(re.sub(r"^(?:GCS[ .]?)+(?=GCS)", "", bare)):
        return ".".join(of_note.groups()), 0.9
    solid = "/".join(_mended_figures(p) for p in bare.split("/"))
    if not re.search(r"\d", solid):
        return None, 0.0
    return solid, 0.9 if solid == bare and re.fullmatch(r"\w+(?:[./\-]\w+)*", solid) else 0.6


def _mended_figures(part: str) -> str:
    mended = part.translate(LOOKS_LIKE)
    return mended if mended.isdigit() and digit_share(part) >= 0.5 else part


def _insurance_number(raw: str) -> Typed:
    bare = "".join(raw.upper().split()).strip(_EDGE)
    card = re.fullmatch(r"([A-Z]{2})([1-5]\w{12})", bare)
    digits = as_digits(bare)
    if card and as_digits(card[2]):
        return card[1] + as_digits(card[2]), 0.95
    if len(digits) in (10, 13, 15):
        return digits, 0.95
    return _number(raw) if "/" not in bare else (None, 0.0)  # a day of the line above or below


def _phone(raw: str) -> Typed:
    digits = as_digits(raw.replace("+84", "0"))
    if re.match(r"0[35789]", digits) and len(digits) == 11:  # the next item's number sticks to it
        return digits[:-1], 0.8
    whole = re.fullmatch(r"0[35789]\d{8}|02\d{9}", digits)  # mobiles, landlines with their area
    return (digits, 0.95 if whole else 0.5) if 9 <= len(digits) <= 11 else (None, 0.0)


def _email(raw: str) -> Typed:
    text = re.sub(r"\s*[(\[]?(?:@|[(\[][Đ©®]|\(a\)|[©®])\s*", "@", raw.strip(_EDGE), count=1)
    stopped = re.sub(r"(?<=[\w-])\s+(?=[\w-])", ".", text)  # a full stop was lost, the gap stayed
    bare = "".join(stopped.split())
    trust = 0.8 if bare.isascii() else 0.3  # no letter of an address has marks
    return (bare, trust) if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", bare) else (None, 0.0)


def _text(raw: str, trust: float = 0.85) -> Typed:
    text = re.sub(r"^\s*(?:\([1-9]\)\s*|\((?![^)]*\))\s*|\(\s+|0(?=[A-ZĐ][a-zà-ỹ]))", "", raw)
    mended = phrases.mend(text, phrases.SUBJECTS)
    text = re.sub(r"\s+([,.;:)])", r"\1", mended).strip(" .,:;…_|~*•·")
    text = _OF_COURT.sub(r"\1-\2", text)
    odd = sum(1 for w in re.findall(r"[^\W\d_]{3,}", text) if not is_syllable(w))
    return text or None, max(0.2, trust - 0.15 * odd)


def _extract_kind(raw: str) -> Typed:
    return _member(raw, "extracts", 0.3)


GRAMMARS: dict[str, Callable[[str], Typed]] = {
    "name": _name,
    "date": _date,
    "year": _year,
    "date_in_words": _date_in_words,
    "time": _time,
    "gender": _gender,
    "ethnicity": _ethnicity,
    "nationality": _nationality,
    "relationship": _relationship,
    "place": _place,
    "address": _place,
    "id_document": _id_document,
    "id_number": _id_number,
    "issuer": _issuer,
    "integer": _integer,
    "grams": counted.grams,
    "agency": _agency,
    "number": _number,
    "insurance_number": _insurance_number,
    "phone": _phone,
    "email": _email,
    "text": _text,
    "boxed_number": counted.boxed_number,
    "money": counted.money,
    "ordinal": counted.ordinal,
    "extract_kind": _extract_kind,
}
