"""Children of one birth: is each dossier's birth note its own, and are all of them there?

In: a dossier and the others that bear the same note or belong to the same case. Out: findings.
A second child is never a duplicate: what tells children apart is the number of the note, and the child's name
(facts §1.2). Only hashes of notes leave the dossier, for the index that finds them across dossiers.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from chalicelib.dossier.case import Dossier
from chalicelib.dossier.paper import Field, Finding, Outcome, PaperRead
from chalicelib.dossier.states import State
from chalicelib.procedures.letters import unmarked
from chalicelib.procedures.messages import said
from chalicelib.procedures.sureness import threshold

NOTE = "giay_chung_sinh"
SHARED_KINDS = frozenset(
    {"cccd", "giay_chung_nhan_ket_hon"}
)  # papers of the parents, same for every child


def marks(dossier: Dossier) -> dict[str, bool]:
    """Hashes of the birth notes in this dossier (facility, book, number, year), and whether each was read surely."""
    found: dict[str, bool] = {}
    for note in _notes(dossier):
        number, facility = _text(note, "number"), _text(note, "facility")
        if number:
            year = _text(note, "issued_on")[:4] or _text(note, "child.birth_date")[:4]
            key = "|".join([NOTE, facility, _text(note, "book"), number, year])
            found[sha256(key.encode()).hexdigest()] = _is_sure(note.fields["number"])
    return found


def look(dossier: Dossier, others: Sequence[Dossier]) -> Iterator[Finding]:
    """Findings about reused and swapped notes, and about children whose dossier is missing."""
    mine = marks(dossier)
    alive = [o for o in others if o.state is not State.REFUSED and o.code != dossier.code]
    if len(mine) > 1:
        yield _finding("one_note_per_child", "inconclusive", "several_notes")
    for other in alive:
        yield from _reused(dossier, mine, other)
    if any(_is_swapped(dossier, o) for o in alive if o.code in dossier.siblings):
        yield _finding("notes_not_swapped", "failed", "notes_swapped")
    yield from _missing(dossier)


def shared_papers(dossier: Dossier) -> list[str]:
    """Ids of the uploads that another child's dossier may use too: only papers of the parents lie in them."""
    return [
        p.id
        for p in dossier.live_papers()
        if p.papers and all(read.kind in SHARED_KINDS for read in p.papers)
    ]


def _reused(dossier: Dossier, mine: dict[str, bool], other: Dossier) -> Iterator[Finding]:
    theirs = marks(other)
    same = mine.keys() & theirs.keys()
    if not same:
        return
    is_same_child = bool(_child(dossier)) and _child(dossier) == _child(other)
    is_clear = any(mine[m] and theirs[m] for m in same)
    text = "same_child_twice" if is_same_child else "note_reused"
    yield _finding("note_is_its_own", "failed" if is_clear else "inconclusive", text)


def _is_swapped(dossier: Dossier, other: Dossier) -> bool:
    mine, theirs = _child(dossier), _child(other)
    if not mine or not theirs or mine == theirs:
        return False
    intended = {_text(n, "child.intended_name") for n in _notes(dossier)}
    return theirs in intended and mine not in intended


def _missing(dossier: Dossier) -> Iterator[Finding]:
    counts = [
        n.fields["children_count"].value for n in _notes(dossier) if "children_count" in n.fields
    ]
    born = max((c for c in counts if isinstance(c, int)), default=1)
    if dossier.siblings and born > 1:
        there = 1 + len(dossier.siblings)
        name = "children_there" if there >= born else "child_missing"
        outcome: Outcome = "passed" if there >= born else "failed"
        yield _finding("every_child_has_a_dossier", outcome, name, warning=True)


def _notes(dossier: Dossier) -> list[PaperRead]:
    return [r for p in dossier.live_papers() for r in p.papers if r.kind == NOTE]


def _child(dossier: Dossier) -> str:
    named = [
        _text(r, "child.full_name")
        for p in dossier.live_papers()
        for r in p.papers
        if r.kind == "to_khai_khai_sinh"
    ]
    return named[-1] if named else unmarked(str(dossier.declared.get("child.full_name") or ""))


def _text(paper: PaperRead, key: str) -> str:
    field = paper.fields.get(key)
    return "" if field is None or field.value is None else unmarked(str(field.value))


def _is_sure(field: Field) -> bool:
    return field.confirmed_by is not None or field.confidence >= threshold(NOTE, "number")


def _finding(rule: str, outcome: Outcome, message: str, *, warning: bool = False) -> Finding:
    return Finding(rule, outcome, ("papers.birth_proof",), said("twins", message), warning)
