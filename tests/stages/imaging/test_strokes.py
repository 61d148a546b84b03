"""Strokes are measured as OpenCV measures them, to the bit: at the picture's edges, of few and of many."""

import cv2
import numpy as np
import pytest

from chalicelib.imaging.strokes import strokes_of


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_sides_areas_and_middles_are_opencvs(share: float, connectivity: int) -> None:
    ink = (np.random.default_rng(7).random((240, 310)) < share).astype(np.uint8) * 255
    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=connectivity)
    ours = strokes_of(ink, connectivity)
    assert np.array_equal(ours[0], labels)
    assert np.array_equal(ours[1][1:], stats[1:])
    assert np.array_equal(ours[2][1:], middles[1:])
    assert ours[1][0, cv2.CC_STAT_AREA] == np.count_nonzero(ink == 0)
    assert np.isfinite(ours[2]).all()
