"""Made-up changes of residence and insurance, and new household businesses. Deterministic by seed.

A family of `people.py` gives the move and the health card of its newborn, so that linked papers agree.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tests.draw import names
from tests.draw.occasions import make_adult, number_of, pick_day
from tests.draw.people import (
    Family,
    Person,
    make_family,
    make_name,
    make_person,
    make_street,
)
from tests.draw.seats import Seat, make_seat, seat_of

CT01_FROM = date(2021, 7, 1)
MOVES = (
    "Đăng ký thường trú", "Nhập hộ khẩu cùng gia đình", "Đăng ký thường trú do thay đổi chỗ ở hợp pháp",
    "Đăng ký tạm trú", "Tách hộ", "Điều chỉnh thông tin về cư trú",
)  # fmt: skip
BIRTHS = (
    "Đăng ký thường trú cho con mới sinh", "Nhập khẩu cho con mới sinh theo mẹ",
    "Đăng ký thường trú cho trẻ em mới sinh", "Nhập sinh cho con",
)  # fmt: skip
TRADES = (
    ("Bán lẻ đồ uống", "4723"), ("Dịch vụ ăn uống", "5610"), ("Bán lẻ hàng may mặc", "4771"),
    ("Cắt tóc, làm đầu, gội đầu", "9631"), ("Sửa chữa xe máy", "9521"), ("Bán lẻ tạp hóa", "4711"),
    ("Bán lẻ thuốc lá, thuốc lào", "4724"), ("In ấn", "1811"), ("Giặt là", "9620"),
)  # fmt: skip
SHOPS = (
    "Bình Mẫu",
    "Mẫu An",
    "Quán Cô Mẫu",
    "Tạp hóa Mẫu Thử",
    "Thời trang Mẫu",
    "Mẫu Phát",
    "Cơm Mẫu",
)


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    number: str
    relationship: str


@dataclass(frozen=True, slots=True)
class Move:
    """`requester` writes, `subject` moves, `head` leads the household they move into."""

    requester: Person
    subject: Person
    relationship: str
    head: Person
    phone: str
    email: str | None
    content: str
    members: tuple[Member, ...]
    seat: Seat
    declared_on: date

    @property
    def is_newborn(self) -> bool:
        return (self.declared_on - self.subject.birth_date).days < 400


@dataclass(frozen=True, slots=True)
class Insurance:
    """`guardian` is None for the grown-up; `insurance_number` is None for the newborn."""

    subject: Person
    insurance_number: str | None
    guardian: str | None
    birth_seat: Seat
    clinic: str | None
    content: str | None
    phone: str | None
    email: str | None
    declared_on: date


@dataclass(frozen=True, slots=True)
class Business:
    owner: Person
    name: str
    street: str
    seat: Seat
    lines: tuple[tuple[str, str], ...]
    capital_vnd: int
    phone: str
    declared_on: date


def make_phone(rng: Random) -> str:
    return f"{rng.choice(('0900', '0980', '0350'))}000{rng.randint(0, 999):03d}"


def make_email(rng: Random) -> str:
    return f"nguoi.mau{rng.randint(1, 99)}@{rng.choice(('example.com', 'example.org'))}"


def move_of(family: Family) -> Move:
    """The newborn moves in with its parents; the father, else the mother, leads the household."""
    rng = Random(f"move-of-{family.child.full_name}-{family.child.birth_date}")
    parent = family.father or family.mother
    own = family.requester in (family.mother, family.father)
    return Move(
        requester=family.requester if own else parent,
        subject=family.child,
        relationship="Con",
        head=parent,
        phone=make_phone(rng),
        email=make_email(rng) if rng.random() < 0.4 else None,
        content=rng.choice(BIRTHS),
        members=(),
        seat=seat_of(family.authority),
        declared_on=family.declared_on,
    )


def make_move(seed: int | str, first: date, last: date) -> Move:
    """Two in five are newborn children; others move alone or with up to three of their people."""
    rng = Random(f"move-{seed}")
    on = pick_day(rng, first, last)
    if rng.random() < 0.4:
        return move_of(make_family(f"move-{seed}", on - timedelta(days=70)))
    subject = make_adult(rng, on, ages=(20, 60))
    alone = rng.random() < 0.4
    head = subject if alone else make_adult(rng, on, ages=(40, 80))
    head = replace(head, residence=subject.residence)
    kin = ("Con", "Vợ", "Cháu") if subject.gender == "Nữ" else ("Con", "Cháu", "Em")
    return Move(
        requester=subject,
        subject=subject,
        relationship="Chủ hộ" if alone else rng.choice(kin),
        head=head,
        phone=make_phone(rng),
        email=make_email(rng) if rng.random() < 0.4 else None,
        content=rng.choice(MOVES),
        members=_make_members(rng, subject, on) if rng.random() < 0.65 else (),
        seat=make_seat(rng, on),
        declared_on=on,
    )


def _make_members(rng: Random, subject: Person, on: date) -> tuple[Member, ...]:
    other = "Nam" if subject.gender == "Nữ" else "Nữ"
    age = (on - subject.birth_date).days // 366
    spouse = make_adult(rng, on, other, (max(20, age - 5), age + 6))
    surname = (spouse if other == "Nam" else subject).full_name.split()[0]
    found = [Member(spouse, number_of(spouse), "Vợ" if other == "Nữ" else "Chồng")]
    for _ in range(rng.choice((0, 1, 1, 2))):
        child = make_person(rng, rng.choice(("Nam", "Nữ")), on, (1, 13), subject.ethnicity)
        name = make_name(rng, child.gender, "Kinh", surname if "'" not in surname else "Nguyễn")
        child = replace(child, full_name=name, identity=None, residence=subject.residence)
        found.append(Member(child, number_of(child), "Con"))
    return tuple(found)


def insurance_of(family: Family) -> Insurance:
    """The first health card of the newborn; the mother or the father stands for it."""
    rng = Random(f"insurance-of-{family.child.full_name}-{family.child.birth_date}")
    parent = family.father if family.father and rng.random() < 0.5 else family.mother
    clinic = rng.choice(names.HOSPITALS).split("|")[0]
    return Insurance(
        subject=family.child,
        insurance_number=None,
        guardian=parent.full_name,
        birth_seat=seat_of(family.authority),
        clinic=clinic if rng.random() < 0.75 else None,
        content=rng.choice(("Cấp thẻ BHYT cho trẻ em dưới 6 tuổi", "Đề nghị cấp thẻ BHYT", None)),
        phone=make_phone(rng) if rng.random() < 0.8 else None,
        email=make_email(rng) if rng.random() < 0.2 else None,
        declared_on=family.declared_on,
    )


def make_insurance(seed: int | str) -> Insurance:
    """Three in four are newborn children."""
    rng = Random(f"insurance-{seed}")
    if rng.random() < 0.75:
        return insurance_of(make_family(f"insurance-{seed}"))
    on = pick_day(rng)
    subject = make_adult(rng, on, ages=(18, 60))
    return Insurance(
        subject=subject,
        insurance_number=f"0100000{rng.randint(1, 999):03d}",
        guardian=None,
        birth_seat=make_seat(rng, date(2015, 1, 1)),
        clinic=rng.choice(names.HOSPITALS).split("|")[0],
        content=rng.choice(
            ("Thay đổi nơi đăng ký khám bệnh, chữa bệnh ban đầu", "Cấp lại thẻ BHYT do mất", "Điều chỉnh ngày sinh")
        ),
        phone=make_phone(rng),
        email=make_email(rng) if rng.random() < 0.3 else None,
        declared_on=on,
    )  # fmt: skip


def make_business(seed: int | str) -> Business:
    rng = Random(f"business-{seed}")
    on = pick_day(rng)
    seat = make_seat(rng, on)
    shop = rng.choice(SHOPS)
    return Business(
        owner=make_adult(rng, on, ages=(20, 60)),
        name=rng.choice((f"Hộ kinh doanh {shop}", f"HỘ KINH DOANH {shop.upper()}", f"HKD {shop}", shop)),
        street=make_street(rng, seat.ward),
        seat=seat,
        lines=tuple(rng.sample(TRADES, rng.choice((1, 1, 2, 3)))),
        capital_vnd=rng.choice((10, 20, 30, 50, 75, 100, 150, 300, 500)) * 1_000_000,
        phone=make_phone(rng),
        declared_on=on,
    )  # fmt: skip


def make_hk02(seed: str) -> Move:
    return make_move(seed, date(2020, 1, 10), CT01_FROM - timedelta(days=2))


def make_ct01(seed: str) -> Move:
    return make_move(seed, CT01_FROM, date(2026, 4, 1))
