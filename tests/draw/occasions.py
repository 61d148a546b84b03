"""Made-up occasions that papers are filled in for: deaths, marriages, requests for extracts, moves, businesses.

Deterministic by seed; persons and their numbers are those of `people.py`. One occasion serves all papers of
its kind, so that they agree with each other.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tests.draw import names
from tests.draw.people import (
    TWO_TIERS,
    Person,
    make_address,
    make_person,
    personal_number,
    pick_ethnicity,
)
from tests.draw.seats import Seat, make_seat

CAUSES = (
    "Suy tim", "Tai nạn giao thông", "Nhồi máu cơ tim", "Xuất huyết não", "Ung thư phổi",
    "Suy hô hấp do viêm phổi", "Ung thư gan giai đoạn cuối", "Đột quỵ", "Suy thận mạn giai đoạn cuối",
)  # fmt: skip
OLD_AGE = ("Tuổi già", "Bệnh già")
KIN = {
    "Nam": ("Con", "Con đẻ", "Con trai", "Cháu", "Em trai"),
    "Nữ": ("Con", "Con đẻ", "Con gái", "Cháu", "Em gái"),
}
ELDERS = {"Nam": ("Cha", "Anh trai", "Bố"), "Nữ": ("Mẹ", "Chị gái")}
PURPOSES = (
    "Để kết hôn", "Làm thủ tục đăng ký kết hôn", "Để làm thủ tục vay vốn ngân hàng",
    "Làm thủ tục mua bán nhà đất", "Bổ sung hồ sơ xin việc", "Để làm thủ tục chuyển nhượng quyền sử dụng đất",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Death:
    """`number` is the personal number of the deceased; `keeps`: how much of the birthday is known."""

    deceased: Person
    number: str | None
    keeps: str
    died_on: date
    died_at: str | None
    place: str
    cause: str | None
    notice_number: str
    notice_book: str
    notice_issuer: str
    notice_issued_on: date
    requester: Person
    relationship: str
    seat: Seat
    declared_on: date
    copies: int | None


@dataclass(frozen=True, slots=True)
class Couple:
    wife: Person
    husband: Person
    counts: tuple[int, int]
    seat: Seat
    declared_on: date
    registered_on: date
    copies: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """Somebody wants it in writing whom they are (not) married to."""

    subject: Person
    requester: Person
    relationship: str
    marital_status: str
    purpose: str
    lived: tuple[str, date, date] | None
    seat: Seat
    declared_on: date


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants a copy of an old entry: birth, death or marriage."""

    extract_kind: str
    subject: Person
    number: str
    requester: Person
    relationship: str
    seat: Seat
    register_seat: Seat
    registered_on: date
    entry: str
    book: str | None
    copies: int
    declared_on: date


def number_of(person: Person) -> str:
    """The personal number: that of the card, or a made-up one where card or holder are too old or too young."""
    paper = person.identity
    if paper and paper.kind in ("cccd", "can_cuoc"):
        return paper.number
    rng = Random(f"number-{person.full_name}-{person.birth_date}")
    return personal_number(rng, person.gender, person.birth_date)


def pick_day(rng: Random, first: date = date(2020, 1, 1), last: date = date(2026, 4, 1)) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def make_adult(rng: Random, on: date, gender: str = "", ages: tuple[int, int] = (19, 70)) -> Person:
    return make_person(rng, gender or rng.choice(("Nam", "Nữ")), on, ages, pick_ethnicity(rng))


def make_death(seed: int | str, on: date | None = None) -> Death:
    """Mostly old people; one in six has no papers, one in four only a year of birth."""
    rng = Random(f"death-{seed}")
    on = on or pick_day(rng)
    gone = make_adult(rng, on, ages=rng.choice(((24, 60), (60, 95), (60, 95))))
    bare = rng.random() < 0.16
    number = None if bare else number_of(gone)
    gone = replace(gone, identity=None) if bare else gone
    in_hospital = rng.random() < 0.5
    facility, at, ward = rng.choice(names.HOSPITALS).split("|")
    at = f"{ward}, thành phố Hà Nội" if on >= TWO_TIERS else at
    seat = make_seat(rng, on)
    requester = make_adult(rng, on, ages=(20, 60))
    number_in_book = rng.randint(1, 400)
    return Death(
        deceased=gone,
        number=number,
        keeps=rng.choice(("day", "day", "day", "year")) if gone.birth_date.year < 1965 else "day",
        died_on=on,
        died_at=f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}" if rng.random() < 0.88 else None,
        place=f"{facility}, {at}" if in_hospital else rng.choice(("Tại nhà riêng", gone.residence)),
        cause=_pick_cause(rng, on.year - gone.birth_date.year),
        notice_number=rng.choice((f"{number_in_book:02d}/{on.year}", f"{number_in_book}", f"{number_in_book:02d}/GBT")),
        notice_book=rng.choice((f"{rng.randint(1, 9):02d}", f"{rng.randint(1, 9):02d}/{on.year}")),
        notice_issuer=facility if in_hospital else seat.office(rng),
        notice_issued_on=on + timedelta(days=rng.randint(0, 3)),
        requester=requester,
        relationship=_pick_kin(rng, requester, gone),
        seat=seat,
        declared_on=on + timedelta(days=rng.randint(3, 15)),
        copies=rng.choice((None, 1, 2, 3, 5, 10)),
    )  # fmt: skip


def _pick_cause(rng: Random, age: int) -> str | None:
    if rng.random() < 0.08:
        return None
    return rng.choice(OLD_AGE if age > 75 and rng.random() < 0.5 else CAUSES)


def _pick_kin(rng: Random, requester: Person, gone: Person) -> str:
    if requester.gender != gone.gender and rng.random() < 0.3:
        return "Vợ" if requester.gender == "Nữ" else "Chồng"
    return rng.choice(KIN[requester.gender])


def make_couple(seed: int | str, on: date | None = None) -> Couple:
    rng = Random(f"couple-{seed}")
    on = on or pick_day(rng)
    wife, husband = make_adult(rng, on, "Nữ", (18, 45)), make_adult(rng, on, "Nam", (20, 50))
    return Couple(
        wife=wife,
        husband=husband,
        counts=(rng.choice((1, 1, 1, 1, 2)), rng.choice((1, 1, 1, 1, 2, 3))),
        seat=make_seat(rng, on),
        declared_on=on,
        registered_on=on + timedelta(days=rng.choice((0, 0, 1, 5))),
        copies=rng.choice((None, 1, 2, 3)),
    )


def make_status(seed: int | str) -> Status:
    rng = Random(f"status-{seed}")
    on = pick_day(rng)
    subject = make_adult(rng, on, ages=(20, 60))
    other = make_adult(rng, on, "Nữ" if subject.gender == "Nam" else "Nam", (20, 60))
    himself = rng.random() < 0.75
    asks = subject if himself else make_adult(rng, on, ages=(45, 85))
    start = pick_day(rng, max(date(2005, 1, 1), subject.birth_date), date(2018, 1, 1))
    lived = (make_address(rng, date(2019, 1, 1)), start, pick_day(rng, start, on))
    return Status(
        subject=subject,
        requester=asks,
        relationship="Bản thân" if himself else rng.choice(ELDERS[asks.gender]),
        marital_status=_say_status(rng, subject, other, on),
        purpose=rng.choice(PURPOSES),
        lived=lived if rng.random() < 0.5 else None,
        seat=make_seat(rng, on),
        declared_on=on,
    )


def _say_status(rng: Random, subject: Person, other: Person, on: date) -> str:
    """The five answers that footnote (4) of the form knows, shortened."""
    spouse = "vợ là bà" if subject.gender == "Nam" else "chồng là ông"
    grown = subject.birth_date.replace(year=subject.birth_date.year + 20, day=1)
    day = pick_day(rng, min(grown, on), on)
    divorced = f"Đã đăng ký kết hôn nhưng đã ly hôn theo Quyết định số {rng.randint(1, 300)}/{day.year}/QĐST-HNGĐ"
    return rng.choice(
        (
            "Chưa đăng ký kết hôn với ai",
            "Hiện tại chưa đăng ký kết hôn với ai",
            "Từ khi đủ tuổi kết hôn đến nay chưa đăng ký kết hôn với ai",
            f"Hiện tại đang có {spouse} {other.full_name}",
            f"{divorced} ngày {day:%d/%m/%Y}, hiện tại chưa đăng ký kết hôn với ai",
            f"Đã có {spouse} {other.full_name} (đã chết), hiện tại chưa đăng ký kết hôn với ai",
        )
    )


def make_request(seed: int | str) -> Request:
    rng = Random(f"request-{seed}")
    on = pick_day(rng)
    kind = rng.choice(("khai sinh", "khai sinh", "khai tử", "kết hôn"))
    ages = {"khai sinh": (1, 60), "khai tử": (50, 95), "kết hôn": (25, 70)}[kind]
    subject = make_adult(rng, on, ages=ages)
    child = (on - subject.birth_date).days < 16 * 366
    subject = replace(subject, identity=None) if child else subject
    himself = not child and kind != "khai tử" and rng.random() < 0.6
    first = subject.birth_date if kind == "khai sinh" else date(2001, 1, 1)
    registered = pick_day(rng, first, min(on - timedelta(days=3), first + timedelta(days=6000)))
    entry = rng.randint(1, 400)
    asks = subject if himself else make_adult(rng, on, ages=(24, 55))
    kin = {"Nam": ("Cha",), "Nữ": ("Mẹ",)} if child else KIN
    return Request(
        extract_kind=kind,
        subject=subject,
        number=number_of(subject),
        requester=asks,
        relationship="Bản thân" if himself else rng.choice(kin[asks.gender]),
        seat=make_seat(rng, on),
        register_seat=make_seat(rng, min(registered, date(2025, 6, 1))),
        registered_on=registered,
        entry=rng.choice((f"{entry}", f"{entry:02d}/{registered.year}")),
        book=rng.choice((f"{rng.randint(1, 9):02d}", f"{rng.randint(1, 9):02d}/{registered.year}", None)),
        copies=rng.choice((1, 2, 3, 5, 10)),
        declared_on=on,
    )  # fmt: skip
