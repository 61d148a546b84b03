"""Bundles must hold the pages they say, the same bytes for the same seed, and papers that agree."""

import io

import numpy as np
import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from tests.draw.bundles import PLANS, draw_bundle, draw_spread


@pytest.mark.parametrize("plan", PLANS)
def test_a_bundle_has_the_pages_it_says(plan: str) -> None:
    bundle = draw_bundle(5000, "scan", plan)
    pages = sorted(page for paper in bundle.papers for page in paper.pages)
    assert len(PdfDocument(bundle.data)) == len(pages) == bundle.page_count
    assert pages == list(range(1, len(pages) + 1)) and len(pages) >= 2


def test_the_same_seed_gives_the_same_bundle() -> None:
    assert draw_bundle(5001, "scan").data == draw_bundle(5001, "scan").data


def test_the_linked_papers_are_about_one_child() -> None:
    papers = {p.kind: p.truth for p in draw_bundle(5002, "scan", "linked_birth").papers}
    note, declaration = papers["giay_chung_sinh"], papers["to_khai_khai_sinh"]
    assert note["child.birth_date"] == declaration["child.birth_date"]
    assert papers["to_khai_tk1_ts"]["subject.birth_date"] == note["child.birth_date"]


def test_twins_share_the_mother_and_the_day_but_not_the_number() -> None:
    papers = [p for p in draw_bundle(5003, "scan", "twins").papers if p.kind == "giay_chung_sinh"]
    one, two = (p.truth for p in papers)
    assert one["mother.id_number"] == two["mother.id_number"]
    assert one["child.birth_date"] == two["child.birth_date"]
    assert one["children_count"] == two["children_count"] == 2
    assert one["number"] != two["number"]


def test_a_spread_cuts_between_lines_and_loses_nothing() -> None:
    spread = draw_spread("to_khai_ct01", 5000)
    assert {page for page, _ in spread.boxes.values()} == {1, 2}
    greys = [np.asarray(image.convert("L")) for image in spread.images]
    for key, (page, (x, y, w, h)) in spread.boxes.items():
        if spread.truth[key] is not None:
            assert greys[page - 1][y : y + h, x : x + w].min() < 160, key
    shots = [Image.open(io.BytesIO(data)) for data in spread.degraded("scan", 1)]
    assert [min(shot.size) > 1600 for shot in shots] == [True, True]
