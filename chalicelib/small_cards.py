"""Small cards on a large page, as copies show them: the page's pictures in; their words, read enlarged, out.

Cards are read there and nowhere else: at the page's own size their print is the smallest that citizens send, and
reading it twice takes as long as reading two pages. Refuses what the readers refuse; a page that shows anything else
is left to whoever reads pages.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import median

from chalicelib.dossier.paper import Word
from chalicelib.extraction import cccd, kinds
from chalicelib.imaging import cleanup, insets
from chalicelib.ocr import first_look, recogniser

MOST_WORDS = 180
"""On both sides of a card; a page as wordy as a letter shows none."""
_LINES = 70
"""So many lines of a card that lies on a large page would fill the page; of one that fills it half as many."""


@lru_cache(maxsize=1)
def spread_of(jpeg: bytes) -> insets.Spread | None:
    """The small papers of a page, each straightened and enlarged; None if it shows no such. Who reads asks again."""
    return insets.spread(cleanup.grey_of(jpeg)) if jpeg else None


def words_of(page: cleanup.Page, number: int) -> tuple[list[Word], list[Word]]:
    """The words of a page's small cards, in pixels of the page and of their spread; none if it shows anything else."""
    if not recogniser.is_here() or not insets.may_be_small(page.clean):
        return [], []
    small = spread_of(page.jpeg)
    if small is None:
        return [], []
    closer = first_look.words(small.picture, number)
    words = [replace(w, box=small.box_on_page(w.box)) for w in closer]
    return (words, closer) if kinds.split([words])[0].kind == cccd.KIND else ([], [])


def are_shown(page: cleanup.Page, words: Sequence[Word]) -> bool:
    """Do the words look like those of a card on a large page, or like nothing that could be read?"""
    if not 0 < len(words) <= MOST_WORDS:
        return False
    kind = kinds.split([words])[0].kind
    if kind == kinds.OTHER:
        return not first_look.reads_well(words, first_look.LITTLE)
    letter = median(w.box[3] for w in words)
    return kind == cccd.KIND and letter * _LINES < max(page.size)
