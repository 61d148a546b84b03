"""Agencies' endpoints and feeds on AWS: the port `Subscriptions` in the one DynamoDB table.

In: subscriptions, entries. Out: the same, with versions and positions. Refuses a save whose version is not the
stored one (`DossierMovedMeanwhile`), endpoints it does not know (`EndpointUnknown`), and a feed that others
extended every time we tried (`StorageBusy`).

| row | pk | sk | holds |
|---|---|---|---|
| an endpoint | `agency#A` | `endpoint#ID` | version, body, created |
| an entry | `feed#A` | `POSITION` (12 digits) | body |
| an entry by id | `posted#A` | `ID` | position |
| pulled so far | `feed#A` | `pulled` | position |

An entry is posted by two plain writes, at half of a transaction's price: its id names a position, then it is placed
there if that is free. Whoever dies between them, or is too late, goes on from the id's row when it is posted again.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.rows import posted_of, posted_text, subscription_of, subscription_text
from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.errors import DossierMovedMeanwhile, EndpointUnknown, EventUnknown, StorageBusy

RACES = 40
NO_POSITION = "9" * 12
NEW = "attribute_not_exists(pk)"


class _Lost(Exception):
    """A condition did not hold."""


class DynamoSubscriptions:
    """The port `Subscriptions`."""

    def __init__(self, table: str, place: AwsPlace) -> None:
        self._table = table
        self._db = place.client("dynamodb")

    def add(self, subscription: Subscription) -> None:
        """Keep a new one. If the id is there already, nothing changes."""
        self._conditional(_endpoint_row(subscription, 1), NEW)

    def find(self, agency: str, id: str) -> Subscription:
        """The agency's endpoint of this id, read consistently. Raises EndpointUnknown."""
        row = self._row(_key(f"agency#{agency}", f"endpoint#{id}"))
        if row is None:
            raise EndpointUnknown
        return _endpoint(row)

    def of(self, agency: str) -> list[Subscription]:
        """The agency's endpoints, oldest first, read consistently."""
        rows = self._query(f"agency#{agency}", "endpoint#", "endpoint#~", None)
        return sorted(map(_endpoint, rows), key=lambda s: (s.created_at, s.id))

    def save(self, subscription: Subscription) -> None:
        """Replace it and count its version up, if the stored version is the given one."""
        row = _endpoint_row(subscription, subscription.version + 1)
        if not self._conditional(row, "#version = :version", subscription.version):
            self.find(subscription.agency, subscription.id)
            raise DossierMovedMeanwhile

    def remove(self, agency: str, id: str) -> None:
        """Forget it. Unknown ids are no error."""
        with in_our_words():
            self._db.delete_item(
                TableName=self._table, Key=_key(f"agency#{agency}", f"endpoint#{id}")
            )

    def post(self, entry: Posted) -> Posted:
        """The entry with its position. It is written right behind the last one or not at all, so there are no gaps."""
        position = self._named(entry, self.last(entry.agency) + 1)
        for _ in range(RACES):
            if self._is_placed(entry, position):
                return replace(entry, position=position)
            position = self._renamed(entry, position, self.last(entry.agency) + 1)
        raise StorageBusy("feed")

    def feed(self, agency: str, after: int, limit: int = 100) -> list[Posted]:
        """Entries behind this position, in order, read consistently."""
        rows = self._query(f"feed#{agency}", f"{after + 1:012}", NO_POSITION, limit)
        return [posted_of(row["body"]["S"], int(row["sk"]["S"])) for row in rows]

    def last(self, agency: str) -> int:
        """The newest position of the agency's feed; 0: it is empty."""
        rows = self._query(f"feed#{agency}", f"{1:012}", NO_POSITION, 1, ScanIndexForward=False)
        return next((int(row["sk"]["S"]) for row in rows), 0)

    def posted(self, agency: str, id: str) -> Posted:
        """The entry of this id. Raises EventUnknown."""
        known = self._row(_key(f"posted#{agency}", id))
        there = self.feed(agency, int(known["position"]["N"]) - 1, 1) if known else []
        if not there or there[0].id != id:  # its position was named, and it is not there yet
            raise EventUnknown
        return there[0]

    def pulled(self, agency: str) -> int:
        """Up to which position the agency has said to have the feed."""
        row = self._row(_key(f"feed#{agency}", "pulled"))
        return int(row["position"]["N"]) if row else 0

    def note_pulled(self, agency: str, position: int) -> None:
        """It has the feed up to this position; never goes back."""
        row: Any = {**_key(f"feed#{agency}", "pulled"), "position": {"N": str(position)}}
        self._conditional(row, "attribute_not_exists(pk) or #version < :version", position)

    def _named(self, entry: Posted, position: int) -> int:
        """The position that its id names, once for all who post it; this one, if it names none yet."""
        row = _named_row(entry, position)
        if self._conditional(row, NEW):
            return position
        known = self._row({k: row[k] for k in ("pk", "sk")})
        return int(known["position"]["N"])

    def _renamed(self, entry: Posted, taken: int, position: int) -> int:
        """The position it is to have now that another entry stands at the one that was named."""
        is_first = self._conditional(_named_row(entry, position), "#version = :version", taken)
        return position if is_first else self._named(entry, position)

    def _is_placed(self, entry: Posted, position: int) -> bool:
        """Does it stand there, now or already? False: another one does, and always will."""
        place = _key(f"feed#{entry.agency}", f"{position:012}")
        if self._conditional({**place, "body": {"S": posted_text(entry)}}, NEW):
            return True
        there = self.feed(entry.agency, position - 1, 1)
        return [(e.position, e.id) for e in there] == [(position, entry.id)]

    def _conditional(self, row: Any, condition: str, version: int | None = None) -> bool:
        more: dict[str, Any] = {}
        if version is not None:
            counted = "position" if "position" in row else "version"
            more = {
                "ExpressionAttributeNames": {"#version": counted},
                "ExpressionAttributeValues": {":version": {"N": str(version)}},
            }
        try:
            with in_our_words(ConditionalCheckFailedException=_Lost):
                self._db.put_item(
                    TableName=self._table, Item=row, ConditionExpression=condition, **more
                )
        except _Lost:
            return False
        return True

    def _row(self, key: Any) -> Any:
        with in_our_words():
            answer = self._db.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def _query(
        self, pk: str, first: str, last: str, limit: int | None, **more: Any
    ) -> Iterator[Any]:
        query: dict[str, Any] = {
            **more,
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk and sk between :first and :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": pk}, ":first": {"S": first}, ":last": {"S": last},
            },
            "ConsistentRead": True,
        }  # fmt: skip
        left = limit
        while left is None or left > 0:
            with in_our_words():
                page = self._db.query(**query, **({"Limit": left} if left else {}))
            yield from page["Items"]
            left = None if left is None else left - len(page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _named_row(entry: Posted, position: int) -> Any:
    return {**_key(f"posted#{entry.agency}", entry.id), "position": {"N": str(position)}}


def _endpoint_row(s: Subscription, version: int) -> dict[str, Any]:
    return {
        **_key(f"agency#{s.agency}", f"endpoint#{s.id}"),
        "version": {"N": str(version)},
        "body": {"S": subscription_text(s)},
    }


def _endpoint(row: Any) -> Subscription:
    return subscription_of(row["body"]["S"], int(row["version"]["N"]))
