"""What rows of letter probabilities say: CTC odds of one line in; its text, letter by letter, and how likely, out.

A row a frame, a column a class: class 0 is CTC's blank, class n the letter `LETTERS[n - 1]`. Three ways to a text:
`spelled` takes the likeliest letter of every frame, `beam` adds up the ways to each of a few texts and heeds what
their words are worth, `written` tells how a text that was chosen otherwise lies over the frames.
Refuses nothing; odds that say only blanks give `NOTHING`.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import exp, log, prod

import numpy as np
import numpy.typing as npt

Odds = npt.NDArray[np.float32]
Weigh = Callable[[str], float]
"""What a word is worth, from 0 (never written) to 1."""
_Run = tuple[str, float, int, int]  # letter, its best probability, first and last frame
_Texts = dict[str, list[float]]  # text -> probability ending in a blank, in its last letter

_MARKS = ".,:;/-()'\"+&@%?!*_#"
_SIGNS = "☐☑–“”…[]"  # of printed forms: a box left empty, one ticked or crossed; learned later, so at the end
_LIKELY = 0.01  # letters less likely than this at a place are not followed
_BEAM = 8
_WIDE = 9  # frames without a letter that part two words: most of a line's height
_LEAST = 1e-9
_ROWS = 16  # multiplied before they are scaled: their least product is far from a float's end


def _letters() -> str:
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    vowels = (unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in tones)
    small = sorted({*vowels, *"abcdefghijklmnopqrstuvwxyzđ"})
    return " 0123456789" + "".join(small) + "".join(c.upper() for c in small) + _MARKS + _SIGNS


LETTERS = _letters()
"""What the net can write, in the order of its classes."""
_CLASS = {letter: n + 1 for n, letter in enumerate(LETTERS)}


@dataclass(frozen=True, slots=True)
class LineRead:
    """`letters`: the probability of each letter that was written; `likely`: that of the whole line."""

    text: str
    letters: tuple[float, ...]
    likely: float

    @property
    def sure(self) -> float:
        """The probability of one of its words, on the average: as other engines tell theirs."""
        return float(self.likely ** (1 / max(1, len(self.text.split()))))


NOTHING = LineRead("", (), 0.0)


@dataclass(frozen=True, slots=True)
class WordRead:
    """One word of a line: its `first` and `last` frame, and how probable all its letters are together."""

    text: str
    sure: float
    first: int
    last: int


def words(odds: Odds) -> Iterator[WordRead]:
    """The likeliest letters of a line, word by word, each where it stands."""
    word: list[_Run] = []
    for run in (*_runs(odds, odds.argmax(axis=1)), (" ", 1.0, len(odds), len(odds))):
        if word and (run[0] == " " or run[2] - word[-1][3] > _WIDE):
            text = "".join(letter for letter, *_ in word)
            yield WordRead(text, prod(sure for _, sure, *_ in word), word[0][2], word[-1][3])
            word = []
        if run[0] != " ":
            word.append(run)


def spelled(odds: Odds) -> LineRead:
    """The likeliest letter of every frame; repeats and blanks are one letter and none, wide gaps a space."""
    return _line(odds, list(_runs(odds, odds.argmax(axis=1))))


def written(odds: Odds, text: str) -> LineRead:
    """The same for a text that is known: each letter where the likeliest way to write the text has it."""
    if not text:
        return NOTHING
    best = list(_runs(odds, odds.argmax(axis=1)))
    if _joined(best) != text:
        best = list(_runs(odds, _likeliest_way(odds, text)))
    return _line(odds, best)


def _runs(odds: Odds, classes: npt.NDArray[np.intp]) -> Iterator[_Run]:
    """Each letter that a way through the frames writes; two alike with a blank between are two."""
    ends = np.append(np.flatnonzero(np.diff(classes)), len(classes) - 1)
    starts = np.append(0, ends[:-1] + 1)
    best = np.maximum.reduceat(odds[np.arange(len(classes)), classes], starts)
    for letter, *run in zip(
        classes[ends].tolist(), best.tolist(), starts.tolist(), ends.tolist(), strict=True
    ):
        if letter:
            yield LETTERS[letter - 1], *run


def _line(odds: Odds, runs: list[_Run]) -> LineRead:
    while runs and runs[0][0] == " ":
        runs = runs[1:]
    while runs and runs[-1][0] == " ":
        runs = runs[:-1]
    text, before = "", len(odds)
    for letter, _, first, last in runs:
        text += " " * (first - before > _WIDE) + letter
        before = last
    sure = tuple(probability for _, probability, _, _ in runs)
    return LineRead(" ".join(text.split()), sure, likelihood(odds, _joined(runs)))


def _joined(runs: list[_Run]) -> str:
    return "".join(letter for letter, *_ in runs)


def likelihood(odds: Odds, text: str) -> float:
    """The probability of this text: that of all ways to write it over the frames, CTC's forward sum."""
    if not text:
        return 0.0
    states, skips = _states(text)
    here = np.maximum(odds[:, states], _LEAST).astype(np.float64)
    room = np.zeros(len(states) + 2)
    ways, one_back, two_back = room[2:], room[1:-1], room[:-2]
    ways[:2] = here[0, :2]
    total = 0.0
    for start in range(1, len(here), _ROWS):
        for row in here[start : start + _ROWS]:
            moved = two_back * skips
            moved += one_back
            moved += ways
            np.multiply(moved, row, out=ways)
        scale = float(ways.max())
        total += log(scale)
        ways /= scale
    return min(exp(total + log(ways[-2:].sum() + 1e-300)), 1.0)


def _states(text: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Classes of a text, a blank around each letter; 1 where the blank before a letter may be left out."""
    states = np.zeros(2 * len(text) + 1, np.intp)
    states[1::2] = [_CLASS[letter] for letter in text]
    skips = np.zeros(len(states))
    skips[3::2] = states[3::2] != states[1:-2:2]
    return states, skips


def _likeliest_way(odds: Odds, text: str) -> npt.NDArray[np.intp]:
    """The class of each frame in the likeliest way to write the text (Viterbi)."""
    states, skips = _states(text)
    here = np.log(np.maximum(odds[:, states], _LEAST))
    far = np.where(skips > 0, 0.0, -np.inf)
    room = np.full((3, len(states)), -np.inf)
    ways = np.full(len(states), -np.inf)
    ways[:2] = here[0, :2]
    steps = np.zeros(here.shape, np.intp)
    for n in range(1, len(here)):
        room[0], room[1, 1:], room[2, 2:] = ways, ways[:-1], ways[:-2] + far[2:]
        steps[n] = room.argmax(axis=0)
        ways = room.max(axis=0) + here[n]
    at = len(states) - 1 - int(ways[-2] > ways[-1])
    way = np.zeros(len(here), np.intp)
    for n in range(len(here) - 1, -1, -1):
        way[n] = states[at]
        at -= steps[n, at]
    return way


def _alike(word: str) -> float:
    return 1.0


def beam(odds: Odds, weigh: Weigh = _alike) -> list[tuple[str, float]]:
    """The likeliest texts, likeliest first, each with its probability beside the likeliest's.

    A text is as likely as all ways to write it together, times what each of its words is worth.
    """

    @cache
    def worth(text: str) -> float:
        """Of the words that are finished."""
        done = text.rpartition(" ")[0]
        return worth(done) * weigh(done.rpartition(" ")[2]) if done else 1.0

    texts: _Texts = {"": [1.0, 0.0]}
    for likely in _followed(odds):
        said = likely[0][0] if len(likely) == 1 else " "
        texts = _grown(texts, likely) if said == " " else _gone_on(texts, said)
        if said == " " or len(texts) > _BEAM:
            texts = _best(texts, worth)
    whole = [(t.strip(), sum(ends) * worth(f"{t} ")) for t, ends in texts.items()]
    top = max(chance for _, chance in whole) or 1.0
    return [(text, chance / top) for text, chance in sorted(whole, key=lambda t: -t[1])]


def _followed(odds: Odds) -> list[list[tuple[str, float]]]:
    """The letters of each frame that are likely enough, with their probabilities; "" is the blank."""
    likely = odds >= np.minimum(_LIKELY, odds.max(axis=1, keepdims=True))
    found: list[list[tuple[str, float]]] = [[] for _ in odds]
    frames, classes = np.nonzero(likely)
    for frame, letter, chance in zip(
        frames.tolist(), classes.tolist(), odds[frames, classes].tolist(), strict=True
    ):
        found[frame].append((LETTERS[letter - 1] if letter else "", chance))
    return found


def _grown(texts: _Texts, likely: list[tuple[str, float]]) -> _Texts:
    """What the texts become when a frame says one of these letters."""
    found: _Texts = {}
    for text, (blank, letter) in texts.items():
        for said, chance in likely:
            if not said:
                found.setdefault(text, [0.0, 0.0])[0] += (blank + letter) * chance
            elif text.endswith(said):  # the same letter goes on, or comes again after a blank
                found.setdefault(text, [0.0, 0.0])[1] += letter * chance
                found.setdefault(text + said, [0.0, 0.0])[1] += blank * chance
            else:
                found.setdefault(text + said, [0.0, 0.0])[1] += (blank + letter) * chance
    return found


def _gone_on(texts: _Texts, said: str) -> _Texts:
    """The same where one letter or a blank alone is likely, as in most frames: what is likeliest stays so."""
    if not said:
        return {text: [blank + letter, 0.0] for text, (blank, letter) in texts.items()}
    found: _Texts = {}
    for text, (blank, letter) in texts.items():
        again = text.endswith(said)
        if again and letter:
            found.setdefault(text, [0.0, 0.0])[1] += letter
        if blank or not again:
            found.setdefault(text + said, [0.0, 0.0])[1] += blank if again else blank + letter
    return found


def _best(texts: _Texts, worth: Weigh) -> _Texts:
    """The few likeliest, scaled so that long lines don't fade to nothing."""
    ranked = sorted([((ends[0] + ends[1]) * worth(t), t) for t, ends in texts.items()])[-_BEAM:]
    top = max(sum(texts[text]) for _, text in ranked)
    return {text: [texts[text][0] / top, texts[text][1] / top] for _, text in ranked}
