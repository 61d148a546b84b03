"""What the throw-away process does that decodes an untrusted file (`nursery`). It knows nothing but the file.

In: the file's bytes on standard input, its media type as the first argument; as the second, if
there is one, the number of the only page wanted, or `count`. Out, on standard
output, per page: one line of JSON `{"width", "height", "channels"}` and then the raw 8-bit pixels
(for `count`: `{"pages"}` alone); at the end `{"end": true}`, or `{"error": code, …facts}`. Dies by
signal if the file takes more memory or CPU than an honest one needs.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    import pypdfium2 as pdfium

MOST_PAGES = 300
"""An honest bundle; about four minutes of reading."""
MOST_PIXELS = 125_000_000
"""A 108-megapixel phone photo and A3 at 600 dpi pass."""
LONG_SIDE = 2400
"""Pixels that a picture keeps: A4 at 200 dpi. More read no better and took longer."""
MOST_MEMORY = 1_500_000_000
CPU_PER_PAGE = 15

_ORIENTATION = 0x0112
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/tiff": "TIFF",
}


class Unfit(Exception):
    """The file can't be given as pages; `code` and `facts` of the error that says why."""

    def __init__(self, code: str, **facts: object) -> None:
        self.answer = {"error": code, **facts}
        super().__init__(code)


def pictures(data: bytes, media_type: str, only: int | None = None) -> Iterator[Image.Image]:
    """The file's pages, upright as its EXIF says, at most `LONG_SIDE` long (PDF: 200 dpi).

    `only` this page, from 1: then the file may have any number of pages.

    Raises:
        Unfit: broken, locked, too many pages, or too many pixels.
    """
    if media_type == "application/pdf":
        yield from _pdf_pages(data, only)
    else:
        yield from _frames(data, _FORMATS[media_type], only)


def page_count(data: bytes, media_type: str) -> int:
    """How many pages the file has; nothing is drawn. Raises Unfit."""
    if media_type == "application/pdf":
        return len(_opened_pdf(data))
    return int(getattr(_opened(data, _FORMATS[media_type]), "n_frames", 1))


def _wanted(pages: int, only: int | None) -> range:
    """Numbers of the pages to give, from 0."""
    if only is None and pages > MOST_PAGES:
        raise Unfit("too_many_pages", limit=MOST_PAGES)
    if only is not None and not 1 <= only <= pages:
        raise Unfit("file_broken", page=only)
    return range(pages) if only is None else range(only - 1, only)


def _opened_pdf(data: bytes) -> "pdfium.PdfDocument":
    import pypdfium2 as pdfium  # only where a PDF came: this process starts anew for each file

    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        locked = "password" in str(e).lower() or "security" in str(e).lower()
        raise Unfit("file_locked" if locked else "file_broken") from e


def _pdf_pages(data: bytes, only: int | None) -> Iterator[Image.Image]:
    import pypdfium2 as pdfium

    pdf = _opened_pdf(data)
    for number in _wanted(len(pdf), only):
        _allow_cpu(CPU_PER_PAGE)
        try:
            yield _rendered(pdf[number])
        except pdfium.PdfiumError as e:
            raise Unfit("file_broken", page=number + 1) from e


def _rendered(page: "pdfium.PdfPage") -> Image.Image:
    long_side = max(page.get_size())
    dpi = 200 if long_side > 600 else 300  # cards and slips are small and printed small
    scale = min(dpi / 72, 3 * LONG_SIDE / 2 / max(long_side, 1))
    picture: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil()
    page.close()
    return picture


def _frames(data: bytes, name: str, only: int | None) -> Iterator[Image.Image]:
    picture = _opened(data, name)
    frames = getattr(picture, "n_frames", 1) if name == "TIFF" else 1
    for number in _wanted(frames, only):
        _allow_cpu(CPU_PER_PAGE)
        picture.seek(number)
        yield _decoded(picture)


def _opened(data: bytes, name: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # we count ourselves, to say how many there were
    try:
        return Image.open(io.BytesIO(data), formats=(name,))
    except UnidentifiedImageError as e:
        raise Unfit("file_broken") from e


def _decoded(picture: Image.Image) -> Image.Image:
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        raise Unfit("picture_too_large", megapixels=round(pixels / 1e6))
    enough = LONG_SIDE * 2 // 3
    picture.draft(None, (enough, enough))  # JPEG only: decodes to 1/2, 1/4 or 1/8 at once
    try:
        picture.load()
    except Exception as e:  # Pillow's decoders raise whatever they met; it means one thing
        raise Unfit("file_broken") from e
    turn = picture.getexif().get(_ORIENTATION, 1)
    flat = _flattened(picture)
    times = -(-max(flat.size) // LONG_SIDE)
    smaller = flat.reduce(times) if times > 1 else flat
    if turn == 1:
        return smaller
    smaller.getexif()[_ORIENTATION] = turn
    return ImageOps.exif_transpose(smaller)


def _flattened(picture: Image.Image) -> Image.Image:
    """8-bit grey or RGB; what is transparent becomes white paper."""
    if picture.mode.startswith(("I", "F")):
        low, high = picture.getextrema()
        span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
        return picture.point(lambda v: (v - low) * (255 / span) + 0).convert("L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        paper.alpha_composite(rgba)
        picture = paper
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _allow_cpu(seconds: int) -> None:
    """So much CPU time from now on; the kernel ends the process after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _answer(facts: dict[str, Any], pixels: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.write(pixels)
    sys.stdout.buffer.flush()


def load(media_type: str) -> None:
    """What decodes such files, loaded before any file is looked at: whoever forks loads it once for all."""
    if media_type == "application/pdf":
        import pypdfium2  # noqa: F401 - only where PDFs come
    elif media_type == "image/heic":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    else:
        Image.preinit()


def main(media_type: str, wanted: str = "") -> None:
    """Decode standard input to standard output; `wanted`: a page's number, `count`, or nothing for all."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow_cpu(CPU_PER_PAGE)
    load(media_type)
    try:
        data = sys.stdin.buffer.read()
        if wanted == "count":
            _answer({"pages": page_count(data, media_type)})
            return
        for p in pictures(data, media_type, int(wanted) if wanted else None):
            facts = {"width": p.width, "height": p.height, "channels": len(p.getbands())}
            _answer(facts, p.tobytes())
    except Unfit as e:
        _answer(e.answer)
    except MemoryError:
        _answer({"error": "picture_too_large"})
    else:
        _answer({"end": True})
