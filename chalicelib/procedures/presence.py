"""Are the papers there, and can they be used? One finding per need or faulty file.

Out: `failed` where the citizen must send something (missing, unreadable, to be photographed again), `inconclusive`
where an officer must look (what it is isn't sure). Presented papers are never demanded.
"""

from collections.abc import Iterator, Sequence

from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import REASONS, Finding, Outcome, PageQuality
from chalicelib.procedures.catalogue import Need, Pair, Procedure
from chalicelib.procedures.evidence import Evidence, Standing
from chalicelib.procedures.messages import listed, said
from chalicelib.procedures.sureness import kind_threshold


def look(procedure: Procedure, dossier: Dossier, evidence: Evidence) -> Iterator[Finding]:
    """Findings about the papers to submit, then about files that can't be used."""
    papers = [_need(n, dossier, evidence) for n in procedure.submit if n.required]
    yield from papers
    is_one_missing = any(f.outcome == "failed" for f in papers)
    for number, upload in enumerate(dossier.live_papers(), 1):
        yield from _file(upload, number, is_one_missing)


def _need(need: Need, dossier: Dossier, evidence: Evidence) -> Finding:
    kinds = {a.kind for a in need.one_of if not a.officer_decides}
    there = [s for s in evidence.standing if s.read.kind in kinds]
    usable = [s for s in there if not _spoilt(s)]
    if any(s.read.kind_confidence >= kind_threshold() for s in usable):
        return _finding(need, "passed", "there")
    if usable:
        return _finding(need, "inconclusive", "kind_unsure")
    if there:
        return _finding(need, "failed", "retake", reasons=_reasons(_spoilt(there[0])))
    return _absent(need, dossier, evidence, kinds)


def _absent(need: Need, dossier: Dossier, evidence: Evidence, kinds: set[str]) -> Finding:
    claimed = [p for p in dossier.live_papers() if p.claimed_kind in kinds]
    if any(p.state == "unreadable" for p in claimed):
        return _finding(need, "failed", "unreadable")
    by_officer = {a.kind for a in need.one_of if a.officer_decides}
    if any(p.state == "read" for p in claimed) or any(
        s.read.kind in by_officer for s in evidence.standing
    ):
        return _finding(need, "inconclusive", "officer_decides")
    return _finding(need, "failed", "missing")


def _finding(need: Need, outcome: Outcome, message: str, **facts: Pair) -> Finding:
    alternatives = [a.title for a in need.one_of[1:]]
    facts = {"paper": need.title, "reasons": ("", ""), **facts}
    text = said("papers", message, **facts)
    if alternatives and message in ("missing", "unreadable"):
        extra = said("papers", "alternatives", papers=listed(alternatives))
        text = (f"{text[0]} {extra[0]}", f"{text[1]} {extra[1]}")
    paths = (f"papers.{need.id}",)
    return Finding(f"paper:{need.id}", outcome, paths, text)


def _file(upload: Paper, number: int, is_one_missing: bool) -> Iterator[Finding]:
    where = (f"papers.{upload.id}",)
    name = (f"tệp thứ {number}", f"file {number}")
    if upload.state == "unreadable":
        yield Finding("file_readable", "failed", where, said("files", "unreadable", file=name))
        return
    covered = {page for read in upload.papers for page in read.pages if read.kind != "khac"}
    stray = [q for q in upload.quality if q.page not in covered and _is_bad(q)]
    if stray and upload.state == "read":
        # While a paper is missing, the bad picture may well be it: the citizen can mend that, no officer can.
        outcome: Outcome = "failed" if is_one_missing else "inconclusive"
        message = "retake" if is_one_missing else "look"
        text = said("files", message, file=name, reasons=_reasons(stray))
        yield Finding("file_readable", outcome, where, text)


def _spoilt(s: Standing) -> list[PageQuality]:
    # An officer who typed a field from this paper could read it: then the picture will do.
    if any(f.confirmed_by for f in s.read.fields.values()):
        return []
    return [q for q in s.upload.quality if q.page in s.read.pages and _is_bad(q)]


def _is_bad(q: PageQuality) -> bool:
    return q.verdict == "retake" and q.reasons != ("blank",)


def _reasons(pages: Sequence[PageQuality]) -> Pair:
    return listed(
        [REASONS[r] for q in pages for r in q.reasons if r in REASONS] or [REASONS["not_read"]]
    )
