"""What DynamoDB would charge for a request: its published rules, applied to requests and answers as they pass.

In: operation, request and answer (DynamoDB's JSON). Out: read and write units. It remembers how big each row is, as an
overwritten or deleted row is charged by the bigger of old and new. moto's own ConsumedCapacity is made up.

Rules: 1 write unit per KB begun, twice that in a transaction; 1 read unit per 4 KB begun, half if not consistent. An
index entry that is new, changed or gone costs 1 per KB begun, both where its key moves; those of a transaction once.
"""

import base64
import math
from typing import Any

KEY, INDEX_KEY = ("pk", "sk"), ("shelf", "turn")
Item = dict[str, dict[str, Any]]


def size(item: Item | None) -> int:
    """Bytes of a row: names and values."""
    return sum(len(k.encode()) + _value(v) for k, v in (item or {}).items())


def _value(value: dict[str, Any]) -> int:
    ((kind, plain),) = value.items()
    if kind == "S":
        return len(plain.encode())
    if kind == "N":
        return len(plain) // 2 + 1
    if kind == "B":
        return len(base64.b64decode(plain))
    if kind == "SS":
        return sum(len(each.encode()) for each in plain)
    raise ValueError(f"a kind of value that nobody writes here: {kind}")


def per(bytes_: int, unit: int) -> int:
    return max(1, math.ceil(bytes_ / unit))


class Capacity:
    """Read and write units of one table and its index, summed up by whoever asks."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], Item] = {}

    def units(
        self, operation: str, asked: dict[str, Any], answer: dict[str, Any]
    ) -> tuple[float, float]:
        """(read units, write units)."""
        if operation in ("GetItem", "Query"):
            return self._read(operation, asked, answer), 0.0
        if operation == "BatchGetItem":  # each row is charged by itself
            rows = [row for found in answer["Responses"].values() for row in found]
            return sum(per(size(row), 4096) for row in rows), 0.0
        if operation == "TransactWriteItems":
            puts = [part["Put"]["Item"] for part in asked["TransactItems"] if "Put" in part]
            checks = len(asked["TransactItems"]) - len(puts)
            failed = "CancellationReasons" in answer or "__type" in answer
            return 0.0, 2 * checks + sum(self._written(put, 2, not failed) for put in puts)
        if operation == "PutItem":
            return 0.0, self._written(asked["Item"], 1, "__type" not in answer)
        if operation == "UpdateItem":
            return 0.0, per(size(answer.get("Attributes")), 1024)
        if operation == "DeleteItem":
            return 0.0, self._deleted(asked["Key"])
        return 0.0, 0.0

    def stored(self) -> int:
        """Bytes of all rows, index entries too; each has 100 bytes of its own."""
        rows = self._rows.values()
        return sum((size(r) + 100) * (2 if "shelf" in r else 1) for r in rows)

    def _read(self, operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> float:
        found = [answer.get("Item")] if operation == "GetItem" else answer.get("Items", [])
        whole = per(sum(size(row) for row in found), 4096)
        return whole if asked.get("ConsistentRead") else whole / 2

    def _written(self, row: Item, times: int, is_done: bool) -> float:
        key = _key(row)
        before = self._rows.get(key)
        table = per(max(size(row), size(before)), 1024) * times
        if not is_done:
            return table
        self._rows[key] = row
        return table + _index(before, row)

    def _deleted(self, key: Item) -> float:
        before = self._rows.pop(_key(key), None)
        return per(size(before), 1024) + _index(before, None)


def _key(row: Item) -> tuple[str, ...]:
    return tuple(row[name]["S"] for name in KEY)


def _index(before: Item | None, after: Item | None) -> int:
    """Write units of the index for a row that was `before` and is `after`."""
    old, new = _entry(before), _entry(after)
    if old == new:
        return 0
    if old and new and all(old[k] == new[k] for k in INDEX_KEY):
        return per(max(size(old), size(new)), 1024)
    return sum(per(size(entry), 1024) for entry in (old, new) if entry)


def _entry(row: Item | None) -> Item | None:
    """The row as the index knows it; None: it does not."""
    if not row or "shelf" not in row:
        return None
    return {k: v for k, v in row.items() if k in (*KEY, *INDEX_KEY)}
