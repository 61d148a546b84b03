"""Words elected one by one: what no reader saw is never written, and what is put together is never sure."""

from chalicelib.dossier.paper import Field
from chalicelib.extraction.ballots import by_words
from chalicelib.extraction.opinions import Opinion, settle
from chalicelib.extraction.spelling import usual

KIND = "to_khai_khai_sinh"


def alike(word: str) -> float:
    return 1.0


def read(text: str, sure: float) -> Field:
    return Field(text, text, sure, 1, (0, 0, 10, 10))


def test_a_reading_wrong_in_one_word_is_right_in_the_next() -> None:
    votes = [("TỐNG BA QUÝ", 0.7), ("TỐN BÁ QUÝ", 0.6), ("TỐNG BÁ QUY", 0.5)]
    assert by_words("TỐNG BA QUÝ", votes, alike) == "TỐNG BÁ QUÝ"


def test_vocabulary_decides_between_words_that_readers_saw_and_adds_none() -> None:
    votes = [("phường Hai Dịhc", 0.8), ("phường Mai Dịch", 0.5)]
    assert by_words(votes[0][0], votes, usual()).split()[2] == "Dịch"
    assert by_words("phường Mai Dịhc", [("phường Mai Dịhc", 0.8)], usual()) == "phường Mai Dịhc"


def test_a_stop_that_one_reader_lost_comes_back() -> None:
    votes = [("số 4 ngõ 2", 0.9), ("số 4, ngõ 2", 0.6)]
    assert by_words(votes[0][0], votes, alike) == "số 4, ngõ 2"


def test_readings_of_other_lengths_vote_where_their_words_stand_beside_others() -> None:
    votes = [("Lê Thi Hoa", 0.6), ("( Lê Thị Hoa", 0.9)]
    assert by_words("Lê Thi Hoa", votes, alike) == "Lê Thị Hoa"


def test_a_name_put_together_of_two_readings_is_never_sure() -> None:
    field = read("LƯƠNG HẠNH MINH", 0.98)
    said = [Opinion("LƯƠNG MẠNH HINH", 0.99), Opinion("LƯƠNG MẠNH HINH", 0.99, echo=True)]
    settled = settle(KIND, "child.full_name", field, said)
    assert settled.value == "LƯƠNG MẠNH MINH"
    assert settled.confidence <= 0.7


def test_a_name_that_readers_rob_of_its_mark_has_it_where_one_saw_it() -> None:
    field = read("Bùi Bá Ty", 0.6)
    settled = settle(KIND, "child.full_name", field, [Opinion("Bùi Bá Tỵ", 0.5)])
    assert settled.value == "Bùi Bá Tỵ"
