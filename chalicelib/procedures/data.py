"""The data under `schemas/`: JSON and CSV files in, plain values out, read once. A missing file is `Broken`."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.errors import Broken

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


@cache
def load(path: Path) -> Any:
    """The JSON in the file. Callers must not change what they get."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise Broken(f"{path.name} can't be read") from e


@cache
def rows(path: Path) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file with a header line."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(csv.DictReader(file))
    except OSError as e:
        raise Broken(f"{path.name} can't be read") from e


def is_in_force(item: Mapping[str, Any], on: date) -> bool:
    """Does `on` lie within `valid_from` … `valid_to` (both included, both may be absent)?"""
    first, last = item.get("valid_from"), item.get("valid_to")
    day = on.isoformat()
    return (first is None or first <= day) and (last is None or day <= last)


def in_force(items: Iterable[Mapping[str, Any]], on: date) -> list[Mapping[str, Any]]:
    """Those of the items that are in force on that day."""
    return [i for i in items if is_in_force(i, on)]
