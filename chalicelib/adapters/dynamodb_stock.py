"""All that is stored on AWS, for upkeep: the port `Stock` over the DynamoDB table.

In: cursors, codes, forms, notes. Out: codes (in no order), events rewritten. Refuses forms it does not know (`Broken`).
Notes are rows `upkeep#NAME`.
"""

import json
from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.dynamodb_rows import event_rows, joined
from chalicelib.adapters.rows import events_from, form_of


class DynamoStock:
    """The port `Stock`. The cursor is the scan's own, as JSON."""

    def __init__(self, table: str, place: AwsPlace) -> None:
        self._table = table
        self._db = place.client("dynamodb")

    def codes(self, cursor: str | None, limit: int) -> tuple[list[str], str | None]:
        """The codes on the next `limit` rows (often fewer, or none), and where to go on; None at the end."""
        begin = {"ExclusiveStartKey": json.loads(cursor)} if cursor else {}
        with in_our_words():
            page = self._db.scan(
                TableName=self._table,
                Limit=limit,
                FilterExpression="begins_with(pk, :dossier) and sk = :now",
                ExpressionAttributeValues={":dossier": {"S": "dossier#"}, ":now": {"S": "now"}},
                ProjectionExpression="pk",
                ConsistentRead=True,
                **begin,
            )
        codes = [row["pk"]["S"].removeprefix("dossier#") for row in page["Items"]]
        rest = page.get("LastEvaluatedKey")
        return codes, json.dumps(rest) if rest else None

    def recast(self, code: str, form: int) -> int:
        """Write this dossier's events in this form; how many rows were in another. Each goes at once."""
        behind = [rows for rows in self._events(code) if form_of(_stored(rows)) != form]
        for rows in behind:
            self._replace(rows, list(event_rows(code, events_from(_stored(rows)), form)))
        return len(behind)

    def noted(self, name: str) -> str | None:
        """What was noted under this name."""
        with in_our_words():
            answer = self._db.get_item(TableName=self._table, Key=_note(name), ConsistentRead=True)
        return str(answer["Item"]["value"]["S"]) if "Item" in answer else None

    def note(self, name: str, value: str) -> None:
        """Note it, in place of what was noted."""
        with in_our_words():
            self._db.put_item(TableName=self._table, Item={**_note(name), "value": {"S": value}})

    def _events(self, code: str) -> list[list[Any]]:
        """The rows of each event, or change, of this dossier."""
        with in_our_words():
            pages = self._db.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
                ExpressionAttributeValues={":pk": {"S": f"dossier#{code}"}, ":sk": {"S": "event#"}},
                ConsistentRead=True,
            )
            rows = [row for page in pages for row in page["Items"]]
        events: dict[str, list[Any]] = {}
        for row in rows:
            events.setdefault(row["sk"]["S"].split("#")[1], []).append(row)
        return list(events.values())

    def _replace(self, old: list[Any], new: list[Any]) -> None:
        stays = {row["sk"]["S"] for row in new}
        gone = [{"pk": r["pk"], "sk": r["sk"]} for r in old if r["sk"]["S"] not in stays]
        parts = [
            *({"Put": {"TableName": self._table, "Item": row}} for row in new),
            *({"Delete": {"TableName": self._table, "Key": key}} for key in gone),
        ]
        with in_our_words():
            self._db.transact_write_items(TransactItems=parts)


def _stored(rows: list[Any]) -> str | bytes:
    return joined([next(iter(row["body"].values())) for row in rows])


def _note(name: str) -> dict[str, Any]:
    return {"pk": {"S": f"upkeep#{name}"}, "sk": {"S": "now"}}
