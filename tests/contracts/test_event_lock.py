"""On DynamoDB the row of event N+1 is the lock: a lost answer, an empty change, a change that tells nothing."""

import zlib
from hashlib import sha256

import pytest

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.dynamodb_stock import DynamoStock
from chalicelib.adapters.packing import WORDS, packed, unpacked
from chalicelib.adapters.provision import create_table
from chalicelib.dossier.case import fold
from chalicelib.dossier.states import State
from chalicelib.errors import DossierMovedMeanwhile
from tests.contracts.people_at_work import MORNING, looks, opened, outgoing


@pytest.fixture
def dossiers(place: AwsPlace) -> DynamoDossiers:
    create_table(place, "lock")
    return DynamoDossiers("lock", place)


@pytest.fixture
def asked(dossiers: DynamoDossiers) -> list[str]:
    """Names of the operations from now on."""
    names: list[str] = []
    dossiers._db.meta.events.register(
        "before-call.dynamodb", lambda model, **_: names.append(model.name)
    )
    return names


def test_a_change_that_sends_nothing_is_one_plain_write(
    dossiers: DynamoDossiers, asked: list[str]
) -> None:
    first = opened("L-1")
    dossiers.open("L-1", first, State.OPEN)
    dossiers.append("L-1", 1, looks(fold([first])), State.OPEN)
    assert asked == ["TransactWriteItems", "PutItem"]


def test_the_events_of_one_change_are_one_row_and_nobody_writes_between_them(
    dossiers: DynamoDossiers, place: AwsPlace, asked: list[str]
) -> None:
    first = opened("L-5")
    dossiers.open("L-5", first, State.OPEN)
    more = looks(fold([first]), 4)
    dossiers.append("L-5", 1, more, State.OPEN)
    assert asked == ["TransactWriteItems", "PutItem"]
    assert DynamoDossiers("lock", place).history("L-5") == [first, *more]
    for other in (dossiers, DynamoDossiers("lock", place)):
        with pytest.raises(DossierMovedMeanwhile):
            other.append("L-5", 3, looks(fold([first, *more[:2]]), by="late"), State.OPEN)
    assert dossiers.history("L-5") == [first, *more]


def test_a_change_of_several_events_goes_back_to_a_row_each(place: AwsPlace) -> None:
    create_table(place, "back")
    dossiers, stock = DynamoDossiers("back", place), DynamoStock("back", place)
    first = opened("B-1")
    dossiers.open("B-1", first, State.OPEN)
    more = looks(fold([first]), 3)
    dossiers.append("B-1", 1, more, State.OPEN)
    assert stock.recast("B-1", 2) == 2 and stock.recast("B-1", 2) == 0
    assert dossiers.history("B-1") == [first, *more]
    assert stock.recast("B-1", 3) == 4
    following = looks(fold([first, *more]))
    dossiers.append("B-1", 4, following, State.OPEN)
    assert DynamoDossiers("back", place).history("B-1") == [first, *more, *following]


def test_the_words_that_are_part_of_what_is_stored_never_change() -> None:
    assert sha256(WORDS.read_bytes()).hexdigest() == (
        "8a69010c1697913b30237d557bab4878e6f7971d7982d216e98cb883b0636bf1"
    )
    assert unpacked(packed(b"x" * 5000)) == b"x" * 5000
    with pytest.raises(zlib.error):
        unpacked(packed(b"x" * 5000)[:-9])


def test_what_another_process_wrote_last_is_looked_up_before_the_write(
    dossiers: DynamoDossiers, place: AwsPlace, asked: list[str]
) -> None:
    first = opened("L-0")
    DynamoDossiers("lock", place).open("L-0", first, State.OPEN)
    dossiers.append("L-0", 1, looks(fold([first])), State.OPEN)
    assert asked == ["Query", "PutItem"]


def test_a_read_history_is_not_looked_up_again(
    dossiers: DynamoDossiers, place: AwsPlace, asked: list[str]
) -> None:
    first = opened("L-9")
    DynamoDossiers("lock", place).open("L-9", first, State.OPEN)
    history = dossiers.history("L-9")
    dossiers.append("L-9", 1, looks(fold(history)), State.SUBMITTED)
    assert asked == ["Query", "TransactWriteItems"]
    assert dossiers.in_state(State.SUBMITTED) == ["L-9"]


def test_a_write_whose_answer_was_lost_is_no_lost_race_when_it_comes_again(
    dossiers: DynamoDossiers,
) -> None:
    first = opened("L-2")
    dossiers.open("L-2", first, State.OPEN)
    mine = looks(fold([first]), by="mine")
    for _ in range(2):  # as botocore's own retry does
        dossiers.append("L-2", 1, mine, State.OPEN)
    with pytest.raises(DossierMovedMeanwhile):
        dossiers.append("L-2", 1, looks(fold([first]), by="other"), State.OPEN)
    assert dossiers.history("L-2") == [first, *mine]


@pytest.mark.parametrize("version", [1, 3])
def test_messages_without_events_are_written_at_the_last_version_only(
    dossiers: DynamoDossiers, version: int
) -> None:
    code = f"L-3{version}"
    first = opened(code)
    dossiers.open(code, first, State.OPEN)
    dossiers.append(code, 1, looks(fold([first])), State.OPEN)
    with pytest.raises(DossierMovedMeanwhile):
        dossiers.append(code, version, [], State.OPEN, [outgoing(f"late-{code}")])
    dossiers.append(code, 2, [], State.OPEN, [outgoing(f"good-{code}")])
    dossiers.append(code, 2, [], State.OPEN)
    assert [o.id for o in dossiers.due(MORNING) if code in o.id] == [f"good-{code}"]
