"""Drawn pages of every kind whose title was wiped off, cut off or misread; and real pages that are no form of ours."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from chalicelib.dossier.paper import Word
from chalicelib.extraction import kinds, papers
from chalicelib.extraction.letters import letters_of
from chalicelib.reading import see_page
from tests.draw.degrade import degrade
from tests.draw.drawing import KINDS, draw

pytestmark = pytest.mark.eyes
SEED = 5021
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def is_title(line: Sequence[Word], kind: str) -> bool:
    said = letters_of("".join(w.text for w in line))
    titles = papers.paper(kind).titles
    loud = "".join(w.text for w in line).isupper()
    return loud and len(said) > 5 and max(fuzz.partial_ratio(said, t) for t in titles) > 75


def retitled(words: Sequence[Word], kind: str, title: str) -> list[Word]:
    """The words, each title's line reading `title` instead."""
    kept: list[Word] = []
    for _, group in groupby(words, key=lambda w: w.line):
        line = list(group)
        kept += [replace(line[0], text=title)] if is_title(line, kind) else line
    return kept


def below(words: Sequence[Word], share: float) -> list[Word]:
    """The words of a page whose head was cut off."""
    low = max(w.box[1] for w in words)
    return [w for w in words if w.box[1] > share * low]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "khac"])
def test_a_form_is_told_without_its_title(kind: str) -> None:
    words = see_page(degrade(draw(kind, SEED), "scan", SEED), 1).words
    wiped = retitled(words, kind, "")
    assert wiped != words
    harmed = (wiped, retitled(words, kind, "TRUCH LUOC"), below(wiped, 0.15))
    assert [kinds.split([page])[0].kind for page in harmed] == [kind] * len(harmed)


@pytest.mark.parametrize("number", [3, 8, 25])
def test_a_page_of_law_is_no_form(number: int) -> None:
    path = SAMPLES / "born-digital-gazette-30-pages.pdf"
    if not path.exists():
        pytest.skip(f"no {path}")
    words = see_page(path.read_bytes(), number).words
    assert len(words) > 100
    assert kinds.split([words])[0].kind == "khac"
