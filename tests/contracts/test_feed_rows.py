"""On DynamoDB an entry of a feed is two plain writes: who dies between them, or is too late, goes on from the first."""

from dataclasses import replace

import pytest

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.dynamodb_subscriptions import DynamoSubscriptions
from chalicelib.adapters.provision import create_table
from chalicelib.dossier.agency import Posted
from chalicelib.errors import EventUnknown


def entry(id: str) -> Posted:
    return Posted(id, "ward", "H-1", "dossier.verified", "khai_sinh", "00070", "2026", f"e/{id}")


def test_a_position_that_was_named_and_then_taken_is_named_anew(place: AwsPlace) -> None:
    create_table(place, "feeds")
    feeds = DynamoSubscriptions("feeds", place)
    first, second = entry("msg_first"), entry("msg_second")
    assert feeds._named(first, 1) == 1  # and dies before it stands there
    with pytest.raises(EventUnknown):
        feeds.posted("ward", first.id)
    assert feeds.post(second).position == 1
    with pytest.raises(EventUnknown):
        feeds.posted("ward", first.id)
    assert feeds.post(first).position == 2 == feeds.post(first).position
    placed = [replace(second, position=1), replace(first, position=2)]
    assert feeds.feed("ward", 0) == placed
    assert [feeds.posted("ward", e.id) for e in (second, first)] == placed


def test_who_died_before_the_entry_stood_there_finds_its_place_still_free(place: AwsPlace) -> None:
    create_table(place, "feeds2")
    feeds = DynamoSubscriptions("feeds2", place)
    feeds._named(entry("msg_a"), 1)
    assert feeds.post(entry("msg_a")).position == 1 == feeds.last("ward")
