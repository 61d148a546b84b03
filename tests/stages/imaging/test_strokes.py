"""Strokes are told apart and measured: at the picture's edges, where they meet at a corner, few, many and all ink."""

import cv2
import numpy as np
import pytest

from chalicelib.imaging.strokes import strokes_of


@pytest.mark.parametrize(("connectivity", "count"), [(4, 3), (8, 2)])
def test_sides_areas_and_middles(connectivity: int, count: int) -> None:
    ink = np.zeros((40, 60), np.uint8)
    ink[0:4, 0:10] = ink[20:30, 40:50] = ink[30:40, 50:60] = 255  # the last two meet at a corner
    labels, boxes, middles = strokes_of(ink, connectivity)
    assert len(boxes) == 1 + count
    assert boxes[1].tolist() == [0, 0, 10, 4, 40]
    assert middles[1].tolist() == [4.5, 1.5]
    last = [50, 30, 10, 10, 100] if connectivity == 4 else [40, 20, 20, 20, 200]
    assert boxes[-1].tolist() == last
    assert boxes[0, cv2.CC_STAT_AREA] == np.count_nonzero(ink == 0)
    assert np.array_equal(labels > 0, ink > 0)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 1.0])
def test_every_pixel_of_ink_is_counted_and_every_middle_is_a_place(share: float) -> None:
    ink = (np.random.default_rng(7).random((240, 310)) < share).astype(np.uint8) * 255
    labels, boxes, middles = strokes_of(ink)
    assert boxes[1:, cv2.CC_STAT_AREA].sum() == np.count_nonzero(ink)
    assert labels.max(initial=0) == len(boxes) - 1
    assert np.isfinite(middles).all()


def test_more_strokes_than_short_labels_can_count() -> None:
    ink = np.zeros((1200, 1200), np.uint8)
    ink[::3, ::3] = 255
    labels, boxes, _ = strokes_of(ink)
    assert len(boxes) == 1 + 400 * 400 == 1 + int(labels.max())


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
