"""What the papers of a dossier say: references like `giay_chung_sinh:mother.full_name` looked up in its papers.

In: a procedure (whose data tells which papers name which person) and a dossier. Out: fields with the paper they
stand on, newest paper first. An identity card belongs to a person (`cccd@mother:full_name`) by number, else by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import Field, PaperRead
from chalicelib.procedures.catalogue import Procedure
from chalicelib.procedures.letters import folded, unmarked

LEAST_TO_SUPPORT = 0.5


@dataclass(frozen=True, slots=True)
class Merged:
    """A field and the id and kind of the paper it was taken from; None: declared, on no paper.

    `support` is the probability that the value is right once another kind of paper says the same; 0 if none does.
    `channel` is how the dossier came: pictures of phones are read less surely than scans.
    """

    field: Field
    paper: str | None
    kind: str | None = None
    support: float = 0.0
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference: `kind:field`, or `kind@person:field` for a card.

    In rules also `dossier:field` (the merged one) and `declared:field` (what the citizen typed).
    """

    kind: str
    field: str
    person: str | None = None

    @property
    def label_key(self) -> str:
        """The dossier field whose label fits."""
        return f"{self.person}.{self.field}" if self.person else self.field

    def __str__(self) -> str:
        """As written in the data."""
        return f"{self.kind}{'@' + self.person if self.person else ''}:{self.field}"


def ref_from(text: str) -> Ref:
    """The reference written as text."""
    where, _, field = text.partition(":")
    kind, _, person = where.partition("@")
    return Ref(kind, field, person or None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A paper that counts: the upload it lies in, and what was read."""

    upload: Paper
    read: PaperRead


class Evidence:
    """The papers of one dossier, newest first, and whose card is whose."""

    def __init__(self, procedure: Procedure, dossier: Dossier) -> None:
        self.declared = dossier.declared
        self.channel = dossier.channel
        self.dossiers = 1 + len(dossier.siblings)
        self.standing = [
            Standing(upload, read)
            for upload in reversed(dossier.live_papers())
            if upload.state == "read"
            for read in upload.papers
        ]
        self._cards: dict[str, list[Standing]] = {}
        for person in procedure.persons:
            self._cards[person] = self._cards_of(person, procedure)

    def papers(self, ref: Ref) -> Sequence[Standing]:
        """Papers of the reference's kind (and person), newest first."""
        if ref.person:
            return self._cards.get(ref.person, ())
        return [s for s in self.standing if s.read.kind == ref.kind]

    def has(self, kind: str) -> bool:
        """Is there a paper of this kind, whosoever it is?"""
        return any(s.read.kind == kind for s in self.standing)

    def found(self, refs: Iterable[str]) -> list[Merged]:
        """Every field that the references name and that was read, in their order, newest paper first."""
        return [
            Merged(s.read.fields[ref.field], s.upload.id, s.read.kind, channel=self.channel)
            for ref in map(ref_from, refs)
            for s in self.papers(ref)
            if ref.field in s.read.fields
        ]

    def best(self, refs: Iterable[str], key: str) -> Merged | None:
        """The field that counts: confirmed by an officer, else the first found, else what was declared.

        A name out of the machine-readable lines has no marks: it counts after all others.
        """
        found = self.found(refs)
        found += self.claimed(key)
        best = min(found, key=_lateness, default=None)
        return best and replace(best, support=_support(best, found))

    def claimed(self, key: str) -> list[Merged]:
        """What the citizen declared for this dossier field, if anything."""
        return [Merged(_declared(self.declared[key]), None)] if key in self.declared else []

    def _cards_of(self, person: str, procedure: Procedure) -> list[Standing]:
        how = procedure.persons[person]
        cards = [s for s in self.standing if s.read.kind == "cccd"]
        numbers = self._said(how["id_numbers"], f"{person}.id_number", _digits)
        names = self._said(how["names"], f"{person}.full_name", unmarked)
        known = [(c, _texts(c, ("id_number", "old_id_number"), _digits)) for c in cards]
        is_numbered = any(numbers & its for _, its in known)
        return [
            card
            for card, its in known
            if numbers & its
            or (names & _texts(card, ("full_name",), unmarked) and not (is_numbered and its))
        ]

    def _said(self, refs: Iterable[str], key: str, shape: Any) -> set[str]:
        fields = [m.field.value for m in self.found(refs)] + [self.declared.get(key)]
        return {shape(v) for v in fields if isinstance(v, str)} - {""}


def _lateness(m: Merged) -> tuple[bool, bool]:
    markless = m.field.source == "mrz" and isinstance(m.field.value, str)
    is_name = markless and any(c.isalpha() for c in str(m.field.value))
    return m.field.confirmed_by is None, is_name


def _support(best: Merged, found: Iterable[Merged]) -> float:
    # Two papers of different kinds misread into the very same value: both must be wrong. A reading that is
    # likelier wrong than right is not saved by that.
    value, own = best.field.value, best.field.confidence
    if value is None or own < LEAST_TO_SUPPORT:
        return 0.0
    same = (
        m.field.confidence
        for m in found
        if m.kind not in (None, best.kind) and folded(str(m.field.value)) == folded(str(value))
    )
    other = max(same, default=None)
    return 0.0 if other is None else 1 - (1 - own) * (1 - other)


def _texts(card: Standing, keys: Iterable[str], shape: Any) -> set[str]:
    values = [card.read.fields[k].value for k in keys if k in card.read.fields]
    return {shape(v) for v in values if isinstance(v, str)} - {""}


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).upper()


def _declared(value: Any) -> Field:
    # What the citizen typed is certain as a claim; whether it is true the rules ask of the papers.
    return Field(
        value=value, raw="" if value is None else str(value), confidence=1.0, source="declared"
    )
