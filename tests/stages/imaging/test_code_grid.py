"""Where a small code lies: what the standard fixes, the grid through it, nothing where there is none."""

import tracemalloc

import cv2
import numpy as np
import pytest
import segno

from chalicelib.imaging.code_grid import PER_MODULE, QUIET, find_grid, fixed, samples
from tests.stages.imaging.test_cleanup import drawn


def modules(text: str, version: int, mask: int = 0) -> np.ndarray:
    """The dark modules of a code without paper around it."""
    made = segno.make(text, micro=False, error="m", version=version, mask=mask, boost_error=False)
    return np.array([list(row) for row in made.matrix_iter(border=0)], bool)


def pictured(
    dark: np.ndarray, module: float, degrees: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """A page with the code at so many pixels a module, turned; and the corners it then has."""
    big = cv2.resize(np.kron(np.where(dark, 0, 255), np.ones((10, 10))), None, fx=1, fy=1)
    soft = cv2.GaussianBlur(big, (0, 0), 4.2 / module)
    turn = cv2.getRotationMatrix2D((len(big) / 2, len(big) / 2), degrees, module / 10)
    turn[:, 2] += (430.3 - len(big) / 2, 300.8 - len(big) / 2)
    page = cv2.warpAffine(soft, turn, (1270, 900), borderValue=235)
    side = len(big)
    ends = np.array([(0, 0), (side, 0), (side, side), (0, side)], float) - 0.5
    return page.astype(np.uint8), (np.c_[ends, np.ones(4)] @ turn.T + 0.5).ravel()


@pytest.mark.parametrize("version", range(2, 14))
def test_what_is_fixed_stands_so_in_every_code_of_a_version(version: int) -> None:
    made = [modules("dossier", version, mask=mask) for mask in range(8)]
    square = fixed(len(made[0]))
    for dark in made:
        assert ((square > 0) <= dark).all()
        assert ((square < 0) <= ~dark).all()
    assert np.count_nonzero(square) >= 3 * 64 - 6


@pytest.mark.parametrize("degrees", [0.0, 3.0, -4.0, 90.0, 182.0])
def test_a_grid_lies_on_a_small_code_in_any_quarter_turn(degrees: float) -> None:
    dark = modules("001099000123||Nguyễn Văn Mẫu|01011999|Nam|Số 1 Hàng Bạc, Hà Nội|02022022", 8)
    page, corners = pictured(dark, 1.9, degrees)
    grid = find_grid(page)
    assert grid is not None
    assert grid.size == 49
    assert np.abs(grid.corners - corners).max() < 0.4
    middle = samples(page, grid)[QUIET:-QUIET, QUIET:-QUIET, PER_MODULE**2 // 2]
    assert ((middle < 128) == dark).mean() > 0.97


def test_nothing_lies_on_a_page_of_print_or_on_a_bare_one() -> None:
    assert find_grid(drawn()) is None
    assert find_grid(np.full((900, 700), 255, np.uint8)) is None
    assert find_grid(np.full((5, 3), 255, np.uint8)) is None


def test_a_long_thin_picture_is_not_blown_up() -> None:
    """A page of which one line alone was seen: searched at the scale of its short side it filled 2.2 GB."""
    noise = np.random.default_rng(3).integers(0, 255, (40, 3000), np.uint8)
    tracemalloc.start()
    found = find_grid(noise)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is None
    assert most < 30_000_000
