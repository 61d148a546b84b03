"""Codes too worn for the library, on cards copied at 150 dpi: read module by module, or not at all, never wrongly."""

import cv2
import numpy as np
import pytest

from chalicelib.imaging.codes import find_codes
from chalicelib.ocr.code_modules import read_faint_code
from chalicelib.reading import read_file, see_pages
from tests.card import Job, draw_job
from tests.draw.holders import qr_text
from tests.stages.imaging.test_cleanup import drawn

pytestmark = pytest.mark.eyes

COPIES = range(600, 612)


def copy(seed: int) -> tuple[str, bytes]:
    """The text of the code of a copied card, and the copy."""
    made, data = draw_job(Job("cccd", "photocopy", seed))
    return qr_text(made.truth), data


def grey(data: bytes) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE))


def test_more_codes_of_copied_cards_are_read_than_by_the_library_and_none_wrongly() -> None:
    by_library = by_modules = 0
    for seed in COPIES:
        text, data = copy(seed)
        by_library += bool(find_codes(grey(data)))
        for code in see_pages(data)[0].qr:
            assert code.split("|")[:4] == text.split("|")[:4]
            by_modules += 1
    assert by_modules >= 8
    assert by_modules >= 2 * by_library


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_copy_that_lies_on_its_side_is_read_too(quarters: int) -> None:
    text, data = copy(600)
    turned = cv2.imencode(".png", np.ascontiguousarray(np.rot90(grey(data), quarters)))[1].tobytes()
    (code,) = see_pages(turned)[0].qr
    assert code.split("|")[0] == text.split("|")[0]


def test_what_a_copied_code_says_is_the_papers() -> None:
    made, data = draw_job(Job("cccd", "photocopy", 600))
    assert not find_codes(grey(data))
    (paper,) = read_file(data).reading.papers
    told = {key: f.value for key, f in paper.fields.items() if f.source == "qr"}
    assert {"full_name", "residence", "issued_on"} <= set(told)
    assert told == {key: made.truth[key] for key in told}


def test_no_code_is_read_where_there_is_none() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 700), np.uint8)
    for picture in (noise, np.full((900, 700), 255, np.uint8), drawn()):
        assert read_faint_code(picture) == []
