"""Dossiers with their outbox on AWS: the port `Dossiers` over one DynamoDB table.

In: events, states, outgoing messages. Out: histories, lists of codes, numbers, due messages.
Refuses a write whose version is not the stored one (`DossierMovedMeanwhile`), unknown codes
(`DossierUnknown`), and more than DynamoDB takes in one transaction, 100 rows and 4 MB
(`Broken`).

| row | pk | sk | holds |
|----------------|-------------------|---------------------|--------------------------------------|
| the dossier | `dossier#CODE` | `now` | version, state, since, shelf, turn | | an event |
`dossier#CODE` | `event#SEQ#PIECE` | body: a piece of its JSON | | a counter |
`counter#UNIT#DAY`| `now` | last | | to be sent | `outbox#ID` | `now` | queue, body, due, shelf,
turn |

The index `by-turn` (shelf, turn) lists dossiers by state and outgoing messages by due time. Each
list stands on `SHELVES` shelves, so that no index partition takes all the writes. The index lags
behind a little; histories and conditions never do.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

from chalicelib.adapters.aws import AwsPlace, code_of, in_our_words
from chalicelib.adapters.rows import (
    check_outgoing,
    check_sequence,
    event_from,
    event_text,
    instant_text,
)
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.dossier.states import State
from chalicelib.errors import Broken, DossierMovedMeanwhile, DossierUnknown, StorageBusy

INDEX = "by-turn"
EXPIRES = "expires"  # seconds since 1970: DynamoDB removes the row some time after
SHELVES = 4
PIECE = 100_000  # characters, of 4 bytes at most: always below the 400 KB of a row
MOST_ROWS = 100

Row = dict[str, dict[str, str]]


class DynamoDossiers:
    """The port `Dossiers`. Every change is one transaction on condition of the version."""

    def __init__(self, table: str, place: AwsPlace) -> None:
        self._table = table
        self._db = place.client("dynamodb")

    def open(
        self, code: str, event: Event, state: State, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        """Write the first event. Raises DossierMovedMeanwhile if the code is taken."""
        check_sequence([event], 0)
        dossier = self._put(_dossier_row(code, 1, state, event.at), only_new=True)
        self._write([dossier, *self._additions(code, [event], outgoing)])

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: State,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        """Add events and outgoing messages in one transaction, if `version` is the last number.

        Raises DossierMovedMeanwhile if it is not; then nothing is written.
        """
        check_sequence(events, version)
        since = self._since(code, version, events, state)
        dossier = self._put(_dossier_row(code, version + len(events), state, since))
        dossier["Put"] |= {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": {"N": str(version)}},
        }
        self._write([dossier, *self._additions(code, events, outgoing)])

    def history(self, code: str) -> list[Event]:
        """All events in order, read consistently. Raises DossierUnknown."""
        rows = self._query(
            KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": {"S": f"dossier#{code}"}, ":sk": {"S": "event#"}},
            ConsistentRead=True,
        )
        texts: dict[str, str] = {}
        for row in rows:
            seq = row["sk"]["S"].split("#")[1]
            texts[seq] = texts.get(seq, "") + row["body"]["S"]
        if not texts:
            raise DossierUnknown
        return [event_from(text) for text in texts.values()]

    def in_state(self, state: State, limit: int = 100) -> list[str]:
        """Codes of dossiers in this state, longest waiting (since they entered it) first."""
        rows = self._by_turn(f"state#{state.value}", "~", limit)
        return [row["pk"]["S"].removeprefix("dossier#") for row in rows]

    def next_number(self, unit: str, day: date) -> int:
        """1, 2, 3 … per receiving unit and day; never the same twice.

        An answer lost on the way may leave a number unused.
        """
        with in_our_words():
            answer = self._db.update_item(
                TableName=self._table,
                Key=_key(f"counter#{unit}#{day.isoformat()}"),
                UpdateExpression="add #last :one set #expires = :expires",
                ExpressionAttributeNames={"#last": "last", "#expires": EXPIRES},
                ExpressionAttributeValues={":one": {"N": "1"}, ":expires": {"N": _after(day)}},
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["last"]["N"])

    def claim(self, mark: str, code: str) -> list[str]:
        """Note that this dossier bears the mark; codes of all that bear it, sorted."""
        with in_our_words():
            answer = self._db.update_item(
                TableName=self._table,
                Key=_key(f"mark#{mark}"),
                UpdateExpression="add codes :own",
                ExpressionAttributeValues={":own": {"SS": [code]}},
                ReturnValues="ALL_NEW",
            )
        return sorted(answer["Attributes"]["codes"]["SS"])

    def due(self, now: datetime, limit: int = 100) -> list[Outgoing]:
        """Outgoing messages whose time has come, oldest first. One just sent may show once more."""
        rows = self._by_turn("outbox", f"{instant_text(now)}#~", limit)
        return [_outgoing_from(row) for row in rows]

    def sent(self, outgoing_id: str) -> None:
        """Forget an outgoing message. Unknown ids are no error."""
        with in_our_words():
            self._db.delete_item(TableName=self._table, Key=_key(f"outbox#{outgoing_id}"))

    def _since(self, code: str, version: int, events: Sequence[Event], state: State) -> str:
        """When the dossier entered the state it is going to have.

        Read before the transaction; its condition on the version proves that nothing changed since.
        """
        with in_our_words():
            answer = self._db.get_item(
                TableName=self._table, Key=_key(f"dossier#{code}"), ConsistentRead=True
            )
        row = answer.get("Item")
        if row is None or row["version"]["N"] != str(version):
            raise DossierMovedMeanwhile
        stays = row["state"]["S"] == state.value or not events
        return str(row["since"]["S"] if stays else events[-1].at)

    def _additions(
        self, code: str, events: Sequence[Event], outgoing: Sequence[Outgoing]
    ) -> list[dict[str, Any]]:
        check_outgoing(outgoing)
        rows = [row for event in events for row in _event_rows(code, event)]
        return [
            *(self._put(row, only_new=True) for row in rows),
            *(self._put(_outgoing_row(each)) for each in outgoing),
        ]

    def _put(self, row: Row, only_new: bool = False) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": row}
        if only_new:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        return {"Put": put}

    def _write(self, puts: list[dict[str, Any]]) -> None:
        """One transaction; boto3's retries carry one token, so a lost answer is no lost race."""
        if len(puts) > MOST_ROWS:
            raise Broken(f"{len(puts)} rows in one transaction")
        with in_our_words():
            try:
                self._db.transact_write_items(TransactItems=puts)
            except self._db.exceptions.TransactionCanceledException as e:
                raise _cancelled(e) from e

    def _by_turn(self, shelves: str, until: str, limit: int) -> list[Any]:
        rows = [
            row
            for number in range(SHELVES)
            for row in self._query(
                limit,
                IndexName=INDEX,
                KeyConditionExpression="shelf = :shelf and turn <= :until",
                ExpressionAttributeValues={
                    ":shelf": {"S": f"{shelves}#{number}"},
                    ":until": {"S": until},
                },
            )
        ]
        return sorted(rows, key=lambda row: str(row["turn"]["S"]))[:limit]

    def _query(self, limit: int | None = None, **query: Any) -> Iterator[Any]:
        """Rows of a query over all its pages (1 MB each), `limit` at most."""
        left = limit
        with in_our_words():
            while left is None or left > 0:
                asked = query if left is None else {**query, "Limit": left}
                page = self._db.query(TableName=self._table, **asked)
                yield from page["Items"]
                left = None if left is None else left - len(page["Items"])
                if "LastEvaluatedKey" not in page:
                    return
                query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _after(day: date) -> str:
    """When nobody can ask for a number of this day any more, by far: a year later."""
    return str(int(datetime(day.year + 1, day.month, 1, tzinfo=UTC).timestamp()))


def _cancelled(error: Any) -> DossierMovedMeanwhile | StorageBusy | Broken:
    """What a cancelled transaction means: the first reason that is one."""
    codes = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])}
    if "ConditionalCheckFailed" in codes:
        return DossierMovedMeanwhile()
    names = ", ".join(sorted(codes - {"None"})) or code_of(error.response)
    return Broken(names) if "ValidationError" in codes else StorageBusy(names)


def _key(pk: str, sk: str = "now") -> Row:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _listed(shelves: str, name: str, turn: str) -> Row:
    """Where a row stands in the index: on which shelf, and when it is its turn."""
    shelf = crc32(name.encode()) % SHELVES
    return {"shelf": {"S": f"{shelves}#{shelf}"}, "turn": {"S": f"{turn}#{name}"}}


def _dossier_row(code: str, version: int, state: State, since: str) -> Row:
    return {
        **_key(f"dossier#{code}"),
        **_listed(f"state#{state.value}", code, since),
        "version": {"N": str(version)},
        "state": {"S": state.value},
        "since": {"S": since},
    }


def _event_rows(code: str, event: Event) -> Iterator[Row]:
    """The event's JSON, in as many rows as it needs."""
    text = event_text(event)
    for number, start in enumerate(range(0, len(text), PIECE)):
        key = _key(f"dossier#{code}", f"event#{event.seq:08}#{number:03}")
        yield {**key, "body": {"S": text[start : start + PIECE]}}


def _outgoing_row(each: Outgoing) -> Row:
    due = instant_text(each.due)
    return {
        **_key(f"outbox#{each.id}"),
        **_listed("outbox", each.id, due),
        "queue": {"S": each.queue},
        "body": {"S": each.body},
        "due": {"S": due},
    }


def _outgoing_from(row: Any) -> Outgoing:
    return Outgoing(
        id=row["pk"]["S"].removeprefix("outbox#"),
        queue=row["queue"]["S"],
        body=row["body"]["S"],
        due=datetime.fromisoformat(row["due"]["S"]),
    )
