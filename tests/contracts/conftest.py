"""Both sets of adapters, ready to be held to the same contracts: SQLite and files; boto3 on locked moto."""

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.adapters.aws import AwsPlace, emulator
from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.provision import create_bucket, create_queues, create_table
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.adapters.sqlite import SqliteDossiers, SqliteQueues, SqliteStore
from chalicelib.adapters.sqs import SqsQueues
from chalicelib.adapters.system import SystemClock
from chalicelib.errors import UploadRefused
from chalicelib.ports import Blobs, Dossiers, PartAddress, Queues
from tests.bad_days import HandClock
from tests.contracts.people_at_work import SPEC
from tests.moto_server import LockedMoto

ONE_MACHINE, AWS = "one machine", "aws"
SETS = pytest.mark.parametrize("where", [ONE_MACHINE, AWS], indirect=True)
_fresh = itertools.count(1)


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    with LockedMoto() as url:
        yield url


@pytest.fixture(scope="session")
def place(moto: str) -> AwsPlace:
    return emulator(moto)


@pytest.fixture
def where(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "motcua.db")
    yield store
    store.close()


@pytest.fixture
def dossiers(where: str, request: pytest.FixtureRequest) -> Dossiers:
    if where == ONE_MACHINE:
        return SqliteDossiers(request.getfixturevalue("store"))
    place, table = request.getfixturevalue("place"), f"table-{next(_fresh)}"
    create_table(place, table)
    return DynamoDossiers(table, place)


@dataclass
class QueuesAndTime:
    """Queues, and a way to let time pass for them."""

    queues: Queues
    pass_by: Callable[[float], None]


@pytest.fixture
def queues_and_time(where: str, clock: HandClock, request: pytest.FixtureRequest) -> QueuesAndTime:
    if where == ONE_MACHINE:
        store = request.getfixturevalue("store")
        return QueuesAndTime(SqliteQueues(store, clock, [SPEC]), clock.pass_by)
    place, prefix = request.getfixturevalue("place"), f"t{next(_fresh)}-"
    create_queues(place, prefix, [SPEC])
    return QueuesAndTime(SqsQueues(prefix, place), time.sleep)


@pytest.fixture
def queues(queues_and_time: QueuesAndTime) -> Queues:
    return queues_and_time.queues


@pytest.fixture
def file_blobs(tmp_path: Path, clock: HandClock) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs", "http://motcua.test", secrets.token_bytes(32), clock)


@pytest.fixture
def s3_blobs(place: AwsPlace) -> S3Blobs:
    bucket = f"bucket-{next(_fresh)}"
    create_bucket(place, bucket)
    return S3Blobs(bucket, place, SystemClock())


@pytest.fixture
def blobs(where: str, request: pytest.FixtureRequest) -> Blobs:
    name = "file_blobs" if where == ONE_MACHINE else "s3_blobs"
    found: Blobs = request.getfixturevalue(name)
    return found


def local(url: str) -> str:
    """Path and query, as our web server sees them."""
    return url.removeprefix("http://motcua.test")


@pytest.fixture
def send(blobs: Any) -> Callable[[PartAddress, bytes], bool]:
    """Send bytes to a part's address as a client does; was it taken?"""

    def send_to_s3(address: PartAddress, data: bytes) -> bool:
        answer = requests.put(address.url, data=data, headers=address.headers, timeout=10)
        return answer.ok

    def send_to_files(address: PartAddress, data: bytes) -> bool:
        headers = {"Content-Length": str(len(data)), **address.headers}
        try:
            blobs.put_part(local(address.url), headers, BytesIO(data))
        except UploadRefused:
            return False
        return True

    return send_to_files if isinstance(blobs, FileBlobs) else send_to_s3


@pytest.fixture
def fetch(blobs: Any) -> Callable[[str], tuple[bytes, str]]:
    """Bytes and content type that a client GETs at a signed address."""

    def from_s3(url: str) -> tuple[bytes, str]:
        answer = requests.get(url, timeout=10)
        return answer.content, answer.headers["Content-Type"]

    def from_files(url: str) -> tuple[bytes, str]:
        file, content_type = blobs.get_blob(local(url))
        with file:
            return file.read(), content_type

    return from_files if isinstance(blobs, FileBlobs) else from_s3


def only_on(where: str, able: str, reason: str) -> None:
    """Skip by name what the other set's emulator can't show."""
    if where != able:
        pytest.skip(reason)
