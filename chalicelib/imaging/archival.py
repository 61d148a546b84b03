"""Pages of one paper in; one searchable PDF, made to PDF/A-2b, and a thumbnail out.

The picture of a page is the source's own, byte for byte wherever PDF can hold it (JPEG, PNG, CCITT, the only picture
of a scanned PDF page, whose invisible words, if a scanner put any there, ours replace); the words that were read lie
over it as invisible text, at their places. A page of a PDF that has print of its own is kept as it stands; such a
file is not called PDF/A, because nobody checked its print.
Refuses nothing; pictures no library opens end as that library's error.
"""

import functools
import io
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms, ImageOps

from chalicelib.dossier.filetypes import sniff
from chalicelib.dossier.paper import Box
from chalicelib.imaging.pdf_pages import has_print, only_picture
from chalicelib.imaging.text_layer import Leaf, blank_font, shown_nowhere

_A4_LONG = 842.0  # points
_HONEST_DPI = range(100, 1201)  # 72 and 96 are what programs write that don't know
_THUMBNAIL = (240, 340)
_SCREEN, _GAP, _PAPER = (1000, 1400), 12, 255
_KEPT_KEYS = ("/Width", "/Height", "/BitsPerComponent", "/Filter", "/DecodeParms", "/Decode")

# Namespaces stand on the Description: some validators (PDFBox Preflight) see them only there.
_METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""

# What turns the stored picture upright, by its EXIF orientation, in the unit square with y upwards.
_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1), 6: (0, -1, 1, 0, 0, 1), 7: (0, 1, 1, 0, 0, 0), 8: (0, 1, -1, 0, 1, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture as PDF holds it: its stream, the turn that makes it upright, the upright page's size in points."""

    stream: Any
    upright: tuple[int, ...]
    points: tuple[float, float]


def searchable(leaves: Sequence[Leaf], title: str) -> tuple[bytes, bool]:
    """The paper, pages of one file, as one PDF, the same bytes for the same pages; and is it made to PDF/A-2b?"""
    with _opened(leaves[0].file) as source, pikepdf.new() as pdf:
        font = pdf.make_indirect(blank_font(pdf))
        rebuilt = [_add_page(pdf, source, leaf, font) for leaf in leaves]
        if all(rebuilt):
            _call_it_pdfa(pdf, title)
        out = io.BytesIO()
        with warnings.catch_warnings():  # a seal without its form is kept as it was
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            pdf.save(
                out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                min_version="1.7", fix_metadata_version=False,
            )  # fmt: skip
    return out.getvalue(), all(rebuilt)


def thumbnail(jpeg: bytes) -> bytes:
    """A small JPEG of an upright page."""
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.draft(None, _THUMBNAIL)
    picture.thumbnail(_THUMBNAIL)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return out.getvalue()


def places(cuts: Sequence[tuple[bytes, Box | None]]) -> bytes:
    """Places of upright pages one under another, as one JPEG; no box: the whole page, as large as a screen."""
    shown = [_place(_grey(jpeg), box) for jpeg, box in cuts]
    high = sum(p.height + _GAP for p in shown) - _GAP
    sheet = Image.new("L", (max(p.width for p in shown), high), _PAPER)
    down = 0
    for each in shown:
        sheet.paste(each, (0, down))
        down += each.height + _GAP
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=60)
    return out.getvalue()


@functools.lru_cache(maxsize=2)  # entries of a register stand many on a page, or on two facing ones
def _grey(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("L")


def _place(page: Image.Image, box: Box | None) -> Image.Image:
    """The place with some paper around it."""
    if box is None:
        whole = page.copy()
        whole.thumbnail(_SCREEN)
        return whole
    x, y, wide, high = box
    room = min(max(8, high // 2), 30)
    right, low = min(x + wide + room, page.width), min(y + high + room, page.height)
    return page.crop((max(0, x - room), max(0, y - room), right, low))


def is_printed(file: bytes) -> bool:
    """Has every page of it print of its own? Such a PDF was written by a program, not scanned."""
    with _opened(file) as source:
        return source is not None and all(has_print(page) for page in source.pages)


def _opened(file: bytes) -> AbstractContextManager[Any]:
    """The PDF, for all its pages: what they share is then copied once; None for a picture."""
    pdf = sniff(file[:1024]) == "application/pdf"
    return pikepdf.open(io.BytesIO(file)) if pdf else nullcontext()


def _add_page(pdf: Any, source: Any, leaf: Leaf, font: Any) -> bool:
    """Add the page; was it rebuilt from its picture alone?"""
    if source is None:
        _add_picture(pdf, leaf, _picture_of_file(pdf, leaf), font)
        return True
    page = source.pages[leaf.number - 1]
    alone = only_picture(page)
    if alone is not None:
        _add_picture(pdf, leaf, _copied(pdf, page, alone), font)
        return True
    pdf.add_pages_from(source, [leaf.number - 1], outlines="ignore")
    if not has_print(page):
        _lay_over(pdf, leaf, font)
    return False


def _add_picture(pdf: Any, leaf: Leaf, picture: _Picture, font: Any) -> None:
    wide, high = picture.points
    turn = " ".join(map(str, picture.upright))
    drawn = f"q {wide:.3f} 0 0 {high:.3f} 0 0 cm {turn} cm /Page Do Q\n"
    shown = drawn.encode() + shown_nowhere(leaf, wide, high)
    resources = Dictionary(
        XObject=Dictionary(Page=pdf.make_indirect(picture.stream)), Font=Dictionary(Blank=font)
    )
    pdf.add_blank_page(page_size=(round(wide, 3), round(high, 3)))
    pdf.pages[-1].obj.Resources = resources
    pdf.pages[-1].obj.Contents = pdf.make_stream(shown)
    pdf.pages[-1].obj.Rotate = _turn_of(leaf)


def _turn_of(leaf: Leaf) -> int:
    """Degrees, clockwise, a viewer has to turn the page by so that its lines run from left to right."""
    across, down = leaf.back[0], leaf.back[3]
    if abs(across) >= abs(down):
        return 0 if across > 0 else 180
    return 270 if down > 0 else 90


def _lay_over(pdf: Any, leaf: Leaf, font: Any) -> None:
    """Our words over a page that is kept as it stands; pages turned by /Rotate stay without."""
    page = pdf.pages[-1]
    if int(page.obj.get("/Rotate", 0)) % 360:
        return
    left, low, right, top = (float(n) for n in page.cropbox)
    name = page.add_resource(font, Name.Font, Name.MotCuaBlank)
    text = shown_nowhere(leaf, right - left, top - low, str(name)[1:])
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ q 1 0 0 1 %.3f %.3f cm\n" % (left, low) + text + b"Q\n")


# ---- pictures ----------------------------------------------------------------------------------


def _copied(pdf: Any, page: Any, picture: Any) -> _Picture:
    stream = pikepdf.Stream(pdf, picture.read_raw_bytes(), **_described(picture.ColorSpace))
    for key in (k for k in _KEPT_KEYS if k in picture):
        value = picture[key]
        direct = isinstance(value, pikepdf.Object)
        stream[key] = pikepdf.Object.parse(value.unparse(resolved=True)) if direct else value
    left, low, right, top = (float(n) for n in page.cropbox)
    return _Picture(stream, _UPRIGHT[1], (right - left, top - low))


def _described(space: Any) -> dict[str, Any]:
    return {"Type": Name.XObject, "Subtype": Name.Image, "ColorSpace": space}


def _picture_of_file(pdf: Any, leaf: Leaf) -> _Picture:
    picture = Image.open(io.BytesIO(leaf.file))
    picture.seek(leaf.number - 1 if getattr(picture, "n_frames", 1) > 1 else 0)
    turn = picture.getexif().get(0x0112, 1)
    upright = _UPRIGHT.get(turn, _UPRIGHT[1])
    wide, high = picture.size if turn < 5 else picture.size[::-1]
    points = _points(wide, high, picture.info.get("dpi"))
    if picture.format == "JPEG" and picture.mode in ("L", "RGB"):
        space = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
        return _Picture(_stream(pdf, leaf.file, picture, space, Name.DCTDecode), upright, points)
    if picture.format in ("PNG", "TIFF") and picture.mode in ("1", "L", "RGB", "P"):
        return _Picture(_lossless(pdf, picture), upright, points)
    return _Picture(_recoded(pdf, picture), _UPRIGHT[1], points)


def _points(wide: int, high: int, dpi: Any) -> tuple[float, float]:
    """The page's size: by the picture's own resolution if that is one, else as if it were an A4 sheet."""
    each = float(dpi[0]) if dpi else 0.0
    if round(each) not in _HONEST_DPI or max(wide, high) / each > 60:
        each = max(wide, high) / _A4_LONG * 72
    return wide / each * 72, high / each * 72


def _stream(pdf: Any, data: bytes, picture: Any, space: Any, how: Any, bits: int = 8) -> Any:
    return pikepdf.Stream(
        pdf, data, Width=picture.width, Height=picture.height, BitsPerComponent=bits, Filter=how,
        **_described(space),
    )  # fmt: skip


def _lossless(pdf: Any, picture: Any) -> Any:
    """Black and white as CCITT G4, everything else as PNG packs it."""
    if picture.mode == "1":
        return _fax(pdf, picture)
    flat = picture.convert("RGB") if picture.mode == "P" else picture
    packed = io.BytesIO()
    flat.save(packed, "PNG", optimize=True)
    data = b"".join(body for kind, body in _chunks(packed.getvalue()) if kind == b"IDAT")
    space, colors = (Name.DeviceGray, 1) if flat.mode == "L" else (Name.DeviceRGB, 3)
    stream = _stream(pdf, data, flat, space, Name.FlateDecode)
    stream.DecodeParms = Dictionary(
        Predictor=15, Colors=colors, BitsPerComponent=8, Columns=flat.width
    )
    return stream


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _fax(pdf: Any, picture: Any) -> Any:
    packed = io.BytesIO()
    rows_per_strip, offsets, counts = 278, 273, 279
    picture.save(packed, "TIFF", compression="group4", tiffinfo={rows_per_strip: picture.height})
    tags = Image.open(io.BytesIO(packed.getvalue())).tag_v2  # type: ignore[attr-defined]
    start, size = tags[offsets][0], tags[counts][0]
    data = packed.getvalue()[start : start + size]
    stream = _stream(pdf, data, picture, Name.DeviceGray, Name.CCITTFaxDecode, bits=1)
    white_is_zero = tags[262] == 0
    stream.DecodeParms = Dictionary(
        K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=not white_is_zero
    )
    return stream


def _recoded(pdf: Any, picture: Any) -> Any:
    """Pictures that PDF can't hold (WebP, HEIC, CMYK, transparent ones) as JPEG, upright."""
    flat = ImageOps.exif_transpose(picture).convert("RGB")
    packed = io.BytesIO()
    flat.save(packed, "JPEG", quality=85)
    return _stream(pdf, packed.getvalue(), flat, Name.DeviceRGB, Name.DCTDecode)


# ---- PDF/A -------------------------------------------------------------------------------------


def _call_it_pdfa(pdf: Any, title: str) -> None:
    told = pdf.make_stream(_METADATA.format(title=escape(title)).encode())
    told.Type, told.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = told
    profile = pdf.make_stream(_srgb())
    profile.N = 3
    pdf.Root.OutputIntents = Array([
        Dictionary(
            Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier="sRGB",
            Info="sRGB IEC61966-2.1", DestOutputProfile=profile,
        )
    ])  # fmt: skip


@functools.cache
def _srgb() -> bytes:
    """Pillow's sRGB profile with the date of its making set, so that the same pages give the same bytes."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = b"\x04\x20\x00\x00"  # ICC 4.2, the newest that PDF/A-2 knows
    profile[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    profile[84:100] = bytes(16)  # the profile's own checksum: 0 says it was not computed
    return bytes(profile)
