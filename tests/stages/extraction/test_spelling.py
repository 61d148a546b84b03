"""What words are worth before their ink is looked at."""

import pytest

from chalicelib.extraction import spelling
from chalicelib.extraction.spelling import usual, weigher


@pytest.mark.parametrize("word", ["Nguyễn", "NGUYỄN", "xã", "hoà", "hòa", "Niê,", "(Kinh)", "1/7"])
def test_words_of_the_lists_and_figures_weigh_most(word: str) -> None:
    listed = weigher(spelling.known() | {("niê", ""), ("hoa", "huyen")})
    assert listed(word) == 1.0


def test_the_less_a_word_is_known_the_less_it_weighs() -> None:
    weigh = usual()
    assert weigh("Nguyễn") > weigh("Nguyền") > weigh("Nguyxn") > 0
    assert weigh("UBND") > weigh("Ubnd")


@pytest.mark.parametrize(
    ("even", "uneven"), [("QUỐC", "QuỐC"), ("20", "2ạ0"), ("A12", "1A2B3"), ("Lục", "LỤ7")]
)
def test_slips_of_case_and_letters_among_figures_weigh_little(even: str, uneven: str) -> None:
    assert usual()(even) > 2 * usual()(uneven) > 0


@pytest.mark.parametrize(
    "word", ["", "-", "lan@mau.vn", "12", "GCS.21427.94", "15h30", "03/12/1996"]
)
def test_what_is_no_word_is_not_judged(word: str) -> None:
    assert usual()(word) == 1.0


def test_no_word_weighs_nothing() -> None:
    """Names of other languages must stay readable."""
    for word in ("Schmidt", "H'Yéo", "Wojciech", "xYz", "Kʼsor"):
        assert usual()(word) > 0.001
