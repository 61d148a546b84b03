"""Makes what the reader of worn QR codes is trained on: squares of random modules, printed, copied and photographed.

No person's data are drawn: what the standard does not fix is random. Everything follows from the seed.
"""

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.code_grid import QUIET, Grid, fixed, samples

Array = npt.NDArray[np.float32]
BIG = 10  # pixels of a module as printed
VERSIONS = (3, 4, 5, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 11)
EDGE = 4  # modules of paper around


def make_square(rng: np.random.Generator) -> tuple[Array, Array]:
    """(side, side, PER_MODULE²) samples as `code_grid.samples` gives them; (size, size) 1 where a module is dark."""
    size = 17 + 4 * int(rng.choice(VERSIONS))
    known = fixed(size)
    dark = np.where(known == 0, rng.random((size, size)) < 0.5, known > 0).astype(np.float32)
    module = float(np.exp(rng.uniform(np.log(1.45), np.log(3.6))))
    picture, corners = _taken(_printed(dark, rng), size, module, rng)
    grid = Grid(size, corners + rng.normal(0, rng.uniform(0.02, 0.12) * module, 8))
    return samples(_worn(picture, module, rng), grid), dark


def _printed(dark: Array, rng: np.random.Generator) -> Array:
    """Ink on a card's tinted paper, with the white square that most codes stand on, or without."""
    paper, ink = rng.uniform(190, 255), rng.uniform(0, 70)
    framed = np.pad(dark, EDGE)
    out = np.where(framed > 0, ink, paper).astype(np.float32)
    margin = int(rng.integers(1, EDGE + 1))
    around = np.ones_like(out, bool)
    around[EDGE - margin : len(out) - EDGE + margin, EDGE - margin : len(out) - EDGE + margin] = (
        False
    )
    out[around] = rng.uniform(120, 255)
    large = np.kron(out, np.ones((BIG, BIG), np.float32))
    spread = int(rng.integers(-2, 4))  # ink runs, or a printer's dots stay small
    if spread:
        kernel = np.ones((abs(spread) + 1,) * 2, np.uint8)
        large = cv2.erode(large, kernel) if spread > 0 else cv2.dilate(large, kernel)
    return np.asarray(large, np.float32)


def _taken(
    large: Array, size: int, module: float, rng: np.random.Generator
) -> tuple[Array, npt.NDArray[np.float64]]:
    """The print at `module` pixels a module, turned and pulled a little; and where the code's corners went."""
    soft = cv2.GaussianBlur(large, (0, 0), 0.42 * BIG / module)
    around, room = (size + 2 * EDGE) * module, 6
    side = round(around) + 2 * room
    angle = np.radians(rng.normal(0, 2.5))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    pulled = square @ spin.T + rng.normal(0, rng.choice((0.001, 0.01)), (4, 2))
    at = pulled * around + side / 2 + rng.uniform(-0.5, 0.5, 2)
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * len(large) - 0.5
    to = cv2.getPerspectiveTransform(source, (at - 0.5).astype(np.float32))
    seen = cv2.warpPerspective(soft, to, (side, side), borderMode=cv2.BORDER_REPLICATE)
    inner = np.array([[EDGE, EDGE], [EDGE + size, EDGE], [EDGE + size] * 2, [EDGE, EDGE + size]])
    ends = cv2.perspectiveTransform((inner * BIG - 0.5)[None].astype(np.float32), to)[0] + 0.5
    return np.asarray(seen, np.float32), ends.astype(np.float64).ravel()


def _worn(picture: Array, module: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Copied once or twice, scanned or photographed."""
    out = picture
    way = rng.random()
    if way < 0.65:
        for _ in range(1 + (rng.random() < 0.15)):
            out = _copied(out, rng)
    else:
        out = _lit(out, rng)
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.2, 0.55) * module)
        out = out + rng.uniform(1, 9) * rng.standard_normal(out.shape, np.float32)
    if rng.random() < 0.5:
        coded = cv2.imencode(
            ".jpg", _grey(out), [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))]
        )[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return _grey(out)


def _lit(picture: Array, rng: np.random.Generator) -> Array:
    """Unevenly, and not to full black and white."""
    slope = cv2.resize(rng.uniform(0.75, 1.0, (2, 2)).astype(np.float32), picture.shape[::-1])
    return np.asarray(rng.uniform(0, 50) + picture * slope * rng.uniform(0.6, 1.0), np.float32)


def _copied(picture: Array, rng: np.random.Generator) -> Array:
    """Through a copier: soft, uneven toner, streaks, noise, then nearly or wholly black and white, specks."""
    out = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 0.85))
    toner = rng.normal(0, rng.uniform(0, 22), (3, 3)).astype(np.float32)
    out = out + cv2.resize(toner, picture.shape[::-1])
    for _ in range(rng.poisson(0.3)):
        at = int(rng.integers(out.shape[1]))
        out[:, at : at + int(rng.integers(1, 4))] += rng.uniform(-80, 60)
    out = out + rng.uniform(3, 18) * rng.standard_normal(out.shape, np.float32)
    cut, sharp = rng.uniform(105, 195), rng.choice((2.0, 10.0, 15.0, 25.0, 40.0))
    out = 255 / (1 + np.exp(-np.clip((out - cut) / sharp, -30, 30)))
    for _ in range(rng.poisson(1.0)):
        at = (int(rng.integers(out.shape[1])), int(rng.integers(out.shape[0])))
        cv2.circle(out, at, int(rng.integers(0, 3)), float(rng.uniform(0, 255)), -1)
    return np.asarray(out, np.float32)


def _grey(picture: Array) -> npt.NDArray[np.uint8]:
    return np.clip(picture, 0, 255).astype(np.uint8)


def inside(samples_seen: Array) -> slice:
    """Rows, and columns, of samples that are the code's own."""
    return slice(QUIET, len(samples_seen) - QUIET)
