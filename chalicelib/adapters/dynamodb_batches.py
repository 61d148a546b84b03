"""Archives on the bulk queue of AWS: the port `Batches` over the table of the dossiers.

| row | pk | sk | holds |
|---|---|---|---|
| the batch | `batch#ID` | `now` | files, handed_on, settled, pages, refused, papers |
| a settled file | `batch#ID` | `file#NUMBER` | refused: the reason, or nothing |

A file's row and the counters change in one transaction, on condition that the row is new: so each counts once.
Refuses batches it does not know (`BatchUnknown`).
"""

from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.dossier.batch import Progress
from chalicelib.errors import BatchUnknown, StorageBusy

_COUNTED = ("files", "handed_on", "settled", "pages", "refused", "papers")


class _Before(Exception):
    """It was done before, or by someone else."""


_DONE: dict[str, type[Exception]] = {
    "ConditionalCheckFailedException": _Before,
    "TransactionCanceledException": _Before,
}


class DynamoBatches:
    """The port `Batches`."""

    def __init__(self, table: str, place: AwsPlace) -> None:
        self._table = table
        self._db = place.client("dynamodb")

    def begin(self, batch: str, files: int) -> None:
        """Keep a batch; if it is there already, nothing changes."""
        counters = {name: {"N": "0"} for name in _COUNTED}
        item = {**_key(batch, "now"), **counters, "files": {"N": str(files)}}
        self._unless_done(
            self._db.put_item, Item=item, ConditionExpression="attribute_not_exists(pk)"
        )

    def progress(self, batch: str) -> Progress:
        """Where it stands, read consistently."""
        item = self._item(batch, "now")
        if item is None:
            raise BatchUnknown(folder=batch)
        return Progress(**{name: int(item[name]["N"]) for name in _COUNTED})

    def hand_on(self, batch: str, before: int, upto: int) -> None:
        """Move the cursor, if it stands at `before`."""
        self._unless_done(
            self._db.update_item,
            Key=_key(batch, "now"),
            UpdateExpression="SET handed_on = :upto",
            ConditionExpression="handed_on = :before",
            ExpressionAttributeValues={":upto": {"N": str(upto)}, ":before": {"N": str(before)}},
        )

    def is_settled(self, batch: str, number: int) -> bool:
        """Is this file read or refused?"""
        return self._item(batch, _file(number)) is not None

    def settle(self, batch: str, number: int, pages: int, papers: int, refused: str | None) -> None:
        """Write it down once; two at the same time: the other one's transaction does it."""
        file = {**_key(batch, _file(number)), **({"refused": {"S": refused}} if refused else {})}
        more = {"settled": 1, "papers": papers, "refused": int(bool(refused))}
        more["pages"] = 0 if refused else pages
        put = {"Item": file, "ConditionExpression": "attribute_not_exists(pk)"}
        add = {
            "Key": _key(batch, "now"),
            "UpdateExpression": "ADD " + ", ".join(f"#{n} :{n}" for n in more),
            "ExpressionAttributeNames": {f"#{n}": n for n in more},
            "ExpressionAttributeValues": {f":{n}": {"N": str(v)} for n, v in more.items()},
        }
        try:
            with in_our_words(**_DONE):
                self._db.transact_write_items(
                    TransactItems=[
                        {"Put": {**put, "TableName": self._table}},
                        {"Update": {**add, "TableName": self._table}},
                    ]
                )
        except _Before:
            if not self.is_settled(batch, number):  # a conflict, not a second time
                raise StorageBusy("settle") from None

    def _item(self, batch: str, row: str) -> Any:
        with in_our_words():
            answer = self._db.get_item(
                TableName=self._table, Key=_key(batch, row), ConsistentRead=True
            )
        return answer.get("Item")

    def _unless_done(self, call: Any, **arguments: Any) -> None:
        try:
            with in_our_words(**_DONE):
                call(TableName=self._table, **arguments)
        except _Before:
            return


def _key(batch: str, row: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"batch#{batch}"}, "sk": {"S": row}}


def _file(number: int) -> str:
    return f"file#{number:09d}"
