"""What a manifest says: CSV, JSONL or a JSON list with `file` and, where the unit knows them, kind, unit, book, year.

In: the manifest. Out: where each file lies, and what is said of it. CSV as spreadsheets write it (`bulk.tables`).
Refuses other text, a line without a file's name, and what is no JSON (`ManifestInvalid`, with the line).
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath

from chalicelib.bulk.tables import TableBroken, lines_of, text_of
from chalicelib.errors import ManifestInvalid

GIVEN = ("kind", "unit", "book", "year")
ENDINGS = (".csv", ".jsonl", ".json")
_Rows = Iterator[tuple[int, Mapping[str, object]]]


def is_manifest(address: str) -> bool:
    """By its ending."""
    return address.lower().endswith(ENDINGS)


def is_remote(address: str) -> bool:
    """Does it lie in a bucket?"""
    return address.startswith("s3://")


def listed(manifest: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Paths in a manifest are relative to it, addresses in S3 whole; columns that it leaves blank say nothing.

    Raises ManifestInvalid.
    """
    readers = {".csv": _csv_rows, ".jsonl": _lines, ".json": _json_rows}
    try:
        rows = list(readers[manifest.suffix.lower()](text_of(manifest), manifest.name))
    except TableBroken as e:
        raise ManifestInvalid(file=manifest.name, line=e.line) from e
    for line, row in rows or [(1, {})]:
        file = row.get("file")
        if not isinstance(file, str) or not file.strip():
            raise ManifestInvalid(file=manifest.name, line=line)
        given = {key: str(row[key]).strip() for key in GIVEN if str(row.get(key) or "").strip()}
        yield file if is_remote(file) else _there(manifest.parent, file), given


def _csv_rows(text: str, _: str) -> _Rows:
    yield from lines_of(text)


def _lines(text: str, name: str) -> _Rows:
    for line, each in enumerate(text.splitlines(), start=1):
        if each.strip():
            yield line, _object(each, name, line)


def _json_rows(text: str, name: str) -> _Rows:
    """A list; its lines are counted as if each object stood on one."""
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as e:
        raise ManifestInvalid(file=name, line=e.lineno) from e
    if not isinstance(rows, list):
        raise ManifestInvalid(file=name, line=1)
    yield from ((n, row if isinstance(row, dict) else {}) for n, row in enumerate(rows, start=1))


def _object(text: str, name: str, line: int) -> Mapping[str, object]:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as e:
        raise ManifestInvalid(file=name, line=line) from e
    return row if isinstance(row, dict) else {}


def _there(folder: Path, name: str) -> str:
    """Where the file lies: as it is written, or as Windows writes paths, or other systems the marks of letters."""
    names = [name, PureWindowsPath(name).as_posix()]
    forms = [*names, *(unicodedata.normalize(form, n) for n in names for form in ("NFC", "NFD"))]
    found = (folder / n for n in forms if "\0" not in n)
    return str(next((p for p in found if _exists(p)), folder / name))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (
        OSError
    ):  # a name that is too long, a folder that is closed: told when the file is opened
        return False
