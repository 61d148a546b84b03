"""An archive past one machine: a manifest in the bucket → a queue of its own → the same readers → the bucket.

Like `journey`, one function per message. The importer hands a manifest's files to the bulk queue some at a time and
remembers how far it is; readers settle each file exactly once. So messages may come twice and processes may die; live
intake has its own queue and never waits behind an archive. A manifest is JSONL, a line a file: `{"key": blob}`, and
where they are known `kind`, `unit`, `book`, `year`. Results lie under `archive/BATCH/`.
"""

import hashlib
import json
from typing import Any

from chalicelib.dossier.batch import WHOLE_FILE, Progress, Task
from chalicelib.errors import ManifestInvalid, Refused
from chalicelib.ports import Batches, World

IMPORT, READ = "archives-to-import", "archive-to-read"
AT_ONCE = 100  # files handed on per message: a second or two of SQS
GIVEN = ("kind", "unit", "book", "year")
_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".json": "application/json"}


def begin(world: World, batches: Batches, batch: str, manifest: bytes) -> Progress:
    """Put a manifest's files to be read. Again: nothing changes. Raises ManifestInvalid."""
    files = _files(manifest)
    world.blobs.write(_manifest_key(batch), manifest, "application/jsonl")
    batches.begin(batch, len(files))
    world.queues.put(IMPORT, batch)
    return batches.progress(batch)


def import_some(world: World, batches: Batches, batch: str) -> None:
    """Hand the next files to the readers. A kill between hands them on twice; they are settled once."""
    files = _files(world.blobs.read(_manifest_key(batch)))
    done = batches.progress(batch).handed_on
    for number, told in enumerate(files[done : done + AT_ONCE], start=done):
        body = {"batch": batch, "number": number, **told}
        world.queues.put(READ, json.dumps(body, ensure_ascii=False))
    upto = min(done + AT_ONCE, len(files))
    batches.hand_on(batch, done, upto)
    if upto < len(files):
        world.queues.put(IMPORT, batch)


def read_file(world: World, batches: Batches, body: str) -> None:
    """Read one file and settle it. What may go better later is raised, so that the queue tries again."""
    told = json.loads(body)
    batch, number = told["batch"], told["number"]
    if batches.is_settled(batch, number):
        return
    try:
        pages, papers = _read(world, batch, told)
    except Refused as e:
        batches.settle(batch, number, 1, 0, e.code)
    else:
        batches.settle(batch, number, pages, papers, None)


def give_up(world: World, batches: Batches, body: str) -> None:
    """A file that the readers failed at until the queue's last try is refused."""
    told = json.loads(body)
    batches.settle(told["batch"], told["number"], 1, 0, "readers_failed")


def _read(world: World, batch: str, told: dict[str, Any]) -> tuple[int, int]:
    """Pages read and papers written."""
    from chalicelib import reading, registers  # OpenCV and the engine: only readers need them
    from chalicelib.bulk.papers import finish

    data = world.blobs.read(told["key"])
    digest = hashlib.sha256(data).hexdigest()
    given = {k: str(told[k]) for k in GIVEN if told.get(k)}
    looked = [registers.read_page(s, given.get("kind", "")) for s in reading.see_pages(data)]
    seen, books = [s for s, _ in looked], {s.quality.page: b for s, b in looked if b}
    numbers = tuple(range(1, len(seen) + 1))
    task = Task(told["number"], told["key"], digest, len(seen), WHOLE_FILE, given, numbers)
    papers = list(finish(task, data, seen, books))
    for paper in papers:
        for name, content in paper.files.items():
            ending = name[name.rindex(".") :]
            world.blobs.write(f"archive/{batch}/{name}", content, _TYPES[ending])
    return len(seen), len(papers)


def _manifest_key(batch: str) -> str:
    return f"archive/{batch}/manifest.jsonl"


def _files(manifest: bytes) -> list[dict[str, Any]]:
    files = []
    for line, text in enumerate(manifest.decode().splitlines(), start=1):
        if not text.strip():
            continue
        try:
            told = json.loads(text)
        except json.JSONDecodeError as e:
            raise ManifestInvalid(file="manifest.jsonl", line=line) from e
        if not isinstance(told, dict) or not isinstance(told.get("key"), str):
            raise ManifestInvalid(file="manifest.jsonl", line=line)
        files.append(told)
    return files
