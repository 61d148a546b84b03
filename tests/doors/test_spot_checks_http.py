"""Spot checks over HTTP: a list for officers, a word on a value, numbers for everyone."""

import requests

from tests.journeys.house import OFFICER_KEY
from tests.journeys.test_spot_checks import days, passed_with_a_lot

OFFICER = {"Authorization": f"Bearer {OFFICER_KEY}"}


def test_over_http_officers_see_the_list_and_everyone_the_numbers(served):
    dossier = passed_with_a_lot(served)
    first, last = (day.isoformat() for day in days(served))
    asked = {"params": {"from": first, "to": last}, "timeout": 10}
    listed = requests.get(f"{served.url}/v1/desk/spot-checks", headers=OFFICER, **asked).json()
    check = listed["checks"][0]
    assert requests.get(f"{served.url}/v1/desk/spot-checks", **asked).status_code == 401
    said = requests.post(
        f"{served.url}/v1/desk/dossiers/{dossier.code}/spot-checks",
        json={**{k: check[k] for k in ("paper", "index", "field")}, "right": True},
        headers=OFFICER,
        timeout=10,
    ).json()
    assert said["history"][-1]["kind"] == "spot_checked"
    assert [c["right"] for c in said["spot_checks"] if c["field"] == check["field"]] == [True]
    numbers = requests.get(f"{served.url}/v1/numbers", timeout=10).json()["spot_checks"]
    assert (numbers["looked_at"], numbers["wrong"]) == (1, 0)
