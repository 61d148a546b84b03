"""The table of single lines: held-out fonts alone, honest lists, a page with its marks."""

from pathlib import Path

import pytest

from chalicelib.extraction import spelling
from chalicelib.extraction.letters import is_syllable, without_tone
from tests import lines
from training.reader import fonts, measure
from training.reader.pages import between, fill


def test_only_fonts_that_training_holds_out_are_drawn_in() -> None:
    """Both judged hands and judged print are among the fonts of the tests, and nothing trained on is."""
    hands, prints = (
        {lines.family(Path(f)) for f in lines.held_out(hand)} for hand in (True, False)
    )
    assert {"patrick-hand", "mali"} <= hands <= set(fonts.HELD_OUT_HANDS)
    assert prints == set(fonts.HELD_OUT_PRINTS)


def test_words_of_judged_lists_alone_are_struck() -> None:
    struck = measure.struck()
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
    first, second = ([said for _, said, _ in lines.drawn(lines.KINDS[0], 3)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_readers_are_told_apart_by_what_they_read() -> None:
    crops = list(lines.drawn(lines.KINDS[2], 2))
    truths = {id(cut): said for cut, said, _ in crops}
    right = measure.tally(lambda cut: truths[id(cut)], crops)
    wrong = measure.tally(lambda cut: "", crops)
    assert (right.exact, right.wrong_letters) == (1.0, 0.0)
    assert (wrong.exact, wrong.wrong_letters) == (0.0, 1.0)


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


def test_more_hours_are_promised_by_the_last_two_trainings() -> None:
    """Half the errors for four times the batches: half of them again for four times as many again."""
    run = {"sha256": "", "weights": 1, "hours": 3.0, "print": 0.97, "clean": 0.98}
    first = run | {"batches": 1000, "new_batches": 1000, "hand": 0.4}
    second = run | {"batches": 4000, "new_batches": 3000, "hand": 0.7}
    told = measure.promise([first, second])
    assert "handwriting-like, worn: about 12.0;" in told
    assert "print, worn: reached" in told
    assert "print, clean: nothing to tell by" in told
    assert "nothing to tell by" in measure.promise([first])
