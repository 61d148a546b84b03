"""The fields of one paper, cut out of its words by its printed labels.

In: a kind of `schemas/papers/` and the words of all pages of one paper (`kinds.Group.pages`).
Out: fields by key. A field that could not be read is absent; one left blank has value None.

- `read_draft(kind, words) -> Draft`: fields, and `looks`: the line boxes of values worth rereading
- `settle(kind, key, field, opinions) -> Field` (of `opinions`): the field after second readings
- `finish(kind, fields) -> dict[str, Field]`: facts that vouch for each other compared, unread left out
- `read_fields(kind, words) -> dict[str, Field]`: draft and finish without second readings
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.dossier.paper import Box, Field, Word
from chalicelib.extraction import (
    blanks,
    columns,
    compounds,
    confidence,
    dates,
    documents,
    labels,
    loose,
    normalise,
    tables,
)
from chalicelib.extraction.columns import Region
from chalicelib.extraction.confidence import UNREAD
from chalicelib.extraction.force import in_force
from chalicelib.extraction.labels import Hit
from chalicelib.extraction.lines import Token, tokens_of
from chalicelib.extraction.opinions import (
    AS_READ,
    Opinion,
    is_sound,
    reads_as,
    settle,
    shows_nothing,
)
from chalicelib.extraction.papers import Label, Paper, key_of, paper
from chalicelib.extraction.taken import Taken
from chalicelib.extraction.values import Span, cut

__all__ = [
    "AS_READ",
    "Draft",
    "Look",
    "Opinion",
    "agree",
    "agrees",
    "finish",
    "is_sound",
    "read_draft",
    "read_fields",
    "settle",
    "shows_nothing",
    "stands_in_boxes",
]

IsInkLeft = Callable[[int, Box], bool]
_COUNTED = ("integer", "grams")
PARTS_OF_DOCUMENT = {"id_number": "id_number", "id_issued_on": "date", "id_issued_by": "issuer"}


@dataclass(frozen=True, slots=True)
class Look:
    """A value worth a second reading: the boxes of its lines, one after the other.

    `nearly_sure`: one more look is enough if it says the same.
    """

    key: str
    page: int
    boxes: tuple[Box, ...]
    nearly_sure: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A first reading. Text that does not fit its grammar has confidence 0 until `settle` saves it.

    `apart`: how much less surely values were read than labels; 0 on a paper that nobody fills in by hand.
    """

    fields: dict[str, Field]
    looks: tuple[Look, ...]
    apart: float = 0.0


def read_fields(kind: str, words: Sequence[Word]) -> dict[str, Field]:
    """Fields of the paper by key (`mother.full_name`), page numbers as the words carry them."""
    draft = read_draft(kind, words)
    return finish(kind, draft.fields, apart=draft.apart)


def read_draft(kind: str, words: Sequence[Word], is_ink_left: IsInkLeft | None = None) -> Draft:
    """First reading of a paper; KeyError for a kind that nobody described.

    `is_ink_left`: does anything stand in a place of a page (its number, the place) that is none of the words? Where
    nobody can tell, a value in a column may go on wherever there is room.
    """
    described, tokens = paper(kind), tokens_of(words)
    if not described.labels or not tokens:
        return Draft({}, ())
    table = tables.read(described, tokens)
    regions = columns.split(described, table.outside)
    hits = [_hits(described, region) for region in regions]
    taken = Taken(described.grammars)
    for region, own in zip(regions, hits, strict=True):
        for label, key, field, span in _labelled(described, region, own, is_ink_left):
            taken.add(label, key, field, span)
    found, spans = taken.fields, taken.spans
    if described.table and table.field:
        found[described.table.field] = table.field
        spans.pop(described.table.field, None)  # its cells are no line to be read again
    for key, span in loose.find(described, regions[0].tokens, hits[0], found):
        found[key], spans[key] = make(described.grammars[key], span.raw, span, 1.0), span
    well = confidence.is_well_read(found.values())
    looks = (
        _look(key, described.grammars[key], f, spans[key], well_read=well)
        for key, f in found.items()
        if key in spans and spans[key].line_boxes
    )
    written = [sure for span in spans.values() for sure in span.confidences]
    printed = [s for region, own in zip(regions, hits, strict=True) for s in _printed(region, own)]
    apart = 0.0 if described.printed else confidence.apart(printed, written)
    return Draft(found, tuple(look for look in looks if look), apart)


def _printed(region: Region, hits: Sequence[Hit]) -> Iterator[float]:
    """How surely the words of a region's labels were read."""
    for hit in hits:
        yield from (t.confidence for t in region.tokens[hit.start : hit.end] if t.letters)


def _look(key: str, grammar: str, field: Field, span: Span, *, well_read: bool) -> Look | None:
    if not confidence.is_doubtful(grammar, field, well_read=well_read):
        return None
    nearly_sure = confidence.is_nearly_sure(grammar, field, well_read=well_read)
    before_unit = span.before_unit if field.value is None and grammar in _COUNTED else ()
    return Look(key, span.page, before_unit or span.line_boxes, nearly_sure)


def agrees(kind: str, key: str, text: str, field: Field) -> bool:
    """Does a second reading of the place say the value of the first? A word that its list has not proves nothing."""
    if field.value is None or field.confidence <= UNREAD:
        return False
    if confidence.is_listed(paper(kind).grammars[key]) and not is_sound(kind, key, text):
        return False
    return reads_as(kind, key, text) == field.value


def agree(kind: str, key: str, one: str, other: str) -> bool:
    """Do two second readings say the same value?"""
    value = reads_as(kind, key, one)
    return value is not None and value == reads_as(kind, key, other)


def stands_in_boxes(kind: str, key: str) -> bool:
    """Is the value printed one digit a box?"""
    return paper(kind).grammars[key] == "boxed_number"


def is_name(kind: str, key: str) -> bool:
    """Does a person's name stand there?"""
    return paper(kind).grammars[key] == "name"


def finish(kind: str, fields: Mapping[str, Field], *, apart: float = 0.0) -> dict[str, Field]:
    """The fields to hand on: facts of one paper compared, what fits no grammar left out."""
    described = paper(kind)
    found = _in_agreement(dict(fields))
    for key in list(found):
        for part, field in _parts(described, key, found[key]):
            found.setdefault(part, field)
    scored = confidence.on_paper(described.grammars, found)
    read = {k: f for k, f in scored.items() if f.confidence > UNREAD}
    return confidence.calibrated(described.grammars, read, apart)


def _until_end(hits: Sequence[Hit]) -> list[Hit]:
    ends = [n for n, h in enumerate(hits) if h.label.role == "end"]
    return list(hits[: ends[0] + 1]) if ends else list(hits)


def _hits(described: Paper, region: Region) -> list[Hit]:
    """The labels of a region that count."""
    found = labels.find(region.tokens, described.labels)
    return list(in_force(described, region.tokens, found, region.section))


def _labelled(
    described: Paper, region: Region, every: Sequence[Hit], is_ink_left: IsInkLeft | None
) -> Iterator[tuple[Label, str, Field, Span]]:
    tokens, hits, section = region.tokens, _until_end(every), region.section
    for index, hit in enumerate(hits):
        section = hit.label.opens or section
        if _is_said_again(tokens, hits, index):
            continue
        keys = [key_of(section, f) for f in hit.label.fields]
        if all(k in described.grammars for k in keys):
            for value in _values(described, tokens, hits, index, keys, is_ink_left):
                yield hit.label, *value


def _is_said_again(tokens: Sequence[Token], hits: Sequence[Hit], index: int) -> bool:
    """Does the same label follow at once, as in the other language of a card?"""
    hit, after = hits[index], hits[index + 1] if index + 1 < len(hits) else None
    if after is None or after.label is not hit.label or not hit.label.fields:
        return False
    return not any(t.letters or t.text[:1].isdigit() for t in tokens[hit.end : after.start])


def _values(
    described: Paper,
    tokens: Sequence[Token],
    hits: Sequence[Hit],
    index: int,
    keys: Sequence[str],
    is_ink_left: IsInkLeft | None,
) -> Iterator[tuple[str, Field, Span]]:
    if not keys:
        return
    hit = hits[index]
    grammar = described.grammars[keys[0]]
    span = cut(tokens, hits, index, hit.label.shape or grammar)
    if span.missed and is_ink_left and not is_ink_left(span.page, span.missed):
        span = replace(span, missed=None)
    if hit.label.shape:
        for key, raw in zip(keys, compounds.parts_of(hit.label.shape, span.raw), strict=True):
            if raw is None:
                yield key, Field(span.raw, span.raw, UNREAD, span.page, span.box), span
            else:
                yield key, make(described.grammars[key], raw, span, hit.score), span
        return
    yield keys[0], make(grammar, span.raw, span, hit.score), span


def make(grammar: str, raw: str, span: Span, label_score: float) -> Field:
    """One field out of its raw text; confidence 0 where the text does not fit the grammar."""
    if normalise.is_blank(raw, grammar):
        sure = confidence.of_blank(grammar, span, label_score)
        return Field(None, raw, sure, span.page, span.room)
    value, trust = normalise.typed(grammar, blanks.without_dirt(raw, grammar))
    if value is None:
        return Field(raw, raw, UNREAD, span.page, span.box)
    sure = confidence.of_value(grammar, span, trust, label_score)
    sure *= confidence.MAY_GO_ON if span.missed else 1.0
    return Field(value, raw, sure, span.page, span.box)


def _parts(described: Paper, key: str, field: Field) -> Iterator[tuple[str, Field]]:
    """Number, day and issuer out of an identity paper's string."""
    if not key.endswith("id_document"):
        return
    person = key.rpartition(".")[0]
    if field.value is None and f"{person}.id_number" in described.grammars:
        yield f"{person}.id_number", field  # no paper is named, so no number
    if not isinstance(field.value, str):
        return
    for name, value in documents.parts(field.value).items():
        if f"{person}.{name}" in described.grammars:
            trust = confidence.of_part(PARTS_OF_DOCUMENT[name], field.confidence)
            yield f"{person}.{name}", replace(field, value=value, raw=value, confidence=trust)


def _in_agreement(found: dict[str, Field]) -> dict[str, Field]:
    """Figures and words of one date vouch for each other, or stand in for each other."""
    for key in [k for k in found if k.endswith("_in_words") and isinstance(found[k].value, str)]:
        figures, words = found.get(key.removesuffix("_in_words")), found[key]
        if figures is None or figures.confidence <= UNREAD or not isinstance(figures.value, str):
            found |= _from_words(key, figures, words)
            continue
        text, agreed = dates.mend_words(words.raw.strip(" .,;:"), figures.value)
        sure = confidence.agreed(words.confidence, agreed)
        found[key] = replace(words, value=text, confidence=sure)
        sure = confidence.agreed(figures.confidence, agreed)
        found[key.removesuffix("_in_words")] = replace(figures, confidence=sure)
    return found


def _from_words(key: str, figures: Field | None, words: Field) -> dict[str, Field]:
    """The date as the words spell it, where its figures could not be read."""
    day = dates.read_words(words.raw)
    if day is None or len(day) != 10 or (figures is not None and figures.value is None):
        return {}
    return {key.removesuffix("_in_words"): replace(words, value=day)}
