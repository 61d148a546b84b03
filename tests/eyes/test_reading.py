"""The whole reader on simply drawn and on real papers: text, orientation, verdicts, refusals."""

import io
import json
import shutil
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from chalicelib.dossier.paper import REASONS, PageQuality, as_line, reading_from
from chalicelib.errors import FileEmpty, TypeNotTaken
from chalicelib.imaging.cleanup import clean_page
from chalicelib.imaging.pages import pictures
from chalicelib.ocr import first_look, tesseract
from chalicelib.reading import read_file
from tests.draw.cards import draw_card
from tests.draw.degrade import degrade
from tests.stages.imaging.test_cleanup import TEXT, drawn, font

pytestmark = pytest.mark.eyes
SAMPLES = Path("/work/shared/samples")


def needs(sample: str) -> Path:
    path = SAMPLES / sample
    if not path.exists():
        pytest.skip(f"{sample} is not on this machine (public legal texts, not committed)")
    return path


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def texts_of(data: bytes) -> Iterator[str]:
    for number, picture in enumerate(pictures(data), start=1):
        page = clean_page(picture, first_look.which_way_up)
        yield " ".join(w.text for w in first_look.words(page.clean, number))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_in_any_turn(turn: int) -> None:
    (text,) = texts_of(png(Image.fromarray(drawn()).rotate(turn, expand=True)))
    assert fuzz.partial_ratio(" ".join(TEXT), text) > 97


@pytest.mark.skipif(not shutil.which("tesseract"), reason="no tesseract program on this machine")
def test_both_engines_read_the_same() -> None:
    """The child-process engine is another version, so a letter or two may differ."""
    page = clean_page(drawn()).clean
    inside, outside = (
        " ".join(w.text for w in tesseract.words(page, 1, engine))
        for engine in ("tesserocr", "pytesseract")
    )
    assert fuzz.ratio(inside, outside) > 98


def test_which_way_up_is_told_by_reading() -> None:
    page = drawn()
    assert first_look.which_way_up(page) == 0
    assert first_look.which_way_up(page[::-1, ::-1].copy()) == 2


def test_a_line_is_read_again_alone() -> None:
    text, confidence = tesseract.reread(drawn()[110:170, 100:1100])
    assert text == TEXT[0]
    assert confidence > 0.7


def test_nothing_is_read_where_nothing_stands() -> None:
    assert tesseract.reread(drawn()[0:60]) == ("", 0.0)


def test_a_reading_is_json_and_comes_back_from_it() -> None:
    image = Image.fromarray(drawn())
    ImageDraw.Draw(image).text((420, 30), "GIẤY CHỨNG NHẬN KHEN", fill=0, font=font(40))
    found = read_file(png(image))
    line = json.loads(json.dumps(as_line("a.png", found.reading), ensure_ascii=False))
    assert (line["file"], line["pages"], line["papers"][0]["pages"]) == ("a.png", 1, [1])
    assert line["quality"][0]["verdict"] == "doubtful"
    assert line["quality"][0]["reasons"] == [REASONS["not_recognised"][0]]
    assert reading_from(line | {"papers": []}).pages == 1
    assert Image.open(io.BytesIO(found.images[0])).size == (1240, 1754)


@pytest.mark.parametrize(("data", "error"), [(b"", FileEmpty), (b"PK\3\4zip", TypeNotTaken)])
def test_refusals_keep_their_names(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_file(data)


@pytest.mark.parametrize("sample", ["scan-circular-148-2020.pdf", "scan-bilevel-4-pages.pdf"])
def test_real_scans_need_no_second_photograph(sample: str) -> None:
    reading = read_file(needs(sample).read_bytes()).reading
    assert all(q.verdict != "retake" for q in reading.quality)
    assert {p.kind for p in reading.papers} == {"khac"}


@pytest.mark.parametrize(
    "sample", ["born-digital-circular-02-2021.pdf", "born-digital-gazette-30-pages.pdf"]
)
def test_rendered_pages_agree_with_their_text_layer(sample: str) -> None:
    """Two pages, of running text; the likeness of whole pages, with rules drawn as text, is above 96 %."""
    data = needs(sample).read_bytes()
    document = pdfium.PdfDocument(data)
    for number, text in enumerate(islice(texts_of(data), 2)):
        layer = document[number].get_textpage().get_text_range()
        true = " ".join(unicodedata.normalize("NFC", layer).split())
        assert fuzz.ratio(true, text) > 96


def test_a_card_is_good_where_its_codes_speak() -> None:
    back = degrade(draw_card("back", 0, card="2024"), "scan", 0)
    reading = read_file(back).reading
    assert [p.kind for p in reading.papers] == ["cccd"]
    assert reading.quality == (PageQuality(1, "good"),)
    assert {f.source for f in reading.papers[0].fields.values()} & {"qr", "mrz"}
