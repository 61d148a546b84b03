"""The HTTP API as any client meets it: the way through, and every wrong turn answered in problem details."""

import hashlib
import http.client
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.journeys.house import JPEG, OFFICER_KEY, House, bring_all

BODY = {
    "procedure": "khai_sinh",
    "ward": "Hoàn Kiếm",
    "channel": "mobile",
    "applicant": {"name": "Nguyễn Thị Mẫu", "phone": "0900 000 001", "email": "mau@example.vn"},
}


def opened(house: House) -> tuple[str, dict[str, str]]:
    answer = requests.post(f"{house.url}/v1/dossiers", json=BODY, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()["code"], {"Authorization": f"Bearer {answer.json()['token']}"}


def wish(data: bytes, **changed: object) -> dict[str, object]:
    sha256 = hashlib.sha256(data).hexdigest()
    return {
        "file_name": "giấy.jpg",
        "size": len(data),
        "content_type": "image/jpeg",
        "sha256": sha256,
        **changed,
    }


def assert_problem(answer: requests.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code and problem["status"] == status
    assert problem["title"] and problem["detail"] and problem["title_en"] and problem["detail_en"]
    assert problem["type"].endswith(code)


def test_the_code_follows_the_pattern_and_counts_up(served):
    first, _ = opened(served)
    second, _ = opened(served)
    unit, day, number = first.split("-")
    assert unit.startswith("H26.") and len(day) == 6 and number == "0001"
    assert second.endswith("-0002")


def test_codes_are_never_given_twice_when_many_open_at_once(served):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: opened(served)[0], range(24)))
    assert len(set(codes)) == 24


def test_without_the_token_only_the_status_is_shown(served):
    code, key = opened(served)
    plain = requests.get(f"{served.url}/v1/dossiers/{code}", timeout=10)
    assert plain.status_code == 200 and plain.json()["state"] == "open"
    for personal in ("Mẫu", "0900", "mau@example.vn"):
        assert personal not in plain.text
    full = requests.get(f"{served.url}/v1/dossiers/{code}", headers=key, timeout=10).json()
    assert full["applicant"]["phone"] == "0900000001"


def test_a_paper_goes_up_in_parts_and_resumes(served):
    code, key = opened(served)
    data = b"\xff\xd8\xff" + b"x" * (11 * 1024 * 1024)
    papers = f"{served.url}/v1/dossiers/{code}/papers"
    upload = requests.post(papers, json=wish(data), headers=key, timeout=10).json()
    assert [p["number"] for p in upload["parts_missing"]] == [1, 2, 3]
    for part in upload["parts_missing"][:2]:
        piece = data[part["offset"] : part["offset"] + part["size"]]
        sent = requests.put(part["url"], data=piece, headers=part["headers"], timeout=10)
        assert sent.status_code == 200, sent.text
    again = requests.post(papers, json=wish(data), headers=key, timeout=10).json()
    assert again["paper"] == upload["paper"] and again["parts_there"] == [1, 2]
    complete = f"{papers}/{upload['paper']}/complete"
    assert_problem(requests.post(complete, headers=key, timeout=10), 409, "parts_missing")
    part = again["parts_missing"][0]
    piece = data[part["offset"] : part["offset"] + part["size"]]
    requests.put(part["url"], data=piece, headers=part["headers"], timeout=10)
    assert requests.post(complete, headers=key, timeout=10).status_code == 202
    assert requests.post(complete, headers=key, timeout=10).status_code == 202
    assert served.world.blobs.read(f"originals/{upload['paper']}") == data


def test_other_bytes_than_announced_are_refused_and_can_be_sent_anew(served):
    code, key = opened(served)
    papers = f"{served.url}/v1/dossiers/{code}/papers"
    said = wish(JPEG, sha256="0" * 64)
    upload = requests.post(papers, json=said, headers=key, timeout=10).json()
    part = upload["parts_missing"][0]
    requests.put(part["url"], data=JPEG, headers=part["headers"], timeout=10)
    complete = f"{papers}/{upload['paper']}/complete"
    assert_problem(requests.post(complete, headers=key, timeout=10), 422, "checksum_wrong")
    again = requests.post(papers, json=said, headers=key, timeout=10).json()
    assert again["paper"] != upload["paper"] and len(again["parts_missing"]) == 1


def test_a_file_that_is_something_else_inside_is_refused(served):
    code, key = opened(served)
    data = b"MZ\x90\x00 this is a program" * 20
    papers = f"{served.url}/v1/dossiers/{code}/papers"
    upload = requests.post(papers, json=wish(data), headers=key, timeout=10).json()
    part = upload["parts_missing"][0]
    requests.put(part["url"], data=data, headers=part["headers"], timeout=10)
    complete = f"{papers}/{upload['paper']}/complete"
    assert_problem(requests.post(complete, headers=key, timeout=10), 415, "type_not_taken")


def test_several_papers_go_up_by_two_calls_and_each_wrong_one_is_told(served):
    code, key = opened(served)
    uploads = f"{served.url}/v1/dossiers/{code}/uploads"
    right, wrong, late = (JPEG + name for name in (b"right", b"wrong", b"late"))
    said = {"papers": [wish(right), wish(wrong, sha256="0" * 64), wish(late)]}
    told = requests.post(uploads, json=said, headers=key, timeout=10).json()["uploads"]
    for upload, data in zip(told, (right, wrong), strict=False):
        part = upload["parts_missing"][0]
        assert requests.put(part["url"], data=data, headers=part["headers"], timeout=10).ok
    answer = requests.post(f"{uploads}/complete", headers=key, timeout=10)
    assert answer.status_code == 202
    stored, refused, missing = (upload["paper"] for upload in told)
    assert [(p["id"], p["state"]) for p in answer.json()["papers"]] == [
        (stored, "stored"),
        (missing, "awaited"),
    ]
    problems = {paper: p["code"] for paper, p in answer.json()["problems"].items()}
    assert problems == {refused: "checksum_wrong", missing: "parts_missing"}
    again = requests.post(uploads, json=said, headers=key, timeout=10).json()["uploads"]
    assert [u["paper"] for u in again][::2] == [stored, missing]
    assert [u["parts_there"] for u in again] == [[1], [], []]


@pytest.mark.parametrize("papers", [[], [1], {}, None, [wish(JPEG)] * 41])
def test_a_list_of_papers_that_is_none_is_refused(served, papers):
    code, key = opened(served)
    uploads = f"{served.url}/v1/dossiers/{code}/uploads"
    answer = requests.post(uploads, json={"papers": papers}, headers=key, timeout=10)
    assert_problem(answer, 422, "body_invalid")


def test_an_altered_or_expired_upload_address_is_refused(served):
    code, key = opened(served)
    papers = f"{served.url}/v1/dossiers/{code}/papers"
    part = requests.post(papers, json=wish(JPEG), headers=key, timeout=10).json()["parts_missing"][
        0
    ]
    forged = part["url"].replace("/1?", "/2?")
    assert_problem(
        requests.put(forged, data=JPEG, headers=part["headers"], timeout=10), 403, "upload_refused"
    )
    served.clock.pass_by(3600)
    assert_problem(
        requests.put(part["url"], data=JPEG, headers=part["headers"], timeout=10),
        403,
        "upload_refused",
    )


WRONG = [
    ({**BODY, "procedure": "bay_len_sao_hoa"}, 422, "procedure_unknown"),
    ({**BODY, "ward": "Phường Không Có Thật"}, 422, "ward_unknown"),
    ({**BODY, "ward": 70}, 422, "body_invalid"),
    ({**BODY, "channel": "fax"}, 422, "body_invalid"),
    ({**BODY, "applicant": "Mẫu"}, 422, "body_invalid"),
    ({**BODY, "applicant": {"name": ""}}, 422, "body_invalid"),
    ({**BODY, "applicant": {"name": "A", "email": "a@b\r\nBcc: x@y.vn"}}, 422, "body_invalid"),
    ({**BODY, "applicant": {"name": "A", "phone": "call me"}}, 422, "body_invalid"),
    ({**BODY, "declared": {"__proto__": 1}}, 422, "body_invalid"),
    ({**BODY, "declared": {"child.full_name": {"a": 1}}}, 422, "body_invalid"),
    ([], 422, "body_invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), WRONG)
def test_a_wrong_opening_says_what_to_mend(served, body, status, code):
    assert_problem(requests.post(f"{served.url}/v1/dossiers", json=body, timeout=10), status, code)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"procedure": NaN}', b"null"]
)
def test_a_body_that_is_no_json_object_is_refused(served, raw):
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{served.url}/v1/dossiers", data=raw, headers=headers, timeout=10)
    assert_problem(answer, 422, "body_invalid")


def test_a_lone_surrogate_is_refused(served):
    raw = b'{"procedure":"khai_sinh","ward":"Ho\\ud800","applicant":{"name":"A"}}'
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{served.url}/v1/dossiers", data=raw, headers=headers, timeout=10)
    assert_problem(answer, 422, "body_invalid")


PAPER_FAULTS = [
    ({"content_type": "application/x-msdownload"}, 415, "type_not_taken"),
    ({"size": 0}, 422, "file_empty"),
    ({"size": 64 * 1024 * 1024 + 1}, 413, "file_too_big"),
    ({"size": "big"}, 422, "body_invalid"),
    ({"size": -5}, 422, "body_invalid"),
    ({"sha256": "abc"}, 422, "body_invalid"),
    ({"file_name": None}, 422, "body_invalid"),
]


@pytest.mark.parametrize(("changed", "status", "code"), PAPER_FAULTS)
def test_a_paper_that_can_not_be_taken_is_refused_at_once(served, changed, status, code):
    dossier, key = opened(served)
    body = {**wish(JPEG), **changed}
    answer = requests.post(
        f"{served.url}/v1/dossiers/{dossier}/papers", json=body, headers=key, timeout=10
    )
    assert_problem(answer, status, code)


def test_unknown_codes_tokens_papers_routes_and_methods(served):
    code, key = opened(served)
    base = "/v1/dossiers"
    wrong = {"Authorization": "Bearer wrong"}
    text = {"Content-Type": "text/plain"}
    cases = [
        ("GET", f"{base}/H26.00.00.70-261123-9999", {}, 404, "dossier_unknown"),
        ("GET", f"{base}/%F0%9F%92%A9", {}, 404, "dossier_unknown"),
        ("GET", f"{base}/{code}", wrong, 401, "token_wrong"),
        ("GET", f"{base}/{code}/papers", {}, 401, "token_wrong"),
        ("GET", f"{base}/{code}/papers/p_none", key, 404, "paper_unknown"),
        ("GET", "/v2/nothing", key, 404, "route_unknown"),
        ("GET", f"{base}/{code}/%09", key, 404, "route_unknown"),  # not what stands without it
        ("PUT", f"{base}/{code}", key, 405, "method_not_allowed"),
        ("POST", base, text, 415, "content_type_not_taken"),
        ("POST", f"{base}/{code}/submit", key, 409, "nothing_to_submit"),
        ("GET", "/storage/blobs/originals/x?expires=1&signature=00", {}, 403, "upload_refused"),
    ]
    for method, path, headers, status, problem in cases:
        answer = requests.request(method, served.url + path, headers=headers, timeout=10)
        assert_problem(answer, status, problem)


def test_a_chunked_body_and_a_charset_are_taken(served):
    host = served.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    body = b'{"procedure": "khai_sinh", "ward": "00070", "applicant": {"name": "M\xe1\xba\xabu"}}'
    headers = {"Content-Type": "application/json; charset=utf-8"}
    connection.request(
        "POST", "/v1/dossiers", iter([body[:20], body[20:]]), headers, encode_chunked=True
    )
    assert connection.getresponse().status == 201


def test_an_over_long_body_is_refused(served):
    headers = {"Content-Type": "application/json"}
    raw = b'{"procedure": "' + b"x" * (2 * 1024 * 1024) + b'"}'
    answer = requests.post(f"{served.url}/v1/dossiers", data=raw, headers=headers, timeout=10)
    assert_problem(answer, 413, "file_too_big")


def test_officers_need_a_key_and_their_look_is_in_the_history(served):
    code, key = opened(served)
    desk = f"{served.url}/v1/desk/dossiers"
    assert_problem(requests.get(desk, timeout=10), 401, "officer_unknown")
    assert_problem(requests.get(desk, headers=key, timeout=10), 401, "officer_unknown")
    officer = {"Authorization": f"Bearer {OFFICER_KEY}"}
    assert requests.get(desk, headers=officer, timeout=10).json() == {"dossiers": []}
    shown = requests.get(f"{desk}/{code}", headers=officer, timeout=10).json()
    assert shown["history"][-1]["kind"] == "seen_by_officer"
    assert shown["history"][-1]["actor"] == "officer:lan"
    wrong = requests.post(
        f"{desk}/{code}/decisions", json={"action": "accept"}, headers=officer, timeout=10
    )
    assert_problem(wrong, 409, "move_not_allowed")


def test_the_whole_way_over_http(served):
    code, key = opened(served)
    bring_all(served, code)
    assert (
        requests.post(
            f"{served.url}/v1/dossiers/{code}/submit", headers=key, timeout=10
        ).status_code
        == 202
    )
    served.run()
    shown = requests.get(f"{served.url}/v1/dossiers/{code}", headers=key, timeout=10).json()
    assert shown["state"] == "handed_over", shown["findings"]
    pdf = requests.get(f"{served.url}/v1/dossiers/{code}/slip", headers=key, timeout=10)
    assert pdf.content.startswith(b"%PDF") and pdf.headers["Content-Type"] == "application/pdf"


def test_pages_show_the_status_and_nobodys_name(served):
    code, _ = opened(served)
    page = requests.get(f"{served.url}/tra-cuu/{code}", timeout=10)
    assert page.status_code == 200 and code in page.text and "Mẫu" not in page.text
    asked = requests.get(f"{served.url}/tra-cuu?ma={code}", timeout=10)
    assert asked.status_code == 200 and code in asked.text
    assert requests.get(f"{served.url}/tra-cuu/khong-co", timeout=10).status_code == 404
    hostile = requests.get(f"{served.url}/tra-cuu?ma=<script>alert(1)</script>", timeout=10)
    assert "<script>alert" not in hostile.text
    assert "Tra cứu" in requests.get(served.url, timeout=10).text


def test_head_is_answered_without_a_body(served):
    code, _ = opened(served)
    answer = requests.head(f"{served.url}/v1/dossiers/{code}", timeout=10)
    assert answer.status_code == 200 and answer.content == b""


def test_procedures_and_routes_are_listed(served):
    listed = requests.get(f"{served.url}/v1/procedures", timeout=10).json()["procedures"]
    assert {"khai_sinh", "lien_thong_ks_tt_bhyt"} <= {p["key"] for p in listed}
    routes = requests.get(f"{served.url}/v1", timeout=10).json()["routes"]
    assert all(r["does"] for r in routes) and len(routes) > 12


def test_procedures_are_found_by_everyday_words(served):
    answer = requests.get(
        f"{served.url}/v1/procedures", params={"q": "nhaapj khaaur cho con"}, timeout=10
    ).json()
    assert answer["results"][0]["code"] == "1.004222"
    assert set(answer) == {"results", "ask", "out_of_scope"}
