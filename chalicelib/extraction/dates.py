"""Dates and times in every style papers print, in figures and in words.

In: text of one value. Out: 'YYYY-MM-DD', 'YYYY-MM' or 'YYYY' (the paper's precision), 'HH:MM'; None
where the text says no date. An impossible date is None, never mended by guessing.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, product

from rapidfuzz.distance import OSA

from chalicelib.extraction.letters import cased, compose, fold, same_word, strokes
from chalicelib.extraction.numerals import LOOKS_LIKE, in_context, nearest_word, number_of
from chalicelib.extraction.numerals import words as number_words

_WORDS = {"ngay": " D ", "thang": " M ", "nam": " Y ", "gio": " h ", "phut": " m "}
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-,:]\s*(\d{1,2})\s*[/.\-,:]\s*(\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_SPOKEN = re.compile(
    r"(\d{1,2})[\s.,:;_-]*M[\s.,:;_-]*(\d{1,2})[\s.,:;_-]*Y[\s.,:;_-]*(\d{4})(?!\d)"
)
_LOOSE = re.compile(r"(?<!\d)(\d{1,2})\s+(\d{1,2})\s+(\d{4})(?!\d)")
_PARTED = r"[\s/.,:;_M-]{1,9}"
_UNEVEN = re.compile(
    rf"(?<!\d)(?:[1-9]{_PARTED}0[1-9]|0[1-9]{_PARTED}[12])[\s/.,:;_Y-]{{1,9}}(?:19|20)\d\d(?!\d)"
)
_SOLID = re.compile(r"(?<!\d)(\d{2})[\s/.-]?(\d{2})[\s/.-]?((?:19|20)\d{2})(?!\d)")
_STRUCK = re.compile(r"(?<!\d)(\d{2})1(\d{2})1((?:19|20)\d{2})(?!\d)")
"""'2610812021': both strokes read as ones."""
_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*(?:[/.\-]|Y)\s*(\d{4})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})[\s.]*(?:h|:|g)[\s.:]*(?:\d (?=\d\d[\s.,]*m))?(?:(\d{1,2})(?!\d)|(?=[\s.,]*(?:m|D|$)))"
)
"""Before the two figures of minutes the first of them may stand once more: '20 giờ 1 13 phút'."""


_SLANTED = re.compile(r"(?i)\b(ng[aà]y|th[aá]ng)\s+(\d/|/\d|//)(?=\s+(?:th[aá]ng|n[aă]m)\b)")
_DOUBLED = re.compile(r"(?<=\b\d\d)//(?=\d/)")


def unslanted(text: str) -> str:
    """'ngày 1/ tháng 05' is the 11th, '16//2/2022' in the 12th month: a slanted one reads as a stroke."""
    spoken = _SLANTED.sub(lambda f: f"{f[1]} {f[2].replace('/', '1')}", text)
    return _DOUBLED.sub("/1", spoken)


def is_uneven(text: str) -> bool:
    """Does one of day and month have its nought and the other not? Then a thin 1 before a figure may be lost.

    Months from 3 to 9 are written without beside '05' (Decree 30/2020/NĐ-CP, annex I: nought before days under 10 and
    months 1 and 2).
    """
    return bool(_UNEVEN.search(_mark(text)))


def read_date(text: str) -> str | None:
    """The first date of the text, as precise as it is printed."""
    marked = _mark(unslanted(text))
    for pattern, order in ((_ISO, "ymd"), (_SPOKEN, "dmy"), (_FIGURES, "dmy"), (_LOOSE, "dmy")):
        if found := pattern.search(marked):
            return _day(**dict(zip(order, found.groups(), strict=True)))
    if found := _SOLID.search(marked) or _STRUCK.search(marked):
        return _day(*found.groups())
    return _read_part(marked)


def _read_part(marked: str) -> str | None:
    """A month or a year alone; a full date with a broken part is no date of lesser precision."""
    if re.search(r"[DM][\s.,:]*[^\s.,:…_DMY]", re.sub(r"M[\s.,]*\d{1,2}(?=\D)", "", marked)):
        return None
    if re.search(r"\d\s*[/\-]\s*\d{1,2}\s*[/\-]|\?|\d\s*M[\s.,]*Y", marked):
        return None
    if len(re.findall(r"\d+", marked)) > (2 if _MONTH.search(marked) else 1):
        return None
    if found := _MONTH.search(marked):
        month, year = int(found[1]), int(found[2])
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and _is_year(year) else None
    found = _YEAR.search(marked)
    return found[1] if found and _is_year(int(found[1])) else None


def _is_year(year: int) -> bool:
    return 1850 <= year <= 2100


def _day(d: str, m: str, y: str) -> str | None:
    try:
        day = date(int(y), int(m), int(d))
    except ValueError:
        return None
    return day.isoformat() if _is_year(day.year) else None


def _mark(text: str) -> str:
    """Words of dates as D, M, Y; letters that stand for digits as digits, a riddle as '?'."""
    spaced = re.sub(r"[.…_]{2,}|[ˆ^~—…]", " ", compose(text))
    spaced = re.sub(
        r"(?<![^\W\d])((?i:ng[aà]y|th[aá]ng|n[aă]m|gi[oờ]|ph[uú]t))(?=[\W\d]|[A-ZÀ-Ỹ]\d)",
        r" \1 ",
        spaced,
    )
    return " ".join(_WORDS.get(_date_word(t.strip(".,:;")), _mended(t)) for t in spaced.split())


def _mended(token: str) -> str:
    """A token of a date: figures put right; one that mixes them with other letters is a riddle."""
    bare = token.strip(".,;:")
    if re.fullmatch(r"[OolI|ÔÖÓÒỎÕỘỦÍíÏïÌì]{1,2}", bare):
        return token.translate(LOOKS_LIKE)
    if not any(c.isdigit() for c in bare) or re.fullmatch(r"\d{1,2}[hg:]\d{0,2}", bare):
        return token
    mended = token.translate(LOOKS_LIKE)
    return "?" if re.search(r"[^\W\d_]", mended) else mended


def _date_word(token: str) -> str:
    bare = fold(token)
    if bare in _WORDS or len(bare) < 3:
        return bare
    near = [w for w in _WORDS if OSA.distance(w, bare) <= 1]
    return near[0] if len(near) == 1 else bare


def read_time(text: str) -> str | None:
    """'10 giờ 05 phút', '10h05', '10:05' as '10:05'; a bare hour is the full hour."""
    found = _TIME.search(_mark(text))
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def is_plain_time(text: str) -> bool:
    """Do hour and minutes stand there in figures, none beside them, and no lone stroke for minutes?

    '/ giờ 1 phút' may be an empty line: strokes are what dots and dirt read as.
    """
    time, said = read_time(text), re.findall(r"\d+", text)
    if time is None or said[1:] == ["1"]:
        return False
    hour, minute = int(time[:2]), int(time[3:])
    return [int(f) for f in said] in ([hour, minute], [hour, minute][: 2 if minute else 1])


def read_words(text: str) -> str | None:
    """The date that words spell: 'Ngày năm tháng ba năm hai nghìn không trăm hai mươi'."""
    tokens = in_context([nearest_word(t) or t for t in compose(text).lower().strip(". ").split()])
    if tokens[:1] == ["ngày"]:
        tokens = tokens[1:]
    if "tháng" not in tokens:
        return _year_in_words(tokens)
    cut = tokens.index("tháng")
    return _from_words(tokens[:cut], tokens[cut + 1 :])


def _year_in_words(tokens: Sequence[str]) -> str | None:
    year = number_of(tokens[1:] if tokens[:1] == ["năm"] else tokens)
    return f"{year:04d}" if year and _is_year(year) else None


def _from_words(day: Sequence[str], rest: Sequence[str]) -> str | None:
    for cut, token in enumerate(rest):
        if token != "năm" or cut == 0:  # noqa: S105 - a word, not a secret
            continue
        month, year = number_of(rest[:cut]), number_of(rest[cut + 1 :])
        if month and year and _is_year(year) and 1 <= month <= 12:
            return _dated(number_of(day), month, year)
    return None


def _dated(day: int | None, month: int, year: int) -> str | None:
    if not day:
        return f"{year:04d}-{month:02d}"
    return _day(str(day), str(month), str(year))


def spell(iso: str) -> Iterator[str]:
    """Every usual way to write a full date in words, lower case."""
    year, month, day = (int(p) for p in iso.split("-"))
    for d, m, y in product(_day_words(day), _month_words(month), _year_words(year)):
        yield f"ngày {d} tháng {m} năm {y}"


def _under_hundred(number: int) -> list[str]:
    unit = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    tens, ones = divmod(number, 10)
    if tens == 0:
        return [unit[ones]]
    if tens == 1:
        return [f"mười {w}".strip() for w in _last_digit(ones, unit, "một")]
    return [f"{unit[tens]} mươi {w}".strip() for w in _last_digit(ones, unit, "mốt")]


def _last_digit(ones: int, unit: Sequence[str], one: str) -> list[str]:
    special = {0: [""], 1: [one], 4: ["bốn", "tư"], 5: ["lăm", "nhăm"]}
    return special.get(ones, [unit[ones]])


def _day_words(day: int) -> list[str]:
    plain = _under_hundred(day)
    return plain + [f"{first} {w}" for first in ("mồng", "mùng") for w in plain if day <= 10]


def _month_words(month: int) -> list[str]:
    special = {1: ["giêng"], 4: ["tư"], 12: ["chạp"]}
    return _under_hundred(month) + special.get(month, [])


def _year_words(year: int) -> list[str]:
    thousand, rest = divmod(year, 1000)
    hundred, last = divmod(rest, 100)
    head = {1: "một", 2: "hai"}.get(thousand, "")
    tails = _under_hundred(last) if last > 9 else _small_tails(last)
    hundreds = [f"{_under_hundred(hundred)[0]} trăm"] + ([""] if hundred == 0 else [])
    return [
        " ".join(f"{head} {k} {h} {t}".split())
        for k, h, t in product(("nghìn", "ngàn"), hundreds, tails)
    ]


def _small_tails(last: int) -> list[str]:
    word = _under_hundred(last)[0]
    return [f"linh {word}", f"lẻ {word}", f"không {word}"] if last else [""]


def mend_words(text: str, iso: str | None) -> tuple[str, bool]:
    """(the words mended, whether they spell the date in figures).

    A word is mended only where the spelling of the same date has its like at the same place.
    """
    small = _NUMBER_AMONG_SMALL.sub(lambda n: n[0].lower(), compose(text))
    tokens = _without_stops(small.split())
    if iso and len(iso) == 10:
        near = sorted(spell(iso), key=lambda s: OSA.distance(strokes(" ".join(tokens)), strokes(s)))
        for spelling in near[:4]:
            wanted = _aligned(tokens, spelling.split())
            if wanted or (wanted := _one_word_lost(tokens, spelling.split(), iso)):
                return " ".join(wanted), True
    plain = " ".join(_mended_alone(tokens))
    return plain, bool(iso) and read_words(plain) == iso


_NUMBER_AMONG_SMALL = re.compile(r"(?<=[a-zà-ỹ] )(?:Chín|Sáu)(?= tháng| năm|$)")
"""A hand's capitals of these are its small letters, a little higher."""


def _without_stops(tokens: Sequence[str]) -> list[str]:
    """Specks read as stops inside a number: 'hai. nghìn'. Before 'tháng' and 'năm' papers may print a comma."""
    bare = [t.strip(".,;") for t in tokens]
    inside = [
        bool(nearest_word(one) and nearest_word(two)) and fold(two) != "nam"
        for one, two in pairwise(bare)
    ]
    return [b if i else t for t, b, i in zip(tokens, bare, [*inside, False], strict=False)]


def _aligned(tokens: Sequence[str], spelling: Sequence[str]) -> list[str] | None:
    tail = spelling[1:] if fold(tokens[0] if tokens else "") != "ngay" else spelling
    if len(tail) != len(tokens):
        return None
    pairs = list(zip(tokens, tail, strict=True))
    slips = [OSA.distance(fold(t.strip(".,;")), fold(w)) for t, w in pairs]
    if sum(slips) > 3 or any(
        n > (len(w) > 2) + (len(w) > 4) for n, (_, w) in zip(slips, pairs, strict=True)
    ):
        return None
    return [t if same_word(t.strip(".,;"), w) else cased(w, t) for t, w in pairs]


def _one_word_lost(tokens: Sequence[str], spelling: Sequence[str], iso: str) -> list[str] | None:
    """The words with the one unreadable among them put right, where no other word makes a date there."""
    if len(tokens) != len(spelling):
        return None
    plain = [t.strip(".,;") for t in tokens]
    lost = [n for n, (t, w) in enumerate(zip(plain, spelling, strict=True)) if not same_word(t, w)]
    if len(lost) != 1 or nearest_word(plain[lost[0]]):
        return None
    place = lost[0]
    others = [w for w in number_words() if w != spelling[place]]
    tried = [" ".join([*spelling[:place], w, *spelling[place + 1 :]]) for w in others]
    if any(read_words(text) not in (None, iso) for text in tried):
        return None
    return [w if n == place else t for n, (t, w) in enumerate(zip(tokens, spelling, strict=True))]


def _mended_alone(tokens: Sequence[str]) -> list[str]:
    words = in_context([nearest_word(t) or t.lower().strip(".,;") for t in tokens])
    return [t if same_word(t, w) else cased(w, t) for t, w in zip(tokens, words, strict=True)]
