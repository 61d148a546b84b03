"""The port `Subscriptions`: both sets of adapters keep endpoints and feeds by the same promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.adapters.dynamodb_subscriptions import DynamoSubscriptions
from chalicelib.adapters.provision import create_table
from chalicelib.adapters.sqlite_subscriptions import SqliteSubscriptions
from chalicelib.dossier.agency import Health, Posted, Subscription
from chalicelib.errors import DossierMovedMeanwhile, EndpointUnknown, EventUnknown
from tests.contracts.conftest import ONE_MACHINE, SETS, _fresh

pytestmark = SETS


@pytest.fixture
def kept(where, request):
    if where == ONE_MACHINE:
        return SqliteSubscriptions(request.getfixturevalue("store"))
    place, table = request.getfixturevalue("place"), f"table-{next(_fresh)}"
    create_table(place, table)
    return DynamoSubscriptions(table, place)


def endpoint(id: str = "ep_1", agency: str = "ward") -> Subscription:
    at = f"2026-11-23T01:00:0{id[-1]}+00:00"
    return Subscription(id, agency, "https://a.example/x", ("whsec_AA==",), at, units=("00070",))


def entry(id: str, agency: str = "ward") -> Posted:
    return Posted(id, agency, "001-1", "dossier.verified", "khai_sinh", "00070", "2026", f"e/{id}")


def test_an_endpoint_comes_back_as_it_was_kept(kept):
    full = replace(endpoint(), health=Health(failures=2, open_until="2026"), older_until="2027")
    kept.add(full)
    assert kept.find("ward", "ep_1") == full
    assert kept.of("ward") == [full] and kept.of("police") == []


def test_added_twice_the_first_stays(kept):
    kept.add(endpoint())
    kept.add(replace(endpoint(), url="https://b.example/"))
    assert kept.find("ward", "ep_1").url == "https://a.example/x"


def test_an_endpoint_belongs_to_its_agency_only(kept):
    kept.add(endpoint())
    with pytest.raises(EndpointUnknown):
        kept.find("police", "ep_1")
    kept.remove("police", "ep_1")
    assert kept.find("ward", "ep_1")


def test_a_save_needs_the_stored_version(kept):
    kept.add(endpoint())
    first = kept.find("ward", "ep_1")
    kept.save(replace(first, state="active"))
    with pytest.raises(DossierMovedMeanwhile):
        kept.save(replace(first, state="paused"))
    now = kept.find("ward", "ep_1")
    assert (now.state, now.version) == ("active", 2)


def test_a_removed_endpoint_is_gone(kept):
    kept.add(endpoint())
    gone = kept.find("ward", "ep_1")
    kept.remove("ward", "ep_1")
    kept.remove("ward", "ep_1")
    with pytest.raises(EndpointUnknown):
        kept.save(gone)
    assert kept.of("ward") == []


def test_endpoints_are_told_oldest_first(kept):
    for id in ("ep_1", "ep_2", "ep_3"):
        kept.add(endpoint(id))
    assert [s.id for s in kept.of("ward")] == ["ep_1", "ep_2", "ep_3"]


def test_a_feed_counts_per_agency_and_an_id_has_one_position(kept):
    assert [kept.post(entry(f"m{n}")).position for n in (1, 2, 1, 3)] == [1, 2, 1, 3]
    assert kept.post(entry("m1", "police")).position == 1
    assert [p.id for p in kept.feed("ward", 0)] == ["m1", "m2", "m3"]
    assert [p.id for p in kept.feed("ward", 1, 1)] == ["m2"]
    assert kept.feed("ward", 3) == []
    assert [kept.last(a) for a in ("ward", "police", "social_insurance")] == [3, 1, 0]


def test_under_concurrency_no_position_is_lost_or_shared(kept):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: kept.post(entry(f"m{n}")), range(24)))
    found = kept.feed("ward", 0)
    assert [p.position for p in found] == list(range(1, 25))
    assert len({p.id for p in found}) == 24


def test_an_entry_is_found_by_its_id_in_its_own_feed_only(kept):
    for n in (1, 2):
        kept.post(entry(f"m{n}"))
    assert kept.posted("ward", "m2").position == 2
    with pytest.raises(EventUnknown):
        kept.posted("police", "m2")


def test_what_was_pulled_never_goes_back(kept):
    assert kept.pulled("ward") == 0
    for position in (3, 7, 5):
        kept.note_pulled("ward", position)
    assert kept.pulled("ward") == 7 and kept.pulled("police") == 0
