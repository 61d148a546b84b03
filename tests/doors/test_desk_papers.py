"""The desk's papers over real HTTP and at the command line: control slip and register, for officers only."""

import pypdfium2
import pytest
import requests
from typer.testing import CliRunner

from chalicelib import journey
from chalicelib.cli.main import app
from tests.journeys.house import OFFICER_KEY, bring_all

OFFICER = {"Authorization": f"Bearer {OFFICER_KEY}"}
WARD = "Phường Hoàn Kiếm"


def words(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(p.get_textpage().get_text_bounded() for p in pages).split())


@pytest.fixture
def filed(served):
    """A linked birth; the ward has given its result, the police has refused."""
    served.code = served.open(ward=WARD)
    bring_all(served, served.code)
    journey.submit(served.world, served.code)
    served.run()
    done = {"number": "12/2026", "date": "2026-11-23"}
    journey.answer(served.world, "ward", served.code, "result", "k", done)
    no = {"reason": "Chưa đủ điều kiện"}
    journey.answer(served.world, "police", served.code, "refused", "k", no)
    served.run()
    return served


def fetched(house, path, **asked):
    return requests.get(f"{house.url}/v1/desk/{path}", params=asked, headers=OFFICER, timeout=20)


def day(house):
    return journey.handover.day_in_hanoi(house.clock.now()).isoformat()


def test_the_control_slip_tells_what_the_history_has(filed):
    told = words(fetched(filed, f"dossiers/{filed.code}/control-slip").content)
    for expected in (
        f"Mã hồ sơ: {filed.code}",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "1. Giao: Người nộp hồ sơ",
        "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm",
        "Đúng hạn",  # the ward, on the very day
        "Trước hạn",  # the police, days before
        "Không giải quyết: Thông báo kết quả đăng ký thường trú",
        "Thẻ bảo hiểm y tế (Bảo hiểm xã hội cơ sở): hẹn trả",
    ):
        assert expected in told
    history = filed.world.dossiers.history(filed.code)
    assert (history[-1].kind, history[-1].actor) == ("seen_by_officer", "officer:lan")


def test_the_register_lists_what_the_ward_received_and_each_look_is_in_the_history(filed):
    other = filed.open("khai_sinh", "Phường Cửa Nam")
    bring_all(filed, other)
    journey.submit(filed.world, other)
    filed.run()
    today = day(filed)
    told = words(fetched(filed, "register", ward=WARD, **{"from": today, "to": today}).content)
    assert filed.code in told and other not in told and "Tổng số: 1 hồ sơ" in told
    assert "Không giải quyết: Thông báo" in told and "0900000001" not in told
    assert filed.world.dossiers.history(filed.code)[-1].kind == "seen_by_officer"
    assert filed.world.dossiers.history(other)[-1].kind != "seen_by_officer"
    later = fetched(filed, "register", ward=WARD, **{"from": "2027-01-01", "to": "2027-01-31"})
    assert "Tổng số: 0 hồ sơ" in words(later.content)


@pytest.mark.parametrize(
    "asked",
    [
        {"ward": WARD, "from": "2026-11-01", "to": "2026-12-31"},
        {"ward": WARD, "from": "2026-11-02", "to": "2026-11-01"},
        {"ward": WARD, "from": "hôm qua", "to": "2026-11-01"},
        {"ward": "Phường Không Có", "from": "2026-11-01", "to": "2026-11-02"},
        {"from": "2026-11-01", "to": "2026-11-02"},
    ],
)
def test_a_register_that_can_not_be_is_refused_in_words(served, asked):
    answer = fetched(served, "register", **asked)
    assert answer.status_code in (404, 422) and answer.json()["detail"]


def test_only_officers_get_them_and_only_received_dossiers_have_a_control_slip(served):
    code = served.open(ward=WARD)
    path = f"{served.url}/v1/desk/dossiers/{code}/control-slip"
    assert requests.get(path, timeout=20).status_code == 401
    assert requests.get(f"{served.url}/v1/desk/register", timeout=20).status_code == 401
    assert fetched(served, f"dossiers/{code}/control-slip").json()["code"] == "move_not_allowed"


def test_both_at_the_command_line(filed, tmp_path):
    (tmp_path / "officer.key").write_text(OFFICER_KEY)
    rest = ["--server", filed.url, "--data", str(tmp_path), "--out", str(tmp_path / "out.pdf")]
    for command in (
        ["control-slip", filed.code],
        ["register", "--ward", WARD, "--from", day(filed), "--to", day(filed)],
    ):
        done = CliRunner().invoke(app, ["desk", *command, *rest], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert filed.code in words((tmp_path / "out.pdf").read_bytes())
    wrong = CliRunner().invoke(app, ["desk", "control-slip", "H26-000000-0000", *rest])
    assert wrong.exit_code == 1


def test_an_agency_asks_the_citizen_sees_it_brings_it_and_submits_over_http(filed):
    """As the citizen's page does it: state `supplement`, papers, submit; the same code all along."""
    url = f"{filed.url}/v1/dossiers/{filed.code}"
    token = {"Authorization": f"Bearer {filed.token}"}
    key = {"Authorization": "Bearer khoa-social_insurance", "Idempotency-Key": "s"}
    ask = f"{filed.url}/v1/agencies/social_insurance/dossiers/{filed.code}/supplement"
    assert requests.post(ask, json={"reason": "Thiếu mẫu"}, headers=key, timeout=20).ok
    shown = requests.get(url, headers=token, timeout=20).json()
    assert (shown["state"], shown["state_number"]) == ("supplement", 5)
    assert shown["supplement"]["reason"] == "Bảo hiểm xã hội cơ sở: Thiếu mẫu"
    paper = filed.bring(filed.code, b"\xff\xd8\xff\xe0" + b"mau")
    filed.drop_reads()
    filed.note(filed.code, paper, "khac", {})
    assert requests.post(f"{url}/submit", headers=token, timeout=20).status_code == 202
    filed.run()
    shown = requests.get(url, headers=token, timeout=20).json()
    assert (shown["state"], shown["supplement"]) == ("handed_over", None)
    late = f"{filed.url}/v1/agencies/social_insurance/dossiers/{filed.code}/delayed"
    key["Idempotency-Key"] = "t"
    body = {"reason": "Mất điện", "due": "2026-12-15"}
    assert requests.post(late, json=body, headers=key, timeout=20).ok
    filed.run()
    shown = requests.get(url, headers=token, timeout=20).json()
    assert shown["results"][2]["due"].startswith("2026-12-15")
    pdf = requests.get(f"{url}/slip", headers=token, timeout=20).content
    assert "VĂN BẢN XIN LỖI" in words(pdf)
