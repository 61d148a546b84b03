"""Bytes to pages: every honest type passes, every crafted or broken file ends in a named error."""

import io
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import numpy as np
import pi_heif
import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from chalicelib.dossier.filetypes import sniff
from chalicelib.errors import (
    FileBroken,
    FileEmpty,
    FileLocked,
    PictureTooLarge,
    ReadingTookTooLong,
    TooManyPages,
    TypeNotTaken,
)
from chalicelib.imaging import child, nursery
from chalicelib.imaging.pages import pictures


def encoded(
    name: str, mode: str = "RGB", size: tuple[int, int] = (300, 400), **how: object
) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(file, name, **how)
    return file.getvalue()


def pdf(build, **how: object) -> bytes:
    file, made = io.BytesIO(), pikepdf.new()
    build(made)
    made.save(file, **how)
    return file.getvalue()


def blank(made: pikepdf.Pdf) -> None:
    made.add_blank_page(page_size=(595, 842))


def three_blanks(made: pikepdf.Pdf) -> None:
    for _ in range(3):
        blank(made)


def nested_forms(made: pikepdf.Pdf) -> None:
    """Nine levels, each drawing the one below ten times: a thousand million pictures in 2.5 KB."""
    form = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 600, 800]}
    inner = made.make_stream(b"0 0 1 1 re f", **form)
    for _ in range(9):
        drawn = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        inner = made.make_stream(b"/X Do " * 10, Resources=drawn, **form)
    page = made.add_blank_page()
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
    page.Contents = made.make_stream(b"/X Do")


def many_pages(made: pikepdf.Pdf) -> None:
    page = made.add_blank_page()
    made.Root.Pages.Kids = pikepdf.Array([page.obj] * 200_000)
    made.Root.Pages.Count = 200_000


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def vast_png(side: int) -> bytes:
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*p) for p in parts)


def lying_jpeg() -> bytes:
    data = bytearray(encoded("JPEG", size=(16, 16)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 65500, 65500)
    return bytes(data)


def stuffed_png() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "x" * 50_000_000, zip=True)
    return encoded("PNG", pnginfo=text)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"),
        ("PNG", "LA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB"), ("TIFF", "1"), ("TIFF", "F"),
    ],
)  # fmt: skip
def test_every_taken_type_is_decoded(name: str, mode: str) -> None:
    (picture,) = pictures(encoded(name, mode))
    assert picture.shape[:2] == (400, 300)
    assert picture.dtype == np.uint8


def test_the_heic_reader_is_there() -> None:
    pi_heif.register_heif_opener()
    assert "HEIF" in Image.OPEN
    with pytest.raises(FileBroken):
        list(pictures(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200)))


def test_a_pdf_gives_its_pages_at_200_dpi() -> None:
    found = list(pictures(pdf(three_blanks)))
    assert [p.shape for p in found] == [(2339, 1653, 3)] * 3


def test_frames_of_a_tiff_are_pages() -> None:
    frames = [Image.new("L", (50, 60), n * 60) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    assert [int(p.mean()) for p in pictures(file.getvalue())] == [0, 60, 120]


@pytest.mark.parametrize("name", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_the_cameras_turn_is_honoured(name: str) -> None:
    image = Image.new("RGB", (300, 100), "white")
    image.paste("black", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn a quarter clockwise
    file = io.BytesIO()
    image.save(file, name, exif=exif)
    (picture,) = pictures(file.getvalue())
    assert picture.shape[:2] == (300, 100)
    assert picture[20, 50].max() < 40
    assert picture[280, 50].min() > 215


def test_what_is_transparent_is_paper() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    (picture,) = pictures(file.getvalue())
    assert picture.min() == 255


def test_a_108_megapixel_photograph_passes_reduced() -> None:
    file = io.BytesIO()
    Image.new("RGB", (12_000, 9_000), "grey").save(file, "JPEG")
    (picture,) = pictures(file.getvalue())
    assert 1200 <= max(picture.shape) <= child.LONG_SIDE


@pytest.mark.parametrize("size", [(1, 1), (2, 50), (3000, 1), (1, 3000)])
def test_a_few_pixels_are_no_page(size: tuple[int, int]) -> None:
    file = io.BytesIO()
    Image.new("L", size, 255).save(file, "PNG")
    with pytest.raises(FileBroken):
        list(pictures(file.getvalue()))


@pytest.mark.parametrize("share", range(5, 100, 5))
def test_a_truncated_photograph_is_broken(share: int) -> None:
    whole = encoded("JPEG")
    with pytest.raises(FileBroken):
        list(pictures(whole[: len(whole) * share // 100]))


@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_half_a_file_is_broken(name: str) -> None:
    whole = encoded(name)
    with pytest.raises(FileBroken):
        list(pictures(whole[: len(whole) // 2]))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"hello", TypeNotTaken),
        (b"GIF89a" + bytes(100), TypeNotTaken),
        (b"%PDF-1.7\n", FileBroken),
        (b"\xff\xd8\xff" + bytes(50), FileBroken),
    ],
)
def test_what_is_no_paper_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        list(pictures(data))


def test_a_locked_pdf_says_so() -> None:
    lock = pikepdf.Encryption(owner="a", user="b")
    with pytest.raises(FileLocked):
        list(pictures(pdf(blank, encryption=lock)))


def test_a_pdf_that_only_forbids_copying_is_read() -> None:
    lock = pikepdf.Encryption(owner="a", user="")
    assert len(list(pictures(pdf(blank, encryption=lock)))) == 1


@pytest.mark.parametrize(
    ("bomb", "error"),
    [
        (lambda: vast_png(20_000), PictureTooLarge),
        (lying_jpeg, PictureTooLarge),
        (stuffed_png, FileBroken),
        (
            lambda: pdf(many_pages, object_stream_mode=pikepdf.ObjectStreamMode.generate),
            TooManyPages,
        ),
        (lambda: pdf(nested_forms), (FileBroken, ReadingTookTooLong)),
    ],
    ids=["20k-png", "lying-jpeg", "stuffed-png", "200k-pages", "nested-forms"],
)
def test_bombs_end_in_a_named_error_soon_and_in_little_memory(bomb, error) -> None:
    data, start = bomb(), time.monotonic()
    with pytest.raises(error):
        list(pictures(data))
    assert time.monotonic() - start < 30
    assert peak_of(data) < 1.6e6


def peak_of(data: bytes) -> int:
    """Memory in KB of the process that decodes this file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        child = nursery.decoder(file, sniff(data[:1024]))
        try:
            while child.output.read(1 << 20):
                pass
            return child.fate().peak
        finally:
            child.close()


def test_a_nursery_that_was_killed_is_replaced() -> None:
    data = encoded("PNG")
    assert len(list(pictures(data))) == 1
    nursery._nursery[1].kill()
    nursery._nursery[1].wait()
    assert len(list(pictures(data))) == 1


def test_decoders_see_nothing_of_our_environment() -> None:
    """Asked of a program of its own, which has a secret."""
    file = io.BytesIO()
    Image.new("L", (20, 20)).save(file, "PNG")
    ask = (
        "import sys; from pathlib import Path; from chalicelib.imaging import nursery, pages;"
        "print(len(list(pages.pictures(bytes.fromhex(sys.argv[1])))));"
        "print(Path(f'/proc/{nursery._nursery[1].pid}/environ').read_text())"
    )
    told = subprocess.run(
        [sys.executable, "-c", ask, file.getvalue().hex()],
        env=os.environ | {"MOTCUA_SECRET_OF_TEST": "x"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.startswith("1\n")
    assert "PYTHONPATH" in told
    assert "MOTCUA_SECRET_OF_TEST" not in told


def test_time_of_decoders_is_counted() -> None:
    before = nursery.spent()
    assert list(pictures(encoded("PNG", size=(4000, 3000))))
    until = time.monotonic() + 10  # an end is noticed a moment later
    while nursery.spent() == before and time.monotonic() < until:
        time.sleep(0.02)
    assert nursery.spent() > before


def test_too_many_frames_are_refused() -> None:
    frame = Image.new("1", (20, 20))
    file = io.BytesIO()
    frame.save(file, "TIFF", save_all=True, append_images=[frame] * child.MOST_PAGES)
    with pytest.raises(TooManyPages) as caught:
        list(pictures(file.getvalue()))
    assert caught.value.facts == {"limit": child.MOST_PAGES}


def test_a_caller_who_stops_early_leaves_no_process() -> None:
    stream = pictures(pdf(three_blanks))
    next(stream)
    stream.close()
    assert next(stream, None) is None
