"""Made-up families: who is born to whom, where, on which papers. Deterministic by seed, no person is real.

Numbers are recognisably synthetic: a personal number is 001, the true century-and-sex digit, the true year and
then 000xxx; an old nine-digit number begins with 000; an insurance number with 0100000.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.draw import names

NEW_CARD, TWO_TIERS = date(2024, 7, 1), date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity paper. `kind` is cccd, can_cuoc, cmnd or ho_chieu."""

    kind: str
    number: str
    issued_on: date
    issued_by: str


@dataclass(frozen=True, slots=True)
class Person:
    full_name: str
    gender: str
    birth_date: date
    ethnicity: str
    residence: str
    hometown: str
    identity: Identity | None
    nationality: str = "Việt Nam"


@dataclass(frozen=True, slots=True)
class Family:
    """One birth. `father` is None where unknown; `intended_name` is None where not yet chosen."""

    child: Person
    birth_time: str
    weight_g: int
    children_count: int
    mother: Person
    father: Person | None
    requester: Person
    relationship: str
    facility: str
    birth_place: str
    intended_name: str | None
    insurance_number: str | None
    authority: str
    declared_at: str
    declared_on: date
    note_number: str
    note_book: str
    note_issued_on: date
    copies: int | None


def make_name(rng: Random, gender: str, ethnicity: str, surname: str | None = None) -> str:
    """A full name, sometimes four or five syllables long."""
    if surname is None and (ethnicity, gender) in names.OTHER_NAMES and rng.random() < 0.8:
        return rng.choice(names.OTHER_NAMES[ethnicity, gender])
    first = surname or rng.choice(names.SURNAMES)
    if surname is None and rng.random() < 0.06:
        first = f"{first} {rng.choice(names.SURNAMES)}"
    middle = rng.choice(names.MIDDLES[gender])
    given = rng.choice([g for g in names.GIVEN[gender] if g != middle])
    return f"{first} {middle} {given}"


def make_ward(rng: Random, on: date) -> tuple[str, str]:
    """A Hanoi unit of the lowest tier and what it lies in: ("phường Hàng Bạc", "quận …, thành phố Hà Nội")."""
    city = rng.choice(("thành phố Hà Nội", "thành phố Hà Nội", "TP. Hà Nội", "Hà Nội"))
    if on >= TWO_TIERS:
        return f"phường {rng.choice(names.HANOI_2025)}", city
    district = rng.choice(list(names.HANOI))
    ward = rng.choice(names.HANOI[district].split(","))
    if not ward.startswith(("xã ", "thị trấn ")):
        ward = f"phường {ward}"
    return ward, f"{district}, {city}"


def make_street(rng: Random, ward: str) -> str:
    if ward.startswith("xã "):
        return rng.choice(("thôn", "xóm", "đội")) + f" {rng.randint(1, 12)}"
    street = rng.choice(names.STREETS)
    a, b, c = rng.randint(1, 320), rng.randint(2, 180), rng.randint(1, 30)
    return rng.choice(
        (
            f"số {a} phố {street}",
            f"Số {a} đường {street}",
            f"số nhà {c}, ngõ {b} {street}",
            f"số {c}, ngách {b}/{c + 1}, ngõ {b} đường {street}",
            f"tổ dân phố số {c}",
            f"P.{c:02d}{rng.randint(1, 12):02d}, chung cư CT{rng.randint(1, 5)}, {street}",
            f"{a} {street}",
        )
    )


def make_address(rng: Random, on: date) -> str:
    if rng.random() < 0.15:
        return f"xóm {rng.randint(1, 12)}, {rng.choice(names.ELSEWHERE)}"
    ward, rest = make_ward(rng, on)
    return f"{make_street(rng, ward)}, {ward}, {rest}"


def make_hometown(rng: Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(names.ELSEWHERE)
    ward, rest = make_ward(rng, date(2020, 1, 1))
    return f"{ward}, {rest}"


def personal_number(rng: Random, gender: str, born: date) -> str:
    """001, century-and-sex digit (Nghị định 137/2015), two digits of the year, 000xxx."""
    digit = (2 if born.year >= 2000 else 0) + (gender == "Nữ")
    return f"001{digit}{born.year % 100:02d}000{rng.randint(1, 999):03d}"


def make_identity(rng: Random, gender: str, born: date, on: date) -> Identity:
    kind = rng.choices(
        ("cccd", "cmnd", "ho_chieu", "can_cuoc"),
        (6, 3 * (on.year < 2024 and born.year < 2000), 0.4, 3 * (on > NEW_CARD)),
    )[0]
    earliest = {"can_cuoc": NEW_CARD, "cmnd": date(2009, 1, 5), "cccd": date(2016, 1, 4)}
    of_age = born + timedelta(days=14 * 366)
    start = max(of_age, earliest.get(kind, date(2015, 1, 5)))
    end = date(2015, 12, 30) if kind == "cmnd" else on - timedelta(days=5)
    issued = start + timedelta(days=rng.randint(0, max(1, (end - start).days)))
    number = {
        "cmnd": f"000{rng.randint(1, 999999):06d}",
        "ho_chieu": f"{rng.choice('BCN')}000{rng.randint(1, 9999):04d}",
    }.get(kind) or personal_number(rng, gender, born)
    return Identity(kind, number, issued, rng.choice(names.ISSUERS[kind]))


def make_person(
    rng: Random, gender: str, on: date, ages: tuple[int, int], ethnicity: str
) -> Person:
    born = on - timedelta(days=rng.randint(ages[0] * 366, ages[1] * 365))
    return Person(
        make_name(rng, gender, ethnicity), gender, born, ethnicity, make_address(rng, on),
        make_hometown(rng), make_identity(rng, gender, born, on),
    )  # fmt: skip


def pick_ethnicity(rng: Random) -> str:
    return "Kinh" if rng.random() < 0.6 else rng.choice(names.ETHNIC_GROUPS)


def make_authority(rng: Random, on: date) -> tuple[str, str]:
    """(what "Kính gửi" says, what "Làm tại" says)."""
    ward, rest = make_ward(rng, on)
    head = rng.choice(("Ủy ban nhân dân", "Ủy ban nhân dân", "UBND", "Uỷ ban nhân dân"))
    full = f"{head} {ward}" + (f", {rest}" if rng.random() < 0.5 else "")
    return full, rng.choice(
        (f"UBND {ward}", ward[0].upper() + ward[1:], "Hà Nội", f"{ward}, {rest}")
    )


def twin_of(family: Family) -> Family:
    """Parents, day and place are the same, the child's name is another."""
    child, name = family.child, family.child.full_name
    rng = Random(f"twin-{name}")
    while name == child.full_name:
        name = make_name(rng, child.gender, "Kinh", name.split()[0])
    return replace(
        family,
        child=replace(child, full_name=name),
        intended_name=family.intended_name and name,
    )


def make_family(seed: int | str, born: date | None = None) -> Family:
    """The family of a seed; `born` fixes the child's day (2020–2026 else)."""
    rng = Random(f"family-{seed}")
    born = born or date(2020, 1, 1) + timedelta(days=rng.randint(0, 2300))
    mother = make_person(rng, "Nữ", born, (18, 44), pick_ethnicity(rng))
    father = make_person(rng, "Nam", born, (20, 55), pick_ethnicity(rng))
    if rng.random() < 0.6:
        father = _moved(father, mother.residence)
    known = father if rng.random() < 0.88 else None
    gender = rng.choice(("Nam", "Nữ"))
    surname = (known or mother).full_name.split()[0]
    child_name = make_name(rng, gender, "Kinh", surname if "'" not in surname else "Nguyễn")
    facility, at, ward = rng.choice(names.HOSPITALS).split("|")
    if born >= TWO_TIERS:
        at = f"{ward}, thành phố Hà Nội"
    declared_on = born + timedelta(days=rng.randint(2, 58))
    authority, declared_at = make_authority(rng, declared_on)
    requester, relationship = _pick_requester(rng, mother, known, declared_on)
    home = (known or mother).hometown
    child = Person(
        child_name, gender, born, (known or mother).ethnicity, mother.residence, home, None
    )
    return Family(
        child=child,
        mother=mother,
        father=known,
        requester=requester,
        relationship=relationship,
        facility=facility,
        birth_place=f"{facility}, {at}" if rng.random() < 0.7 else facility,
        intended_name=child_name if rng.random() < 0.75 else None,
        authority=authority,
        declared_at=declared_at,
        declared_on=declared_on,
        copies=rng.choice((None, 1, 2, 3, 5)),
        **_note_facts(rng, born),
    )


def _note_facts(rng: Random, born: date) -> dict[str, Any]:
    """What only the hospital's note says."""
    card = rng.randint(1, 999)
    book = f"{rng.randint(1, 30):02d}"
    return {
        "birth_time": f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
        "weight_g": rng.randrange(2100, 4300, rng.choice((50, 100))),
        "children_count": 2 if rng.random() < 0.06 else 1,
        "insurance_number": rng.choice((f"0100000{card:03d}", f"DN4010100000{card:03d}", None)),
        "note_number": rng.choice((f"{rng.randint(1, 2999)}", f"{card:03d}/{born.year}")),
        "note_book": rng.choice((book, f"{book}/{born.year}")),
        "note_issued_on": born + timedelta(days=rng.randint(0, 4)),
    }


def _moved(person: Person, residence: str) -> Person:
    return Person(
        person.full_name, person.gender, person.birth_date, person.ethnicity, residence,
        person.hometown, person.identity,
    )  # fmt: skip


def _pick_requester(
    rng: Random, mother: Person, father: Person | None, on: date
) -> tuple[Person, str]:
    roll = rng.random()
    if roll < 0.5 and father:
        return father, rng.choice(("Cha", "Cha", "Cha đẻ", "Bố"))
    if roll < 0.85:
        return mother, rng.choice(("Mẹ", "Mẹ", "Mẹ đẻ"))
    gender = rng.choice(("Nam", "Nữ"))
    elder = make_person(rng, gender, on, (48, 80), mother.ethnicity)
    return elder, rng.choice(
        ("Ông", "Ông nội", "Ông ngoại") if gender == "Nam" else ("Bà", "Bà nội")
    )
