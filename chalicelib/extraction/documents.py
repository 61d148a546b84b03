"""Identity papers as forms name them: kind, number, issuer and date in one string.

In: 'CMND số 001089123 do Công an thành phố Hà Nội cấp ngày 20/10/2004'. Out: the tidy string and
its parts. A part that is not printed is absent from the parts.
"""

import re

from chalicelib.extraction.dates import read_date, unslanted
from chalicelib.extraction.letters import compose, fold
from chalicelib.extraction.numerals import LOOKS_LIKE, as_digits
from chalicelib.extraction.places import tidy as tidy_place
from chalicelib.extraction.vocabulary import issuers, nearest, province_codes

_NUMBER = re.compile(r"(?<![\w/])[\dOoQlI|SBZ][\dOoQlI|SBZ .]{6,16}[\dOoQlI|SBZ](?![\w/])")
_DAY_OF_ISSUE = re.compile(r"(\bng\S{1,2}y )(\d\d)[/!|Il17]?(\d\d)[/!|Il17]?((?:19|20)\d\d)(?!\d)")
_SEMICOLON = re.compile(r"(?i)\b(nơi cấp|cơ quan cấp)\s*[;.]\s*")
_LOST_COLON = re.compile(r"(?i:\b(nơi cấp|cơ quan cấp))(?=[A-ZĐ])")
_OLD_CARD = re.compile(r"(?<!\w)[CGƠOỎ]?[MH]N[DĐ](?!\w)")
_NEW_CARD = re.compile(r"(?<!\w)(?:[CGƠ€Œ]C?[CGƠ€Œ][DĐ]|CCC[DĐ])(?!\w)")
_NOTE = re.compile(
    r"^[GCOo\d®©°ºª'’‘`\"()\[\]Ilœø*+^~.,:; ]{1,4}"
    r"(?=(?:Thẻ|Giấy|CCCD|CMND|Căn cước|Hộ chiếu|Chứng minh)(?!\w))"
)
"""A raised footnote mark, in all the ways engines read one."""
_BIG_NUMBER = re.compile(r"(?<=\w )S[ốôồỗ](?= \d)")
_DAY_AS_LETTERS = re.compile(r"((?:ngày|tháng|năm)\s)(?=\S*\d)([\dOoQlI|]{1,4})(?!\w)")
_PASSPORT_AS_LETTERS = re.compile(r"(?<!\w)([A-Z])([\dOoQDlI]{7})(?!\w)")
_PASSPORT = re.compile(r"(?<!\w)([A-Z]\d{7,8})(?!\w)")

_SAID_AGAIN = re.compile(r"\b(\d{9}|\d{12})\b(.*\d) \1$")
"""The same number once more at the end is that of another field, whose line was taken for the next of this one."""
_OPENS = re.compile(r"(?i)thẻ|căn|cccd|cmnd|cmt|chứng|hộ chiếu|giấy|số|passport|\d")
_NUMBERS = re.compile(r"\b(?:\d{9}|\d{12})\b")
"""A document opens with its name or number, and has one number: 'ộ chiếu' lost a letter, two numbers are two papers."""


def number(raw: str) -> tuple[str | None, float]:
    """(9 or 12 digits, or a passport number; trust). None where the text can't be one."""
    passport = _PASSPORT.search(compose(raw).replace(" ", ""))
    digits = as_digits(raw)
    if len(digits) == 12:
        return digits, 0.98 if digits[:3] in province_codes() else 0.5
    if len(digits) == 9:
        return digits, 0.95
    return (passport[1], 0.9) if passport else (None, 0.0)


def find_number(text: str) -> str | None:
    """The number inside a longer string; dates are no numbers."""
    for found in _NUMBER.finditer(text):
        value, _ = number(found[0])
        if value and sum(c.isdigit() for c in found[0]) >= 6:
            return value
    passport = _PASSPORT.search(text)
    return passport[1] if passport else None


_CUT_SHORT = 0.3
_AMID = re.compile(
    r"(?i)\b(?:năm|tháng|ngày|cấp|do|bởi|tại|số|Bộ Công|Cục|Cục Cảnh|Công|thành phố|tỉnh|Hộ chiếu|căn cước"
    r"|nhân dân|CMND|CCCD)[\s:.,]*$"
)


def tidy(raw: str) -> tuple[str, float]:
    """The whole string with its digits, spacing and issuer mended."""
    named = re.sub(r"(?<=[^\W\d])\s?;\s*(?=\w?\d{6})", ": ", _named(unslanted(raw)))
    text, trust = tidy_place(_SEMICOLON.sub(r"\1: ", named))
    text = re.sub(r"\b(CMND|CCCD|số)\s*[-–.]\s*(?=\d)", r"\1 ", text)
    text = _NUMBER.sub(lambda f: number(f[0])[0] or f[0], text)
    text = re.sub(r"\bdo[.,;:]\s*(?=[A-ZĐ])", "do ", re.sub(r"^iấy(?= )", "Giấy", text))
    text = _SAID_AGAIN.sub(r"\1\2", re.sub(r"(?<=\d)\s*([/-])\s*(?=\d)", r"\1", text))
    text = re.sub(r"(?<=\d{9} )[dđ][oôồ][.,]?\s(?=[^\W\d])", "do ", text)
    text = _DAY_AS_LETTERS.sub(lambda f: f[1] + f[2].translate(LOOKS_LIKE), text)
    text = re.sub(r"\bngày[.,]\s*(?=\d)", "ngày ", _BIG_NUMBER.sub("số", text))
    text = re.sub(r"\b(\d\d)[:.,/](\d\d)/((?:19|20)\d\d)\b", r"\1/\2/\3", text)
    text = re.sub(r"\bnơi[.,]\s?cấp\b", "nơi cấp", _PASSPORT_AS_LETTERS.sub(_passport, text))
    text = re.sub(r"\bcấp:(?= ngày \d)", "cấp", text)
    text = _with_commas(text)
    text = _LOST_COLON.sub(r"\1: ", _DAY_OF_ISSUE.sub(_with_strokes, text))
    by = _issuer_span(text)
    if by:
        text = text[: by[0]] + issuer(text[by[0] : by[1]])[0] + text[by[1] :]
    trust = trust if find_number(text) else trust * 0.6
    whole = _OPENS.match(text) and len(set(_NUMBERS.findall(text))) < 2
    return text, trust if whole else trust * 0.5


def _with_commas(text: str) -> str:
    """Before the issuer where no 'do' names it, and on both sides of the day where the place of issue follows."""
    text = re.sub(r"(?<=\d{9}) (?=Công an |Cục )", ", ", text)
    text = re.sub(r"(?<=\d{9}) (?=cấp ngày [\d/]{10},? nơi cấp)", ", ", text)
    return re.sub(r"(?<=/\d{4}),? nơi cấp:? ", ", nơi cấp: ", text)


def _named(raw: str) -> str:
    """The paper's own name without a footnote mark before it; its initials mended: there are only two such."""
    text = _OLD_CARD.sub("CMND", _NEW_CARD.sub("CCCD", raw))
    return _NOTE.sub("", text)


def _passport(found: re.Match[str]) -> str:
    """'BOOO8583' is 'B0008583': after its letter a passport has figures only."""
    digits = as_digits(found[2])
    return found[1] + digits if digits and sum(map(str.isdigit, found[2])) >= 3 else found[0]


def _with_strokes(found: re.Match[str]) -> str:
    """'cấp ngày 12109/2017' is '12/09/2017': a stroke reads as a figure, or is lost; only where a day comes out."""
    day = "/".join(found.groups()[1:])
    return found[1] + day if read_date(day) else found[0]


def parts(text: str) -> dict[str, str]:
    """`id_number`, `id_issued_on`, `id_issued_by` where the string prints them."""
    found: dict[str, str] = {}
    if value := find_number(text):
        found["id_number"] = value
    # The date stands after the number, so its digits are never taken for one.
    tail = text.split(found.get("id_number", "\0"))[-1]
    day = read_date(tail)
    if day and re.search(r"\d\s*[/.-]\s*\d|\d\s*tháng\s*\d|\d\s*thang", tail):
        found["id_issued_on"] = day
    if span := _issuer_span(text):
        found["id_issued_by"] = text[span[0] : span[1]]
    return found


def issuer(raw: str) -> tuple[str, float]:
    """The authority that issued a paper, from the known ones where it is provably one."""
    text, trust = tidy_place(raw)
    known = nearest(text, issuers(), slack=0.12)
    return (known, 0.98) if known else (text, trust * 0.9)


def wholeness(text: str) -> float:
    """1, or little where the text ends amid a phrase: 'Bộ Công', 'ngày 29 tháng 12 năm', 'Hộ chiếu'."""
    return _CUT_SHORT if _AMID.search(text) else 1.0


def _issuer_span(text: str) -> tuple[int, int] | None:
    """Where the issuer stands: after 'do' before 'cấp', or after 'nơi cấp' or 'tại'."""
    low = fold(text)  # folding keeps the length of NFC text
    found = (
        re.search(r"\bdo\s+(.+?),?\s+cap\b", low)
        or re.search(r"\d[,;.]?\s+((?!cap|ngay|noi)[^,\d]{6,}?),?\s+cap\b", low)
        or re.search(
            r"(?:(?<!ha )noi cap|co quan cap|cap tai|\btai|cap boi)\s*:?\s*(.+?)(?=[,;]?\s*(?:cap\s+)?ngay|$)",
            low,
        )
    )
    return (found.start(1), found.end(1)) if found and len(low) == len(text) else None
