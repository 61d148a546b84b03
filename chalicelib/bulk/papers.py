"""The pages of a file in; its papers out, each with record, searchable PDF, thumbnail and row of the index.

Refuses nothing; where a record is not of its published shape that is `Broken`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from chalicelib import reading
from chalicelib.archive import records
from chalicelib.dossier.batch import Row, Task
from chalicelib.dossier.paper import PageQuality, PaperRead
from chalicelib.imaging import archival
from chalicelib.imaging.text_layer import Leaf
from chalicelib.procedures import sureness


@dataclass(frozen=True, slots=True)
class Finished:
    """One paper: its row, and its files by name (`papers/ab/NAME.pdf`, `.jpg`, `.json`)."""

    row: Row
    files: Mapping[str, bytes]


def finish(task: Task, data: bytes, seen: Sequence[reading.Seen]) -> Iterator[Finished]:
    """The papers of a file; `seen` are all its pages, those that were not read too. Errors as `reading.read_pages`."""
    found = reading.read_pages(seen)
    for paper in found.papers:
        pages = tuple(n for n in paper.pages if n in task.seen)
        quality = [q for q in found.quality if q.page in pages]
        if pages:
            yield _finished(task, data, replace(paper, pages=pages), quality, seen)


def _finished(
    task: Task,
    data: bytes,
    paper: PaperRead,
    quality: Sequence[PageQuality],
    seen: Sequence[reading.Seen],
) -> Finished:
    sure = (sureness.threshold, sureness.kind_threshold())
    made = records.record(task, paper, quality, sure)
    pages = [seen[n - 1] for n in paper.pages]
    leaves = [
        Leaf(data, n, s.words, s.back, s.size, s.jpeg)
        for n, s in zip(paper.pages, pages, strict=True)
    ]
    pdf, pdfa = archival.searchable(leaves, made["name"])
    place = PurePosixPath("papers") / made["id"][:2]
    names = {end: str(place / f"{made['name']}{end}") for end in (".pdf", ".jpg", ".json")}
    share = max(1, round(len(data) * len(paper.pages) / task.pages))
    made["pdf"] = {
        "file": names[".pdf"], "bytes": len(pdf), "source_bytes": share, "pdfa": pdfa
    }  # fmt: skip
    made["thumbnail"] = names[".jpg"]
    told = json.dumps(records.checked(made), ensure_ascii=False, indent=1) + "\n"
    files = {
        names[".pdf"]: pdf,
        names[".jpg"]: archival.thumbnail(pages[0].jpeg),
        names[".json"]: told.encode(),
    }
    row = records.row_of(made)
    return Finished(replace(row, files={**row.files, "record": names[".json"]}), files)
