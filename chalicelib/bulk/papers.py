"""The pages of a file in; its papers out, each with record, searchable PDF, thumbnail and row of the index.

Pages of register books are papers of their own; each of their entries has a record and a row too.

Refuses nothing; where a record is not of its published shape that is `Broken`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from chalicelib import reading
from chalicelib.archive import doubles, records
from chalicelib.bulk import entries
from chalicelib.dossier.batch import Row, Task
from chalicelib.dossier.paper import Box, PageQuality, PaperRead
from chalicelib.dossier.pile import KIND
from chalicelib.dossier.register import BookPage
from chalicelib.extraction import registers
from chalicelib.imaging import archival
from chalicelib.imaging.text_layer import Leaf
from chalicelib.procedures import sureness


@dataclass(frozen=True, slots=True)
class Finished:
    """One paper: its row, and its files by name (`papers/ab/NAME.pdf`, `.jpg`, `.json`; with doubts `.doubts.jpg`)."""

    row: Row
    files: Mapping[str, bytes]


def finish(
    task: Task,
    data: bytes,
    seen: Sequence[reading.Seen],
    books: Mapping[int, BookPage] | None = None,
) -> Iterator[Finished]:
    """The papers of a file; `seen` are all its pages, those that were not read too; `books` its register pages.

    Errors as `reading.read_pages`.
    """
    books = books or {}
    loose = [reading.unread(s.quality.page) if s.quality.page in books else s for s in seen]
    found = reading.read_pages(loose)
    for paper in _bound(found.papers, data):
        pages = tuple(n for n in paper.pages if n in task.seen and n not in books)
        quality = [q for q in found.quality if q.page in pages]
        if pages:
            yield _finished(task, data, replace(paper, pages=pages), quality, seen)
    for number, lines in entries.lines(books):
        yield from _of_page(task, data, seen, books[number], number, lines)


def _bound(papers: Sequence[PaperRead], data: bytes) -> Iterator[PaperRead]:
    """Papers as they are; pages of unknown kind that follow each other in a PDF written by a program are one."""
    unknown = sum(p.kind == records.UNKNOWN for p in papers)
    written = unknown > 1 and archival.is_printed(data)
    for kind, group in groupby(papers, key=lambda p: p.kind):
        if kind != records.UNKNOWN or not written:
            yield from group
            continue
        own = list(group)
        pages = tuple(n for p in own for n in p.pages)
        yield replace(own[0], pages=pages, kind_confidence=min(p.kind_confidence for p in own))


def _of_page(
    task: Task,
    data: bytes,
    seen: Sequence[reading.Seen],
    page: BookPage,
    number: int,
    lines: Sequence[entries.Line],
) -> Iterator[Finished]:
    """A register's page and the entries that begin on it; these point to the page's files."""
    quality = [seen[number - 1].quality]
    paper = PaperRead(page.register, page.sure, (number,), dict(page.head))
    whole = _finished(task, data, paper, quality, seen, loose=False)
    yield whole
    kind = next(b.entry for b in registers.layouts() if b.register == page.register)
    for line in lines:
        own = PaperRead(kind, page.sure, line.pages, dict(line.fields))
        place = entries.place_of(page, line.row, whole.row.id)
        made = records.record(task, own, quality, _sure(), place)
        made["doubts"] += [entries.HALF] if line.half else []
        made["pdf"] = json.loads(whole.files[whole.row.files["record"]])["pdf"]
        made["thumbnail"] = whole.row.files["thumbnail"]
        yield _entry(made, seen)


def _entry(made: dict[str, Any], seen: Sequence[reading.Seen]) -> Finished:
    name = f"{_stem(made)}.json"
    row = records.row_of(made)
    row = replace(row, files={**row.files, "record": name}, bytes={"pdf": 0, "source": 0})
    return _with_doubts(Finished(row, {name: records.as_bytes(records.checked(made))}), made, seen)


def _stem(made: Mapping[str, Any]) -> str:
    return str(PurePosixPath("papers") / made["id"][:2] / made["name"])


def _with_doubts(
    paper: Finished, made: Mapping[str, Any], seen: Sequence[reading.Seen]
) -> Finished:
    """The paper, with a picture of what is doubtful in it: fields in their order, for its kind the whole page."""
    fields = made["fields"]
    cuts: dict[tuple[bytes, Box | None], None] = {}  # each place once
    for key in made["doubts"]:
        f = fields.get(key, {})
        jpeg = seen[(f.get("page") or made["source"]["pages"][0]) - 1].jpeg
        if jpeg and (f or key == KIND):
            cuts[jpeg, (*f["box"],) if f.get("box") else None] = None
    if not cuts:
        return paper
    name = f"{_stem(made)}.doubts.jpg"
    row = replace(paper.row, files={**paper.row.files, "doubts": name})
    return Finished(row, {**paper.files, name: archival.places(list(cuts))})


def _sure() -> tuple[records.Thresholds, float]:
    return sureness.threshold, sureness.kind_threshold()


def _finished(
    task: Task,
    data: bytes,
    paper: PaperRead,
    quality: Sequence[PageQuality],
    seen: Sequence[reading.Seen],
    loose: bool = True,
) -> Finished:
    """The paper's files and row; pages of registers are not loose, `archive.books` tells which came twice."""
    made = records.record(task, paper, quality, _sure())
    pages = [seen[n - 1] for n in paper.pages]
    leaves = [
        Leaf(data, n, s.words, s.back, s.size, s.jpeg)
        for n, s in zip(paper.pages, pages, strict=True)
    ]
    pdf, pdfa = archival.searchable(leaves, made["name"])
    names = {end: f"{_stem(made)}{end}" for end in (".pdf", ".jpg", ".json")}
    share = max(1, round(len(data) * len(paper.pages) / task.pages))
    made["pdf"] = {
        "file": names[".pdf"], "bytes": len(pdf), "source_bytes": share, "pdfa": pdfa
    }  # fmt: skip
    made["thumbnail"] = names[".jpg"]
    files = {
        names[".pdf"]: pdf,
        names[".jpg"]: archival.thumbnail(pages[0].jpeg),
        names[".json"]: records.as_bytes(records.checked(made)),
    }
    row = records.row_of(made)
    row = replace(row, files={**row.files, "record": names[".json"]})
    words = (w for page in pages for w in page.words)
    row = doubles.marked(row, made, words) if loose else row
    return _with_doubts(Finished(row, files), made, seen)
