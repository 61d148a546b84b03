"""The table of single lines: held-out fonts alone, honest lists, a page with its marks."""

from pathlib import Path

import pytest

from chalicelib.extraction import spelling
from chalicelib.extraction.letters import is_syllable, without_tone
from tests import lines
from training.reader import fonts
from training.reader.pages import between, fill


def test_only_fonts_that_training_holds_out_are_drawn_in() -> None:
    """Both judged hands and judged print are among the fonts of the tests, and nothing trained on is."""
    hands, prints = (
        {lines.family(Path(f)) for f in lines.held_out(hand)} for hand in (True, False)
    )
    assert {"patrick-hand", "mali"} <= hands <= set(fonts.HELD_OUT_HANDS)
    assert prints == set(fonts.HELD_OUT_PRINTS)


def test_words_of_judged_lists_alone_are_struck() -> None:
    struck = lines.struck()
    assert struck < spelling.known()
    assert without_tone("xã") in struck
    gone = spelling.known() - struck
    assert len(gone) > 100


def test_names_of_no_list_are_of_no_list() -> None:
    words = [
        w for name in (*lines.FOREIGN, *lines.HIGHLAND) for w in name.replace("'", " ").split()
    ]
    long = [w for w in words if len(w) > 1]
    assert not [w for w in long if without_tone(w) in spelling.known() or is_syllable(w)]


def test_the_same_lines_are_drawn_every_time() -> None:
    first, second = ([said for _, said in lines.drawn(lines.KINDS[0], 3)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_readers_are_told_apart_by_what_they_read() -> None:
    crops = list(lines.drawn(lines.KINDS[2], 2))
    truths = {id(cut): said for cut, said in crops}
    right = lines.tally(lambda cut: truths[id(cut)], crops)
    wrong = lines.tally(lambda cut: "", crops)
    assert (right.right, right.wrong_letters) == (2, 0.0)
    assert (wrong.right, wrong.wrong_letters) == (0, 1.0)


def test_a_page_keeps_all_but_what_is_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n" + between("a table", "somebody", "old") + "\nafter\n", "utf-8")
    fill(page, "a table", "new\nrows")
    assert (
        page.read_text("utf-8")
        == "before\n" + between("a table", "somebody", "new\nrows") + "\nafter\n"
    )
    with pytest.raises(ValueError, match="no marks"):
        fill(page, "another table", "new")
