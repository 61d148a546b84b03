"""The agencies' health pages: behind a key or a signed link, readable, and without anyone's data."""

from urllib.parse import urlsplit

import pytest
import requests

from chalicelib import journey, subscriptions
from tests.journeys.house import CHILD, MOTHER, bring_all
from tests.journeys.test_agencies import ManyEndpoints


def link(house, agency="ward"):
    key = {"Authorization": f"Bearer khoa-{agency}"}
    answer = requests.post(
        f"{house.url}/v1/agencies/{agency}/health-links", headers=key, timeout=10
    )
    assert answer.status_code == 201
    return answer.json()["url"]


def page(url, **options):
    return requests.get(url, timeout=10, **options)


@pytest.fixture
def ward(served):
    """A ward with a well, a thin and paused, and a dead endpoint; one dossier on its way to them."""
    served.with_ports(agencies=ManyEndpoints())
    served.ids = {}
    for name, wish in {
        "good": {},
        "bad": {},
        "paused": {"payload": "thin", "signature": "v1a"},
    }.items():
        url = f"https://{name}.test/secret-path"
        served.ids[name] = subscriptions.register(served.world, "ward", {"url": url, **wish})[0].id
    subscriptions.pause(served.world, "ward", served.ids["paused"])
    served.world.agencies.answers["https://bad.test/secret-path"] = None
    served.code = served.open()
    bring_all(served, served.code)
    journey.submit(served.world, served.code)
    served.run()
    return served


def test_all_endpoints_stand_on_one_page_each_with_its_state_in_words(ward):
    text = page(link(ward)).text
    for words in ("https://good.test", "Đang nhận", "https://bad.test", "Đang lỗi", "Tạm dừng", "không kèm dữ liệu",
                  "ed25519", "không trả lời trong 15 giây", "1 sự kiện từ đầu"):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(("name", "words"), [
    ("good", "Đã nhận, 1 lần thử"), ("bad", "Chờ gửi, 1 lần thử, không trả lời, thử lại"), ("paused", "Chờ gửi"),
])  # fmt: skip
def test_an_endpoints_page_tells_what_became_of_the_latest_events(ward, name, words):
    base = urlsplit(link(ward))
    text = page(base._replace(path=f"{base.path}/{ward.ids[name]}").geturl()).text
    assert ward.code in text and words in text


def test_nobodys_data_and_no_secret_is_on_the_pages(ward):
    base = urlsplit(link(ward))
    for path in (base.path, *(f"{base.path}/{id}" for id in ward.ids.values())):
        answer = page(base._replace(path=path).geturl())
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        for secret in (CHILD["full_name"], MOTHER["full_name"], "Nguyễn Thị Mẫu", "0900000001", "whsec_",
                       "secret-path"):  # fmt: skip
            assert secret not in answer.text


def test_the_key_itself_opens_the_page_too(ward):
    key = {"Authorization": "Bearer khoa-ward"}
    assert page(f"{ward.url}/co-quan/ward", headers=key).status_code == 200
    assert page(f"{ward.url}/co-quan/police", headers=key).status_code == 403


def test_a_link_ends_after_twelve_hours_and_is_for_one_agency(ward):
    url = link(ward)
    assert page(url).status_code == 200
    assert page(url.replace("/co-quan/ward", "/co-quan/police")).status_code == 403
    ward.clock.pass_by(12 * 3600 + 1)
    assert page(url).status_code == 403


@pytest.mark.parametrize("query", ["", "den=9999999999", "den=9999999999&ky=", "den=9999999999&ky=é", "den=²&ky=a",
                                   "den=-1&ky=a", "den=99999999999999999999999&ky=a", "ky=a"])  # fmt: skip
def test_what_we_did_not_sign_opens_nothing(served, query):
    assert page(f"{served.url}/co-quan/ward?{query}").status_code == 403
    assert page(f"{served.url}/co-quan/nobody?{query}").status_code == 403


def test_only_the_agency_gets_a_link(served):
    for headers in ({}, {"Authorization": "Bearer khoa-police"}):
        url = f"{served.url}/v1/agencies/ward/health-links"
        assert requests.post(url, headers=headers, timeout=10).status_code == 401


def test_an_endpoint_that_is_not_there_is_said_to_be_unknown(ward):
    base = urlsplit(link(ward))
    assert page(base._replace(path=f"{base.path}/ep_none").geturl()).status_code == 404
