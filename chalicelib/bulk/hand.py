"""A worker of the pool, a process of its own: `python -m chalicelib.bulk.hand FOLDER`.

In, on standard input: one `Task` a line as JSON. Out, on standard output, one line each: `{"peak": MB}` with what the
task asks for, or `{"error": code, "again": bool}`; `"stop": why` with it if no page can be kept now. A page read is
kept in FOLDER/work until its file is put together (the only page of a file is put together at once); everything is
written beside its place and then moved there, so a kill leaves nothing by half. Ends when its input does.
"""

import errno
import hashlib
import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from chalicelib import reading, registers
from chalicelib.bulk.files import WORK, write
from chalicelib.bulk.manifests import is_remote
from chalicelib.bulk.papers import finish
from chalicelib.bulk.sources import Bucket, no_bucket, opened
from chalicelib.dossier.batch import WHOLE_FILE, Task
from chalicelib.dossier.paper import PageQuality, Word
from chalicelib.dossier.register import BookPage, from_plain
from chalicelib.errors import (
    Broken,
    DossierError,
    FileMoved,
    FolderNotWritable,
    PageLost,
    ScanNotFound,
)

_EXHAUSTED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE)
"""The machine's fault, not the page's."""
MOST_MEMORY = 3_000_000_000  # an honest page needs a tenth; a paper of 300 pages a third


def do(task: Task, folder: Path, bucket: Bucket = no_bucket) -> dict[str, Any]:
    """One task's answer. Raises errors of ours."""
    kept = work_folder(folder, task.sha256)
    data = _bytes_of(task, kept, bucket)
    if task.number == WHOLE_FILE:
        every = range(1, task.pages + 1)
        pages = [_kept(kept, n) if n in task.seen else reading.unread(n) for n in every]
        return _put_together(task, folder, data, pages, _kept_books(kept, task.seen))
    seen, book = registers.read_page(
        reading.see_page(data, task.number), task.given.get("kind", "")
    )
    if task.pages == 1:
        books = {1: book} if book else {}
        return _put_together(replace(task, seen=(1,)), folder, data, [seen], books)
    _keep(kept, seen, book)
    return {}


def _put_together(
    task: Task,
    folder: Path,
    data: bytes,
    pages: Sequence[reading.Seen],
    books: Mapping[int, BookPage],
) -> dict[str, Any]:
    rows = []
    for paper in finish(task, data, pages, books):
        for name, content in paper.files.items():
            write(folder / name, content)
        rows.append(asdict(paper.row))
    return {"rows": rows}


def work_folder(folder: Path, sha256: str) -> Path:
    """Where the pages of a file wait for each other."""
    return folder / WORK / sha256[:32]


def _bytes_of(task: Task, kept: Path, bucket: Bucket) -> bytes:
    """The file as it was put in; one in S3 is fetched once for all its pages."""
    copy = kept / "source" if is_remote(task.path) else Path(task.path)
    if not copy.exists() and is_remote(task.path):
        try:
            with opened(task.path, bucket) as file:
                write(copy, file.read())
        except ScanNotFound as e:
            raise FileMoved(file=copy.name) from e
    try:
        data = copy.read_bytes()
    except OSError as e:
        raise FileMoved(file=copy.name) from e
    if hashlib.sha256(data).hexdigest() != task.sha256:
        raise FileMoved(file=copy.name)
    return data


def _keep(kept: Path, page: reading.Seen, book: BookPage | None) -> None:
    """Keep a page; the file with its words comes last, and says that all is there."""
    told = asdict(page)
    entries = kept / f"{page.quality.page}.entries"
    if book:
        write(entries, json.dumps(asdict(book)).encode())
    else:
        entries.unlink(missing_ok=True)  # of an earlier try
    for part in ("clean", "jpeg"):
        write(kept / f"{page.quality.page}.{part}", told.pop(part))
    write(kept / f"{page.quality.page}.json", json.dumps(told).encode())


def _kept(kept: Path, number: int) -> reading.Seen:
    try:
        told = json.loads((kept / f"{number}.json").read_text("utf-8"))
        clean, jpeg = ((kept / f"{number}.{part}").read_bytes() for part in ("clean", "jpeg"))
    except OSError as e:
        raise PageLost(page=number) from e
    words, closer = (  # what an older release kept tells nothing closer
        [Word(**{**w, "box": tuple(w["box"])}) for w in told.get(part, ())]
        for part in ("words", "closer")
    )
    q = told["quality"]
    quality = PageQuality(q["page"], q["verdict"], tuple(q["reasons"]))
    back, size = tuple(told["back"]), (told["size"][0], told["size"][1])
    return reading.Seen(words, told["qr"], quality, clean, jpeg, back, size, tuple(closer))


def _kept_books(kept: Path, numbers: Iterable[int]) -> dict[int, BookPage]:
    """The pages of register books among these."""
    found = ((n, kept / f"{n}.entries") for n in numbers)
    return {
        n: from_plain(json.loads(path.read_text("utf-8"))) for n, path in found if path.exists()
    }


def answers(
    lines: Iterator[str], folder: Path, bucket: Bucket = no_bucket
) -> Iterator[dict[str, Any]]:
    """An answer for each line, whatever happens."""
    for line in lines:
        told = json.loads(line)
        task = Task(**{**told, "seen": tuple(told["seen"])})
        try:
            answer = do(task, folder, bucket)
        except DossierError as e:
            answer = {"error": e.code, "again": e.retry or isinstance(e, Broken), **_stop(e)}
        except (ArithmeticError, LookupError, MemoryError, OSError, TypeError, ValueError) as e:
            # the edge: pikepdf and Pillow raise what they met; the page is named, the pool goes on
            answer = {"error": f"broken_{type(e).__name__}", "again": True, **_stop(e)}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield {**answer, "peak": peak}


def _stop(e: BaseException) -> dict[str, str]:
    """Why nothing can be done now, whatever the page."""
    if isinstance(e, FolderNotWritable):
        return {"stop": str(e.facts["why"])}
    met = e if isinstance(e, OSError) else e.__cause__
    if isinstance(met, OSError) and met.errno in _EXHAUSTED:
        return {"stop": str(met.strerror)}
    return {}


def main(folder: str, bucket: Bucket = no_bucket) -> None:
    """Answer tasks until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    spoken = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not look like an answer
    for answer in answers(iter(sys.stdin.readline, ""), Path(folder), bucket):
        try:
            spoken.write(json.dumps(answer, ensure_ascii=False) + "\n")
        except BrokenPipeError:  # who asked was killed; the next run asks again
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
