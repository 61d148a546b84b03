"""The three papers of the demo agree in every fact; the contradicting one differs in exactly one."""

from tests.draw.samples import FOLDER, LIMIT, draw_samples

DRAWN = {name: drawn for name, drawn, _, _ in draw_samples()}
DECLARATION, NOTE, CARD = (
    DRAWN[f"{n}.jpg"].truth for n in ("to_khai", "giay_chung_sinh", "cccd_me")
)


def test_the_child_is_the_same_on_both_papers() -> None:
    for key in ("child.birth_date", "child.birth_place", "child.gender"):
        assert DECLARATION[key] == NOTE[key]
    assert str(DECLARATION["child.full_name"]).upper() == str(NOTE["child.intended_name"]).upper()
    assert str(DECLARATION["father.full_name"]).upper() == str(NOTE["father.full_name"]).upper()


def test_the_mother_is_the_same_on_all_three_papers() -> None:
    assert CARD["id_number"] == NOTE["mother.id_number"] == DECLARATION["requester.id_number"]
    assert CARD["issued_on"] == NOTE["mother.id_issued_on"] == DECLARATION["requester.id_issued_on"]
    assert CARD["residence"] == NOTE["mother.residence"] == DECLARATION["mother.residence"]
    assert CARD["full_name"] == str(NOTE["mother.full_name"]).upper()
    assert CARD["full_name"] == str(DECLARATION["mother.full_name"]).upper()
    years = {
        str(CARD["birth_date"])[:4],
        NOTE["mother.birth_year"],
        DECLARATION["mother.birth_year"],
    }
    assert years == {"1996"}


def test_the_contradicting_note_differs_only_in_the_day_of_birth() -> None:
    other = DRAWN["loi_giay_chung_sinh_lech_ngay_sinh.jpg"].truth
    assert {k for k in NOTE if NOTE[k] != other[k]} == {"child.birth_date"}


def test_every_sample_lies_there_and_is_small() -> None:
    for name in DRAWN:
        assert 50_000 < (FOLDER / name).stat().st_size < LIMIT
