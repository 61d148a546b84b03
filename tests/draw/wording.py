"""How clerks write the same fact: dates, dates in words, identity papers."""

from datetime import date
from random import Random

from tests.draw.people import Identity

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
CARDS = {
    "cccd": ("Căn cước công dân", "CCCD", "Thẻ CCCD", "Thẻ căn cước công dân"),
    "can_cuoc": ("Căn cước", "Thẻ căn cước"),
    "cmnd": ("Chứng minh nhân dân", "CMND", "Giấy CMND"),
    "ho_chieu": ("Hộ chiếu",),
}


def say_date(day: date, form: str) -> str:
    """`form`: slash, dash, or words ("ngày 05 tháng 03 năm 2020")."""
    if form == "words":
        return f"ngày {day:%d} tháng {day:%m} năm {day:%Y}"
    return day.strftime("%d/%m/%Y" if form == "slash" else "%d-%m-%Y")


def spell(n: int, rng: Random) -> str:
    """1–31 and 20xx in Vietnamese words."""
    if n >= 2000:
        rest = n % 100
        return "hai nghìn không trăm " + ("linh " * (rest < 10)) + spell(rest, rng)
    if n <= 10:
        return DIGITS[n]
    tens, ones = divmod(n, 10)
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    tails = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}
    tail = tails.get(ones, DIGITS[ones])
    if ones == 4 and tens > 1:
        tail = rng.choice(("tư", "bốn"))
    return f"{head} {tail}".strip()


def say_in_words(day: date, rng: Random) -> str:
    first = "mùng " if day.day <= 10 and rng.random() < 0.4 else ""
    start = rng.choice(("Ngày", "ngày"))
    month = "tư" if day.month == 4 else spell(day.month, rng)
    return f"{start} {first}{spell(day.day, rng)} tháng {month} năm {spell(day.year, rng)}"


def say_identity(paper: Identity, rng: Random) -> tuple[str, bool]:
    """The whole string, and whether it names issuer and day."""
    card, day = rng.choice(CARDS[paper.kind]), say_date(paper.issued_on, "slash")
    forms = (
        f"{card} số {paper.number} do {paper.issued_by} cấp ngày {day}",
        f"{card} số {paper.number}, cấp ngày {day}, nơi cấp: {paper.issued_by}",
        f"{card} số: {paper.number} do {paper.issued_by} cấp {say_date(paper.issued_on, 'words')}",
        f"{card} {paper.number}, {paper.issued_by} cấp ngày {day}",
        f"{card} số {paper.number}",
        f"{card}: {paper.number}",
    )
    at = rng.choices(range(6), (5, 3, 2, 2, 1, 1))[0]
    return forms[at], at < 4


def say_phone(number: str, rng: Random) -> str:
    """Ten digits, together or in groups."""
    parts = (number[:4], number[4:7], number[7:])
    return rng.choice((number, number, " ".join(parts), ".".join(parts)))


def say_count(n: int, rng: Random) -> str:
    """How often somebody marries: 1, 01, lần thứ nhất …"""
    word = "nhất" if n == 1 else DIGITS[n]
    return rng.choice((str(n), f"{n:02d}", f"Lần {n}", f"Lần thứ {word}", f"Lần thứ {n}"))


def say_money(dong: int, rng: Random) -> str:
    """50.000.000 đồng, with or without the sum in words (round millions only)."""
    digits, million = f"{dong:,}".replace(",", "."), dong // 1_000_000
    words = {10: "Mười", 20: "Hai mươi", 50: "Năm mươi", 100: "Một trăm", 500: "Năm trăm"}
    forms = [digits, f"{digits} đồng", f"{digits} VNĐ", f"{digits}đ"]
    if million in words:
        forms.append(f"{digits} đồng ({words[million]} triệu đồng)")
    return rng.choice(forms)
