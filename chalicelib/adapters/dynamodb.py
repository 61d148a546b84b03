"""Dossiers with their outbox on AWS: the port `Dossiers` over one DynamoDB table.

In: events, states, outgoing messages. Out: histories, lists of codes, numbers, due messages.
Refuses a write that does not follow the last event (`DossierMovedMeanwhile`), unknown codes
(`DossierUnknown`), and more than DynamoDB takes in one transaction, 100 rows and 4 MB
(`Broken`).

| row | pk | sk | holds |
|----------------|-------------------|---------------------|--------------------------------------|
| the dossier | `dossier#CODE` | `now` | state, since, shelf, turn |
| an event | `dossier#CODE` | `event#SEQ#PIECE` | body: a piece of its stored form |
| a counter | `counter#UNIT#DAY`| `now` | last |
| to be sent | `outbox#ID` | `now` | queue, body, due, shelf, turn |

The row of event N+1 is the lock: it can be written once, and only if event N is there. So a change
that leaves the state and sends nothing is one plain write, at a third of a transaction's price
(docs/costs.md).

The index `by-turn` (shelf, turn) lists dossiers by state and outgoing messages by due time. Each
list stands on `SHELVES` shelves, so that no index partition takes all the writes. The index lags
behind a little; histories and conditions never do.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.adapters.aws import AwsPlace, code_of, in_our_words
from chalicelib.adapters.dynamodb_rows import (
    SHELVES,
    Row,
    dossier_row,
    event_key,
    event_rows,
    joined,
    key,
    outgoing_from,
    outgoing_row,
)
from chalicelib.adapters.rows import (
    NEWEST,
    check_outgoing,
    check_sequence,
    event_from,
    instant_text,
)
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.dossier.states import State
from chalicelib.errors import Broken, DossierMovedMeanwhile, DossierUnknown, StorageBusy

INDEX = "by-turn"
EXPIRES = "expires"  # seconds since 1970: DynamoDB removes the row some time after
LISTED = ("queue", "body", "due")  # what the index knows besides its keys
NEW = "attribute_not_exists(pk)"
MOST_ROWS = 100


class DynamoDossiers:
    """The port `Dossiers`. Every change is one transaction on condition of the version."""

    def __init__(self, table: str, place: AwsPlace, form: int = NEWEST) -> None:
        self._table = table
        self._form = form
        self._db = place.client("dynamodb")

    def open(
        self, code: str, event: Event, state: State, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        """Write the first event. Raises DossierMovedMeanwhile if the code is taken."""
        check_sequence([event], 0)
        dossier = self._put(dossier_row(code, state, event.at), only_new=True)
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
        was = self._row_at(code, version)
        puts = self._additions(code, events, outgoing)
        if was["state"]["S"] != state.value:
            since = events[-1].at if events else was["since"]["S"]
            puts = [self._put(dossier_row(code, state, since)), *puts]
        if not events:
            puts = [self._nothing_after(code, version), *puts]
        self._write(puts)

    def history(self, code: str) -> list[Event]:
        """All events in order, read consistently. Raises DossierUnknown."""
        rows = self._query(
            KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": {"S": f"dossier#{code}"}, ":sk": {"S": "event#"}},
            ConsistentRead=True,
        )
        pieces: dict[str, list[str | bytes]] = {}
        for row in rows:
            ((_, body),) = row["body"].items()
            pieces.setdefault(row["sk"]["S"].split("#")[1], []).append(body)
        if not pieces:
            raise DossierUnknown
        return [event_from(joined(each)) for each in pieces.values()]

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
                Key=key(f"counter#{unit}#{day.isoformat()}"),
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
                Key=key(f"mark#{mark}"),
                UpdateExpression="add codes :own",
                ExpressionAttributeValues={":own": {"SS": [code]}},
                ReturnValues="ALL_NEW",
            )
        return sorted(answer["Attributes"]["codes"]["SS"])

    def bearing(self, mark: str) -> list[str]:
        """Codes of all dossiers that bear the mark, sorted."""
        with in_our_words():
            answer = self._db.get_item(
                TableName=self._table, Key=key(f"mark#{mark}"), ConsistentRead=True
            )
        return sorted(answer.get("Item", {}).get("codes", {}).get("SS", []))

    def due(self, now: datetime, limit: int = 100) -> list[Outgoing]:
        """Outgoing messages whose time has come, oldest first. One just sent may show once more."""
        rows = self._by_turn("outbox", f"{instant_text(now)}#~", limit)
        return [outgoing_from(row) for row in rows]

    def sent(self, outgoing_id: str) -> None:
        """Forget an outgoing message. Unknown ids are no error."""
        with in_our_words():
            self._db.delete_item(TableName=self._table, Key=key(f"outbox#{outgoing_id}"))

    def _row_at(self, code: str, version: int) -> Any:
        """The dossier's row, if event `version` is there. Read before the write; event `version + 1` is its lock."""
        keys = [key(f"dossier#{code}"), event_key(code, version)]
        with in_our_words():
            answer = self._db.batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
        if answer.get("UnprocessedKeys"):
            raise StorageBusy("BatchGetItem")
        found = {row["sk"]["S"]: row for row in answer["Responses"][self._table]}
        if len(found) < len(keys):
            raise DossierMovedMeanwhile
        return found["now"]

    def _nothing_after(self, code: str, version: int) -> dict[str, Any]:
        """A part of a transaction that holds only if `version` is the last event."""
        return {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": event_key(code, version + 1),
                "ConditionExpression": NEW,
            }
        }

    def _additions(
        self, code: str, events: Sequence[Event], outgoing: Sequence[Outgoing]
    ) -> list[dict[str, Any]]:
        check_outgoing(outgoing)
        rows = [row for event in events for row in event_rows(code, event, self._form)]
        return [
            *(self._put(row, only_new=True) for row in rows),
            *(self._put(outgoing_row(each)) for each in outgoing),
        ]

    def _put(self, row: Row, only_new: bool = False) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._table, "Item": row}
        if only_new:
            put["ConditionExpression"] = NEW
        return {"Put": put}

    def _write(self, puts: list[dict[str, Any]]) -> None:
        """One transaction; boto3's retries carry one token, so a lost answer is no lost race."""
        if len(puts) > MOST_ROWS:
            raise Broken(f"{len(puts)} rows in one transaction")
        if len(puts) == 1 and puts[0]["Put"].get("ConditionExpression"):
            return self._write_one(puts[0]["Put"])
        with in_our_words():
            try:
                self._db.transact_write_items(TransactItems=puts)
            except self._db.exceptions.TransactionCanceledException as e:
                raise _cancelled(e) from e

    def _write_one(self, put: dict[str, Any]) -> None:
        """A new row. A retry after a lost answer finds its own row there, which is no lost race."""
        try:
            with in_our_words():
                self._db.put_item(**put, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except Broken as e:
            there = getattr(e.__cause__, "response", {})
            if code_of(there) != "ConditionalCheckFailedException":
                raise
            if there.get("Item") != put["Item"]:
                raise DossierMovedMeanwhile from e

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
