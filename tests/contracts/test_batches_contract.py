"""Archives on the bulk queue: each file counts once, and the cursor never goes astray; on SQLite and DynamoDB alike."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.dynamodb_batches import DynamoBatches
from chalicelib.adapters.provision import create_table
from chalicelib.adapters.sqlite_batches import SqliteBatches
from chalicelib.dossier.batch import Progress
from chalicelib.errors import BatchUnknown
from chalicelib.ports import Batches
from tests.contracts.conftest import ONE_MACHINE, SETS

pytestmark = SETS
_fresh = itertools.count(1)


@pytest.fixture
def batches(where: str, request: pytest.FixtureRequest) -> Batches:
    if where == ONE_MACHINE:
        return SqliteBatches(request.getfixturevalue("store"))
    place, table = request.getfixturevalue("place"), f"batches-{next(_fresh)}"
    create_table(place, table)
    return DynamoBatches(table, place)


def test_a_batch_is_begun_once(batches: Batches) -> None:
    with pytest.raises(BatchUnknown):
        batches.progress("lot")
    batches.begin("lot", 3)
    batches.settle("lot", 0, 4, 2, None)
    batches.begin("lot", 99)
    assert batches.progress("lot") == Progress(3, 0, 1, 4, 0, 2)


def test_a_file_counts_once_however_often_it_is_settled(batches: Batches) -> None:
    batches.begin("lot", 2)
    assert not batches.is_settled("lot", 0)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: batches.settle("lot", 0, 4, 2, None), range(8)))
    batches.settle("lot", 0, 1, 0, "file_broken")
    batches.settle("lot", 1, 1, 0, "file_broken")
    assert batches.is_settled("lot", 0) and batches.is_settled("lot", 1)
    assert batches.progress("lot") == Progress(2, 0, 2, 4, 1, 2)


def test_the_cursor_moves_only_from_where_it_stands(batches: Batches) -> None:
    batches.begin("lot", 300)
    batches.hand_on("lot", 0, 100)
    batches.hand_on("lot", 0, 50)
    assert batches.progress("lot").handed_on == 100
    batches.hand_on("lot", 100, 200)
    assert batches.progress("lot").handed_on == 200
