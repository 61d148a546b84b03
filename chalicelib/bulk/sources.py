"""Which files a batch has. Out: `Source`s.

In: a folder, an S3 prefix (`s3://bucket/prefix`), or a manifest (`bulk.manifests`), whose files may lie in S3 too.

Each file is hashed, and its pages are counted without reading them. Files that can't be pages at all (other types,
broken, locked, too many pages, closed to us, gone) come out with the reason, folders that are closed to us too.
Left out: hidden files, manifests, and what an earlier batch wrote. Refuses a manifest that names no files
(`ManifestInvalid`).
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

from chalicelib.bulk.manifests import is_manifest, is_remote, listed
from chalicelib.dossier.batch import Source
from chalicelib.errors import DossierError, ScanNotFound, StorageBusy, TooManyPages
from chalicelib.imaging import pages
from chalicelib.imaging.child import MOST_PAGES
from chalicelib.ports import Scans

LEDGER = "ledger.db"
"""A folder with this in it is a batch's, not a source's."""
_NOTHING = hashlib.sha256().hexdigest()


Bucket = Callable[[], Scans]
"""Asked once a scan lies in S3."""


def no_bucket() -> Scans:
    """Where nobody has joined us to S3."""
    raise ScanNotFound("s3")


def find(place: Path | str, bucket: Bucket = no_bucket) -> Iterator[Source]:
    """The files of a folder tree or prefix in order of their names, or of a manifest in its order.

    Raises ManifestInvalid, ScanNotFound, StorageBusy.
    """
    for address, given in _named(place, bucket):
        yield look_at(address, given, bucket)


def whole(place: Path | str) -> str:
    """The whole address: a batch may be gone on with from another folder."""
    return str(place) if is_remote(str(place)) else str(Path(place).absolute())


def _named(place: Path | str, bucket: Bucket) -> Iterable[tuple[str, Mapping[str, str]]]:
    if is_remote(str(place)):
        found = bucket().under(str(place))
        return ((a, {}) for a in found if not is_manifest(a))
    path = Path(whole(place))
    if path.is_dir():
        return ((str(p), {}) for p in sorted(_files(path)))
    return list(listed(path)) if is_manifest(path.name) else [(str(path), {})]


def look_at(address: str, given: Mapping[str, str], bucket: Bucket = no_bucket) -> Source:
    """One file: its hash, size and pages; or why it is refused. A scan in S3 is fetched for that and let go."""
    digest, size = _NOTHING, 0
    try:
        address.encode()
        with opened(address, bucket) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            return Source(address, digest, size, _page_count(file), given)
    except StorageBusy:
        raise
    except DossierError as e:
        reason = e.code
    except UnicodeEncodeError:
        address, reason = os.fsencode(address).decode(errors="backslashreplace"), "name_not_utf8"
    except PermissionError:
        reason = "file_unreadable"
    except (OSError, ValueError):  # no such file, a folder, a name too long or with a zero in it
        reason = "file_not_found"
    return Source(address, digest, size, 1, given, refused=reason)


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


def _files(top: Path) -> Iterator[Path]:
    """Files below the folder, through links too, and what is closed to us or leads nowhere: that is told."""
    closed: list[Path] = []
    been: set[tuple[int, int]] = set()
    for at, folders, files in os.walk(
        top, onerror=lambda e: closed.append(Path(e.filename)), followlinks=True
    ):
        here = Path(at).stat()
        place = (here.st_dev, here.st_ino)
        if place in been or LEDGER in files:
            folders.clear()
            continue
        been.add(place)
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(at, name) for name in files if _is_paper(Path(at, name)))
    yield from closed


def _is_paper(path: Path) -> bool:
    """May it be one? Hidden files and manifests are none, nor what is no file at all."""
    if path.name.startswith(".") or is_manifest(path.name):
        return False
    try:
        return path.is_file() or not path.exists()
    except OSError:  # in a folder that we may list and not enter
        return True
