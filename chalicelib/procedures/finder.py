"""Which procedure does a citizen mean? Everyday words in; ranked procedures, questions back, or who else is competent.

All knowledge is data (`schemas/finder/`, README there): phrases that stand for a procedure, a question or something
that is done elsewhere. A phrase fits as far as its words were said; said words that it leaves unexplained count
against it; rare words count more than common ones. So the more special phrase wins: “mất giấy khai sinh” before
“giấy khai sinh”. Nothing is refused.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log
from pathlib import Path

from chalicelib.procedures.catalogue import keys, written
from chalicelib.procedures.data import SCHEMAS, in_force, rows
from chalicelib.procedures.spoken import Speech, plain_words, speech_from

FOLDER = SCHEMAS / "finder"
MOST = 5
LEAST_SCORE = 0.12  # below this a procedure is not worth naming
CLOSE = 0.93  # a second that scores so near the first is asked about
LEAST_SAID = 0.3  # with less of the phrase explained, we ask for other words
STRANGE_WORDS = 2
VERBATIM = 0.01  # a phrase of the list, word for word, comes before others that mean the same to us


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that may be meant. `key` is None for those that are not filed here; `score` from 0 to 1."""

    code: str
    key: str | None
    name: str
    score: float
    not_if: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something that is not done here: what it is, and who is competent."""

    what: str
    who: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: procedures, best first; questions to ask back; who else is competent, if it is out of scope."""

    results: tuple[Hit, ...]
    ask: tuple[str, ...]
    out_of_scope: Elsewhere | None


@dataclass(frozen=True)
class _Phrase:
    words: frozenset[str]
    target: str
    worth: float


@dataclass(frozen=True)
class _Index:
    speech: Speech
    phrases: tuple[_Phrase, ...]
    by_word: Mapping[str, tuple[int, ...]]
    worth: Mapping[str, float]
    usual: float
    verbatim: Mapping[tuple[str, ...], str]
    also_ask: Mapping[frozenset[str], str]
    names: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Mapping[str, str]]
    elsewhere: Mapping[str, Mapping[str, str]]


def find(phrase: str, on: date | None = None, folder: Path = FOLDER) -> Found:
    """What somebody who says this probably wants. `on`: the day whose codes are told (today's newest unless given)."""
    index = _index(folder)
    said = index.speech.heard(phrase[:300])
    scores = _scores(index, said)
    word_for_word = index.verbatim.get(plain_words(phrase))
    if word_for_word in scores:
        scores[word_for_word] = max(scores.values()) + VERBATIM
    ranked = sorted(scores, key=lambda t: (-scores[t], t))
    if not ranked or scores[ranked[0]] < LEAST_SCORE:
        return _not_understood(index, said)
    best = ranked[0]
    hits = tuple(
        h for t in _candidates(index, ranked, best) if (h := _hit(index, t, scores, on)) is not None
    )
    if best.startswith("out:"):
        return Found(hits[:MOST], (), _elsewhere(index, best))
    return Found(hits[:MOST], tuple(_questions(index, said, ranked, scores)), None)


def _scores(index: _Index, said: Sequence[str]) -> dict[str, float]:
    heard = set(said)
    total = sum(index.worth.get(w, index.usual / 3) for w in heard) or 1.0
    best: dict[str, float] = {}
    for n in {n for w in heard for n in index.by_word.get(w, ())}:
        phrase = index.phrases[n]
        common = sum(index.worth[w] for w in phrase.words & heard)
        coverage = common / phrase.worth
        score = coverage**2 * common / total
        if score > best.get(phrase.target, 0.0):
            best[phrase.target] = score
    return best


def _candidates(index: _Index, ranked: Sequence[str], best: str) -> list[str]:
    """Targets to name, in order; a question's procedures come in its place."""
    named: list[str] = []
    for target in ranked:
        if target.startswith("ask:"):
            named += index.questions[target[4:]]["codes"].split() if target == best else []
        elif not target.startswith("out:"):
            named.append(target)
    return list(dict.fromkeys(named))


def _hit(index: _Index, target: str, scores: Mapping[str, float], on: date | None) -> Hit | None:
    told = index.names.get(target)
    score = scores.get(target, LEAST_SCORE)
    if told is None or score < LEAST_SCORE:
        return None
    key = told["key"] if told["key"] in keys() else None
    code = _code(key, on) if key else target
    return Hit(code or target, key, told["name"], round(min(score, 1.0), 3), told["not_if"])


def _code(key: str, on: date | None) -> str | None:
    # Codes change (2.000986 → 3.000722): without a day the one that the phrases know is told.
    if on is None:
        return None
    codes = in_force(written(key)["codes"], on)
    return str(codes[-1]["code"]) if codes else None


def _questions(
    index: _Index, said: Sequence[str], ranked: Sequence[str], scores: Mapping[str, float]
) -> list[str]:
    """What to ask back: the question that fits best, the phrase's own, and whether two are too near each other."""
    best, rest = ranked[0], [t for t in ranked[1:] if not t.startswith("ask:")]
    asked = [index.questions[best[4:]]["question"]] if best.startswith("ask:") else []
    also = index.also_ask.get(frozenset(said))
    asked += [index.questions[also]["question"]] if also else []
    if not asked and rest and scores[rest[0]] >= CLOSE * scores[best]:
        names = [_name(index, t) for t in (best, rest[0])]
        asked.append(f"Ông/Bà cần: {names[0]}, hay {names[1]}?")
    if not asked and scores[best] < LEAST_SAID:
        asked.append("Xin nói rõ thêm: việc gì, cho ai, giấy tờ nào?")
    return asked


def _name(index: _Index, target: str) -> str:
    if target.startswith("out:"):
        return index.elsewhere[target[4:]]["what"]
    return index.names[target]["name"]


def _elsewhere(index: _Index, target: str) -> Elsewhere:
    told = index.elsewhere[target[4:]]
    return Elsewhere(told["what"], told["who"])


def _not_understood(index: _Index, said: Sequence[str]) -> Found:
    """Nothing fits. Many words that we don't know are something done elsewhere; few may be said otherwise."""
    strange = [w for w in said if w not in index.worth]
    ask = ("Xin nói rõ thêm: việc gì, cho ai, giấy tờ nào?",)
    if len(strange) >= STRANGE_WORDS:
        return Found((), ask, _elsewhere(index, "out:unknown"))
    return Found((), ask, None)


@lru_cache(maxsize=4)
def _index(folder: Path = FOLDER) -> _Index:
    told = [(r["phrase"], r["target"]) for r in rows(folder / "phrases.csv")]
    told += [
        (r["phrase"], r["procedure_code"])
        for r in rows(folder / "citizen_words.csv")
        if r["procedure_code"]
    ]
    speech = speech_from(rows(folder / "words.csv"), [p for p, _ in told])
    heard = {(frozenset(speech.heard(p)), t) for p, t in told}
    worth = _worths(heard)
    phrases = tuple(
        _Phrase(words, target, sum(worth[w] for w in words))
        for words, target in sorted(heard, key=lambda x: (x[1], sorted(x[0])))
        if words
    )
    questions = {r["id"]: r for r in rows(folder / "questions.csv")}
    return _Index(
        speech=speech,
        phrases=phrases,
        by_word=_places(phrases),
        worth=worth,
        verbatim={plain_words(p): t for p, t in told},
        usual=sum(worth.values()) / len(worth),
        also_ask={
            frozenset(speech.heard(p)): id
            for id, r in questions.items()
            for p in r["also_when"].split(";")
            if p
        },
        names={r["code"]: r for r in rows(folder / "procedures.csv")},
        questions=questions,
        elsewhere={r["id"]: r for r in rows(folder / "elsewhere.csv")},
    )


def _worths(heard: set[tuple[frozenset[str], str]]) -> dict[str, float]:
    """The rarer among targets, the more a word is worth."""
    targets = {t for _, t in heard}
    counts = Counter(w for w, _ in {(w, t) for words, t in heard for w in words})
    return {w: 0.3 + log(len(targets) / n) for w, n in counts.items()}


def _places(phrases: Sequence[_Phrase]) -> dict[str, tuple[int, ...]]:
    places: dict[str, list[int]] = {}
    for n, phrase in enumerate(phrases):
        for word in phrase.words:
            places.setdefault(word, []).append(n)
    return {w: tuple(ns) for w, ns in places.items()}
