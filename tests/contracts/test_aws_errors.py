"""botocore's errors become ours at the seam, with their cause and without their texts."""

import socket
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError

from chalicelib.adapters.aws import AwsPlace, emulator, in_our_words
from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.provision import create_resources
from chalicelib.adapters.sqs import SqsQueues
from chalicelib.dossier.case import Outgoing
from chalicelib.dossier.states import State
from chalicelib.errors import BlobUnknown, Broken, DossierError, StorageBusy
from chalicelib.ports import QUEUES
from tests.contracts.people_at_work import MORNING, opened


def refusal(code: str, status: int) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "nguyen.thi.thu@example.vn"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "GetItem")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (refusal("ThrottlingException", 400), StorageBusy),
        (refusal("ProvisionedThroughputExceededException", 400), StorageBusy),
        (refusal("SlowDown", 503), StorageBusy),
        (refusal("SomethingNew", 500), StorageBusy),
        (refusal("NoSuchKey", 404), BlobUnknown),
        (refusal("AccessDeniedException", 400), Broken),
        (refusal("ValidationException", 400), Broken),
        (ReadTimeoutError(endpoint_url="http://x"), StorageBusy),
        (NoCredentialsError(), Broken),
    ],
    ids=lambda x: x.response["Error"]["Code"] if isinstance(x, ClientError) else None,
)
def test_each_error_gets_its_meaning(error: Exception, meaning: type[DossierError]) -> None:
    with pytest.raises(meaning) as got, in_our_words(NoSuchKey=BlobUnknown):
        raise error

    assert type(got.value) is meaning
    assert got.value.__cause__ is error
    assert "nguyen" not in str(got.value)


def test_a_server_that_is_not_there_is_a_busy_storage() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dossiers = DynamoDossiers("table", emulator(f"http://127.0.0.1:{port}"))
    with pytest.raises(StorageBusy):
        dossiers.history("H-1")


def test_a_table_that_is_not_there_is_a_fault_of_ours(place: AwsPlace) -> None:
    with pytest.raises(Broken):
        DynamoDossiers("no-such-table", place).history("H-1")


def test_more_rows_than_one_transaction_takes_is_a_fault_of_ours(place: AwsPlace) -> None:
    create_resources(place, "rows-table", "rows-bucket", "rows-")
    dossiers = DynamoDossiers("rows-table", place)
    moments = [MORNING + timedelta(seconds=n) for n in range(99)]  # a row each
    many = [Outgoing(str(n), "q", "{}", at) for n, at in enumerate(moments)]
    with pytest.raises(Broken, match="101 rows"):
        dossiers.open("H-1", opened("H-1"), State.OPEN, many)

    assert dossiers.due(MORNING + timedelta(hours=1)) == []


def test_resources_can_be_made_again(place: AwsPlace) -> None:
    for _ in range(2):
        create_resources(place, "again-table", "again-bucket", "again-", "a@example.vn")
    queues = SqsQueues("again-", place)

    assert [queues.depth(spec.dead) for spec in QUEUES] == [0] * len(QUEUES)
