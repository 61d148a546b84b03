"""Dossiers with their outbox on AWS: the port `Dossiers` over one DynamoDB table.

In: events, states, outgoing messages. Out: histories, lists of codes, numbers, due messages. Refuses a write that
does not follow the last event (`DossierMovedMeanwhile`), unknown codes (`DossierUnknown`), and more than DynamoDB
takes in one transaction, 100 rows and 4 MB (`Broken`).

| row | pk | sk | holds |
|----------------|-------------------|---------------------|--------------------------------------|
| the dossier | `dossier#CODE` | `now` | state, since, shelf, turn |
| a change | `dossier#CODE` | `event#SEQ#PIECE` | body: a piece of its events' stored form |
| a counter | `counter#UNIT#DAY`| `now` | last |
| to be sent | `outbox#SHELF` | `DUE#ID` | a bundle of messages, and how many |

A change's events are one row (of many pieces, if they are long) under the number of the first; rows of
older forms hold one event each. The row of event N+1 is the lock: it can be written once, and only by who
saw that event N is the last. So a change that leaves the state and sends nothing is one plain write, at a
third of a transaction's price (docs/costs.md). That event N is there, and in which state it left the
dossier, is not asked again by a process that has just read or written it: events are never removed.

The index `by-turn` (shelf, turn) lists dossiers by state; it lags behind a little. Messages to be sent
stand in the order of their time without it: it would double their price. Both lists stand on `SHELVES`
shelves, so that no partition takes all writes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from chalicelib.adapters.aws import AwsPlace, cancelled, code_of, in_our_words
from chalicelib.adapters.dynamodb_rows import (
    SHELVES,
    Row,
    bundle_from,
    bundle_key,
    bundle_row,
    counter_ends,
    dossier_row,
    event_key,
    event_rows,
    joined,
    key,
    outgoing_shelf,
)
from chalicelib.adapters.rows import (
    NEWEST,
    check_outgoing,
    check_sequence,
    events_from,
    instant_text,
)
from chalicelib.dossier.case import Event, Outgoing, bundles
from chalicelib.dossier.states import Standing
from chalicelib.errors import Broken, DossierMovedMeanwhile, DossierUnknown, StorageBusy

INDEX = "by-turn"
EXPIRES = "expires"  # seconds since 1970: DynamoDB removes the row some time after
NEW = "attribute_not_exists(pk)"
MOST_ROWS = 100
NEVER = (0, "", "")
MOST_SEEN = 1000  # dossiers that a process remembers; then it begins anew


class _NotWhole(Exception):
    """A bundle of other messages, or none, waits there."""


class DynamoDossiers:
    """The port `Dossiers`. Every change is one transaction on condition of the version."""

    def __init__(self, table: str, place: AwsPlace, form: int = NEWEST) -> None:
        self._table = table
        self._form = form
        self._db = place.client("dynamodb")
        self._seen: dict[str, tuple[int, str, str]] = {}  # code → last event, state, since when

    def open(
        self, code: str, event: Event, state: Standing, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        """Write the first event. Raises DossierMovedMeanwhile if the code is taken."""
        check_sequence([event], 0)
        dossier = self._put(dossier_row(code, state, event.at), only_new=True)
        self._write([dossier, *self._additions(code, [event], outgoing)])
        self._saw(code, 1, state.value, event.at)

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: Standing,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        """Add events and outgoing messages in one transaction, if `version` is the last number.

        Raises DossierMovedMeanwhile if it is not; then nothing is written.
        """
        check_sequence(events, version)
        was, since = self._state_at(code, version)
        if self._is_written(code, version, events):
            return
        puts = self._additions(code, events, outgoing)
        if was != state.value:
            since = events[-1].at if events else since
            puts = [self._put(dossier_row(code, state, since)), *puts]
        if not events:
            puts = [self._nothing_after(code, version), *puts]
        self._write(puts)
        self._saw(code, version + len(events), state.value, since)

    def history(self, code: str) -> list[Event]:
        """All events in order, read consistently. Raises DossierUnknown."""
        of_code = {":pk": {"S": f"dossier#{code}"}}
        rows = self._query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=of_code,
            ConsistentRead=True,
        )
        pieces: dict[str, list[str | bytes]] = {}
        now: Row = {}
        for row in rows:
            if row["sk"]["S"] == "now":
                now = row
                continue
            ((_, body),) = row["body"].items()
            pieces.setdefault(row["sk"]["S"].split("#")[1], []).append(body)
        if not pieces:
            raise DossierUnknown
        events = [e for each in pieces.values() for e in events_from(joined(each))]
        if len({e.seq for e in events}) < len(events):
            raise StorageBusy("events between two forms")
        if now:  # read after the events: if it is newer, event N+1 is there and stops a write
            self._saw(code, events[-1].seq, now["state"]["S"], now["since"]["S"])
        return events

    def in_state(self, state: Standing, limit: int = 100) -> list[str]:
        """Codes of dossiers in this state, longest waiting (since they entered it) first."""
        rows = self._on_shelves(
            lambda shelf: {
                "IndexName": INDEX,
                "KeyConditionExpression": "shelf = :shelf",
                "ExpressionAttributeValues": {":shelf": {"S": f"state#{state.value}#{shelf}"}},
            },
            "turn",
            limit,
        )
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
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":expires": {"N": counter_ends(day)},
                },
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
        until = {"S": f"{instant_text(now)}#~"}
        rows = self._on_shelves(
            lambda n: {
                "KeyConditionExpression": "pk = :n and sk <= :until",
                "ExpressionAttributeValues": {":n": {"S": outgoing_shelf(n)}, ":until": until},
            },
            "sk",
            limit,
        )
        return [each for row in rows for each in bundle_from(row)]

    def sent(self, bundle: Sequence[Outgoing]) -> None:
        """Forget a whole bundle of outgoing messages. Unknown ones, and a part of one, are no error and stay."""
        try:
            with in_our_words(ConditionalCheckFailedException=_NotWhole):
                self._db.delete_item(
                    TableName=self._table,
                    Key=bundle_key(bundle),
                    ConditionExpression="#count = :count",
                    ExpressionAttributeNames={"#count": "count"},
                    ExpressionAttributeValues={":count": {"N": str(len(bundle))}},
                )
        except _NotWhole:
            return

    def _saw(self, code: str, version: int, state: str, since: str) -> None:
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[code] = version, state, since

    def _state_at(self, code: str, version: int) -> tuple[str, str]:
        """(state, since when) of the dossier that has event `version`, if nobody was quicker; the lock finds out.

        Raises DossierMovedMeanwhile if that event isn't there.
        """
        if self._seen.get(code, NEVER)[0] < version:
            with suppress(DossierUnknown):
                self.history(code)
        last, state, since = self._seen.get(code, NEVER)
        if last < version:
            raise DossierMovedMeanwhile
        return state, since

    def _is_written(self, code: str, version: int, events: Sequence[Event]) -> bool:
        """Are they there already, by a write whose answer was lost? Raises DossierMovedMeanwhile if others are."""
        if self._seen.get(code, NEVER)[0] == version:
            return False
        if not events or self.history(code)[version : version + len(events)] != [*events]:
            raise DossierMovedMeanwhile
        return True

    def _nothing_after(self, code: str, version: int) -> dict[str, Any]:
        """A part of a transaction that holds only if `version` is the last event."""
        following = {"TableName": self._table, "Key": event_key(code, version + 1)}
        return {"ConditionCheck": {**following, "ConditionExpression": NEW}}

    def _additions(
        self, code: str, events: Sequence[Event], outgoing: Sequence[Outgoing]
    ) -> list[dict[str, Any]]:
        check_outgoing(outgoing)
        return [
            *(self._put(r, only_new=True) for r in event_rows(code, events, self._form)),
            *(self._put(bundle_row(each)) for each in bundles(outgoing)),
        ]

    def _put(self, row: Row, only_new: bool = False) -> dict[str, Any]:
        condition = {"ConditionExpression": NEW} if only_new else {}
        return {"Put": {"TableName": self._table, "Item": row, **condition}}

    def _write(self, puts: list[dict[str, Any]]) -> None:
        """One transaction; boto3's retries carry one token, so a lost answer is no lost race."""
        if len(puts) > MOST_ROWS:
            raise Broken(f"{len(puts)} rows in one transaction")
        if len(puts) == 1 and puts[0].get("Put", {}).get("ConditionExpression"):
            return self._write_one(puts[0]["Put"])
        with in_our_words():
            try:
                self._db.transact_write_items(TransactItems=puts)
            except self._db.exceptions.TransactionCanceledException as e:
                raise cancelled(e) from e

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

    def _on_shelves(
        self, asked: Callable[[int], dict[str, Any]], order: str, limit: int
    ) -> list[Any]:
        rows = [row for shelf in range(SHELVES) for row in self._query(limit, **asked(shelf))]
        return sorted(rows, key=lambda row: str(row[order]["S"]))[:limit]

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
