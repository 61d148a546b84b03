"""However it was typed, text is kept one way: NFC and plain digits at every door; a name holds no digit."""

import json
import unicodedata

import pytest
import requests
from typer.testing import CliRunner

from chalicelib.cli.client import Client
from chalicelib.cli.main import app
from tests.doors.test_http import BODY, assert_problem
from tests.journeys.house import JPEG, OFFICER_KEY
from tests.journeys.test_twelve import file

NAME = "Nguyễn Thị Hoà Đường"
DESK = {"Authorization": f"Bearer {OFFICER_KEY}"}


def nfd(text):
    apart = unicodedata.normalize("NFD", text)
    assert apart != text
    return apart


def is_nfc(value):
    text = json.dumps(value, ensure_ascii=False)
    return unicodedata.is_normalized("NFC", text)


def opened(house, **changed):
    answer = requests.post(f"{house.url}/v1/dossiers", json={**BODY, **changed}, timeout=10)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    return found["code"], {"Authorization": f"Bearer {found['token']}"}


def shown(house, code, key):
    return requests.get(f"{house.url}/v1/dossiers/{code}", headers=key, timeout=10).json()


def test_what_a_citizen_opens_with(served):
    code, key = opened(
        served,
        ward=nfd("Phường Hoàn Kiếm"),
        applicant={"name": nfd(NAME), "address": nfd("Số １ phố Mẫu"), "phone": "٠٩٠٠000001"},
        declared={"child.full_name": nfd("Lê Thử Ân"), "mother.id_number": "００１１９５000001"},
    )
    found = shown(served, code, key)
    assert found["applicant"]["name"] == NAME
    assert found["applicant"]["address"] == "Số 1 phố Mẫu"
    assert found["applicant"]["phone"] == "0900000001"
    assert found["declared"] == {
        "child.full_name": "Lê Thử Ân",
        "mother.id_number": "001195000001",
    }
    assert is_nfc(found)


def test_what_the_command_line_sends(served):
    client = Client(served.url)
    code = client.open("khai_sinh", nfd("Phường Hoàn Kiếm"), "mobile", {"name": nfd(NAME)})
    assert client.call("GET", f"/v1/dossiers/{code}")["applicant"]["name"] == NAME


def test_what_an_officer_corrects_and_writes(served):
    dossier = file(served, "khai_sinh", doubtful=("to_khai_khai_sinh", "child.hometown"))
    code = dossier.code
    form = next(p.id for p in dossier.live_papers() if p.papers[0].kind == "to_khai_khai_sinh")
    address = f"{served.url}/v1/desk/dossiers/{code}/decisions"
    corrected = {"action": "correct", "paper": form, "field": "child.hometown"}
    answer = requests.post(
        address, json={**corrected, "value": nfd("xã Mẫu, Hà Nội")}, headers=DESK, timeout=10
    )
    assert answer.json()["fields"]["child.hometown"]["value"] == "xã Mẫu, Hà Nội"
    asked = {"action": "supplement", "reason": nfd("Thiếu chữ ký của người mẹ")}
    answer = requests.post(address, json=asked, headers=DESK, timeout=10)
    assert answer.json()["supplement"]["reason"] == "Thiếu chữ ký của người mẹ"
    assert is_nfc(answer.json())


def test_what_is_uploaded_under_a_name_of_another_system(served):
    code, key = opened(served)
    body = {
        "file_name": nfd("giấy chứng sinh.jpg"),
        "size": len(JPEG),
        "content_type": "image/jpeg",
        "sha256": "0" * 64,
    }
    requests.post(f"{served.url}/v1/dossiers/{code}/papers", json=body, headers=key, timeout=10)
    papers = shown(served, code, key)["papers"]
    assert [p["file_name"] for p in papers] == ["giấy chứng sinh.jpg"]


def test_what_an_agency_answers(served):
    code = file(served, "khai_sinh").code
    answer = requests.post(
        f"{served.url}/v1/agencies/ward/dossiers/{code}/supplement",
        json={"reason": nfd("Hồ sơ chưa rõ nơi cư trú")},
        headers={"Authorization": "Bearer khoa-ward", "Idempotency-Key": "a"},
        timeout=10,
    )
    assert answer.json()["answers"][-1]["reason"] == "Hồ sơ chưa rõ nơi cư trú"


@pytest.mark.parametrize(
    "phrase", ["đăng ký khai sinh cho con", "mất giấy kết hôn", "nhập hộ khẩu"]
)
def test_what_is_asked_of_the_finder(served, phrase):
    def found(words):
        address = f"{served.url}/v1/procedures"
        over_http = requests.get(address, params={"q": words}, timeout=10).json()
        typed = CliRunner().invoke(app, ["find", words, "--json"])
        return over_http, json.loads(typed.stdout)

    assert found(nfd(phrase)) == found(phrase)
    assert found(phrase)[0]["results"]


@pytest.mark.parametrize("name", ["Nguyễn Văn 4n", "Nguyễn ４", "٣", "Lê Văn ²"])
def test_a_name_with_digits_is_refused_with_the_field_and_what_is_needed(served, name):
    body = {**BODY, "applicant": {"name": name}}
    answer = requests.post(f"{served.url}/v1/dossiers", json=body, timeout=10)
    assert_problem(answer, 422, "body_invalid")
    assert "applicant.name" in answer.text and "digits" in answer.text and name not in answer.text


def test_a_body_nested_beyond_reason_is_refused_not_fallen_over(served):
    deep = b'{"procedure":' + b"[" * 600 + b"]" * 600 + b"}"
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{served.url}/v1/dossiers", data=deep, headers=headers, timeout=10)
    assert_problem(answer, 422, "body_invalid")
