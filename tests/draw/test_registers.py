"""Drawn register books: repeatable, numbered through, split over facing pages, in the columns of their layout."""

import json

import pytest

from tests.draw.register_book import FOLDER, LEFT_PAGE, REGISTERS, draw_book


def columns(register: str) -> list[str]:
    return [
        c["field"] for c in json.loads((FOLDER / f"{register}.json").read_text("utf-8"))["columns"]
    ]


@pytest.mark.parametrize("register", REGISTERS)
def test_the_same_seed_draws_the_same_book(register):
    one, other = (draw_book(register, 5000, 1)[0] for _ in range(2))
    assert one.truth == other.truth and one.image.tobytes() == other.image.tobytes()


@pytest.mark.parametrize("register", REGISTERS)
def test_entries_are_numbered_through_the_book(register):
    pages = draw_book(register, 5001, 3)
    numbers = [int(e["number"]) for p in pages for e in p.truth["entries"]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [p.truth["page"] - pages[0].truth["page"] for p in pages] == [0, 1, 2]
    assert all(4 <= len(p.truth["entries"]) <= 8 for p in pages)
    assert list(pages[0].truth["entries"][0]) == columns(register)


@pytest.mark.parametrize("register", REGISTERS)
def test_facing_pages_carry_the_halves_of_the_same_entries(register):
    left, right = draw_book(register, 5002, 1, facing=True)
    assert list(left.truth["entries"][0]) == columns(register)[:LEFT_PAGE]
    assert list(right.truth["entries"][0]) == columns(register)[LEFT_PAGE:]
    assert len(left.truth["entries"]) == len(right.truth["entries"])
