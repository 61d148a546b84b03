"""Draws `samples/`: one made-up family's papers as phone photographs, and faulty ones.

`python -m tests.draw.samples [FOLDER]` redraws all of them, byte for byte the same.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.draw.cards import draw_card
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.drawn import Drawn
from tests.draw.holders import holder_of
from tests.draw.people import Family, Identity, Person

FOLDER = Path(__file__).resolve().parents[2] / "samples"
HOME = "số 12 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội"
ORIGIN = "xã Nam Giang, huyện Nam Trực, tỉnh Nam Định"
POLICE = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
WARD = "Ủy ban nhân dân phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội"
HOSPITAL = "Bệnh viện Phụ sản Hà Nội"
SEED = 8000
LIMIT = 1_500_000


def make_sample_family() -> Family:
    """Born on 5 March 2025, declared on the 14th; the mother declares, and her card is the third paper."""
    mother = Person(
        "Trần Thị Mỹ Mẫu", "Nữ", date(1996, 8, 17), "Kinh", HOME, "xã Kim Liên, huyện Nam Đàn, tỉnh Nghệ An",
        Identity("cccd", "001196000123", date(2022, 4, 25), POLICE),
    )  # fmt: skip
    father = Person(
        "Nguyễn Văn Mẫu", "Nam", date(1993, 2, 3), "Kinh", HOME, ORIGIN,
        Identity("cccd", "001093000456", date(2021, 9, 30), POLICE),
    )  # fmt: skip
    child = Person("Nguyễn Mẫu Minh An", "Nữ", date(2025, 3, 5), "Kinh", HOME, ORIGIN, None)
    return Family(
        child=child, birth_time="08:15", weight_g=3200, children_count=1, mother=mother, father=father,
        requester=mother, relationship="Mẹ", facility=HOSPITAL,
        birth_place=f"{HOSPITAL}, phường Ngọc Khánh, quận Ba Đình, thành phố Hà Nội",
        intended_name=child.full_name, insurance_number="0100000123", authority=WARD,
        declared_at="phường Hàng Bạc", declared_on=date(2025, 3, 14), note_number="315", note_book="02/2025",
        note_issued_on=date(2025, 3, 7), copies=2,
    )  # fmt: skip


def draw_samples() -> Iterator[tuple[str, Drawn, str, int]]:
    """(file name, the page before its picture is taken, how it is taken, seed of that)."""
    family = make_sample_family()
    declaration = draw("to_khai_khai_sinh", SEED, layout="tt04", family=family)
    note = draw("giay_chung_sinh", SEED, layout="old", family=family)
    card = draw_card("front", SEED, holder_of(family.mother))
    other_day = replace(family, child=replace(family.child, birth_date=date(2025, 3, 6)))
    contradicting = draw("giay_chung_sinh", SEED, layout="old", family=other_day)
    yield from (
        ("to_khai.jpg", declaration, "phone", 1),
        ("giay_chung_sinh.jpg", note, "phone", 2),
        ("cccd_me.jpg", card, "phone", 3),
        ("loi_to_khai_mo.jpg", declaration, "blurred", 4),
        ("loi_giay_chung_sinh_bi_cat.jpg", note, "cut_off", 5),
        ("loi_giay_chung_sinh_lech_ngay_sinh.jpg", contradicting, "phone", 6),
    )


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn, style, seed in draw_samples():
        data = degrade(drawn, style, seed)
        if len(data) > LIMIT:
            raise SystemExit(f"{name}: {len(data)} bytes, more than {LIMIT}")
        (folder / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
