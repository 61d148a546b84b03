"""Which form a page is by its own print, where its title was lost.

In: the tokens of a page. Out: the kind most of whose printed labels stand on it, and how far it is ahead of others:
not at all where much is printed that the kind does not say, or where another paper's title stands. Refuses nothing.

A label counts the more, the fewer kinds print it: 'Giới tính' tells nothing, 'NGƯỜI KÝ TRÍCH LỤC' nearly all.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from math import inf

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from chalicelib.extraction import labels
from chalicelib.extraction.labels import Hit
from chalicelib.extraction.letters import letters_of
from chalicelib.extraction.lines import Token
from chalicelib.extraction.papers import Label, kinds, paper

_STRANGE = 3
"""Labels of the kind on the page for one that nobody knows."""
_FEWEST = 7  # labels of its own that make a form
_WELL = 0.85  # how like a label the print must be
_SHORTEST = 5  # letters of a label that tells anything
_MOTTO = frozenset(map(letters_of, ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc")))  # fmt: skip
_PAPER = re.compile(
    "tokhai|giay|trichluc|phieu|don(?!vi)|hopdong|quyetdinh|bienban|thongbao|soyeu|bancam|bankhai|banke|camket|nghi(?:dinh|quyet)|thongtu|congvan|chung(?:chi|nhan|tu)|bang(?:lai|tot)"
)
"""How titles of papers begin."""
_TITLE = 8  # letters of a title, at least
_OURS, _NOT_OURS = 85, 60
"""Share of a line in capitals, of a hundred, that is in our title: so much is what is left of it, less is another."""
_IN_DOUBT = 3.0  # more labels that the best kind must be ahead under a title in between
_BEGINNING = 5  # letters of a title that name the sort of paper


def likeliest(tokens: Sequence[Token]) -> tuple[str, float]:
    """The kind that the page's print tells, and by how many labels it is ahead of all others; below 0 if it is none."""
    every = labels.find(tokens, _printed())
    told = {h.label.says[0][0]: h.label.fields for h in every if _counts(tokens, h)}
    scores: Counter[str] = Counter()
    for of in told.values():
        scores.update({kind: 1 / len(of) for kind in of})
    (best, score), (_, second) = (*scores.most_common(2), ("", 0.0), ("", 0.0))[:2]
    rest = sum(1 / len(of) for of in told.values() if best not in of)
    own = sum(best in of for of in told.values())
    strange = _STRANGE * _unknown(tokens, every)
    if own < max(_FEWEST, strange) or score < rest:
        return best, -inf
    return best, score - second - _doubt(tokens, best)


@cache
def _printed() -> tuple[Label, ...]:
    """Every text that kinds print beside titles, once; its `fields` are the kinds that print it."""
    print_of: Mapping[str, set[str]] = defaultdict(set)
    for kind in kinds():
        described = paper(kind)
        said = {text for label in described.labels for text, _ in label.says}
        for text in said.union(described.anchors).difference(described.titles, _MOTTO):
            print_of[text].add(kind)
    known = {text: tuple(sorted(of)) for text, of in print_of.items() if len(text) >= _SHORTEST}
    return tuple(Label(((t, True),), of, titled=frozenset([t])) for t, of in known.items())


def _counts(tokens: Sequence[Token], hit: Hit) -> bool:
    """Well read, at the start of a line or before a colon; else it may be part of a value ('Giấy CMND số 000…')."""
    if hit.score < _WELL:
        return False
    before = tokens[hit.start - 1] if hit.start else None
    starts = before is None or before.line != tokens[hit.start].line
    return starts or ":" in "".join(t.text for t in tokens[hit.start : hit.end])


def _unknown(tokens: Sequence[Token], hits: Sequence[Hit]) -> int:
    """How many words before a colon belong to no label that we know."""
    known = {n for hit in hits for n in range(hit.start, hit.end)}
    return sum(
        n not in known and len(t.letters) > 1 and t.text.endswith(":") for n, t in enumerate(tokens)
    )


def _doubt(tokens: Sequence[Token], kind: str) -> float:
    """How far a line in capitals that names a paper speaks against this one: 0 not at all, else so many labels."""
    lines = (list(line) for _, line in groupby(tokens, key=lambda t: t.line))
    loud = ("".join(t.letters for t in line) for line in lines if is_loud(line))
    said = {text for label in paper(kind).labels for text, _ in label.says}
    named = (text for text in loud if len(text) >= _TITLE and _PAPER.match(text))
    least = min((_ours(text, kind) for text in named if text not in said), default=100.0)
    return 0.0 if least >= _OURS else _IN_DOUBT if least >= _NOT_OURS else inf


def _ours(text: str, kind: str) -> float:
    """How much of a line, of a hundred, is in the kind's title; nothing where it names another sort of paper."""
    return max(
        fuzz.partial_ratio(text, title) if _may_be(text, title) else 0.0
        for title in paper(kind).titles
    )


def _may_be(text: str, title: str) -> bool:
    begins = Levenshtein.distance(text[:_BEGINNING], title[:_BEGINNING]) <= 1
    return begins and len(text) <= len(title) * 1.35 + 4


def is_loud(line: Sequence[Token]) -> bool:
    """Is it in capitals?"""
    letters = [c for t in line for c in t.text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.7 * len(letters)
