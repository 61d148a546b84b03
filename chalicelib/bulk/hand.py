"""A worker of the pool, a process of its own: `python -m chalicelib.bulk.hand FOLDER`.

In, on standard input: one `Task` a line as JSON. Out, on standard output, one line each: `{"peak": MB}` with what the
task asks for, or `{"error": code, "again": bool}`. A page read is kept in FOLDER/work until its file is put together;
everything is written beside its place and then moved there, so a kill leaves nothing by half. Ends when its input does.
"""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from chalicelib import reading
from chalicelib.archive import records
from chalicelib.dossier.batch import WHOLE_FILE, Task
from chalicelib.dossier.paper import PageQuality, PaperRead, Word
from chalicelib.errors import Broken, DossierError, FileMoved, PageLost
from chalicelib.imaging import archival
from chalicelib.imaging.text_layer import Leaf
from chalicelib.procedures import sureness

MOST_MEMORY = 3_000_000_000  # an honest page needs a tenth; a paper of 300 pages a third


def do(task: Task, folder: Path) -> dict[str, Any]:
    """One task's answer. Raises errors of ours."""
    data = _bytes_of(task)
    kept = work_folder(folder, task.sha256)
    if task.number != WHOLE_FILE:
        _keep(kept, reading.see_page(data, task.number))
        return {}
    seen = [
        _kept(kept, n) if n in task.seen else reading.unread(n) for n in range(1, task.pages + 1)
    ]
    found = reading.read_pages(seen)
    rows = []
    for paper in found.papers:
        paper = _of_read_pages(paper, task.seen)
        if paper.pages:
            quality = [q for q in found.quality if q.page in paper.pages]
            rows.append(_shelve(folder, task, data, paper, quality, seen))
    return {"rows": rows}


def work_folder(folder: Path, sha256: str) -> Path:
    """Where the pages of a file wait for each other."""
    return folder / "work" / sha256[:32]


def _of_read_pages(paper: PaperRead, seen: Sequence[int]) -> PaperRead:
    return replace(paper, pages=tuple(n for n in paper.pages if n in seen))


def _bytes_of(task: Task) -> bytes:
    try:
        data = Path(task.path).read_bytes()
    except OSError as e:
        raise FileMoved(file=Path(task.path).name) from e
    if hashlib.sha256(data).hexdigest() != task.sha256:
        raise FileMoved(file=Path(task.path).name)
    return data


def _shelve(
    folder: Path,
    task: Task,
    data: bytes,
    paper: PaperRead,
    quality: Sequence[PageQuality],
    seen: Sequence[reading.Seen],
) -> dict[str, Any]:
    """Write the paper's files; its row."""
    sure = (sureness.threshold, sureness.kind_threshold())
    made = records.record(task, paper, quality, sure)
    pages = [seen[n - 1] for n in paper.pages]
    leaves = [
        Leaf(data, n, s.words, s.back, s.size, s.jpeg)
        for n, s in zip(paper.pages, pages, strict=True)
    ]
    pdf, pdfa = archival.searchable(leaves, made["name"])
    place = Path("papers") / made["id"][:2]
    names = {end: str(place / f"{made['name']}{end}") for end in (".pdf", ".jpg", ".json")}
    share = max(1, round(len(data) * len(paper.pages) / task.pages))
    made["pdf"] = {
        "file": names[".pdf"],
        "bytes": len(pdf),
        "source_bytes": share,
        "pdfa": pdfa,
    }
    made["thumbnail"] = names[".jpg"]
    told = json.dumps(records.checked(made), ensure_ascii=False, indent=1) + "\n"
    write(folder / names[".pdf"], pdf)
    write(folder / names[".jpg"], archival.thumbnail(pages[0].jpeg))
    write(folder / names[".json"], told.encode())
    row = records.row_of(made)
    return asdict(replace(row, files={**row.files, "record": names[".json"]}))


def _keep(kept: Path, page: reading.Seen) -> None:
    """Keep a page; the file with its words comes last, and says that all is there."""
    told = asdict(page)
    for part in ("clean", "jpeg"):
        write(kept / f"{page.quality.page}.{part}", told.pop(part))
    write(kept / f"{page.quality.page}.json", json.dumps(told).encode())


def _kept(kept: Path, number: int) -> reading.Seen:
    try:
        told = json.loads((kept / f"{number}.json").read_text("utf-8"))
        clean, jpeg = ((kept / f"{number}.{part}").read_bytes() for part in ("clean", "jpeg"))
    except OSError as e:
        raise PageLost(page=number) from e
    words = [Word(**{**w, "box": tuple(w["box"])}) for w in told["words"]]
    q = told["quality"]
    quality = PageQuality(q["page"], q["verdict"], tuple(q["reasons"]))
    back, size = tuple(told["back"]), (told["size"][0], told["size"][1])
    return reading.Seen(words, told["qr"], quality, clean, jpeg, back, size)


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def answers(lines: Iterator[str], folder: Path) -> Iterator[dict[str, Any]]:
    """An answer for each line, whatever happens."""
    for line in lines:
        told = json.loads(line)
        task = Task(**{**told, "seen": tuple(told["seen"])})
        try:
            answer = do(task, folder)
        except DossierError as e:
            answer = {"error": e.code, "again": e.retry or isinstance(e, Broken)}
        except (ArithmeticError, LookupError, MemoryError, OSError, TypeError, ValueError) as e:
            # the edge: pikepdf and Pillow raise what they met; the page is named, the pool goes on
            answer = {"error": f"broken_{type(e).__name__}", "again": True}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield {**answer, "peak": peak}


def main(folder: str) -> None:
    """Answer tasks until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    spoken = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not look like an answer
    for answer in answers(iter(sys.stdin.readline, ""), Path(folder)):
        spoken.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
