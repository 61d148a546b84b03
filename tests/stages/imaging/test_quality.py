"""Verdicts: what was read for sure is good; what can't be read is to be taken again, and why."""

import cv2
import numpy as np
import pytest

from chalicelib.dossier.paper import REASONS, PageQuality, Word
from chalicelib.imaging.cleanup import Page, clean_page
from chalicelib.imaging.quality import judge
from tests.stages.imaging.test_cleanup import drawn


def page_of(grey: np.ndarray) -> Page:
    return clean_page(grey)


def words(count: int, confidence: float, x: int = 200) -> list[Word]:
    return [Word("Nguyễn", (x, 30 * n, 90, 20), confidence, 1, n) for n in range(count)]


def test_a_page_read_for_sure_is_good() -> None:
    assert judge(page_of(drawn()), words(40, 0.95), 3) == PageQuality(3, "good")


@pytest.mark.parametrize("read", [[], words(2, 0.99), words(40, 0.3)])
def test_a_page_without_sure_words_is_never_good(read: list[Word]) -> None:
    assert judge(page_of(drawn()), read, 1) == PageQuality(1, "retake", ("hard_to_read",))


def test_half_sure_pages_are_doubtful() -> None:
    read = words(60, 0.9) + words(40, 0.4)
    assert judge(page_of(drawn()), read, 1) == PageQuality(1, "doubtful", ("hard_to_read",))


def test_print_that_runs_off_the_edge_is_cut_off() -> None:
    read = words(40, 0.95) + words(3, 0.9, x=0)
    assert judge(page_of(drawn()), read, 1) == PageQuality(1, "doubtful", ("cut_off",))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda p: np.full_like(p, 255), "blank"),
        (lambda p: np.zeros_like(p), "too_dark"),
        (lambda p: (p * 0.15).astype(np.uint8), "too_dark"),
        (lambda p: cv2.GaussianBlur(p, (0, 0), 6), "blurred"),
        (lambda p: (215 + p * 0.1).astype(np.uint8), "low_contrast"),
        (lambda p: cv2.resize(p, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA), "too_small"),
    ],
    ids=["white", "black", "dark", "blurred", "faint", "tiny"],
)
def test_the_reason_can_be_acted_on(spoil, reason: str) -> None:
    verdict = judge(page_of(spoil(drawn())), [], 1)
    assert verdict.verdict == "retake"
    assert reason in verdict.reasons
    assert set(verdict.reasons) <= set(REASONS)


def test_a_burnt_out_patch_is_glare() -> None:
    grey = (drawn() * 0.7).astype(np.uint8)
    cv2.circle(grey, (600, 800), 260, 255, -1)
    assert "glare" in judge(page_of(grey), [], 1).reasons
