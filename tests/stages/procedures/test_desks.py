"""Who receives what, by procedure, ward and day: the heads of slips, and agencies' names with their units."""

from datetime import date

import pytest

from chalicelib.procedures.catalogue import keys, procedure
from chalicelib.procedures.desks import agency_here, desk_of
from chalicelib.procedures.units import find_ward

OLD, NEW = date(2020, 3, 10), date(2025, 8, 1)


def head(key, ward, day):
    desk = desk_of(procedure(key, day), find_ward(ward, day))
    return desk.above, desk.own, desk.name, desk.place


@pytest.mark.parametrize(
    ("key", "ward", "day", "expected"),
    [
        ("khai_sinh", "Phường Hàng Bạc", OLD, (
            "UBND quận Hoàn Kiếm", "UBND phường Hàng Bạc",
            "Bộ phận Tiếp nhận và Trả kết quả phường Hàng Bạc", "Phường Hàng Bạc",
        )),
        ("khai_sinh", "Phường Hoàn Kiếm", NEW, (
            "UBND thành phố Hà Nội", "UBND phường Hoàn Kiếm",
            "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm", "Phường Hoàn Kiếm",
        )),
        ("thuong_tru", "Phường Hàng Bạc", OLD, (
            "Công an thành phố Hà Nội", "Công an quận Hoàn Kiếm",
            "Bộ phận tiếp nhận, Công an quận Hoàn Kiếm", "Quận Hoàn Kiếm",
        )),
        ("thuong_tru", "Phường Hàng Bạc", date(2021, 7, 1), (
            "Công an quận Hoàn Kiếm", "Công an phường Hàng Bạc",
            "Bộ phận tiếp nhận, Công an phường Hàng Bạc", "Phường Hàng Bạc",
        )),
        ("ho_kinh_doanh", "Phường Hàng Bạc", OLD, (
            "UBND thành phố Hà Nội", "UBND quận Hoàn Kiếm",
            "Bộ phận Tiếp nhận và Trả kết quả quận Hoàn Kiếm", "Quận Hoàn Kiếm",
        )),
        ("ho_kinh_doanh", "Phường Hoàn Kiếm", NEW, (
            "UBND thành phố Hà Nội", "UBND phường Hoàn Kiếm",
            "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm", "Phường Hoàn Kiếm",
        )),
    ],
)  # fmt: skip
def test_the_head_of_a_slip(key, ward, day, expected):
    assert head(key, ward, day) == expected


@pytest.mark.parametrize("day", [OLD, date(2021, 7, 1), NEW])
@pytest.mark.parametrize("key", keys())
def test_every_procedure_has_a_desk_and_no_name_is_left_open(key, day):
    ward = find_ward("Phường Hoàn Kiếm" if day == NEW else "Phường Hàng Bạc", day)
    rules = procedure(key, day)
    names = [*head(key, ward.code, day), *(agency_here(a.name[0], ward) for a in rules.agencies)]
    assert all(names)
    for word in ("{", "cấp xã", "cấp huyện", "quận, huyện"):
        assert not any(word in name for name in names), names


def test_an_agency_is_named_with_its_unit():
    old, new = find_ward("Phường Hàng Bạc", OLD), find_ward("Phường Hoàn Kiếm", NEW)
    assert agency_here("Công an quận, huyện, thị xã", old) == "Công an quận Hoàn Kiếm"
    assert agency_here("Công an cấp xã", new) == "Công an phường Hoàn Kiếm"
    assert agency_here("Bảo hiểm xã hội cơ sở", new) == "Bảo hiểm xã hội cơ sở"
