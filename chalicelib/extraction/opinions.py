"""Second readings of a value's place, weighed against the first.

In: the field as first read and what readers said of its crop (`Opinion`). Out: the field
with the value that grammar, vocabulary and agreement speak for most. A blank stays blank unless two
readings agree on a sound value; dirt read alone is no value.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from chalicelib.dossier.paper import Field
from chalicelib.extraction import (
    ballots,
    blanks,
    compounds,
    confidence,
    names,
    normalise,
    spelling,
)
from chalicelib.extraction.confidence import UNREAD
from chalicelib.extraction.papers import paper

Vote = tuple[str | int, float]
_BARE = 0.85  # how sure bare paper is a blank, before it is looked at twice
_LEAST = 0.2  # a crop read less surely than this has no say
_ECHO = 0.6  # further looks of the same reader mostly repeat the mistakes of the first
_WHOLE_PAGE = 1.1  # the page's reading knows its neighbours; a crop is larger but alone
_INNER = re.compile(r"(?<=[^\W_])[.-](?=[^\W_])|(?<=[^\W_])[:)]|\((?=[^\W_])")
_SOUND = 0.9  # trust from which grammar and vocabulary have nothing to say against a text


class Opinion(NamedTuple):
    """What a reader said of a crop. `echo`: another look of a reader that has spoken already."""

    text: str
    sure: float
    echo: bool = False


AS_READ = Opinion("", 1.0, echo=True)
"""A look that has nothing to see but what the first reader saw."""


def settle(kind: str, key: str, field: Field, opinions: Sequence[Opinion]) -> Field:
    """The field after hearing second readings of its crop: the likeliest value wins; of bare paper there are none."""
    if not opinions:
        bare = confidence.blank_seen_again(_BARE, 0)
        return replace(field, value=None, raw="", confidence=bare)
    if opinions == [AS_READ]:
        return replace(field, confidence=confidence.unanimous(field.confidence))
    votes = list(_votes(kind, key, field, opinions))
    if _is_left_blank(field):
        return _still_blank(field, votes)
    if not votes:
        return replace(field, confidence=confidence.unheard(field.confidence))
    one_more = opinions[0].echo or paper(kind).grammars[key] == "name"
    if one_more and _all_say(votes, field, len(opinions)):
        return replace(field, confidence=confidence.unanimous(field.confidence))
    own = [(_plain(field), field.confidence * _WHOLE_PAGE)] if field.confidence > UNREAD else []
    elected = _elected(field, own + votes, len(opinions) + 1)
    return _word_by_word(paper(kind).grammars[key], elected, own + votes)


def shows_nothing(field: Field) -> bool:
    """Was no letter and no figure read here, not even one that is dirt?"""
    return _is_left_blank(field) and not any(map(str.isalnum, field.raw))


def _is_left_blank(field: Field) -> bool:
    """What fits no grammar has no value either, but is not read."""
    return field.value is None and field.confidence > UNREAD


def _all_say(votes: Sequence[Vote], field: Field, heard: int) -> bool:
    """Do all that were heard say what was read first?"""
    return (
        len(votes) == heard
        and field.confidence > UNREAD
        and all(v == field.value for v, _ in votes)
    )


def _votes(kind: str, key: str, field: Field, opinions: Sequence[Opinion]) -> Iterator[Vote]:
    grammar = paper(kind).grammars[key]
    for text, sure, echo in opinions:
        raw = _without_nought(_part(kind, key, text), grammar)
        if sure < _LEAST or normalise.is_blank(raw, grammar):
            continue
        value, trust = normalise.typed(grammar, raw)
        if value is not None:
            weight = sure * trust * trust * (_ECHO if echo else 1.0)
            yield _without_note(value, field), weight


def reads_as(kind: str, key: str, text: str) -> str | int | None:
    """The value that a second reading's text says under this key, if any."""
    return normalise.typed(paper(kind).grammars[key], _part(kind, key, text))[0]


def is_sound(kind: str, key: str, text: str) -> bool:
    """Do grammar and vocabulary of the key accept the text as it stands?"""
    value, trust = normalise.typed(paper(kind).grammars[key], _part(kind, key, text))
    return value is not None and trust >= _SOUND


def _without_nought(text: str, grammar: str) -> str:
    """A raised note mark before the value reads as a nought; no name, place or document's name begins with one."""
    if grammar in ("name", "place", "address", "agency"):
        return re.sub(r"^0\s*(?=\w)", "", text)
    return re.sub(r"^0\s*(?=[^\W\d])", "", text) if grammar == "id_document" else text


def _without_note(value: str | int, field: Field) -> str | int:
    """The first reading told a raised footnote figure from the text; a crop may take it for text."""
    own = field.value
    if not (isinstance(value, str) and isinstance(own, str) and len(own) > 6):
        return value
    if own[:1].isdigit():  # '47 Xuân Thủy' of which the first reading saw '7' only
        return value
    sticks = value.endswith(own) and re.fullmatch(
        r"\(?[1-9GCOo°®]{1,2}\)?", value.removesuffix(own).strip()
    )
    return own if sticks else value


def _part(kind: str, key: str, text: str) -> str:
    """The part of a compound that belongs to this key, without dirt."""
    described = paper(kind)
    for label in described.labels:
        if label.shape and key in label.fields:
            text = compounds.parts_of(label.shape, text)[label.fields.index(key)] or ""
            break
    return blanks.without_dirt(text, described.grammars[key])


def _still_blank(field: Field, votes: Sequence[Vote]) -> Field:
    if len(votes) >= 2 and votes[0][0] == votes[1][0] and min(v[1] for v in votes) > 0.25:
        return replace(field, value=votes[0][0], raw=str(votes[0][0]), confidence=0.6)
    return replace(field, confidence=confidence.blank_seen_again(field.confidence, len(votes)))


def _plain(field: Field) -> str | int:
    return field.value if isinstance(field.value, int) else str(field.value)


def _elected(field: Field, votes: Sequence[Vote], heard: int) -> Field:
    tally: dict[str | int, list[float]] = {}
    for value, weight in votes:
        tally.setdefault(value, []).append(weight)
    best = max(tally, key=lambda v: sum(tally[v]))
    best = _whole_figures(field, best)
    best = _with_marks(_small_initial(best, tally), tally)
    others = [w for value, w in tally.items() if value != best]
    sure = confidence.of_vote(tally[best], others, heard)
    return replace(field, value=best, confidence=sure)


def _word_by_word(grammar: str, field: Field, votes: Sequence[Vote]) -> Field:
    """The elected value with the likeliest word at each place; if that is another one it is doubtful."""
    group = confidence.GROUPS.get(grammar)
    if not isinstance(field.value, str) or group not in ("name", *confidence.WORDY):
        return field
    worth = names.worth if group == "name" else spelling.usual()
    texts = [(value, weight) for value, weight in votes if isinstance(value, str)]
    if all(value == field.value for value, _ in texts):
        return field
    text = ballots.by_words(field.value, texts, worth)
    value, trust = normalise.typed(grammar, text)
    if _INNER.sub("", text) == _INNER.sub("", field.value) or value is None:
        return field
    return replace(field, value=value, confidence=confidence.patched(field.confidence, trust))


def _whole_figures(field: Field, best: str | int) -> str | int:
    """A crop may cut the first figure off: where the page has it before all the others, it stays."""
    own = field.value
    if not isinstance(own, int) or not isinstance(best, int) or field.confidence <= UNREAD:
        return best
    return own if str(own).endswith(str(best)) else best


def _with_marks(best: str | int, tally: Mapping[str | int, list[float]]) -> str | int:
    """Of values that differ only by stops, dashes, brackets, the one that has them: they get lost, not won."""
    if not isinstance(best, str):
        return best
    alike = [v for v in tally if isinstance(v, str) and _INNER.sub("", v) == _INNER.sub("", best)]
    return max(alike, key=lambda v: (len(v), v == best))


def _small_initial(best: str | int, tally: Mapping[str | int, list[float]]) -> str | int:
    """A raised small x or p reads as a capital, hardly ever the other way round."""
    small = str(best)[:1].lower() + str(best)[1:]
    if isinstance(best, int) or small == best or small.split()[0] not in ("xã", "phường"):
        return best
    return small if sum(tally.get(small, [0.0])) > 0.4 else best
