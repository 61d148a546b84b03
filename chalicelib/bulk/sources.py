"""Which files a batch has. Out: `Source`s.

In: a folder, an S3 prefix (`s3://bucket/prefix`), or a manifest (CSV or JSONL: file, kind, unit, book, year), whose
files may lie in S3 too.

Each file is hashed, and its pages are counted without reading them. Files that can't be pages at all (other types,
broken, locked, too many pages) come out with the reason; hidden files and a manifest's comments are left out.
Refuses a manifest without a column `file`, or with a line that is not JSON (`ManifestInvalid`).
"""

import csv
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

from chalicelib.dossier.batch import Source
from chalicelib.errors import DossierError, ManifestInvalid, ScanNotFound, StorageBusy, TooManyPages
from chalicelib.imaging import pages
from chalicelib.imaging.child import MOST_PAGES
from chalicelib.ports import Scans

GIVEN = ("kind", "unit", "book", "year")
_MANIFESTS = (".csv", ".jsonl")


Bucket = Callable[[], Scans]
"""Asked once a scan lies in S3."""


def no_bucket() -> Scans:
    """Where nobody has joined us to S3."""
    raise ScanNotFound("s3")


def is_remote(address: str) -> bool:
    """Does it lie in a bucket?"""
    return address.startswith("s3://")


def find(place: Path | str, bucket: Bucket = no_bucket) -> Iterator[Source]:
    """The files of a folder tree or prefix in order of their names, or of a manifest in its order.

    Raises ManifestInvalid, ScanNotFound, StorageBusy.
    """
    for address, given in _named(place, bucket):
        yield look_at(address, given, bucket)


def _named(place: Path | str, bucket: Bucket) -> Iterable[tuple[str, Mapping[str, str]]]:
    if is_remote(str(place)):
        found = bucket().under(str(place))
        return ((a, {}) for a in found if not a.lower().endswith(_MANIFESTS))
    path = Path(place)
    if path.is_dir():
        return ((str(p), {}) for p in _files(path))
    return list(_listed(path)) if path.suffix.lower() in _MANIFESTS else [(str(path), {})]


def look_at(address: str, given: Mapping[str, str], bucket: Bucket = no_bucket) -> Source:
    """One file: its hash, size and pages; or why it is refused. A scan in S3 is fetched for that and let go."""
    digest, size = hashlib.sha256().hexdigest(), 0
    try:
        with opened(address, bucket) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            return Source(address, digest, size, _page_count(file), given)
    except StorageBusy:
        raise
    except DossierError as e:
        return Source(address, digest, size, 1, given, refused=e.code)
    except OSError:
        return Source(address, digest, size, 1, given, refused="file_not_found")


@contextmanager
def opened(address: str, bucket: Bucket) -> Iterator[BufferedReader]:
    """The file, from its beginning; one in S3 is fetched into a file that goes away."""
    if not is_remote(address):
        with Path(address).open("rb") as file:
            yield file
        return
    with tempfile.NamedTemporaryFile() as copy:
        bucket().fetch(address, copy)
        copy.flush()
        with Path(copy.name).open("rb") as file:
            yield file


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


def _listed(manifest: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Paths in a manifest are relative to it, addresses in S3 whole; columns that it leaves blank say nothing."""
    rows = _csv_rows(manifest) if manifest.suffix.lower() == ".csv" else _json_rows(manifest)
    for line, row in rows:
        if not row.get("file"):
            raise ManifestInvalid(file=manifest.name, line=line)
        given = {key: str(row[key]).strip() for key in GIVEN if str(row.get(key) or "").strip()}
        file = str(row["file"])
        yield file if is_remote(file) else str(manifest.parent / file), given


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
