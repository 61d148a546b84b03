"""Ink that nobody read is told from what was read; what cleaning took away is told from paper."""

import cv2
import numpy as np
import pytest

from chalicelib.imaging.remains import is_ink_left, no_letters, was_cleaned

ROOM = (100, 100, 300, 39)


def written(text: str, x: int, foot: int) -> np.ndarray:
    page = np.full((260, 500), 255, np.uint8)
    cv2.putText(page, text, (x, foot), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    return page


def box_of(page: np.ndarray) -> tuple[int, int, int, int]:
    return tuple(map(int, cv2.boundingRect((page < 128).astype(np.uint8))))


def test_a_line_that_nobody_read_is_left() -> None:
    page = written("Noi 12", 120, 130)
    assert is_ink_left(page, ROOM, [])
    assert not is_ink_left(page, ROOM, [box_of(page)])


def test_the_hats_and_feet_of_lines_that_were_read_are_not_left() -> None:
    above, below = written("gypsy", 120, 96), written("HLTM", 120, 158)
    page = np.minimum(above, below)
    assert (page[100:139] < 128).any(), "both lines reach into the room"
    assert not is_ink_left(page, ROOM, [box_of(above), box_of(below)])


def test_dust_is_no_line() -> None:
    page = np.full((260, 500), 255, np.uint8)
    page[110:114, 150:154] = page[120:123, 300:303] = 0
    assert not is_ink_left(page, ROOM, [])


def test_a_room_beyond_the_page_holds_nothing() -> None:
    assert not is_ink_left(written("A", 10, 40), (-20, 300, 90, 30), [])


@pytest.mark.parametrize(("side", "is_told"), [(0, False), (1, False), (3, True), (5, True)])
def test_a_dot_that_cleaning_took_is_told_from_grain(side: int, is_told: bool) -> None:
    clean = written("Lan", 20, 60)
    dotted = np.where(clean == 255, 210, clean).astype(np.uint8)  # paper in a shade
    dotted[70 : 70 + side, 60 : 60 + side] = 40
    assert was_cleaned(clean, dotted) == is_told


def test_a_place_outside_the_page_was_not_cleaned() -> None:
    nothing = np.empty((0, 30), np.uint8)
    assert not was_cleaned(nothing, nothing)


def left_blank(leader: str) -> np.ndarray:
    return written(leader, 150, 130)


def test_a_leader_and_the_dashes_that_strike_a_line_out_are_no_letters() -> None:
    assert no_letters(*[left_blank(". . . . . . . .")] * 2, ROOM, [], 24)
    assert no_letters(*[left_blank("- - - - -")] * 2, ROOM, [], 24)
    assert not no_letters(*[left_blank(". . 1 . .")] * 2, ROOM, [], 24)


def test_what_reaches_in_from_a_label_is_no_letter_here_but_a_misread_word_is() -> None:
    label = written("Ho ten:", 10, 130)
    x, _, wide, _ = box_of(label)
    room = (x + wide - 12, 100, 300, 39)
    assert not no_letters(label, label, room, [], 24), "the label's end reaches in"
    assert no_letters(label, label, room, [box_of(label)], 24)
    word = left_blank("Du")
    assert not no_letters(word, word, ROOM, [box_of(word)], 24)


def test_a_place_outside_the_page_bears_no_letters() -> None:
    assert no_letters(*[written("A", 10, 40)] * 2, (600, 10, 50, 30), [], 24)


def test_a_word_written_above_the_line_stands_in_its_place_as_far_as_it_reaches_down() -> None:
    high = written("HLTM", 150, 112)
    assert not no_letters(high, high, (100, 100, 300, 39), [box_of(high)], 24)
    feet = written("HLTM", 150, 104)
    assert no_letters(feet, feet, (100, 100, 300, 39), [box_of(feet)], 24)


def test_what_a_pen_hardly_left_on_a_copy_is_a_letter_still() -> None:
    faint = np.where(written("Oi", 150, 130) < 128, 205, 255).astype(np.uint8)
    assert not no_letters(faint, faint, ROOM, [], 24)
