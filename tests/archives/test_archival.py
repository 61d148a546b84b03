"""Searchable PDFs: small, the same every time, found by a search, and judged by a stranger (PDFBox Preflight)."""

import io
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from chalicelib import reading
from chalicelib.bulk.papers import finish
from chalicelib.dossier.batch import Task
from chalicelib.imaging.archival import searchable, thumbnail
from chalicelib.imaging.text_layer import Leaf
from tests.archives import small_pages
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.stages.imaging.test_cleanup import drawn, font

pytestmark = pytest.mark.eyes
# apt-get install default-jre-headless libpdfbox2-java libjaxb-api-java libactivation-java
LIBRARIES = (
    "preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "jaxb-api", "javax.activation"
)  # fmt: skip
JARS = [Path(f"/usr/share/java/{name}.jar") for name in LIBRARIES]


def leaf(data: bytes, number: int = 1) -> Leaf:
    s = reading.see_page(data, number)
    return Leaf(data, number, s.words, s.back, s.size, s.jpeg)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def turned() -> bytes:
    """A JPEG that its camera held upright and stored lying."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(small_pages.picture(1).rotate(90, expand=True), "JPEG", exif=exif)


PAGES = {
    "png": lambda: small_pages.png(1),
    "jpeg turned by its camera": turned,
    "lying png": lambda: saved(Image.fromarray(drawn()).rotate(90, expand=True), "PNG"),
    "upside-down png": lambda: saved(Image.fromarray(drawn()).rotate(180), "PNG"),
    "fax": lambda: saved(small_pages.picture(1).convert("1"), "TIFF", compression="group4"),
    "webp": lambda: saved(small_pages.picture(1), "WEBP", quality=90),
    "palette": lambda: saved(small_pages.picture(1).convert("P"), "PNG"),
    "scanned pdf": lambda: small_pages.pdf(1, 1),
}


@pytest.mark.parametrize("form", PAGES)
def test_words_lie_where_they_are_seen(form: str) -> None:
    """The text's place in the PDF is the print's: its rectangle holds ink, and reads as it stands."""
    made, pdfa = searchable([leaf(PAGES[form]())], "x")
    assert pdfa
    with pdfium.PdfDocument(made) as pdf:
        page = pdf[0]
        text = page.get_textpage()
        word = "quận" if form in ("lying png", "upside-down png") else "Nguyễn"
        start, length = text.search(word).get_next()
        boxes = [text.get_charbox(n, loose=True) for n in range(start, start + length)]
        left, low, right, top = (f(b[n] for b in boxes) for n, f in enumerate((min, min, max, max)))
        # boxes are in the page's own, unturned coordinates
        page.set_rotation(0)
        high, more = page.get_mediabox()[3], 3
        shown = page.render(scale=more, may_draw_forms=False).to_pil().convert("L")
        edges = (left, high - top, right, high - low)
        cut = shown.crop(tuple(round(n * more) for n in edges))
        assert 0.05 < _ink(cut) < 0.6, (cut.size, _ink(cut))


def _ink(picture: Image.Image) -> float:
    counts = picture.histogram()
    return sum(counts[:150]) / max(1, sum(counts))


def test_a_scan_grows_by_little_and_keeps_its_picture() -> None:
    data = degrade(draw("giay_khai_sinh", 5003), "scan", 5003)
    made, _ = searchable([leaf(data)], "x")
    assert len(made) <= 1.1 * len(data)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (found,) = [x for p in pdf.pages for x in p.resources.XObject.values()]
        assert (found.read_raw_bytes() == data) == data.startswith(b"\xff\xd8")


def test_the_same_page_gives_the_same_bytes() -> None:
    page = leaf(small_pages.png(1))
    assert searchable([page], "x") == searchable([page], "x")
    assert Image.open(io.BytesIO(thumbnail(page.jpeg))).size[0] <= 240


def test_print_of_its_own_is_kept_and_not_called_pdfa(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    file = tmp_path / "born.pdf"
    canvas = Canvas(str(file))
    canvas.drawString(72, 700, "printed by a program")
    canvas.save()
    made, pdfa = searchable([leaf(file.read_bytes())], "x")
    assert not pdfa and b"pdfaid" not in made
    with pdfium.PdfDocument(made) as pdf:
        assert "printed by a program" in pdf[0].get_textpage().get_text_range()


@pytest.mark.skipif(
    not (shutil.which("java") and all(jar.exists() for jar in JARS)),
    reason="no Java or no PDFBox Preflight on this machine",
)
@pytest.mark.parametrize("form", ["png", "jpeg turned by its camera", "fax", "scanned pdf"])
def test_a_stranger_finds_nothing_against_pdfa(form: str, tmp_path: Path) -> None:
    """Preflight knows PDF/A-1b, the stricter part: so the same pages are saved as that.

    Its only complaint may be the profile's version: ICC 4 came with PDF/A-2.
    """
    made, _ = searchable([leaf(PAGES[form]())], "x")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        told = pdf.Root.Metadata.read_bytes()
        assert b"<pdfaid:part>2<" in told
        pdf.Root.Metadata.write(told.replace(b"<pdfaid:part>2<", b"<pdfaid:part>1<"))
        plain = pikepdf.ObjectStreamMode.disable
        pdf.save(tmp_path / "1b.pdf", object_stream_mode=plain, force_version="1.4")
    command = ["java", "-cp", ":".join(map(str, JARS)), "org.apache.pdfbox.preflight.Validator_A1b"]
    said = subprocess.run([*command, str(tmp_path / "1b.pdf")], capture_output=True, text=True)
    complaints = [line for line in said.stdout.splitlines() if line[:1].isdigit()]
    assert complaints == ["2.1.6 : Invalid graphics object, Invalid version of the ICCProfile"]


@pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="no Poppler (apt-get install poppler-utils)"
)
def test_what_evince_and_okular_search_with_finds_nguyen(tmp_path: Path) -> None:
    """Poppler is their engine; a drawn certificate, its mother's name as a person would look for it."""
    drawn = draw("giay_khai_sinh", 5002)
    assert "Nguyễn" in str(drawn.truth["mother.full_name"])
    made, _ = searchable([leaf(degrade(drawn, "scan", 5002))], "x")
    (tmp_path / "made.pdf").write_bytes(made)
    said = subprocess.run(
        ["pdftotext", str(tmp_path / "made.pdf"), "-"], capture_output=True, text=True
    )
    assert "Nguyễn" in said.stdout


def written(pages: int) -> bytes:
    """A PDF that a program wrote, with a font of its own that all pages share."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("own", font(10).path))
    out = io.BytesIO()
    canvas = Canvas(out)
    for n in range(pages):
        canvas.setFont("own", 14)
        canvas.drawString(72, 700, f"Điều {n + 1}. Quy định chung của tờ báo Thử")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_pages_of_a_text_that_a_program_wrote_are_one_paper_with_its_fonts_once() -> None:
    data = written(6)
    task = Task(1, "công báo.pdf", "0" * 64, 6, 0, {}, (1, 2, 3, 4, 5, 6))
    (paper,) = finish(task, data, [reading.see_page(data, n) for n in range(1, 7)])
    assert paper.row.pages == (1, 2, 3, 4, 5, 6) and paper.row.doubts == ("kind",)
    assert len(paper.files[paper.row.files["pdf"]]) <= 1.3 * len(data)


def test_scanned_pages_of_unknown_kind_are_papers_of_their_own() -> None:
    data = small_pages.pdf(1, 2)
    task = Task(1, "so.pdf", "0" * 64, 2, 0, {}, (1, 2))
    made = finish(task, data, [reading.see_page(data, n) for n in (1, 2)])
    assert [paper.row.pages for paper in made] == [(1,), (2,)]


def test_invisible_words_of_a_scanner_are_replaced_by_ours() -> None:
    with pikepdf.open(io.BytesIO(small_pages.pdf(1, 1))) as pdf:
        helvetica = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].add_resource(helvetica, pikepdf.Name.Font, pikepdf.Name.F1)
        pdf.pages[0].contents_add(b"\nq BT 3 Tr /F1 12 Tf 40 40 Td (Nguyeh Tlii Mau) Tj ET Q\n")
        out = io.BytesIO()
        pdf.save(out)
    made, pdfa = searchable([leaf(out.getvalue())], "x")
    assert pdfa
    with pdfium.PdfDocument(made) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "Nguyễn" in text and "Nguyeh" not in text
