"""Where ports meet adapters. `world()` is the only global: made on first use, or handed in by `use`.

Importing this module touches nothing: no file, no network, no boto3.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.machine_keys import agency_key as agency_key
from chalicelib.adapters.machine_keys import (
    kept_secret,
    local_agency_keys,
    local_officer,
    payments_secret,
)
from chalicelib.adapters.machine_keys import officer_key as officer_key
from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES, Batches, Ledger, Stock, World
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.aws import AwsPlace
    from chalicelib.adapters.sandbox_payments import SandboxPayments
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.adapters.witness import Witness

# nobody reads these; one machine writes mails as files
LOCAL_CONTACTS = {a: (f"{a}@example.vn", f"{a}.head@example.vn") for a in AGENCIES}

_lock = Lock()
_made: list[World] = []


def world() -> World:
    """This process's world, made from the environment on first use."""
    if not _made:
        with _lock:
            if not _made:
                _made.append(join(Settings.from_environment()))
    return _made[0]


def use(given: World) -> None:
    """Make `given` this process's world (tests, the local server)."""
    _made[:] = [given]


def join(settings: Settings) -> World:
    """A world as the settings say: SQLite and files with `data`, AWS without."""
    return on_aws(settings) if settings.data is None else on_one_machine(settings, settings.data)


def on_one_machine(settings: Settings, data: Path) -> World:
    """SQLite, files, mails as files; everything under `data`, there again after a restart."""
    from chalicelib.adapters.endpoints import EndpointsFile
    from chalicelib.adapters.files import FileBlobs
    from chalicelib.adapters.https import HttpsAgencies
    from chalicelib.adapters.mails import FileMails
    from chalicelib.adapters.sandbox_payments import SandboxPayments
    from chalicelib.adapters.sqlite import SqliteDossiers
    from chalicelib.adapters.sqlite_queues import SqliteQueues
    from chalicelib.adapters.sqlite_store import SqliteStore
    from chalicelib.adapters.sqlite_subscriptions import SqliteSubscriptions
    from chalicelib.adapters.system import RandomIds, SystemClock

    data.mkdir(parents=True, exist_ok=True)
    clock = SystemClock()
    store = SqliteStore(data / "motcua.db")
    secret = kept_secret(data / "upload.secret").encode()
    endpoints = EndpointsFile(data / "agencies.json")
    return World(
        dossiers=SqliteDossiers(store, settings.stored_form),
        blobs=FileBlobs(data / "blobs", settings.base_url, secret, clock),
        queues=SqliteQueues(store, clock, (*QUEUES, *PICK_UP_QUEUES)),
        mails=FileMails(data / "mails", settings.sender),
        together=store.together,
        agencies=HttpsAgencies(endpoints.read, allow_private=True),
        subscriptions=SqliteSubscriptions(store),
        clock=clock,
        ids=RandomIds(),
        base_url=settings.base_url,
        officers=settings.officers or local_officer(data),
        agency_keys=settings.agency_keys or local_agency_keys(data),
        contacts=settings.contacts or LOCAL_CONTACTS,
        payments=SandboxPayments(settings.payments_secret or payments_secret(data)),
    )


def on_aws(settings: Settings) -> World:
    """DynamoDB, S3, SQS and SES through boto3; `aws_endpoint` points it at an emulator."""
    from chalicelib.adapters.dynamodb import DynamoDossiers
    from chalicelib.adapters.dynamodb_blobs import BlobsInRows
    from chalicelib.adapters.dynamodb_subscriptions import DynamoSubscriptions
    from chalicelib.adapters.https import HttpsAgencies
    from chalicelib.adapters.secrets import Secrets
    from chalicelib.adapters.ses import SesMails
    from chalicelib.adapters.sqs import SqsQueues
    from chalicelib.adapters.system import RandomIds, SystemClock

    place, clock = _place(settings), SystemClock()
    kept = Secrets(place)
    return World(
        dossiers=DynamoDossiers(settings.table, place, settings.stored_form),
        blobs=BlobsInRows(settings.bucket, settings.table, place, clock),
        queues=SqsQueues(settings.queue_prefix, place),
        mails=SesMails(settings.sender, place),
        agencies=HttpsAgencies(_endpoints(settings, kept), allow_private=settings.allow_private),
        subscriptions=DynamoSubscriptions(settings.table, place),
        clock=clock,
        ids=RandomIds(),
        base_url=settings.base_url,
        officers=_table(settings, kept, "officers", str),
        agency_keys=_table(settings, kept, "agency_keys", str),
        contacts=_table(settings, kept, "contacts", lambda pair: (pair[0], pair[1])),
        payments=_payments(settings, kept),
    )


def _table(settings: Settings, kept: "Secrets", field: str, form: Callable[[Any], Any]) -> Any:
    """A setting that is a mapping: its value, or the secret that holds it."""
    from chalicelib.adapters.secrets import SecretTable

    arn = settings.secrets.get(field)
    return SecretTable(kept, arn, form) if arn else getattr(settings, field)


def _endpoints(settings: Settings, kept: "Secrets") -> Callable[[], Any]:
    from chalicelib.adapters.endpoints import EndpointsFile, endpoint_of
    from chalicelib.adapters.secrets import SecretTable

    arn = settings.secrets.get("agencies_file")
    if arn:
        return lambda: SecretTable(kept, arn, endpoint_of)
    return EndpointsFile(settings.agencies_file or Path("/var/task/agencies.json")).read


def _payments(settings: Settings, kept: "Secrets") -> "SandboxPayments | None":
    from chalicelib.adapters.sandbox_payments import SandboxPayments

    arn = settings.secrets.get("payments_secret")
    secret = kept.read(arn).get("secret") if arn else settings.payments_secret
    return SandboxPayments(secret) if secret else None


def _place(settings: Settings) -> "AwsPlace":
    from chalicelib.adapters.aws import AwsPlace, emulator

    return emulator(settings.aws_endpoint) if settings.aws_endpoint else AwsPlace()


def provision(settings: Settings) -> None:
    """Make table, bucket, queues and sender on an emulator."""
    from chalicelib.adapters.provision import create_resources

    create_resources(
        _place(settings), settings.table, settings.bucket, settings.queue_prefix, settings.sender,
        readers=settings.agency_principals,
    )  # fmt: skip


def emulator_values(data: Path, endpoint: str) -> dict[str, str]:
    """The environment of a server that runs on an emulator; keys and agencies still lie under `data`."""
    return {
        "MOTCUA_AWS_ENDPOINT": endpoint,
        "MOTCUA_OFFICERS": json.dumps(local_officer(data)),
        "MOTCUA_AGENCY_KEYS": json.dumps(local_agency_keys(data)),
        "MOTCUA_AGENCY_CONTACTS": json.dumps(LOCAL_CONTACTS),
        "MOTCUA_AGENCIES_FILE": str(data / "agencies.json"),
        "MOTCUA_ALLOW_PRIVATE": "1",
        "MOTCUA_PAYMENTS_SECRET": payments_secret(data),
    }


def local_storage(made: World) -> Any:
    """The side of the blobs that answers signed addresses; None where S3 does."""
    return made.blobs if hasattr(made.blobs, "put_part") else None


def wake(made: World, queues: Iterable[str] | None = None) -> None:
    """Messages that a dead process held (in all queues, or in these) are there again at once, not after their time.

    On AWS nothing needs to be done: there the visibility time does it.
    """
    if hasattr(made.queues, "release_all"):
        made.queues.release_all(queues)


def ledger(path: Path) -> Ledger:
    """The ledger of an archive's batch, made if it is not there."""
    from chalicelib.adapters.sqlite_ledger import SqliteLedger

    return SqliteLedger(path)


def batches() -> Batches:
    """Archives on the bulk queue, kept where this process's dossiers are."""
    settings = Settings.from_environment()
    if settings.data is None:
        from chalicelib.adapters.dynamodb_batches import DynamoBatches

        return DynamoBatches(settings.table, _place(settings))
    from chalicelib.adapters.sqlite_batches import SqliteBatches
    from chalicelib.adapters.sqlite_store import SqliteStore

    return SqliteBatches(SqliteStore(settings.data / "motcua.db"))


def witness() -> "Witness":
    """Where histories are kept once more (AWS only: its function is called by the table's stream)."""
    from chalicelib.adapters.system import SystemClock
    from chalicelib.adapters.witness import Witness

    settings = Settings.from_environment()
    return Witness(settings.evidence_bucket, _place(settings), SystemClock())


def stack() -> str:
    """What our metrics are told apart by: the prefix of this stack's queues."""
    return Settings.from_environment().queue_prefix.rstrip("-")


def stock(settings: Settings) -> Stock:
    """All that is stored there, for upkeep."""
    if settings.data is None:
        from chalicelib.adapters.dynamodb_stock import DynamoStock

        return DynamoStock(settings.table, _place(settings))
    from chalicelib.adapters.sqlite_stock import SqliteStock
    from chalicelib.adapters.sqlite_store import SqliteStore

    return SqliteStock(SqliteStore(settings.data / "motcua.db"))


def back_up(data: Path, target: Path) -> None:
    """Copy everything under `data` while it is in use; what is in `target` already is not copied again."""
    from chalicelib.adapters.backup import back_up as copy

    copy(data, target)


def now() -> datetime:
    """The machine's time, for commands that need no world."""
    from chalicelib.adapters.system import SystemClock

    return SystemClock().now()


def register_agency(data: Path, agency: str, url: str, secret: str) -> None:
    """Tell the server that uses `data` where an agency takes its dossiers."""
    from chalicelib.adapters.endpoints import EndpointsFile

    EndpointsFile(data / "agencies.json").register(agency, url, secret)


def sandbox_bank(data: Path) -> "SandboxPayments":
    """The bank that the server of the same `data` believes."""
    from chalicelib.adapters.sandbox_payments import SandboxPayments

    return SandboxPayments(payments_secret(data))


def scans() -> Any:
    """The port `Scans` in S3, by the keys that boto3 finds; on the emulator if MOTCUA_AWS_ENDPOINT is set."""
    from chalicelib.adapters.aws import AwsPlace, emulator
    from chalicelib.adapters.s3_scans import S3Scans
    from chalicelib.settings import aws_endpoint

    endpoint = aws_endpoint()
    return S3Scans(emulator(endpoint) if endpoint else AwsPlace())
