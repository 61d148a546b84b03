"""Dossiers of a linked birth with four pages: declaration, birth note, and both parents' cards, photographed.

In: a number. Out: four files, (kind, bytes). The same number gives the same bytes.
"""

from tests.draw.cards import draw_card
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.holders import holder_of
from tests.draw.people import make_family

SEED = 9700  # nobody tunes on these
PAGES = 4


def four_pages(number: int) -> list[tuple[str, bytes]]:
    """The files, one page each."""
    seed = SEED + number
    family = make_family(f"costs-{number}")
    papers = [
        ("to_khai_khai_sinh", draw("to_khai_khai_sinh", seed, family=family)),
        ("giay_chung_sinh", draw("giay_chung_sinh", seed, family=family)),
    ]
    parents = [p for p in (family.mother, family.father) if p and p.identity]
    papers += [("cccd", draw_card("front", seed + n, holder_of(p))) for n, p in enumerate(parents)]
    if len(papers) < PAGES:  # no father: the mother's card from behind
        papers.append(("cccd", draw_card("back", seed, holder_of(family.mother))))
    return [(kind, degrade(drawn, "phone", seed + n)) for n, (kind, drawn) in enumerate(papers)]
