"""Identity cards: QR text, machine-readable rows and read print in, one set of fields out.

Codes beat print: the QR holds the name with its marks, the MRZ proves itself by check digits. Where
print contradicts a code, the code's value stands with a low confidence and `raw` keeps what was
printed, so that an officer looks. No code proves that a card is genuine: anyone can print a QR.
Refused, by absence: dates that do not exist, numbers of the wrong length, names without marks.
Payload: seven fields between bars since 2021, more on cards of 7/2024 (their order past the seventh
is not published, so the rest is kept raw). Numbers: Nghị định 137/2015/NĐ-CP.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher

from chalicelib.dossier.paper import Box, Field, Source, Value, Word
from chalicelib.extraction import confidence, labels
from chalicelib.extraction.letters import fold
from chalicelib.extraction.lines import box_of, tokens_of
from chalicelib.extraction.mrz import MachineRead, century_of, parse_rows
from chalicelib.extraction.papers import paper

KIND = "cccd"
_QR_KEYS = (
    "id_number",
    "old_id_number",
    "full_name",
    "birth_date",
    "gender",
    "residence",
    "issued_on",
)
_MAY_BE_BLANK = ("old_id_number", "expires_on")
"""Every card prints the others: where the eye saw a blank, it did not see the value."""
_NUMBER = re.compile(r"\d{12}")
_OLD_NUMBER = re.compile(r"\d{9}|\d{12}")
_DIGIT_DATE = re.compile(r"(\d\d)(\d\d)(\d{4})")

# Chances that a code's value is the truth, by what the print says about it.
_AGREED, _ALONE, _NEARLY, _AGAINST = 0.995, 0.98, 0.93, 0.4
_ADDRESSES = frozenset(("residence", "hometown"))
_BELIEVED = 0.5
_LETTERS = str.maketrans("0156", "oisg")
_LEAST_PART = 6  # letters of a text that count as a part of another
_DOUBTED_NUMBER = 0.6
_CUT = 0.3
_SURE_PRINT = 0.7  # print read with less confidence than this contradicts nothing


def is_card_qr(text: str) -> bool:
    """Is this the payload of an identity card: at least seven fields, a number, a date, a date?"""
    parts = text.split("|")
    if len(parts) < len(_QR_KEYS):
        return False
    return bool(
        _NUMBER.fullmatch(parts[0].strip())
        and _DIGIT_DATE.fullmatch(parts[3].strip())
        and _DIGIT_DATE.fullmatch(parts[6].strip())
    )


def kind_from_codes(qr: Sequence[str], mrz: Sequence[str] | None) -> tuple[str, float] | None:
    """(kind, confidence) where a code alone tells the kind of paper, else None."""
    proven = mrz is not None and parse_rows(mrz) is not None
    return (KIND, 0.99) if proven or any(map(is_card_qr, qr)) else None


def told_by_codes(qr: Sequence[str], mrz: Sequence[str] | None) -> dict[str, Value]:
    """What a card's codes say, by field; its QR code before its rows, which have no marks."""
    return {key: f.value for key, f in _from_codes(qr, parse_rows(mrz) if mrz else None, 1)}


def read_card(
    ocr_fields: Mapping[str, Field], qr: Sequence[str], mrz: Sequence[str] | None, page: int
) -> dict[str, Field]:
    """Fields of one card (or of both its sides on one page) from all that was seen of it.

    `ocr_fields`: of the print, by key; `qr`: all code texts of the page, others are passed over;
    `mrz`: rows as of `ocr.mrz.read_mrz`; `page` goes into the fields made here. If the page shows
    two different cards, the codes' fields are those of the first QR.
    """
    fields = _checked_print(ocr_fields)
    rows = parse_rows(mrz) if mrz else None
    if rows and _lacks_words(fields.get("full_name"), rows.bare_name or ""):
        doubted = min(fields["full_name"].confidence, _AGAINST)
        fields["full_name"] = replace(fields["full_name"], confidence=doubted)
    for key, found in _from_codes(qr, rows, page):
        fields[key] = _weighed(found, fields.get(key))
    return {key: _calibrated(f) for key, f in fields.items()}


def _calibrated(field: Field) -> Field:
    """What a code says, as probable as such were seen to be; print was calibrated before."""
    if field.source not in confidence.CODES:
        return field
    return replace(field, confidence=confidence.probability(field.confidence, "code"))


def crowded_foot(words: Sequence[Word]) -> tuple[Box, Box] | None:
    """Boxes (right, left) of a front's foot, where the term stands small beside the residence.

    Engines mix the two columns, whose lines don't match; read apart, both are clear.
    """
    tokens = tokens_of(words)
    hits = [h for h in labels.find(tokens, paper(KIND).labels) if "residence" in h.label.fields]
    if not hits:
        return None
    x, top, _, high = box_of(tokens[hits[0].start : hits[0].end])
    edge, top, tall = x - high // 2, top - high // 2, 9 * high
    beside = [t for t in tokens if t.right < edge and top - 2 * high < t.middle < top + tall]
    if not beside:
        return None
    right = max(t.right for t in tokens) + high
    return (edge, top, right - edge, tall), (0, top - 2 * high, edge, tall)


def surer(one: Mapping[str, Field], other: Mapping[str, Field]) -> dict[str, Field]:
    """Of two readings of a card's print the surer one of every field; a value before a blank."""
    both = {**one, **other}
    for key in one.keys() & other.keys():
        whole = _whole(one[key], other[key]) if key in _ADDRESSES else None
        if whole is not None:
            both[key] = whole
            continue
        rank = [(f.value is not None, f.confidence) for f in (one[key], other[key])]
        both[key] = one[key] if rank[0] >= rank[1] else other[key]
    return both


def _whole(one: Field, other: Field) -> Field | None:
    """The longer of two texts of which one is the other's begin or end: a reader lost words there."""
    texts = [_folded(f.value) if isinstance(f.value, str) else "" for f in (one, other)]
    if min(map(len, texts)) < _LEAST_PART or texts[0] == texts[1]:
        return None
    part, text = sorted(texts, key=len)
    longer = one if texts[0] == text else other
    begun = text.startswith(part) and longer.confidence > _BELIEVED  # else dirt follows it
    return longer if begun or text.endswith(part) else None


def doubts_about_number(number: str, birth_date: str | None, gender: str | None) -> list[str]:
    """Which facts a personal number contradicts: some of "length", "birth_date", "gender".

    A doubt is a warning: a number stays after its holder's sex or birth date was corrected.
    """
    if not _NUMBER.fullmatch(number):
        return ["length"]
    doubts = []
    if birth_date and birth_date[:4] != str(century_of(number) + int(number[4:6])):
        doubts.append("birth_date")
    if gender in ("Nam", "Nữ") and gender != ("Nam", "Nữ")[int(number[3]) % 2]:
        doubts.append("gender")
    return doubts


def _lacks_words(name: Field | None, bare: str) -> bool:
    """Does the machine-readable name go on where the print's ends? Its letters stand without marks or check."""
    if name is None or not isinstance(name.value, str):
        return False
    words, said = fold(name.value).split(), bare.lower().translate(_LETTERS).split()
    return words == said[: len(words)] and any(len(w) > 1 for w in said[len(words) :])


# ---- each source for itself --------------------------------------------------------------------


def _from_codes(
    qr: Sequence[str], rows: MachineRead | None, page: int
) -> Iterator[tuple[str, Field]]:
    """The rows' fields, then those of the first QR code of a card: what comes last counts."""
    yield from _from_rows(rows, page)
    payload = next(filter(is_card_qr, qr), None)
    if payload:
        yield from _from_payload(payload, page)


def _from_payload(text: str, page: int) -> Iterator[tuple[str, Field]]:
    parts = unicodedata.normalize("NFC", text).split("|")
    for key, raw in zip(_QR_KEYS, parts, strict=False):
        value = _clerks_value(key, raw.strip())
        if value is not None or _is_blank(key, raw):
            yield key, _field(value, raw.strip(), page, "qr")


def _clerks_value(key: str, raw: str) -> Value:
    """As a careful clerk types it from the card, which prints names in capitals; None if invalid."""
    if key in ("birth_date", "issued_on"):
        return _date(raw)
    if key == "full_name":
        return " ".join(raw.upper().split()) or None
    if key == "gender":
        return raw if raw in ("Nam", "Nữ") else None
    if key in ("id_number", "old_id_number"):
        pattern = _NUMBER if key == "id_number" else _OLD_NUMBER
        return raw if pattern.fullmatch(raw) else None
    return " ".join(raw.split()) or None


def _is_blank(key: str, raw: str) -> bool:
    """In a QR only the old number may be left blank: not everyone had one."""
    return key == "old_id_number" and not raw.strip()


def _date(digits: str) -> str | None:
    found = _DIGIT_DATE.fullmatch(digits)
    if not found:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _from_rows(rows: MachineRead | None, page: int) -> Iterator[tuple[str, Field]]:
    if rows is None:
        return
    for key in ("id_number", "birth_date", "gender", "nationality", "expires_on"):
        value = getattr(rows, key)
        if value is not None:
            yield key, _field(value, value, page, "mrz")
    if rows.has_no_term:
        yield "expires_on", _field(None, "Không thời hạn", page, "mrz")


def _field(value: Value, raw: str, page: int, source: Source) -> Field:
    return Field(value, raw, _ALONE, page=page, source=source)


def _checked_print(ocr_fields: Mapping[str, Field]) -> dict[str, Field]:
    """The print without impossible blanks; a number that the rest contradicts is doubted, and a place of one part.

    A card names commune and province at least: 'Số 11 Ngõ 234' is what a reader had left of more.
    """
    fields = {k: f for k, f in ocr_fields.items() if f.value is not None or k in _MAY_BE_BLANK}
    for key in fields.keys() & _ADDRESSES:
        if "," not in (_text(fields[key]) or ","):
            fields[key] = replace(fields[key], confidence=min(fields[key].confidence, _CUT))
    number = fields.get("id_number")
    if number is None or not isinstance(number.value, str):
        return fields
    born, gender = (_text(fields.get(key)) for key in ("birth_date", "gender"))
    if doubts_about_number(number.value, born, gender):
        doubted = min(number.confidence, _DOUBTED_NUMBER)
        fields["id_number"] = replace(number, confidence=doubted)
    return fields


def _text(field: Field | None) -> str | None:
    return field.value if field and isinstance(field.value, str) else None


# ---- one against the other ---------------------------------------------------------------------


def _weighed(code: Field, other: Field | None) -> Field:
    """The code's field in the light of what else was seen; its place on the page is the print's."""
    if other is None:
        return code
    placed = replace(code, page=other.page or code.page, box=other.box)
    if code.value == other.value:
        return replace(placed, raw=other.raw or code.raw, confidence=_AGREED)
    if code.value is None or other.value is None:
        return placed if code.value is not None else replace(placed, confidence=_NEARLY)
    near = _likeness(code.value, other.value) >= 0.75 or other.confidence < _SURE_PRINT
    return replace(placed, raw=other.raw, confidence=_NEARLY if near else _AGAINST)


def _likeness(one: Value, other: Value) -> float:
    """0 to 1; small differences are the eye's, large ones the card's."""
    return SequenceMatcher(None, _folded(one), _folded(other)).ratio()


def _folded(value: Value) -> str:
    apart = unicodedata.normalize("NFD", str(value).casefold().replace("đ", "d"))
    return "".join(c for c in apart if c.isalnum())
