"""The generator's families: what is true of their papers passes every check, in the forms the reader gives."""

from datetime import date

import pytest

from chalicelib.dossier.paper import Field, PaperRead
from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.checks import check
from tests.draw.cards import draw_card
from tests.draw.drawing import draw
from tests.draw.holders import holder_of
from tests.draw.people import make_family
from tests.stages.procedures.family import dossier, upload


def truly_read(drawn):
    """The paper as a reader without errors gives it."""
    fields = {k: Field(v, str(v or ""), 0.9999, 1) for k, v in drawn.truth.items()}
    return PaperRead(drawn.kind, 0.99, (1,), fields)


@pytest.mark.parametrize("seed", range(5000, 5004))
def test_a_drawn_family_passes(seed):
    family = make_family(f"family-{seed}")
    drawn = [
        draw("to_khai_khai_sinh", seed, family=family),
        draw("giay_chung_sinh", seed, family=family),
        draw_card("front", seed, holder_of(family.mother), width=700),
    ]
    d = dossier(*(upload(f"p{n}", truly_read(each)) for n, each in enumerate(drawn)))
    rules = procedure("lien_thong_ks_tt_bhyt", date(2026, 11, 23))
    assert [f.rule for f in check(rules, d) if f.outcome != "passed" and not f.warning] == []
