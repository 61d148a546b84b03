"""QR codes in a picture: grey pixels in, their texts out; a code too blurred to decode is left out.

Best on the picture as it came, at full resolution (`Page.photo`): codes need no upright page, and a
reduced one loses them (below ~2.5 pixels per module nothing helps). Measured with zxing-cpp 3.1.1:
24 of 24 photographs at 180 px per code, 22 at 134 px, 24 after the second look.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

Grey = npt.NDArray[np.uint8]

_MOST_PIXELS = 4_000_000  # of a crop that is enlarged for the second look
_MARGIN = 0.35


def find_codes(grey: Grey) -> list[str]:
    """Texts of all QR codes in a picture (h, w), in any turn, without repeats; [] if there is none.

    For a page: `find_codes(page.photo)`; only if that gave nothing and a sheet was cut out of a
    photograph (`page.on_desk`), `find_codes(page.upright)`, where a slanted code has become square.
    """
    seen = (_text(f) if f.valid else _look_again(grey, f) for f in _scan(grey))
    texts = list(dict.fromkeys(filter(None, seen)))
    return texts or _on_even_light(grey)


def _on_even_light(grey: Grey) -> list[str]:
    """The same by one threshold for the whole picture: of small codes on a scan or copy it sees more."""
    found = _scan(grey, zxingcpp.Binarizer.FixedThreshold)
    return list(dict.fromkeys(_text(f) for f in found if f.valid))


def _scan(
    grey: Grey, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
) -> list[zxingcpp.Barcode]:
    """Decoded codes, and those that were seen but not decoded."""
    found: list[zxingcpp.Barcode] = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.BarcodeFormat.QRCode,
        try_invert=False,  # no paper bears a code light on dark
        binarizer=binarizer,
        return_errors=True,
    )
    return found


def _text(found: zxingcpp.Barcode) -> str:
    """Vietnamese payloads are UTF-8 without saying so: bytes first, the library's guess second."""
    try:
        return bytes(found.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(found.text)


def _look_again(grey: Grey, found: zxingcpp.Barcode) -> str | None:
    """The code alone, enlarged and sharpened in several ways."""
    crop = _crop(grey, found)
    for picture in _sharpened(crop) if crop.size else ():
        for again in _scan(picture):
            if again.valid:
                return _text(again)
    return None


def _crop(grey: Grey, found: zxingcpp.Barcode) -> Grey:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    points = np.array([(corner.x, corner.y) for corner in corners])
    low, high = points.min(axis=0), points.max(axis=0)
    margin = int(_MARGIN * max(high - low))
    left, top = np.maximum(low - margin, 0)
    right, bottom = high + margin
    return grey[top:bottom, left:right]


def _sharpened(crop: Grey) -> Iterator[Grey]:
    for scale, strength in ((2, 1.0), (3, 1.5), (3, 3.0)):
        if crop.size * scale**2 > _MOST_PIXELS:
            continue
        large = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(large, (0, 0), 1.2 * scale)
        yield np.asarray(cv2.addWeighted(large, 1 + strength, soft, -strength, 0), np.uint8)
