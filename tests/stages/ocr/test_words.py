"""The engine's table to words: lines from the top, confidences as probabilities, noise rows dropped."""

from chalicelib.ocr.words import words_of

HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)


def row(line: int, top: int, text: str, conf: float = 90.5, level: int = 5, block: int = 1) -> str:
    return f"{level}\t1\t{block}\t1\t{line}\t1\t10\t{top}\t30\t20\t{conf}\t{text}"


def test_words_carry_place_page_and_probability() -> None:
    (word,) = words_of("\n".join([HEAD, row(1, 40, "Họ")]), page=7)
    assert (word.text, word.box, word.page, word.line) == ("Họ", (10, 40, 30, 20), 7, 0)
    assert word.confidence == 0.905


def test_lines_are_numbered_from_the_top_of_the_page() -> None:
    table = "\n".join([HEAD, row(1, 300, "dưới", block=1), row(1, 20, "trên", block=2)])
    assert [(w.text, w.line) for w in words_of(table, 1)] == [("trên", 0), ("dưới", 1)]


def test_boxes_of_blocks_and_empty_words_are_dropped() -> None:
    table = "\n".join(
        [HEAD, row(1, 5, "", level=4, conf=-1), row(1, 5, " "), row(1, 5, "a", conf=-1)]
    )
    assert [(w.text, w.confidence) for w in words_of(table, 1)] == [("a", 0.0)]


def test_an_empty_table_has_no_words() -> None:
    assert words_of("", 1) == []
