"""Will what a procedure needs of a paper be readable? Told as soon as the paper is read, before anything is submitted.

In: a procedure, an upload as read, and how the dossier came. Out: each field that the procedure takes from these
papers in the first place and must be sure of, as `sure`, `unsure` (an officer would look) or `unread`. A page that
has no verdict, or is to be photographed again, vouches for nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chalicelib.dossier.case import Paper
from chalicelib.dossier.paper import Field, PaperRead
from chalicelib.procedures.catalogue import Pair, Procedure
from chalicelib.procedures.evidence import Merged, ref_from
from chalicelib.procedures.sureness import is_sure

Standing = Literal["sure", "unsure", "unread"]


@dataclass(frozen=True, slots=True)
class Legible:
    """`field`: the paper's own key; `page` is where it stands, 0 if it was not found."""

    field: str
    label: Pair
    legible: Standing
    page: int = 0


def foresee(procedure: Procedure, upload: Paper, channel: str) -> tuple[Legible, ...]:
    """What would be said of these papers' fields if the dossier were submitted now."""
    fit = {q.page for q in upload.quality if q.verdict != "retake"}
    return tuple(
        told for read in upload.papers for told in _of_paper(procedure, read, fit, channel)
    )


def _of_paper(
    procedure: Procedure, read: PaperRead, fit: set[int], channel: str
) -> Iterator[Legible]:
    for field, label in _needed(procedure, read.kind).items():
        found = read.fields.get(field)
        standing = _standing(found, read.kind, field, fit, channel)
        yield Legible(field, label, standing, found.page if found else 0)


def _needed(procedure: Procedure, kind: str) -> dict[str, Pair]:
    """The paper's fields with their labels, in the procedure's order."""
    wanted: dict[str, Pair] = {}
    for key, refs in procedure.sources.items():
        told = procedure.fields.get(key, {})
        best = ref_from(refs[0]) if refs else None
        must = key in procedure.required or told.get("x-must-be-sure")
        if must and best and best.kind == kind:
            wanted.setdefault(best.field, procedure.label(key))
    return wanted


def _standing(found: Field | None, kind: str, field: str, fit: set[int], channel: str) -> Standing:
    if found is None:
        return "unread"
    sure = is_sure(Merged(found, None, kind, channel=channel), field)
    return "sure" if sure and found.page in fit else "unsure"
