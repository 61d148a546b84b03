"""Holders of identity cards, made up by seed, and the text of the QR code on their cards.

A holder is the truth of kind `cccd`: all ten keys. Numbers are recognisably synthetic, as those of
`people.py`: 001, the true century-and-sex digit, the true year, then 000xxx.
"""

from datetime import date, timedelta
from random import Random

from tests.draw import names
from tests.draw.drawn import Truth
from tests.draw.people import Person

WARDS = ["Phường Trúc Bạch", "Phường Hàng Bột", "Xã Đại Áng", "Xã Tứ Hiệp", "Phường Yên Sở"]
STREETS = ["Hàng Bạc", "Nguyễn Trãi", "Đội Cấn", "Thụy Khuê", "Lò Đúc", "Trần Duy Hưng"]
DISTRICTS = ["Ba Đình", "Đống Đa", "Thanh Trì", "Hai Bà Trưng", "Hoàng Mai", "Bắc Từ Liêm"]
VILLAGES = ["Xuân Hồng", "Đông Á", "Yên Nghĩa", "Thụy Lôi", "Vũ Lễ", "Hưng Công", "Quỳnh Phụ"]
ORIGINS = ["Xuân Trường, Nam Định", "Đông Hưng, Thái Bình", "Ý Yên, Nam Định", "Kim Sơn, Ninh Bình"]


def printed_date(iso: str | int | None) -> str:
    """`2021-04-15` as printed, `15/04/2021`; a card without a term says so."""
    return "/".join(reversed(str(iso).split("-"))) if iso else "Không thời hạn"


def _end_of_term(born: date, issued: date) -> date | None:
    """Cards run to the 25th, 40th or 60th birthday; within two years of it, to the next one."""
    age = issued.year - born.year
    term = next((limit for limit in (25, 40, 60) if limit - age >= 2), None)
    return None if term is None else date(born.year + term, born.month, min(born.day, 28))


def _name(r: Random, gender: str) -> str:
    parts = [r.choice(names.SURNAMES), r.choice(names.MIDDLES[gender])]
    parts += r.sample(list(names.GIVEN[gender]), 2 if r.random() < 0.4 else 1)
    return " ".join(parts)


def _residence(r: Random) -> str:
    houses = [f"Số {r.randint(1, 300)}", f"Số {r.randint(1, 40)} Ngõ {r.randint(1, 400)}", "Tổ 12"]
    street = f"{r.choice(houses)} {r.choice(STREETS)}"
    return f"{street}, {r.choice(WARDS)}, {r.choice(DISTRICTS)}, Hà Nội"


def make_holder(seed: int) -> Truth:
    """A made-up card holder: all ten fields of the kind `cccd`."""
    r = Random(f"holder-{seed}")
    gender = r.choice(["Nam", "Nữ"])
    born = date(1945, 1, 1) + timedelta(days=r.randrange(365 * 61))
    issued = date(2021, 2, 1) + timedelta(days=r.randrange(1200))
    ends = _end_of_term(born, issued)
    digit = (0 if gender == "Nam" else 1) + (0 if born.year < 2000 else 2)
    return {
        "id_number": f"001{digit}{born.year % 100:02d}000{r.randrange(1000):03d}",
        "old_id_number": f"000{r.randrange(10**6):06d}" if r.random() < 0.6 else None,
        "full_name": _name(r, gender).upper(),
        "birth_date": born.isoformat(),
        "gender": gender,
        "nationality": "Việt Nam",
        "hometown": f"{r.choice(VILLAGES)}, {r.choice(ORIGINS)}",
        "residence": _residence(r),
        "issued_on": issued.isoformat(),
        "expires_on": ends.isoformat() if ends else None,
    }


def holder_of(person: Person) -> Truth:
    """What the card of a person of the generator says; give it to `draw_card(person=…)`."""
    ends = _end_of_term(person.birth_date, person.identity.issued_on)
    return {
        "id_number": person.identity.number,
        "full_name": person.full_name.upper(),
        "birth_date": person.birth_date.isoformat(),
        "gender": person.gender,
        "nationality": person.nationality,
        "hometown": person.hometown,
        "residence": person.residence,
        "issued_on": person.identity.issued_on.isoformat(),
        "expires_on": ends.isoformat() if ends else None,
    }


def qr_text(holder: Truth, more: tuple[str, ...] = ()) -> str:
    """The QR's payload (facts §3.3): seven fields between bars, dates as ddMMyyyy."""
    seven = [
        str(holder["id_number"]),
        str(holder["old_id_number"] or ""),
        str(holder["full_name"]).title(),
        printed_date(holder["birth_date"]).replace("/", ""),
        str(holder["gender"]),
        str(holder["residence"]),
        printed_date(holder["issued_on"]).replace("/", ""),
    ]
    return "|".join([*seven, *more])
