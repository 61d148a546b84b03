"""Values nearly sure: which they are, and what one more look that says the same makes of them."""

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.extraction import confidence, fields

KIND = "to_khai_khai_sinh"


def _field(value: str | None, sure: float) -> Field:
    return Field(value, value or "", sure, 1, (10, 10, 200, 20))


@pytest.mark.parametrize(
    ("grammar", "sure", "well_read", "nearly"),
    [
        ("name", 0.996, False, True),
        ("name", 0.98, True, False),
        ("date", 0.85, False, True),
        ("gender", 0.72, False, True),
        ("place", 0.92, True, True),
        ("place", 0.99, False, False),
        ("text", 0.85, True, False),
        ("id_document", 0.75, True, True),
    ],
)
def test_a_value_is_nearly_sure_by_its_grammar_and_paper(
    grammar: str, sure: float, well_read: bool, nearly: bool
) -> None:
    field = _field("x", sure)
    assert confidence.is_nearly_sure(grammar, field, well_read=well_read) is nearly


def test_a_blank_is_never_nearly_sure() -> None:
    assert not confidence.is_nearly_sure("date", _field(None, 0.99), well_read=True)


def test_one_more_look_that_says_the_same_makes_it_surer() -> None:
    first = _field("phường Láng Hạ, quận Đống Đa, Hà Nội", 0.94)
    said = fields.Opinion("phường Láng Hạ, quận Đống Đa, Hà Nội", 0.9, echo=True)
    settled = fields.settle(KIND, "child.birth_place", first, [said])
    assert settled.value == first.value
    assert settled.confidence == pytest.approx(0.97)


def test_one_more_look_that_says_otherwise_makes_it_less_sure() -> None:
    first = _field("phường Láng Hạ, quận Đống Đa, Hà Nội", 0.94)
    said = fields.Opinion("phường Láng Thượng, quận Đống Đa, Hà Nội", 0.9, echo=True)
    settled = fields.settle(KIND, "child.birth_place", first, [said])
    assert settled.confidence < first.confidence
