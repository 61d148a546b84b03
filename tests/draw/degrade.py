"""What happens to a paper on its way to the counter: `degrade(drawn, style, seed)` gives the file's bytes.

Styles: clean (300 dpi PNG), scan (200 dpi grey, a little askew), photocopy (150 dpi, hard and streaky),
phone (a photograph on a desk). Two more for faulty samples: blurred, cut_off. Deterministic by seed.
"""

import cv2
import numpy as np

from tests.draw.drawn import Drawn

STYLES = ("clean", "scan", "photocopy", "phone")
A4_WIDTH = 2480


def degrade(drawn: Drawn, style: str, seed: int) -> bytes:
    """PNG (clean, photocopy) or JPEG (scan, phone, blurred, cut_off) bytes of the degraded picture."""
    rng = np.random.default_rng([seed, *style.encode()])
    page = np.asarray(drawn.image.convert("RGB"))[:, :, ::-1].copy()
    return MAKERS[style](page, rng)


def _png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def _jpeg(image: np.ndarray, quality: int) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def clean(page: np.ndarray, _: np.random.Generator) -> bytes:
    return _png(page)


def scan(page: np.ndarray, rng: np.random.Generator) -> bytes:
    """200 dpi, grey, up to ±2° askew, off-white, slight noise and softness."""
    grey = _askew(_scaled(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), 200 / 300), rng.uniform(-2, 2))
    black, white = rng.uniform(0, 45), rng.uniform(228, 254)
    out = black + grey.astype(np.float32) * (white - black) / 255
    out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.3, 0.7))
    out += rng.uniform(1.5, 5) * rng.standard_normal(out.shape, np.float32)
    if rng.random() < 0.4:
        _spot(out, rng, 60)
    return _jpeg(_bytes(out), int(rng.integers(70, 92)))


def photocopy(page: np.ndarray, rng: np.random.Generator) -> bytes:
    """150 dpi: a copy of a copy, thresholded with uneven toner, streaks and specks."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    grey = _askew(_scaled(grey, rng.uniform(150, 165) / 300), rng.uniform(-1.5, 1.5)).astype(
        np.float32
    )
    height, width = grey.shape
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.4, 0.75))
    toner = cv2.resize(rng.normal(0, 14, (12, 8)).astype(np.float32), (width, height))
    streaks = np.zeros(width, np.float32)
    for _ in range(rng.integers(1, 6)):
        at, wide = rng.integers(0, width), rng.integers(1, 4)
        streaks[at : at + wide] = rng.uniform(-70, 50)
    out = grey + toner + streaks + 12 * rng.standard_normal(grey.shape, np.float32)
    cut = rng.uniform(125, 185)
    if rng.random() < 0.6:
        out = 255 / (1 + np.exp(-(out - cut) / 14))
    else:
        out = np.where(out > cut, 255, 0).astype(np.float32)
    _spot(out, rng, 160)
    if rng.random() < 0.4:
        edge = int(rng.integers(8, 45))
        out[:, :edge] = np.minimum(out[:, :edge], rng.uniform(10, 70))
    return _png(_bytes(out))


def phone(page: np.ndarray, rng: np.random.Generator) -> bytes:
    """A4 or card on a desk: warped, turned by 0/90/180/270 and ±8°, unevenly lit, 5–12 MP, JPEG 40–70."""
    turn = int(rng.choice(4, p=(0.55, 0.15, 0.15, 0.15)))
    return _photograph(page, rng, turn, sigma=rng.uniform(0.5, 1.3))


def blurred(page: np.ndarray, rng: np.random.Generator) -> bytes:
    return _photograph(page, rng, 0, sigma=9.0)


def cut_off(page: np.ndarray, rng: np.random.Generator) -> bytes:
    """The photograph misses the right third and the foot of the paper."""
    return _photograph(page, rng, 0, sigma=0.8, shift=(0.36, 0.22))


MAKERS = {
    "clean": clean, "scan": scan, "photocopy": photocopy, "phone": phone,
    "blurred": blurred, "cut_off": cut_off,
}  # fmt: skip


def _photograph(
    page: np.ndarray, rng: np.random.Generator, turn: int, sigma: float, shift: tuple[float, float] = (0, 0)
) -> bytes:  # fmt: skip
    height, width = page.shape[:2]
    portrait = height >= width
    pixels = rng.uniform(5e6, 12e6)
    long, short = int((pixels * 4 / 3) ** 0.5), int((pixels * 3 / 4) ** 0.5)
    size = (short, long) if portrait else (long, short)
    paper = _creased(page, rng)
    desk = _desk(size, rng)
    corners = _corners(size, width / height, rng, shift)
    source = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    warp = cv2.getPerspectiveTransform(source, corners)
    shrink = np.linalg.norm(corners[1] - corners[0]) / width
    if shrink < 0.8:
        paper = cv2.GaussianBlur(paper, (0, 0), 0.35 / shrink)
    seen = cv2.warpPerspective(paper, warp, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    mask = (
        cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, size).astype(np.float32)
        / 255
    )
    desk *= 1 - 0.45 * cv2.GaussianBlur(np.roll(mask, (14, 10), (0, 1)), (0, 0), 16)[:, :, None]
    out = desk * (1 - mask[:, :, None]) + seen * mask[:, :, None]
    cast = rng.uniform((0.93, 0.97, 0.97), (1.0, 1.0, 1.03)).astype(np.float32)
    out *= _light(size, rng)[:, :, None] * cast
    out = cv2.GaussianBlur(out, (0, 0), sigma)
    out += rng.uniform(2, 7) * rng.standard_normal(out.shape, np.float32)
    return _jpeg(np.ascontiguousarray(np.rot90(_bytes(out), turn)), int(rng.integers(40, 71)))


def _corners(
    size: tuple[int, int], ratio: float, rng: np.random.Generator, shift: tuple[float, float]
) -> np.ndarray:
    """Where the paper's corners fall: 76–94 % of the frame, ±8°, each corner pulled by up to 3.5 %."""
    wide, high = size
    share = rng.uniform(0.76, 0.94)
    h = min(high * share, wide * share / ratio)
    w = h * ratio
    box = np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2
    angle = np.radians(np.clip(rng.normal(0, 3), -8, 8))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    box = box @ spin.T + rng.uniform(-0.035, 0.035, (4, 2)) * (w, h)
    over = max(1.0, np.ptp(box[:, 0]) / (wide * 0.985), np.ptp(box[:, 1]) / (high * 0.985))
    box /= over
    low, top = box.min(0), box.max(0)
    slack = np.array(size) - (top - low)
    at = -low + slack * rng.uniform(0.25, 0.75, 2) + np.array(shift) * size
    return (box + at).astype(np.float32)


def _creased(page: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paper is not white, and was often folded in the middle on its way here."""
    tone = rng.uniform(0.9, 1.0) * rng.uniform((0.95, 0.975, 0.98), 1.0)
    out = page.astype(np.float32) * tone.astype(np.float32)
    height = page.shape[0]
    if page.shape[1] >= A4_WIDTH * 0.9 and rng.random() < 0.5:
        rows = np.arange(height) - height * rng.uniform(0.47, 0.53)
        depth = rng.uniform(8, 28)
        fold = -depth * np.exp(-((rows / 7) ** 2)) + depth * 0.5 * np.tanh(rows / 300)
        out += fold[:, None, None].astype(np.float32)
    return _bytes(out)


def _light(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Brightness over the frame: a slope, a vignette, and in two of five pictures the shadow of a hand or phone."""
    wide, high = size
    x, y = np.meshgrid(
        np.linspace(-1, 1, wide, dtype=np.float32), np.linspace(-1, 1, high, dtype=np.float32)
    )
    a = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0.03, 0.22) * (x * np.cos(a) + y * np.sin(a))
    light *= (1 - rng.uniform(0.02, 0.14) * (x * x + y * y)) * rng.uniform(0.72, 1.02)
    if rng.random() < 0.4:
        b, at = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.7)
        edge = x * np.cos(b) + y * np.sin(b) - at + 0.06 * np.sin(5 * (x - y) + a)
        light *= 1 - rng.uniform(0.15, 0.4) / (1 + np.exp(-edge / rng.uniform(0.02, 0.12)))
    return light


def _desk(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    return DESKS[int(rng.integers(len(DESKS)))](size, rng)


def _wood(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    wide, high = size
    low = rng.normal(0, 1, (high // 160 + 2, wide // 10 + 2)).astype(np.float32)
    grain = cv2.resize(low, size, interpolation=cv2.INTER_CUBIC)
    grain += 0.5 * cv2.resize(
        rng.normal(0, 1, (high // 400 + 2, wide // 3)).astype(np.float32), size
    )
    colour = rng.uniform((40, 70, 100), (120, 160, 200)).astype(np.float32)
    out = colour + grain[:, :, None] * rng.uniform(5, 14)
    return np.ascontiguousarray(out.astype(np.float32))


def _stone(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    wide, high = size
    out = np.zeros((high, wide), np.float32)
    for cell, depth in ((400, 14), (90, 10), (12, 7)):
        low = rng.normal(0, depth, (high // cell + 2, wide // cell + 2)).astype(np.float32)
        out += cv2.resize(low, size, interpolation=cv2.INTER_CUBIC)
    return out[:, :, None] + rng.uniform(60, 190) + rng.uniform(-12, 12, 3).astype(np.float32)


def _cloth(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    wide, high = size
    step = int(rng.integers(90, 260))
    x, y = np.arange(wide) // step % 2, np.arange(high) // step % 2
    check = (x[None, :] + y[:, None]).astype(np.float32) / 2
    one, two = rng.uniform(40, 210, (2, 3)).astype(np.float32)
    weave = 7 * rng.standard_normal((high, wide), np.float32)
    return (one + check[:, :, None] * (two - one) * 0.5 + weave[:, :, None]).astype(np.float32)


def _plain(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    wide, high = size
    tone = rng.uniform(25, 205) + rng.uniform(-14, 14, 3)
    return tone.astype(np.float32) + 3 * rng.standard_normal((high, wide, 1), np.float32)


DESKS = (_wood, _wood, _stone, _cloth, _plain)


def _scaled(image: np.ndarray, by: float) -> np.ndarray:
    return cv2.resize(image, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)


def _askew(image: np.ndarray, degrees: float) -> np.ndarray:
    high, wide = image.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return cv2.warpAffine(image, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255)


def _spot(image: np.ndarray, rng: np.random.Generator, most: int) -> None:
    high, wide = image.shape[:2]
    for _ in range(rng.integers(10, most)):
        at = (int(rng.integers(wide)), int(rng.integers(high)))
        cv2.circle(image, at, int(rng.integers(1, 3)), float(rng.uniform(0, 120)), -1)


def _bytes(image: np.ndarray) -> np.ndarray:
    return np.clip(image, 0, 255).astype(np.uint8)
