"""Wards: by code and name, then and now."""

import re
from datetime import date

import pytest

from chalicelib.errors import WardUnknown
from chalicelib.procedures.units import all_wards, find_ward

THEN, NOW = date(2020, 3, 26), date(2026, 8, 1)
CODE = re.compile(r"^(?:[A-Z]\d{2}(?:\.\d{2}){1,3}|(?:\d{2,3}\.){3}[A-Z]\d{2})-\d{6}-\d{4,}$")


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("00070", THEN, "00070"),
        ("Hàng Bạc", THEN, "00061"),
        ("phường Hàng Bạc", THEN, "00061"),
        ("P. Hàng Bạc, Q. Hoàn Kiếm, TP. Hà Nội", THEN, "00061"),
        ("phuong hang bac quan hoan kiem ha noi", THEN, "00061"),
        ("  HÀNG   BẠC ", THEN, "00061"),
        ("Quang Trung, Đống Đa", THEN, "00214"),
        ("phường Quang Trung, thị xã Sơn Tây", THEN, "09583"),
        ("xã Quang Trung", THEN, "10306"),
        ("Phường Quán Thánh quận Ba Đình", THEN, "00013"),
        ("thị trấn Trâu Quỳ", THEN, "00565"),
        ("00070", NOW, "00070"),
        ("Phường Hoàn Kiếm", NOW, "00070"),
        ("hoan kiem", NOW, "00070"),
        ("Văn Miếu – Quốc Tử Giám", NOW, "00226"),
        ("Hàng Bạc", NOW, "00070"),
        ("phường Hàng Bạc, quận Hoàn Kiếm", NOW, "00070"),
        ("Phúc Tân", NOW, "00097"),
    ],
)
def test_a_ward_is_found(text, on, code):
    assert find_ward(text, on).code == code


def test_tone_placement_and_decomposed_letters_do_not_matter():
    assert find_ward("Xã Hòa Thạch", THEN) == find_ward("xã Hoà Thạch", THEN)
    assert find_ward("Ha\u0300ng Ba\u0323c", THEN).code == "00061"


def test_the_same_code_is_another_ward_by_date():
    assert find_ward("00070", THEN).name == "Phường Hàng Trống"
    assert find_ward("00070", NOW).name == "Phường Hoàn Kiếm"
    assert find_ward("00070", date(2025, 6, 30)).version == "2020"
    assert find_ward("00070", date(2025, 7, 1)).version == "2025"


@pytest.mark.parametrize(
    ("text", "on", "near"),
    [
        ("Quang Trung", THEN, "Thị xã Sơn Tây"),
        ("Hàng Trống", NOW, "00082 Phường Cửa Nam"),
        ("00061", NOW, "00070 Phường Hoàn Kiếm"),
        ("P. Cửa Nam, Q. Hoàn Kiếm", NOW, "00226"),
        ("Hoàng Kiếm", NOW, "00070 Phường Hoàn Kiếm"),
        ("xã Hoàn Kiếm", NOW, "Phường Hoàn Kiếm"),
        ("Hà Nội", NOW, ""),
        ("", THEN, ""),
        ("99999", THEN, ""),
        ("٠٠٠٧٠", NOW, ""),
    ],
)
def test_what_is_not_clear_is_refused_with_candidates(text, on, near):
    with pytest.raises(WardUnknown) as refused:
        find_ward(text, on)
    assert near in str(refused.value.facts["near"])


@pytest.mark.parametrize(("version", "on", "count"), [("2020", THEN, 579), ("2025", NOW, 126)])
def test_every_ward_is_found_by_its_full_name_and_has_a_code_of_its_own(version, on, count):
    wards = all_wards(version)
    assert [find_ward(w.full_name, on) for w in wards] == list(wards)
    codes = {w.unit_code for w in wards}
    assert len(codes) == len(wards) == count
    assert all(CODE.match(f"{c}-200326-0001") for c in codes)


def test_what_slips_print():
    old, new = find_ward("Hàng Bạc", THEN), find_ward("Hoàn Kiếm", NOW)
    assert old.full_name == "Phường Hàng Bạc, Quận Hoàn Kiếm, Thành phố Hà Nội"
    assert (old.parent, new.parent) == ("Quận Hoàn Kiếm", "Thành phố Hà Nội")
    assert (old.unit_code, new.unit_code) == ("000.000.061.H26", "H26.00.00.70")
