"""How probable it is that a value is exactly right, from all that speaks for and against it.

In: confidences of the words, trust of grammar and vocabulary, likeness of the label, agreement of other
readings. Out: a probability, by the table of `schemas/confidence.json` where that is fitted.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import log
from pathlib import Path
from statistics import fmean, median

from chalicelib.dossier.paper import Field
from chalicelib.extraction.values import Span

TABLE = Path(__file__).resolve().parents[2] / "schemas" / "confidence.json"
Curve = tuple[tuple[float, float], ...]
GROUPS = {
    "name": "name",
    "address": "place",
    "place": "place",
    "agency": "agency",
    "issuer": "issuer",
    "id_document": "document",
    "text": "text",
    "email": "text",
    "members": "text",
    "date": "figures",
    "year": "figures",
    "time": "figures",
    "id_number": "figures",
    "insurance_number": "figures",
    "number": "figures",
    "phone": "figures",
    "integer": "figures",
    "grams": "figures",
    "boxed_number": "figures",
    "money": "figures",
    "ordinal": "figures",
}

CODES = ("qr", "mrz")
UNREAD = 0.0
_PATCHED = 0.7
_NOTHING_READ = 0.5
_READ_FINELY, _FRAGILE_WORTH = 0.94, 0.8
POORLY, _POOR = ", poorly read", 0.77
_A_WORD, _SOMETHING_SEEN = 3, 0.6
_BY_HAND, _UNKNOWN_HAND = 0.35, 12
"""Of drawn papers in print 6 in 100 lie above the first, of copies 15, of eight hands 68 to 100; so often doubts count
then."""
MAY_GO_ON = 0.8  # of a value below which a line may have been dropped
WORDY = ("place", "agency", "issuer", "document", "text")
DOUBT = dict.fromkeys(("name", *WORDY), 1.0)
USUAL_DOUBT = 0.9
"""Scores below which a value is looked at again. Of figures and members of lists that were read more surely none of
2,618 drawn ones was wrong, of places 7 of 872; of names the dots below letters may go with the leaders."""
NEARLY_SURE = {"name": 0.995, "figures": 0.8, "document": 0.7, "closed": 0.7}
USUALLY_NEARLY_SURE = 0.9
"""Scores from which one more look, by our own reader at the uncleaned page, is enough if it says the same. Of 4,571
drawn values above them none was then wrong (docs/adr/2026-11-28-tesseract-where-in-doubt.md)."""
ANYWHERE = ("name", "figures", "closed")  # groups of which this holds on papers read badly, too
READ_WELL = 0.93  # median score of a paper's values at first reading: print above, handwriting-like type below


def of_value(grammar: str, span: Span, trust: float, label_score: float) -> float:
    """Probability that a read value is right."""
    words = 0.5 * span.worst + 0.5 * span.mean
    return max(0.01, min(0.9999, words * trust * min(1.0, 0.3 + 0.7 * label_score)))


def of_blank(grammar: str, span: Span, label_score: float) -> float:
    """Probability that nothing stands where nothing was read."""
    return 0.85 * min(1.0, 0.3 + 0.7 * label_score)


def of_part(grammar: str, whole: float) -> float:
    """Probability of a part, given that of the whole string: a part has less to get wrong."""
    return min(0.99, whole + (1 - whole) * 0.4)


def agreed(sure: float, agrees: bool) -> float:
    """After a second statement of the same fact on the paper was compared."""
    return min(0.995, 1 - (1 - sure) * 0.3) if agrees else sure * 0.75


def unanimous(sure: float) -> float:
    """After second looks that all said the same as the first."""
    return 1 - (1 - sure) * 0.5


def unheard(sure: float) -> float:
    """After second looks that made nothing of the place."""
    return sure * 0.9


def blank_seen_again(sure: float, contradicted: int) -> float:
    """After second looks at a blank place; `contradicted` of them saw something."""
    return sure * 0.6 if contradicted else 1 - (1 - sure) * 0.4


def patched(sure: float, trust: float) -> float:
    """Of a value put together from the words of several readings, of which the likeliest had `sure`: never sure."""
    return min(sure * trust, _PATCHED)


def of_vote(best: Sequence[float], others: Sequence[Sequence[float]], heard: int) -> float:
    """Probability of the value that won an election among `heard` readings of one place."""
    miss = 1.0
    for sure in best:
        miss *= 1 - min(sure, 0.97) * 0.9
    against = max((max(o) for o in others), default=0.0)
    share = 0.85 + 0.15 * min(len(best), heard) / heard
    return max(0.01, min(0.99, (1 - miss) * share * (1 - 0.4 * against)))


def is_listed(grammar: str) -> bool:
    """Is a value of this grammar one of a short list?"""
    return grammar not in GROUPS


def are_figures(grammar: str) -> bool:
    """Are values of this grammar figures, of which no list and no syllable tells a wrong one?"""
    return GROUPS.get(grammar) == "figures"


def is_well_read(fields: Iterable[Field]) -> bool:
    """Was the paper read surely at first? On one that was not, every value is looked at again."""
    scores = [f.confidence for f in fields if f.value is not None and f.confidence > UNREAD]
    return not scores or median(scores) >= READ_WELL


def is_doubtful(grammar: str, field: Field, *, well_read: bool) -> bool:
    """Is the value to be looked at again?"""
    group = GROUPS.get(grammar, "closed")
    return not well_read or field.confidence < DOUBT.get(group, USUAL_DOUBT)


def is_nearly_sure(grammar: str, field: Field, *, well_read: bool) -> bool:
    """Is one more look that says the same enough?"""
    group = GROUPS.get(grammar, "closed")
    if field.value is None or not (well_read or group in ANYWHERE):
        return False
    return field.confidence >= NEARLY_SURE.get(group, USUALLY_NEARLY_SURE)


def legibility(fields: Iterable[Field]) -> float:
    """Mean score of values read on one paper, 0 to 1; where nothing was read little is known."""
    scores = [
        f.confidence
        for f in fields
        if f.value is not None and f.confidence > UNREAD and f.source not in CODES
    ]
    return fmean(scores) if scores else _NOTHING_READ


def apart(labels: Sequence[float], values: Sequence[float]) -> float:
    """How much less surely the words of values were read than those of labels: mean difference of logarithms of doubt.

    Print wears alike on one paper; a hand is read less surely than the print beside it, and errs otherwise.
    """
    return fmean(map(_doubt, values)) - fmean(map(_doubt, labels)) if labels and values else 0.0


def _doubt(sure: float) -> float:
    return log(1.001 - sure)


def on_paper(grammars: Mapping[str, str], fields: Mapping[str, Field]) -> dict[str, Field]:
    """The scores in the light of the whole paper: where other values are guesses, so is this one.

    A hand that nobody knows misleads all readers alike, and then no value is surer than its paper is legible. Figures
    vouch for figures: no list and no syllable speaks against a wrong one. A blank is none where writing was lost.
    """
    legible = legibility(fields.values())
    figures = legibility(f for k, f in fields.items() if are_figures(grammars[k]))
    return {k: _among_others(grammars[k], f, legible, figures) for k, f in fields.items()}


def _among_others(grammar: str, field: Field, legible: float, figures: float) -> Field:
    group, sure = GROUPS.get(grammar), field.confidence
    if field.source in CODES:
        return field
    sure *= figures if are_figures(grammar) and field.value is not None else legible
    if field.value is None and 0 < len(re.sub(r"\W", "", field.raw)) < _A_WORD:
        sure *= _SOMETHING_SEEN  # a strip of black, a stamp: who says that nothing stands there?
    poor = legible < _READ_FINELY and group in WORDY
    if poor and field.value is not None and _FRAGILE.search(str(field.value)):
        sure *= _FRAGILE_WORTH
    return replace(field, confidence=sure)


_FINE_NAME, _SMALL = "name, fine marks", 32
"""Height in pixels below which two marks on one letter run together: HIẾN of a copy may be HIỂN to every reader."""
_TWO_MARKS = re.compile("[ẤẦẨẪẾỀỂỄỐỒỔỖẮẰẲẴỚỜỞỠỨỪỬỮ]")
_FRAGILE = re.compile(  # a dot or a colon may be lost; or a small letter be taken for its capital
    r"\bTP(?![.\w])|\bP(?=\d)|\b(?:CMND|CCCD|dân|cước|chiếu|số)[,.]? (?=\w{0,2}\d{6})"
    r"|^(?:Số|Xóm|Xã|Khu|Phố|Phường|Cụm)\b"
    r"|(?<=[a-zà-ỹ] )(?!Cảnh|Công)[CKOÓÔƠPSUƯVX][a-zà-ỹ]+(?= [a-zà-ỹ]|$)"
)


def group_of(grammar: str, field: Field) -> str:
    """What a field is judged with: code, blank, name, place, figures, closed lists."""
    if field.source in CODES:
        return "code"
    group = GROUPS.get(grammar, "closed")
    if field.value is None:  # one figure is overlooked more easily than a line of writing
        return "blank figures" if group == "figures" else "blank"
    small = group == "name" and field.box is not None and field.box[3] < _SMALL
    return _FINE_NAME if small and _TWO_MARKS.search(str(field.value).upper()) else group


def curve_of(group: str, legible: float) -> str:
    """The curve of a group: papers read poorly, as unknown hands are, have curves of their own.

    `legible`: the mean score of the paper's values after `on_paper`.
    """
    return group + POORLY if legible < _POOR else group


def calibrated(
    grammars: Mapping[str, str], fields: Mapping[str, Field], apart: float = 0.0
) -> dict[str, Field]:
    """The scores of one paper as probabilities; `apart`: as the function of that name tells."""
    legible = legibility(fields.values())
    return {
        k: replace(
            f, confidence=probability(f.confidence, group_of(grammars[k], f), legible, apart)
        )
        for k, f in fields.items()
    }


def probability(score: float, group: str, legible: float = 1.0, apart: float = 0.0) -> float:
    """The score as a probability, by the curve fitted for its group; as it is where none was."""
    curve = _curves().get(curve_of(group, legible)) or _curves().get(group)
    return by_whom(on_curve(curve, score), group, apart) if curve else score


def by_whom(said: float, group: str, apart: float) -> float:
    """What a curve said, of a value on a paper whose values were read so far `apart` from their labels.

    Where another hand wrote them, what is in doubt counts several times: the next hand is none that curves were fitted
    on. What a code says stands in nobody's hand.
    """
    times = _UNKNOWN_HAND if apart >= _BY_HAND and group != "code" else 1
    return max(0.0, 1 - (1 - said) * times)


@cache
def _curves() -> dict[str, Curve]:
    if not TABLE.exists():
        return {}
    tables = json.loads(TABLE.read_text("utf-8")).get("curves", {})
    return {name: tuple((x, y) for x, y in points) for name, points in tables.items()}


def on_curve(curve: Curve, score: float) -> float:
    """Straight between the points, down to nothing before the first, half way to certain after the last."""
    at = bisect_right([x for x, _ in curve], score)
    if at == 0:
        return curve[0][1] * score / curve[0][0]
    if at == len(curve):
        x, y = curve[-1]
        return y + (1 - y) * 0.5 * (score - x) / max(1 - x, 1e-9)
    (x0, y0), (x1, y1) = curve[at - 1], curve[at]
    return y0 + (y1 - y0) * (score - x0) / (x1 - x0)
