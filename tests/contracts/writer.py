"""A process that writes until it is killed, and says what was acknowledged: `python -m … FOLDER NAME`."""

import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.sqlite import SqliteDossiers, SqliteQueues, SqliteStore
from chalicelib.adapters.system import SystemClock
from chalicelib.dossier.case import Outgoing, fold, follow
from chalicelib.dossier.states import State
from tests.contracts.people_at_work import SPEC, looks, opened

SECRET = b"s" * 32
BASE = "http://motcua.test"


def main(folder: Path, name: str) -> None:
    store = SqliteStore(folder / "motcua.db")
    dossiers, queues = SqliteDossiers(store), SqliteQueues(store, SystemClock(), [SPEC])
    blobs = FileBlobs(folder / "blobs", BASE, SECRET, SystemClock())
    first = opened(name)
    dossiers.open(name, first, State.OPEN)
    now = fold([first])
    for turn in range(1_000_000):
        mark = f"{name}-{turn}"
        events = looks(now, by=mark)
        due = datetime.now(UTC) - timedelta(seconds=1)
        dossiers.append(name, now.version, events, State.OPEN, [Outgoing(mark, "q", "{}", due)])
        now = follow(now, events[0])
        queues.put(SPEC.name, mark)
        _upload(blobs, f"originals/{mark}", mark.encode() * 1000)
        print(mark, flush=True)


def _upload(blobs: FileBlobs, key: str, data: bytes) -> None:
    upload = blobs.begin(key, len(data), "image/jpeg")
    for part in blobs.addresses(key, upload, len(data), [1]):
        headers = {"Content-Length": str(part.size), **part.headers}
        blobs.put_part(part.url.removeprefix(BASE), headers, BytesIO(data))
    blobs.complete(key, upload, len(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
