"""Which files a batch has. In: a folder, or a manifest (CSV or JSONL: file, kind, unit, book, year). Out: `Source`s.

Each file is hashed, and its pages are counted without reading them. Files that can't be pages at all (other types,
broken, locked, too many pages) come out with the reason; hidden files and a manifest's comments are left out.
Refuses a manifest without a column `file`, or with a line that is not JSON (`ManifestInvalid`).
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from chalicelib.dossier.batch import Source
from chalicelib.errors import DossierError, ManifestInvalid, TooManyPages
from chalicelib.imaging import pages
from chalicelib.imaging.child import MOST_PAGES

GIVEN = ("kind", "unit", "book", "year")
_MANIFESTS = (".csv", ".jsonl")


def find(place: Path) -> Iterator[Source]:
    """The files of a folder tree in order of their names, or of a manifest in its order. Raises ManifestInvalid."""
    if place.is_dir():
        named: Iterable[tuple[Path, Mapping[str, str]]] = ((p, {}) for p in _files(place))
    elif place.suffix.lower() in _MANIFESTS:
        named = list(_listed(place))
    else:
        named = [(place, {})]
    for path, given in named:
        yield look_at(path, given)


def look_at(path: Path, given: Mapping[str, str]) -> Source:
    """One file: its hash, size and pages; or why it is refused."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            number = _page_count(file)
        return Source(str(path), digest, path.stat().st_size, number, given)
    except DossierError as e:
        return Source(str(path), digest, path.stat().st_size, 1, given, refused=e.code)
    except OSError:
        return Source(
            str(path), hashlib.sha256().hexdigest(), 0, 1, given, refused="file_not_found"
        )


def _page_count(file: IO[bytes]) -> int:
    number = pages.count(file)
    if number > MOST_PAGES:
        raise TooManyPages(limit=MOST_PAGES)
    return number


def _files(folder: Path) -> Iterator[Path]:
    """Files below the folder; hidden ones and manifests are no papers."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() not in _MANIFESTS:
            yield path


def _listed(manifest: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Paths in a manifest are relative to it; columns that it leaves blank say nothing."""
    rows = _csv_rows(manifest) if manifest.suffix.lower() == ".csv" else _json_rows(manifest)
    for line, row in rows:
        if not row.get("file"):
            raise ManifestInvalid(file=manifest.name, line=line)
        given = {key: str(row[key]).strip() for key in GIVEN if str(row.get(key) or "").strip()}
        yield manifest.parent / str(row["file"]), given


def _csv_rows(manifest: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)


def _json_rows(manifest: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with manifest.open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            try:
                row = json.loads(text) if text.strip() else None
            except json.JSONDecodeError as e:
                raise ManifestInvalid(file=manifest.name, line=line) from e
            if row is not None:
                yield line, row if isinstance(row, dict) else {}
