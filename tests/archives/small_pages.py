"""Small made-up pages: a real reading of one takes 0.2 s of CPU, so that many fit into a test."""

import io
from pathlib import Path

from PIL import Image, ImageDraw

from tests.stages.imaging.test_cleanup import font

SIZE = (900, 260)


def picture(number: int) -> Image.Image:
    page = Image.new("L", SIZE, "white")
    pen = ImageDraw.Draw(page)
    lines = (
        f"Trang số {number} của sổ thử",
        f"Họ và tên: Nguyễn Thị Mẫu {number}",
        "Nơi ở: phường Hàng Bạc, Hà Nội",
    )
    for row, line in enumerate(lines):
        pen.text((40, 30 + row * 70), line, font=font(34), fill=0)
    return page


def png(number: int) -> bytes:
    out = io.BytesIO()
    picture(number).save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


def pdf(first: int, pages: int) -> bytes:
    """A scan of so many pages, a JPEG each."""
    drawn = [picture(n).convert("RGB") for n in range(first, first + pages)]
    out = io.BytesIO()
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], resolution=200)
    return out.getvalue()


def fill(folder: Path, singles: int, books: int, pages: int, first: int = 0) -> int:
    """Files of an archive, pages numbered from `first` on; how many pages they have."""
    folder.mkdir(parents=True)
    for n in range(singles):
        (folder / f"to-{n:03d}.png").write_bytes(png(first + n))
    for book in range(books):
        (folder / f"so-{book}.pdf").write_bytes(pdf(first + 1000 * (book + 1), pages))
    return singles + books * pages
