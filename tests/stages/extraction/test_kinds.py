"""Papers are told apart by title and structure; what merely mentions one is `khac`."""

import pytest

from chalicelib.extraction import kinds, papers
from tests.stages.extraction.typed_pages import (
    BIRTH_NOTE,
    DECLARATION,
    DECLARATION_OF_2015,
    LAW,
    words_of,
)


def told(*pages):
    return [
        (g.kind, g.pages)
        for g in kinds.split([words_of(p, page=n) for n, p in enumerate(pages, start=1)])
    ]


def form_of(kind):
    """A form with the title and labels that its description names."""
    import json

    d = json.loads((papers.FOLDER / f"{kind}.json").read_text("utf-8"))
    rows = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", d["titles"][0]]
    return "\n".join(rows + [f"{a}: ........" for a in d["anchors"][:6]])


@pytest.mark.parametrize("kind", [k for k in papers.kinds() if k != "khac"])
def test_every_kind_is_told_by_its_form(kind):
    assert told(form_of(kind)) == [(kind, (1,))]


def test_a_law_that_mentions_papers_is_other():
    assert told(LAW) == [("khac", (1,))]


def test_a_blank_page_is_other():
    assert told("") == [("khac", (1,))]


def test_a_title_over_two_lines_and_misread():
    assert told(DECLARATION_OF_2015)[0][0] == "to_khai_khai_sinh"
    assert told(DECLARATION.replace("KHAI SINH\n", "KHA1 SlNH\n"))[0][0] == "to_khai_khai_sinh"


def test_a_birth_note_is_known_without_its_title():
    assert told(BIRTH_NOTE.replace("GIẤY CHỨNG SINH", ""))[0][0] == "giay_chung_sinh"


def test_several_papers_in_one_file_and_a_law_between():
    assert told(DECLARATION, LAW, BIRTH_NOTE, BIRTH_NOTE) == [
        ("to_khai_khai_sinh", (1,)),
        ("khac", (2,)),
        ("giay_chung_sinh", (3,)),
        ("giay_chung_sinh", (4,)),
    ]


def test_a_second_page_without_title_goes_on():
    rows = DECLARATION.strip("\n").split("\n")
    assert told("\n".join(rows[:18]), "\n".join(rows[18:])) == [("to_khai_khai_sinh", (1, 2))]


def test_confidences_are_probabilities():
    groups = kinds.split([words_of(p) for p in (DECLARATION, LAW, BIRTH_NOTE)])
    assert all(0.5 <= g.confidence <= 1 for g in groups)
