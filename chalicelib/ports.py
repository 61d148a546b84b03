"""The outside in our words: what the journey needs of stores, queues, mail and agencies. Protocols only.

Two sets of adapters satisfy them: SQLite and files on one machine, boto3 on AWS. The same contract tests
(`tests/contracts/`) run on both. Every method may raise `StorageBusy` (try again); other errors are named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Protocol

from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.dossier.batch import Counts, Doubt, Found, Key, Progress, Row, Source, Task
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.dossier.states import Standing


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """A queue: seconds a taken message stays hidden, tries before it moves to `dead`."""

    name: str
    visibility: int
    max_receives: int

    @property
    def dead(self) -> str:
        """Name of its dead-letter queue."""
        return f"{self.name}-dead"


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken from a queue. `receipt` proves this take; `receives` counts takes, from 1."""

    id: str
    body: str
    receipt: str
    receives: int


@dataclass(frozen=True, slots=True)
class PartAddress:
    """A signed address for one part: PUT exactly `size` bytes there, with `headers`, before `expires`."""

    number: int
    url: str
    headers: dict[str, str]
    offset: int
    size: int
    expires: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A whole blob: its size in bytes, the SHA-256 (hex) of what really arrived, and how it begins."""

    size: int
    sha256: str
    head: bytes = field(default=b"", compare=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person. `id` is stable over retries; attachments are (file name, media type, bytes)."""

    id: str
    to: str
    subject: str
    text: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an agency takes webhooks, and the secrets (`whsec_…`, newest first) that sign them."""

    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered: the status, Retry-After in seconds if sent, how long it took, how its body begins."""

    status: int
    retry_after: int | None = None
    seconds: float = field(default=0.0, compare=False)
    body: bytes = field(default=b"", compare=False, repr=False)


class Dossiers(Protocol):
    """Histories of dossiers, and the outbox that goes with them; of piles of an archive's doubts too, beside them."""

    def open(
        self, code: str, event: Event, state: Standing, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        """Write the first event. Raises DossierMovedMeanwhile if the code is taken."""

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: Standing,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        """Add events and outgoing messages in one transaction, if the last event's number is `version`.

        Raises DossierMovedMeanwhile if it is not; then nothing is written.
        """

    def history(self, code: str) -> list[Event]:
        """All events in order, read consistently. Raises DossierUnknown."""

    def in_state(self, state: Standing, limit: int = 100) -> list[str]:
        """Codes of dossiers in this state, longest waiting first."""

    def next_number(self, unit: str, day: date) -> int:
        """1, 2, 3 … per receiving unit and day; never the same twice, also under concurrency."""

    def claim(self, mark: str, code: str) -> list[str]:
        """Note that this dossier bears the mark (a hash); codes of all that bear it, sorted. Again: the same answer."""

    def bearing(self, mark: str) -> list[str]:
        """Codes of all dossiers that bear the mark, sorted; none if nobody claimed it."""

    def due(self, now: datetime, limit: int = 100) -> list[Outgoing]:
        """Outgoing messages whose time has come, oldest first."""

    def sent(self, bundle: Sequence[Outgoing]) -> None:
        """Forget a whole bundle of outgoing messages (`dossier.case.bundles`). Unknown ones are no error.

        Of a part of a bundle this may do nothing: then all of it is due again.
        """


class Blobs(Protocol):
    """Bytes under keys. Keys are ASCII; a key once written never changes."""

    def begin(self, key: str, size: int, content_type: str) -> str:
        """Start an upload in parts; returns its id.

        Of more parts than one nothing can be read under `key` until they are completed. The bytes of a single part may
        stand there at once, and then nobody can replace them: if they are not the right ones, the key is spent.
        """

    def addresses(
        self, key: str, upload: str, size: int, numbers: Iterable[int]
    ) -> list[PartAddress]:
        """Signed addresses of these parts (numbered from 1)."""

    def parts(self, key: str, upload: str, size: int) -> list[int]:
        """Numbers of the parts that are there in full."""

    def complete(self, key: str, upload: str, size: int) -> Stored:
        """Join the parts. Again after success: the same answer. Raises PartsMissing."""

    def abandon(self, key: str, upload: str) -> None:
        """Throw an uncompleted upload's parts away. Unknown uploads are no error."""

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a whole blob. If the key exists, nothing changes."""

    def read(self, key: str) -> bytes:
        """The bytes. Raises BlobUnknown."""

    def address(self, key: str, seconds: int) -> str:
        """A signed address to GET the blob for so many seconds."""


class Queues(Protocol):
    """Queues of short messages: at least once, unordered, with dead letters."""

    def put(self, queue: str, body: str) -> None:
        """Add a message."""

    def take(self, queue: str, limit: int = 1) -> list[Message]:
        """Up to `limit` (at most 10) visible messages, hidden from others for the queue's visibility time."""

    def done(self, queue: str, message: Message) -> None:
        """Remove a taken message. A stale receipt is no error and removes nothing."""

    def give_back(self, queue: str, message: Message, seconds: int = 0) -> None:
        """Make a taken message visible again after so many seconds."""

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, hidden ones included (approximate on AWS)."""


class Mails(Protocol):
    """Mail to citizens."""

    def send(self, mail: Mail) -> None:
        """Send it. The same id again may be sent twice on AWS, once on one machine."""


class Agencies(Protocol):
    """The agencies' endpoints."""

    def endpoint(self, agency: str) -> Endpoint | None:
        """Where this agency takes webhooks; None while it has none."""

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        """One POST, no redirects, 15 s at most. Raises AgencyUnreachable; AgencyBusy if too many are under way."""


class Subscriptions(Protocol):
    """Agencies' endpoints, and the feed of all that was posted for each agency."""

    def add(self, subscription: Subscription) -> None:
        """Keep a new one. If the id is there already, nothing changes."""

    def find(self, agency: str, id: str) -> Subscription:
        """The agency's endpoint of this id, read consistently. Raises EndpointUnknown."""

    def of(self, agency: str) -> list[Subscription]:
        """The agency's endpoints, oldest first, read consistently."""

    def save(self, subscription: Subscription) -> None:
        """Replace it and count its version up, if the stored version is the given one.

        Raises DossierMovedMeanwhile if it is not, EndpointUnknown if it is gone.
        """

    def remove(self, agency: str, id: str) -> None:
        """Forget it. Unknown ids are no error."""

    def post(self, entry: Posted) -> Posted:
        """The entry with its position in its agency's feed; posted again: the position it has.

        Positions are seen in order: whoever has read up to n will find nothing new below n.
        """

    def feed(self, agency: str, after: int, limit: int = 100) -> list[Posted]:
        """Entries behind this position, in order."""

    def last(self, agency: str) -> int:
        """The newest position of the agency's feed; 0: it is empty."""

    def posted(self, agency: str, id: str) -> Posted:
        """The entry of this id. Raises EventUnknown."""

    def pulled(self, agency: str) -> int:
        """Up to which position the agency has said to have the feed; 0: it never pulled."""

    def note_pulled(self, agency: str, position: int) -> None:
        """It has the feed up to this position; never goes back."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account takes a fee: the bank's six digits (BIN), the account, its name without marks."""

    bin: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Paid:
    """What a provider says was paid: its id for it, the dossier's code, đồng, when (ISO 8601)."""

    id: str
    dossier: str
    amount_vnd: int
    at: str


class Payments(Protocol):
    """A provider of payments: a bank, or the national portal's gateway."""

    def payee(self, unit: str) -> Payee:
        """Whose account takes the fees of this receiving unit."""

    def confirmed(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Paid:
        """What the provider's message says (header names in lower case). Raises ConfirmationForged."""


class Scans(Protocol):
    """Files of an archive that lie in a bucket, by address (`s3://bucket/key`)."""

    def under(self, address: str) -> Iterator[str]:
        """The addresses below a prefix, in the order of their keys. Raises ScanNotFound, StorageBusy."""

    def fetch(self, address: str, into: IO[bytes]) -> None:
        """Write the file's bytes. Raises ScanNotFound, StorageBusy."""


class Ledger(Protocol):
    """One batch of an archive: every page's state, and the index of papers. Safe to kill at any moment."""

    def enter(self, sources: Iterable[Source]) -> int:
        """Add files that are not in it yet (path and bytes); how many were new.

        Bytes that another path brought already are a double scan: their pages are refused with that reason, until
        that other file turns out to be gone. What was refused as a whole under the same path is forgotten.
        """

    def release(self) -> int:
        """What a killed run had claimed is queued again, all tries counted anew; how many pages and files."""

    def claim(self) -> Task | None:
        """The next task, or None if there is none now: files whose pages are all settled first, then pages in order."""

    def seen(self, task: Task) -> None:
        """The page was read; it waits for the rest of its file."""

    def put_together(self, task: Task, rows: Sequence[Row]) -> list[str]:
        """The file's papers, in place of those it had; its seen pages are read now. Files no longer wanted.

        A task of the file's only page counts as seen by this.
        """

    def refuse(self, task: Task, reason: str) -> None:
        """The page (for a whole file: its seen pages) can't be read, for this reason."""

    def failed(self, task: Task, reason: str, most: int) -> None:
        """A try failed: queued again, or refused for this reason after `most` tries since `release`."""

    def retry(self, reason: str | None = None) -> int:
        """Queue files with refused pages (of this reason) anew, all their pages; how many pages. Not double scans."""

    def counts(self) -> Counts:
        """Where the batch stands."""

    def refused(self) -> list[tuple[str, int, str]]:
        """(file, page, reason) of every refused page; page 0: of the whole file."""

    def papers(self) -> Iterator[Row]:
        """All papers, in the order of files and pages."""

    def alike(self, shared: int) -> Iterator[tuple[Row, Row]]:
        """Papers with at least so many traits in common, each two once, the earlier (by file and page) first.

        In order of the earlier ones. Of a trait that more than a few have, each paper is told with the first of
        them and its neighbour only.
        """

    def note(self, key: str, value: str | None = None) -> str | None:
        """Remember a value of the batch, or tell it."""

    def amend(self, row: Row) -> None:
        """The paper's row is another now; its file and place stay. Not in the index: nothing changes."""

    def key(self, keys: Iterable[Key]) -> None:
        """Remember fields handed to an officer (value None) or typed; what was typed is not taken back by None."""

    def unkey(self, officer: str) -> int:
        """Forget the fields that the officer was handed and has not typed; how many."""

    def keyed(self) -> list[Key]:
        """All fields handed out or typed, in that order."""

    def pile(self, doubts: Iterable[Doubt]) -> None:
        """Remember doubts put into a pile (word None), or what officers said; a doubt stays in its first pile."""

    def piled(self) -> list[Doubt]:
        """All doubts put into piles, in that order."""

    def search(
        self,
        names: Sequence[str] = (),
        places: Sequence[str] = (),
        marks: Sequence[str] = (),
        limit: int = 50,
    ) -> list[Found]:
        """Papers whose index has all these words (see `archive.wording`), newest last."""


class Batches(Protocol):
    """Archives on the bulk queue: a cursor over the manifest, and counters that count each file once."""

    def begin(self, batch: str, files: int) -> None:
        """Keep a batch of so many files. If it is there already, nothing changes."""

    def progress(self, batch: str) -> Progress:
        """Where it stands. Raises BatchUnknown."""

    def hand_on(self, batch: str, before: int, upto: int) -> None:
        """The cursor goes from `before` to `upto`; if it stands elsewhere, nothing changes."""

    def is_settled(self, batch: str, number: int) -> bool:
        """Is this file read or refused?"""

    def settle(self, batch: str, number: int, pages: int, papers: int, refused: str | None) -> None:
        """The file is read, or refused for a reason. Settled before: nothing changes."""


class Stock(Protocol):
    """All that is stored, for upkeep: audits, migrations, restores. Beside people at work, and safe to kill."""

    def codes(self, cursor: str | None, limit: int) -> tuple[list[str], str | None]:
        """Codes of dossiers behind the cursor (None: from the first), and the cursor behind them; None at the end.

        Each dossier that is there all the while comes once. A page may be empty: only the cursor tells the end.
        """

    def recast(self, code: str, form: int) -> int:
        """Write the dossier's events in this stored form, none half; how many rows had another. What they say stays."""

    def noted(self, name: str) -> str | None:
        """What was noted under this name; None: nothing."""

    def note(self, name: str, value: str) -> None:
        """Note it, in place of what was noted."""


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Now, aware, UTC."""


class Ids(Protocol):
    """Unguessable names."""

    def new(self, prefix: str) -> str:
        """`prefix_` and 26 random characters (a-z, 2-7)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one dossier may hold, and how long signed addresses live."""

    file_bytes: int = 64 * 1024 * 1024
    papers: int = 40
    address_seconds: int = 900


def each_by_itself(_lasting: bool) -> AbstractContextManager[None]:
    """Writes of a step as they come, where stores can't join them."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class World:
    """All ports, joined in `wiring.py`.

    `base_url` is where citizens reach us (QR codes, links); `officers` maps SHA-256 of a key to a name, and
    `agency_keys` SHA-256 of a key to an agency. `contacts`: agency → (its desk's mail address, its head's).
    `together(lasting)`: what is written inside goes as one where the stores can do so (one machine), which is quicker;
    each by itself elsewhere. So it may never be needed for a step to be right. `lasting` as in `one transaction per
    step` (docs/adr). Nothing that waits for the outside may stand inside.
    """

    dossiers: Dossiers
    blobs: Blobs
    queues: Queues
    mails: Mails
    agencies: Agencies
    subscriptions: Subscriptions
    clock: Clock
    ids: Ids
    base_url: str
    officers: Mapping[str, str]
    limits: Limits = Limits()
    together: Callable[[bool], AbstractContextManager[None]] = each_by_itself
    agency_keys: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    payments: Payments | None = None  # None: nothing can be paid here


HEAD_BYTES = 1024  # of a file, by which its type is known
PART_BYTES = 5 * 1024 * 1024  # S3's smallest part; small, so that a weak network repeats little


def part_count(size: int) -> int:
    """How many parts a file of so many bytes has."""
    return max(1, -(-size // PART_BYTES))


AGENCIES = ("ward", "police", "social_insurance")

QUEUES: tuple[QueueSpec, ...] = (
    QueueSpec("papers-to-read", visibility=900, max_receives=3),  # 300 pages take minutes
    QueueSpec("archives-to-import", visibility=60, max_receives=8),
    QueueSpec("archive-to-read", visibility=900, max_receives=3),
    QueueSpec("dossiers-to-check", visibility=60, max_receives=5),
    QueueSpec("mails-to-send", visibility=60, max_receives=8),
    QueueSpec("results-to-await", visibility=60, max_receives=8),
    *(
        QueueSpec(f"deliveries-{a.replace('_', '-')}", visibility=60, max_receives=5)
        for a in AGENCIES
    ),
)

# Where an agency with an AWS account of its own (or a process on this machine) takes its events itself: nobody of
# ours handles these queues.
PICK_UP_QUEUES: tuple[QueueSpec, ...] = tuple(
    QueueSpec(f"events-{a.replace('_', '-')}", visibility=300, max_receives=10) for a in AGENCIES
)
