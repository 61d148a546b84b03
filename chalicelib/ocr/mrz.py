"""A grey picture in, the machine-readable rows of an identity card's back out, or None.

Three steps: find stacks of three rows and lay them flat (`mrz_rows`), score every place by our own
character net (`mrz_glyphs`), walk the thirty places of each row. The rules of TD1 (`dossier.td1`)
help: only characters that may stand in a place are chosen, and where a check digit contradicts, the
likeliest text that satisfies it is taken if the eye finds it nearly as likely. Otherwise the rows
are given as seen, and whoever reads them must hold to the check digits. Refused (None): pictures
without such rows, and rows too dim for check digits to mean anything: with enough repair any fit.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier import td1
from chalicelib.ocr.mrz_glyphs import HIGH, WIDE, Scores, score_patches
from chalicelib.ocr.mrz_rows import MARGIN, PITCH, STEP, find_strips

Picture = npt.NDArray[np.uint8]

_GRAIN = 2  # pixels between the places tried
_REACH = 44  # how far, in pixels, the first character may lie from where it should
_PACES = (9, 10, 11)  # from character to character, in grains
_OFF_PACE = 1.5  # cost of a pace that is not the usual one
_FLOOR = -12.0  # no single character counts for more than this against a text
_MOST_DOUBT = 6.0  # how much less likely a text may be that satisfies its check digit
# Mean log-probability of the first two rows. Right rows had -0.1 to -0.3, wrong ones whose check
# digits fit all the same (by repair of too much) -0.7 and less.
_CLEAR, _TOO_DIM = -0.3, -0.5
_CHOICES = [[td1.ALPHABET.index(c) for c in td1.choices_at(place)] for place in range(90)]


class _Seen(NamedTuple):
    rows: list[str]
    clearness: float  # mean log-probability of what is proven, rows one and two


def read_mrz(picture: Picture) -> list[str] | None:
    """Three rows of thirty characters, or None if the picture shows none.

    `picture`: (h, w) grey or (h, w, 3) RGB, 8 bit; upright is quickest, any quarter turn is found,
    and up to about 5° askew. Rows should have 9 or more pixels per character (a card 320 px wide).
    """
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    best: _Seen | None = None
    for quarters in (0, 1):
        for seen in _sights(np.ascontiguousarray(np.rot90(grey, quarters))):
            if seen.clearness >= _CLEAR and _is_proven(seen.rows):
                return seen.rows
            if best is None or seen.clearness > best.clearness:
                best = seen
    return best.rows if best and best.clearness >= _TOO_DIM else None


def _is_proven(rows: list[str]) -> bool:
    joined = "".join(rows)
    return all(check.holds(joined) for check in td1.EVERY_CHECK)


def _sights(grey: Picture) -> Iterator[_Seen]:
    for found in find_strips(grey):
        for strip in (found, np.ascontiguousarray(found[::-1, ::-1])):
            yield _sight(strip)


def _sight(strip: Picture) -> _Seen:
    scores = np.concatenate([_row_scores(strip, row) for row in range(td1.ROWS)])
    rows = _decided(scores)
    text = [td1.ALPHABET.index(letter) for letter in "".join(rows[:2])]
    return _Seen(rows, float(scores[range(len(text)), text].mean()))


# ---- from pixels to scores ---------------------------------------------------------------------


def _row_scores(strip: Picture, row: int) -> Scores:
    """(30, 37) log-probabilities of the characters in each place of a row."""
    first = round((MARGIN + 0.5) * PITCH) - _REACH
    last = round((MARGIN + 29.5) * PITCH) + _REACH
    middles = np.arange(first, last + 1, _GRAIN)
    top = round((row + 0.5) * STEP) - HIGH // 2
    around = cv2.copyMakeBorder(strip, 8, 8, WIDE, WIDE, cv2.BORDER_REPLICATE)
    band = around[top + 8 : top + 8 + HIGH]
    windows = np.lib.stride_tricks.sliding_window_view(band, WIDE, axis=1)
    patches = windows[:, middles + WIDE // 2].transpose(1, 0, 2)
    scores = np.maximum(score_patches(patches)[:, : len(td1.ALPHABET)], _FLOOR)
    return scores[_walk(scores, row)]


def _walk(scores: Scores, row: int) -> list[int]:
    """The thirty places whose likeliest allowed characters are likeliest together (Viterbi)."""
    fits = [scores[:, _CHOICES[row * 30 + n]].max(axis=1) for n in range(30)]
    start = 2 * _REACH // _GRAIN + 1
    total = np.where(np.arange(len(scores)) < start, fits[0], -np.inf)
    came: list[Any] = []
    for fit in fits[1:]:
        steps = np.stack([_shifted(total, pace) for pace in _PACES])
        came.append(steps.argmax(axis=0))
        total = steps.max(axis=0) + fit
    path = [int(total.argmax())]
    for choice in reversed(came):
        path.append(path[-1] - _PACES[choice[path[-1]]])
    return path[::-1]


def _shifted(total: Any, pace: int) -> Any:
    cost = 0.0 if pace == _PACES[1] else _OFF_PACE
    return np.concatenate([np.full(pace, -np.inf), total[:-pace] - cost])


# ---- from scores to text -----------------------------------------------------------------------


def _decided(scores: Scores) -> list[str]:
    """The likeliest rows under the rules."""
    text = [allowed[int(scores[n, allowed].argmax())] for n, allowed in enumerate(_CHOICES)]
    for places, weights in (_NUMBER, _BIRTH, _EXPIRY, _COMPOSITE):
        digits = [scores[list(copies), :10].sum(axis=0) for copies in places]
        if (places, weights) == _COMPOSITE:  # all but the last digit are settled by now
            digits[:-1] = [_only(text[copies[0]]) for copies in places[:-1]]
        for copies, digit in zip(places, _likeliest(digits, weights), strict=True):
            for place in copies:
                text[place] = digit
    joined = "".join(td1.ALPHABET[letter] for letter in text)
    return [joined[n : n + td1.LENGTH] for n in range(0, len(joined), td1.LENGTH)]


def _only(digit: int) -> Any:
    return np.where(np.arange(10) == digit, 0.0, -1e6)


def _likeliest(digits: Sequence[Any], weights: Sequence[tuple[int, int]]) -> list[int]:
    """The likeliest digits whose weighted sums both end in 0; as seen, if those are too unlikely."""
    free = [int(each.argmax()) for each in digits]
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0.0, ())}
    for each, (one, two) in zip(digits, weights, strict=True):
        grown: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}
        for (a, b), (score, taken) in best.items():
            for digit in range(10):
                state = ((a + one * digit) % 10, (b + two * digit) % 10)
                total = score + float(each[digit])
                if state not in grown or total > grown[state][0]:
                    grown[state] = (total, (*taken, digit))
        best = grown
    seen = sum(float(each[digit]) for each, digit in zip(digits, free, strict=True))
    score, fitting = best.get((0, 0), (-np.inf, ()))
    return list(fitting) if seen - score <= _MOST_DOUBT else free


_Group = tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, int], ...]]


def _group(check: td1.Checked) -> _Group:
    """A check's places with their weights; the digit itself counts -1."""
    places: list[tuple[int, ...]] = []
    weights: list[tuple[int, int]] = []
    text = [place for start, end in check.parts for place in range(start, end)]
    for n, place in enumerate(text):
        if td1.choices_at(place).isdigit():
            places.append((place,))
            weights.append(((7, 3, 1)[n % 3], 0))
    return (*places, (check.check,)), (*weights, (-1, 0))


def _number_group() -> _Group:
    """Twelve digits, the last nine printed twice, under two check digits at once."""
    long, short = td1.NUMBER.parts[0][0], td1.SHORT_NUMBER.parts[0][0]
    places: list[tuple[int, ...]] = [(long + n,) for n in range(3)]
    places += [(long + n, short + n - 3) for n in range(3, 12)]
    weights = [((7, 3, 1)[n % 3], (7, 3, 1)[n % 3] if n >= 3 else 0) for n in range(12)]
    ends: list[tuple[int, ...]] = [(td1.NUMBER.check,), (td1.SHORT_NUMBER.check,)]
    return (*places, *ends), (*weights, (-1, 0), (0, -1))


_NUMBER = _number_group()
_BIRTH, _EXPIRY, _COMPOSITE = map(_group, (td1.BIRTH, td1.EXPIRY, td1.WHOLE))
