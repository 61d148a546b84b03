"""Text that nobody here made: born-digital official papers, rasterised, worn, read; errors against their text layer.

`python -m tests.born_digital` prints a table beside plain Tesseract's. Without `../shared/samples` it says so.
"""

import argparse
import io
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from tests.draw.degrade import STYLES, degrade
from tests.draw.drawn import Drawn
from tests.tally import table

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
MISSING = (
    f"Not measured: {SAMPLES.parent.name}/{SAMPLES.name} with the born-digital papers is not there."
)
LEAST_LINE = 8
DPI, DRAWN_DPI = 200, 300
"""The pages are rasterised at 200 dpi; the wear takes pages of 300 dpi, to which they are enlarged."""


def sheets(most: int) -> Iterator[tuple[Image.Image, list[str]]]:
    """Up to so many pages of each paper, evenly over its length: (picture, lines of the text layer)."""
    for file in sorted(SAMPLES.glob("born-digital-*.pdf")):
        book = pypdfium2.PdfDocument(file)
        for number in np.unique(np.linspace(0, len(book) - 1, most).round().astype(int)).tolist():
            page = book[number]
            text = unicodedata.normalize("NFC", page.get_textpage().get_text_bounded())
            lines = [" ".join(line.split()) for line in text.splitlines()]
            picture = page.render(scale=DPI / 72).to_pil().convert("RGB")
            larger = tuple(round(n * DRAWN_DPI / DPI) for n in picture.size)
            yield (
                picture.resize(larger, Image.Resampling.BICUBIC),
                [n for n in lines if len(n) >= LEAST_LINE],
            )


def ours(data: bytes) -> str:
    """All words of the page in reading order, as the fields are cut from them."""
    from chalicelib.imaging import cleanup, pages
    from chalicelib.ocr import first_look, tesseract

    picture = next(iter(pages.pictures(data)))
    page = cleanup.clean_page(picture, first_look.which_way_up)
    return " ".join(w.text for w in tesseract.words(page.clean, 1))


def plain(data: bytes) -> str:
    """The same engine on the whole page as it is."""
    import tesserocr

    from chalicelib.ocr.tesseract import TESSDATA

    picture = Image.open(io.BytesIO(data)).convert("L")
    return tesserocr.image_to_text(picture, lang="vie", path=f"{TESSDATA}/")


def errors(lines: list[str], text: str) -> tuple[int, int]:
    """(letters wrong, letters) of the true lines, each at its best place in the text."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    wrong = 0
    for line in lines:
        found = fuzz.partial_ratio_alignment(line, text)
        there = text[found.dest_start : found.dest_end] if found else ""
        wrong += min(len(line), Levenshtein.distance(line, there))
    return wrong, sum(map(len, lines))


def section(most: int = 2) -> str:
    """What the accuracy card says of them: the table and what it is a table of, or why there is none."""
    return (
        f"{measure(most)}\n\nOfficial papers born digital (`../shared/samples`), up to {most} pages of each, "
        f"rasterised at {DPI} dpi and worn like the drawn ones; errors a letter against their text layer, each true "
        "line at its best place. "
        "Ours is the first look: our own reader on the page that our cleaning made."
    )


def measure(most: int) -> str:
    """The table, as Markdown, or why there is none."""
    if not any(SAMPLES.glob("born-digital-*.pdf")):
        return MISSING
    readers: dict[str, Callable[[bytes], str]] = {"plain Tesseract": plain, "ours": ours}
    every = list(sheets(most))
    rows = []
    for style in STYLES:
        worn = [
            degrade(Drawn(page, "khac", {}), style, seed) for seed, (page, _) in enumerate(every)
        ]
        for name, read in readers.items():
            counts = [
                errors(lines, read(data)) for data, (_, lines) in zip(worn, every, strict=True)
            ]
            wrong, letters = (sum(c) for c in zip(*counts, strict=True))
            rows.append((style, name, len(every), letters, f"{wrong / letters:.2%}"))
    return table(("picture", "reader", "pages", "letters", "letters wrong"), rows)


if __name__ == "__main__":
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--pages", type=int, default=3, help="of each paper")
    print(measure(ask.parse_args().pages))
