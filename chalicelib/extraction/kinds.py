"""Which papers lie in a file, told by title and structure of the text only (never by file name).

In: the words of every page. Out: groups of pages, each with its kind of paper and a probability.
`split(pages: Sequence[Sequence[Word]]) -> list[Group]`; `Group(kind, confidence, pages)`, pages
counted from 1 in the file's order. A page nobody knows is `khac`; nothing is refused.

A title counts when it fills a line (or two) by itself: a legal text that mentions a paper in a
sentence is not that paper. Anchors (labels of the form at the start of a line or before a colon)
tell a form from a heading; of a form whose title was lost all that it prints must tell its kind (`bodies`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from chalicelib.dossier.paper import Word
from chalicelib.extraction import bodies, labels
from chalicelib.extraction.lines import Token, tokens_of
from chalicelib.extraction.papers import Label, kinds, paper

OTHER = "khac"
_COPY_MARK = "bansao"
_CARD = "cccd"
_LEAD, _LEAD_OF_ANCHORED = 1.0, 0.0
"""By so many labels that no other kind prints a form without a title must be ahead; less if its anchors tell too."""
_SHORTEST = 5  # letters of an anchor that is looked for anywhere; shorter ones end a paper's number: '296/TLKT-BS'
_NUMBER = re.compile(r"\d+(?:/\d{4})?/[A-ZĐ]")


@dataclass(frozen=True, slots=True)
class Group:
    """One paper found in a file: its kind, the probability of that kind, its pages (from 1)."""

    kind: str
    confidence: float
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for a kind on one page: likeness of a title, number of anchors found."""

    kind: str
    title: float
    anchors: int

    @property
    def score(self) -> float:
        return self.title * 4 + self.anchors


def split(pages: Sequence[Sequence[Word]]) -> list[Group]:
    """The papers of a file in order; every page belongs to exactly one group."""
    groups: list[Group] = []
    for number, words in enumerate(pages, start=1):
        signs = _signs(tuple(words))
        if groups and _goes_on(groups[-1], signs):
            last = groups[-1]
            groups[-1] = Group(last.kind, last.confidence, (*last.pages, number))
        else:
            groups.append(_group(signs, words, number))
    return groups


def _group(signs: Sequence[_Signs], words: Sequence[Word], number: int) -> Group:
    best, second = signs[0], signs[1]
    if best.title >= 0.8 and best.anchors >= 2:
        lead = min(1.0, (best.score - second.score) / 3)
        sure = 0.8 + 0.08 * min(best.anchors - 1, 2) + 0.03 * lead
        return Group(best.kind, round(min(0.99, sure * (0.6 + 0.4 * best.title)), 3), (number,))
    if told := _without_title(best, second, words):
        return Group(told, 0.75 if best.anchors < 6 else 0.85, (number,))
    empty = best.anchors == 0 and best.title == 0
    return Group(OTHER, 0.9 if empty else 0.7, (number,))


def _without_title(best: _Signs, second: _Signs, words: Sequence[Word]) -> str | None:
    """The kind of a page whose title was lost: of cards by their anchors, of forms by all that they print."""
    anchored = best.anchors >= _enough(best.kind) and best.score - second.score >= 1
    if best.kind == _CARD:
        return _CARD if anchored else None
    kind, lead = bodies.likeliest(tokens_of(words))
    agreed = anchored and kind == best.kind
    return kind if lead >= (_LEAD_OF_ANCHORED if agreed else _LEAD) else None


def _enough(kind: str) -> int:
    """Anchors that make up for a lost title."""
    return 4 if kind in ("giay_chung_sinh", _CARD) else 5


def _goes_on(last: Group, signs: Sequence[_Signs]) -> bool:
    """Is this page without a title the next one of the paper before?"""
    if last.kind == OTHER or max(s.title for s in signs) >= 0.8:
        return False
    own = next(s for s in signs if s.kind == last.kind)
    if last.kind == _CARD:
        return len(last.pages) == 1 and own.anchors >= 2
    return own.anchors >= 1 and own.anchors >= signs[0].anchors - 1


@lru_cache(maxsize=2)
def _signs(words: tuple[Word, ...]) -> tuple[_Signs, ...]:
    """All kinds, the likeliest first. Who asks if a page may be a register's asks again with all of the file."""
    tokens = tokens_of(words)
    found = _anchors_found(tokens)
    lines = _line_letters(tokens)
    every = [_Signs(k, _title(lines, paper(k).titles), found[k]) for k in kinds() if k != OTHER]
    return tuple(sorted(every, key=lambda s: -s.score))


def _line_letters(tokens: Sequence[Token]) -> list[tuple[str, bool]]:
    """(letters of the line, is it in capitals), also of two neighbouring lines together."""
    lines: dict[int, list[Token]] = {}
    for t in tokens:
        lines.setdefault(t.line, []).append(t)
    plain = ["".join(t.letters for t in line) for line in lines.values()]
    loud = [bodies.is_loud(line) for line in lines.values()]
    joined = [
        (a + b, x and y)
        for a, b, x, y in zip(plain, plain[1:], loud, loud[1:], strict=False)
        if x and y
    ]
    return list(zip(plain, loud, strict=True)) + joined


def _title(lines: Sequence[tuple[str, bool]], titles: Sequence[str]) -> float:
    """Best likeness of a line in capitals to a title; a line in small letters counts less."""
    best = 0.0
    for letters, loud in lines:
        bare = letters.removesuffix(_COPY_MARK)
        for title in titles:
            best = max(best, _likeness(bare, title) * (1.0 if loud else 0.85))
    return best if best >= 0.7 else 0.0


def _likeness(line: str, title: str) -> float:
    """1 for the very title; a few letters of noise beside it are allowed, a sentence is not."""
    if not len(title) * 0.7 <= len(line) <= len(title) * 1.35 + 4:
        return 0.0
    whole = Levenshtein.normalized_similarity(line, title)
    if len(line) > len(title):
        inside = fuzz.partial_ratio(title, line) / 100
        return max(whole, inside - 0.02 * (len(line) - len(title)))
    return whole


@cache
def _anchor_labels() -> tuple[Label, ...]:
    """Every anchor text once; its `fields` are the kinds it speaks for."""
    spoken: dict[str, list[str]] = {}
    for kind in kinds():
        for anchor in paper(kind).anchors:
            spoken.setdefault(anchor, []).append(kind)
    return tuple(Label(((a, True),), tuple(ks)) for a, ks in spoken.items() if len(a) >= _SHORTEST)


def _short_anchors(kind: str) -> list[str]:
    return [a for a in paper(kind).anchors if len(a) < _SHORTEST]


def _anchors_found(tokens: Sequence[Token]) -> Mapping[str, int]:
    found: dict[str, set[str]] = {kind: set() for kind in kinds()}
    for hit in labels.find(tokens, _anchor_labels()):
        for kind in hit.label.fields:
            found[kind].add(hit.label.says[0][0])
    numbers = [t.letters for t in tokens if _NUMBER.match(t.text)]
    for kind in kinds():
        found[kind].update(a for a in _short_anchors(kind) if any(n.startswith(a) for n in numbers))
    return {kind: len(anchors) for kind, anchors in found.items()}
