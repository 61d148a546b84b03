"""What the lines say: values of Vietnamese forms, and syllables at random so that every letter is seen often.

In: a random generator and whether held-out words are wanted. Out: one line of text, letters of `LETTERS` only.
Held out: a third of all given names, middle names, streets, wards, facilities and surnames by the hash of the
word; training lines have none of them, not as random syllables either, judged lines have them wherever such a
word stands. Nobody is meant: names are put together by lot.
"""

import csv
import hashlib
import json
import random
import string
from functools import cache
from pathlib import Path

from chalicelib.ocr.recogniser import LETTERS
from training.reader.letters import ACCENTED, TONES, toned

VOCABULARY = Path(__file__).resolve().parents[2] / "schemas" / "vocabulary"
KNOWN = frozenset(LETTERS) - frozenset("☐☑–“”…[]")  # values have no signs of forms
LONGEST = 46
MIDDLES = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Quang",
    "Xuân",
    "Công",
    "Đình",
    "Ngọc",
    "Quốc",
    "Thành",
    "Trọng",
    "Duy",
    "Gia",
    "Bá",
    "Khắc",
    "Mạnh",
    "Tuấn",
    "Nhật",
    "Đăng",
    "Thế",
    "Việt",
    "Bảo",
    "Tiến",
    "Viết",
    "Huy",
    "Thiện",
    "Thị Ngọc",
    "Thị Thu",
    "Thị Mỹ",
    "Thị Thanh",
    "Thị Hồng",
    "Thị Kim",
    "Phương",
    "Khánh",
    "Diệu",
    "Thùy",
    "Quỳnh",
    "Hoài",
    "Tường",
    "Hải",
    "Bích",
    "Thúy",
    "Vân",
    "Cẩm",
    "Như",
    "Thị Ánh",
    "Thị Phương",
    "Thị Bích",
    "Hoàng",
    "Anh",
    "Nguyên",
    "Thảo",
    "Trúc",
]
OPEN_WORDS = [
    "Khoảng",
    "đúng",
    "theo",
    "giấy",
    "tờ",
    "đề nghị",
    "cấp",
    "bản sao",
    "trích lục",
    "đăng ký",
    "khai sinh",
    "khai tử",
    "kết hôn",
    "thường trú",
    "tạm trú",
    "nơi",
    "nội dung",
    "xác nhận",
    "tình trạng",
    "hôn nhân",
    "hồ sơ",
    "nhận",
    "kết quả",
    "trực tiếp",
    "qua",
    "bưu điện",
    "không",
    "có",
    "chưa",
    "lần thứ",
    "con",
    "chủ hộ",
    "người giám hộ",
    "bệnh",
    "tai nạn",
    "tuổi già",
    "suy tim",
    "ung thư",
    "đột quỵ",
    "tại nhà",
    "gia đình",
    "nông dân",
    "công nhân",
    "giáo viên",
    "kế toán",
    "buôn bán",
    "nội trợ",
    "học sinh",
    "sinh viên",
    "hưu trí",
    "kỹ sư",
    "lái xe",
    "bán lẻ",
    "tạp hóa",
    "ăn uống",
    "may mặc",
    "sửa chữa",
    "xe máy",
    "dịch vụ",
]


def is_held_out(word: str) -> bool:
    """A third of all words, by the hash of the word, case and all aside."""
    return hashlib.sha256(word.casefold().encode()).digest()[0] % 3 == 0


def _lines(name: str) -> list[str]:
    return [w for w in (VOCABULARY / name).read_text("utf-8").split("\n") if w.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    with (VOCABULARY / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def stock(name: str, held_out: bool) -> tuple[str, ...]:
    """One list of words, the training part of it or the held-out one."""
    every = _STOCKS[name]()
    return tuple(w for w in every if is_held_out(w) is held_out and set(w) <= KNOWN | {"|"})


def _wards() -> list[str]:
    found = []
    for row in _rows("units_2020.csv"):
        for part in row["communes"].split(";"):
            kind, _, names = part.partition(":")
            found += [f"{kind} {n}, {row['district']}|{row['province']}" for n in names.split("|")]
    return found


def _wards_2025() -> list[str]:
    found = []
    for row in _rows("units_2025.csv"):
        for part in row["communes"].split(";"):
            kind, _, names = part.partition(":")
            found += [f"{kind} {n}|{row['province']}" for n in names.split("|")]
    return found


_STOCKS = {
    "given": lambda: _lines("name_syllables.txt"),
    "middle": lambda: MIDDLES,
    "surname": lambda: [r["surname"] for r in _rows("surnames.csv")],
    "street": lambda: _lines("streets.txt"),
    "facility": lambda: _lines("facilities.txt"),
    "ward": _wards,
    "ward_2025": _wards_2025,
}


@cache
def closed() -> dict[str, tuple[str, ...]]:
    """Closed lists: they cannot be held out, everybody writes the same few words."""
    lists = json.loads((VOCABULARY / "lists.json").read_text("utf-8"))
    ethnic = [r["name"] for r in _rows("ethnic_groups.csv")]
    ethnic += [v for r in _rows("ethnic_groups.csv") for v in r["variants"].split("|") if v]
    return {
        "ethnic": tuple(ethnic),
        "relationship": tuple(lists["relationships"]),
        "nation": ("Việt Nam", "Việt Nam", "Việt Nam", *lists.get("nations", ())),
        "issuer": tuple(r["issuer"] for r in _rows("issuers.csv")),
        "phrase": tuple(_lines("phrases.txt")),
        "province": tuple(r["name"] for r in _rows("provinces.csv")),
    }


@cache
def _shapes() -> dict[str, tuple[str, ...]]:
    found = json.loads((VOCABULARY / "syllables.json").read_text("utf-8"))
    return {"onsets": tuple(found["onsets"]), "rhymes": tuple(found["rhymes"])}


def syllable(rng: random.Random) -> str:
    """A Vietnamese syllable at random: onset, rhyme, tone."""
    shapes = _shapes()
    while True:
        rhyme = rng.choice(shapes["rhymes"])
        at = max((rhyme.find(v) for v in "ăâêôơư" if v in rhyme), default=-1)
        if at < 0:
            vowels = [n for n, c in enumerate(rhyme) if c in "aeiouy"]
            at = vowels[-2] if len(vowels) > 1 and rhyme[-1] in "aiouy" else vowels[-1]
        word = (
            rng.choice(shapes["onsets"])
            + rhyme[:at]
            + toned(rhyme[at], rng.choice(TONES))
            + rhyme[at + 1 :]
        )
        if not is_held_out(word):
            return word


def _odd(rng: random.Random) -> str:
    """Letters hardly any text has, so that none goes unseen."""
    pool = rng.choice((ACCENTED, tuple(string.ascii_lowercase + "đ"), ACCENTED, tuple("fjwz'-")))
    return "".join(rng.choice(pool) for _ in range(rng.randint(1, 5)))


def _cased(rng: random.Random, words: list[str]) -> str:
    roll = rng.random()
    if roll < 0.35:
        return " ".join(w.capitalize() for w in words)
    if roll < 0.65:
        return " ".join(words).upper()
    return " ".join(words) if roll < 0.85 else " ".join(words).capitalize()


def _random_words(rng: random.Random, held_out: bool) -> str:
    count = rng.choice((1, 1, 2, 2, 3, 4, 5, 6))
    return _cased(rng, [_odd(rng) if rng.random() < 0.25 else syllable(rng) for _ in range(count)])


def _name(rng: random.Random, held_out: bool) -> str:
    parts = [rng.choice(stock("surname", held_out))]
    if rng.random() < 0.9:
        parts.append(rng.choice(stock("middle", held_out)))
    if rng.random() < 0.15:
        parts.append(rng.choice(stock("given", held_out)))
    parts.append(rng.choice(stock("given", held_out)))
    text = " ".join(parts)
    return text.upper() if rng.random() < 0.45 else text


def _house(rng: random.Random, held_out: bool) -> str:
    number = rng.choice(
        (
            str(rng.randint(1, 400)),
            f"{rng.randint(1, 99)}{rng.choice('ABC')}",
            f"{rng.randint(1, 99)}/{rng.randint(1, 60)}",
        )
    )
    street = rng.choice(stock("street", held_out))
    return rng.choice(
        (
            f"Số {number} phố {street}", f"số {number}, đường {street}", f"{number} {street}",
            f"Số nhà {number}, ngõ {rng.randint(1, 300)} {street}", f"tổ {rng.randint(1, 40)}",
            f"Tổ dân phố số {rng.randint(1, 30)}", f"thôn {rng.randint(1, 12)}", f"P{rng.randint(101, 2999)}, tòa CT{rng.randint(1, 9)}",
            f"ngách {rng.randint(1, 99)}/{rng.randint(1, 20)}, phố {street}", f"xóm {rng.choice(stock('given', held_out))}",
        )
    )  # fmt: skip


def _place(rng: random.Random, held_out: bool) -> str:
    place, _, province = rng.choice(
        stock(rng.choice(("ward", "ward", "ward_2025")), held_out)
    ).partition("|")
    kind = (
        ""
        if rng.random() < 0.3
        else rng.choice(("tỉnh ", "thành phố ", "TP ", "TP. ", "Tỉnh ", "Thành phố "))
    )
    whole = ", ".join(
        filter(None, (_house(rng, held_out) if rng.random() < 0.4 else "", place, kind + province))
    )
    if rng.random() < 0.3:
        whole = whole[0].upper() + whole[1:]
    return whole


def _date(rng: random.Random, held_out: bool) -> str:
    d, m, y = (
        rng.randint(1, 31),
        rng.randint(1, 12),
        rng.choice((rng.randint(1930, 2026), rng.randint(2015, 2026))),
    )
    return rng.choice(
        (
            f"{d:02d}/{m:02d}/{y}", f"{d:02d}/{m:02d}/{y}", f"{d}/{m}/{y}", f"{d:02d}-{m:02d}-{y}", f"{d:02d}.{m:02d}.{y}",
            f"ngày {d:02d} tháng {m:02d} năm {y}", f"Ngày {d} tháng {m} năm {y}", f"{d:02d}", f"{y}", f"{m:02d}/{y}",
            f"{rng.randint(0, 23):02d} giờ {rng.randint(0, 59):02d} phút", f"{rng.randint(0, 23)}h{rng.randint(0, 59):02d}",
            f"{d:02d} / {m:02d} / {y}",
        )
    )  # fmt: skip


UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _spoken(n: int) -> str:
    if n < 10:
        return UNITS[n]
    tens, unit = divmod(n, 10)
    head = "mười" if tens == 1 else UNITS[tens] + " mươi"
    tail = {0: "", 1: " một" if tens == 1 else " mốt", 4: " bốn" if tens == 1 else " tư", 5: " lăm"}
    return head + tail.get(unit, " " + UNITS[unit])


def _date_in_words(rng: random.Random, held_out: bool) -> str:
    d, m, y = rng.randint(1, 31), rng.randint(1, 12), rng.randint(1940, 2026)
    day = ("mồng " if d <= 10 and rng.random() < 0.6 else "") + _spoken(d)
    year = f"{UNITS[y // 1000]} nghìn {UNITS[y // 100 % 10]} trăm " + (
        _spoken(y % 100) if y % 100 >= 10 else "linh " + UNITS[y % 10]
    )
    text = f"{rng.choice(('Ngày', 'ngày'))} {day} tháng {_spoken(m)} năm {year}"
    text = text.replace("nghìn", rng.choice(("nghìn", "ngàn")))
    return text.replace(" tháng", rng.choice((" tháng", ", tháng"))).replace(
        " năm ", rng.choice((" năm ", ", năm "))
    )


def _figures(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(length))


def _number(rng: random.Random, held_out: bool) -> str:
    y = rng.randint(1990, 2026)
    return rng.choice(
        (
            "0" + _figures(rng, 11), _figures(rng, 12), _figures(rng, 9), "0" + _figures(rng, 9),
            f"0{_figures(rng, 3)} {_figures(rng, 3)} {_figures(rng, 3)}", f"0{_figures(rng, 3)}.{_figures(rng, 3)}.{_figures(rng, 3)}",
            f"{rng.randint(1, 999)}/{y}", f"{rng.randint(1, 999):03d}/{y}", f"GCS.{_figures(rng, 5)}.{_figures(rng, 2)}.{_figures(rng, 6)}",
            f"{rng.randint(1, 400)}/TLKT", f"{rng.randint(1, 400)}/GKS-BS", f"{rng.choice(('DN', 'GD', 'HS', 'TE', 'HC'))}4{_figures(rng, 12)}",
            f"{rng.randint(2, 5)}.{_figures(rng, 3)}", f"{rng.randint(21, 45)}00 gam", f"{_figures(rng, 4)}g", f"{rng.randint(1, 5):02d}",
            str(rng.randint(0, 99)), _figures(rng, rng.randint(1, 14)), f"{rng.choice(string.ascii_uppercase)}{_figures(rng, 7)}",
        )
    )  # fmt: skip


def _list(*names: str):
    def pick(rng: random.Random, held_out: bool) -> str:
        text = rng.choice(closed()[rng.choice(names)])
        return text.upper() if rng.random() < 0.1 else text

    return pick


def _identity(rng: random.Random, held_out: bool) -> str:
    on, by = _date(rng, held_out), rng.choice(closed()["issuer"])
    paper = rng.choice(
        (
            "CCCD số",
            "Căn cước công dân số",
            "CMND số",
            "Thẻ CCCD số:",
            "số",
            "Căn cước số",
            "Hộ chiếu số",
        )
    )
    return rng.choice(
        (
            f"{paper} {_figures(rng, 12)}", f"{paper} {_figures(rng, 12)} do {by} cấp ngày {on}", f"do {by} cấp ngày {on}",
            f"{_figures(rng, 12)}, {by} cấp ngày {on}", f"{by}, {on}",
        )
    )  # fmt: skip


def _agency(rng: random.Random, held_out: bool) -> str:
    place, _, province = rng.choice(stock("ward", held_out)).partition("|")
    head = rng.choice(
        ("UBND", "Ủy ban nhân dân", "Uỷ ban nhân dân", "Công an", "Trạm y tế", "ỦY BAN NHÂN DÂN")
    )
    return f"{head} {place}, {rng.choice(('tỉnh ', 'TP. ', ''))}{province}"


def _facility(rng: random.Random, held_out: bool) -> str:
    return rng.choice(stock("facility", held_out))


def _sentence(rng: random.Random, held_out: bool) -> str:
    words = [rng.choice(OPEN_WORDS) for _ in range(rng.randint(2, 6))]
    if rng.random() < 0.3:
        words.insert(rng.randrange(len(words)), rng.choice((_date, _number, _name))(rng, held_out))
    text = rng.choice((" ", " ", ", ")).join(words)
    return text[0].upper() + text[1:] if rng.random() < 0.5 else text


def _email(rng: random.Random, held_out: bool) -> str:
    user = "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(3, 9)))
    return f"{user}{rng.choice(('', str(rng.randint(1, 99)), '.vn', '_a'))}@{rng.choice(('gmail.com', 'mau.vn', 'vi-du.com.vn'))}"


def _marked(rng: random.Random, held_out: bool) -> str:
    word = _name(rng, held_out)
    return rng.choice((f"({word})", f'"{word}"', f"{word} - {_date(rng, held_out)}", f"{word}; {word}", f"+ {word}", f"{rng.randint(1, 100)}%", f"{word}?", f"#{rng.randint(1, 99)} & {word}!", f"{word} *"))  # fmt: skip


KINDS = (
    (_random_words, 20), (_name, 22), (_place, 20), (_date, 9), (_date_in_words, 5), (_number, 10),
    (_list("ethnic", "nation"), 3), (_list("relationship", "phrase", "issuer", "province"), 4), (_identity, 4),
    (_agency, 3), (_facility, 2), (_sentence, 4), (_email, 1), (_marked, 2),
)  # fmt: skip
# Judged values: what stands in fields, in the shares that papers have; no random syllables.
JUDGED = ((_name, 30), (_place, 25), (_date, 15), (_date_in_words, 5), (_number, 12), (_list("ethnic", "nation", "relationship"), 8), (_agency, 3), (_facility, 2))  # fmt: skip


def line(rng: random.Random, held_out: bool = False, longest: int = LONGEST) -> str:
    """One line of at most `longest` letters: long values are cut between words, as they wrap on paper."""
    kinds = JUDGED if held_out else KINDS
    while True:
        make = rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        text = " ".join(make(rng, held_out).split())
        if len(text) > longest:
            text = _piece(rng, text, longest)
        if text and set(text) <= KNOWN:
            return text


def _piece(rng: random.Random, text: str, longest: int) -> str:
    words = text.split()
    start = rng.randrange(len(words))
    piece = ""
    for word in words[start:]:
        if len(piece) + 1 + len(word) > longest:
            break
        piece = f"{piece} {word}".strip()
    return piece
