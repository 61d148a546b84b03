"""Words of values that sound like a printed label.

In: the words in which a label was heard. Out: whether they are what somebody wrote. 'NGUYỄN XUÂN' is no 'Nguyên quán',
'Lâm Thị' no 'Làm tại', 'QUYỀN' no 'Quyển', 'Thường Tín, thành phố' no 'Tỉnh, thành phố'.
"""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from chalicelib.extraction.letters import is_syllable
from chalicelib.extraction.lines import Token
from chalicelib.extraction.papers import Label

_LONG = 5  # letters of which one may be misread
_HEADING = 10  # letters from which no name sounds like a heading


def is_usual(token: Token) -> bool:
    """Is it a word as Vietnamese has them, marks and all? A value may hold it too."""
    return is_syllable(token.text.strip(".,;:"))


def are_words(window: Sequence[Token]) -> bool:
    """Are all of them words of the language? A misread label hardly ever is."""
    return all(is_usual(t) for t in window if t.letters)


def is_name(window: Sequence[Token], said: str, label: Label, score: float) -> bool:
    """Do all words begin with capitals, as names do and the label does not? A heading may shout."""
    words = [t.text for t in window if t.letters]
    if not are_words(window):
        return False
    if len(words) == 1:
        return bool(label.fields) and words[0].isupper()
    named = all(w[:1].isupper() for w in words) and said not in label.titled
    return named and (bool(label.fields) or (score < 1 and len(said) < _HEADING))


def begins_above(window: Sequence[Token], said: str) -> bool:
    """Does a label that runs over a line's end begin there? 'tỉnh Sơn La' before 'Số định danh' is no 'Mã số …'."""
    words = [t for t in window if t.line == window[0].line]
    if any(c.isdigit() for t in words for c in t.text):
        return False
    above = "".join(t.letters for t in words)
    return Levenshtein.distance(above, said[: len(above)]) <= (len(above) > _LONG)
