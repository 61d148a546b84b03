"""The A4 sheet that all slips share: fonts, header, lines, tables, signatures. Text in, PDF out.

Measures follow Nghị định 30/2020/NĐ-CP, Phụ lục I: Times-like type, motto in bold with a rule
below; 12 pt, so that a linked dossier stays on one page. Lengths are in points.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from chalicelib.slips.words import PaperRow, clean

FONTS = Path(__file__).resolve().parent / "fonts"
MM = 72 / 25.4
MARGINS = (12 * MM, 12 * MM, 25 * MM, 18 * MM)  # top, bottom, left, right
WIDTH = 210 * MM - MARGINS[2] - MARGINS[3] - 12  # reportlab pads its frame by 6 at each side
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
NAME_LIMIT = 120  # letters below a signature: that block can't go on to another page
_UNRULED: tuple[tuple[Any, ...], ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
)
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def pdf(title: str, author: str, parts: Sequence[Any]) -> bytes:
    """The sheet as PDF; the same parts give the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    out = BytesIO()
    top, bottom, left, right = MARGINS
    SimpleDocTemplate(
        out,
        pagesize=A4,
        topMargin=top,
        bottomMargin=bottom,
        leftMargin=left,
        rightMargin=right,
        title=clean(title),
        author=clean(author),
        lang="vi",
        invariant=1,
    ).build(list(parts))
    return out.getvalue()


def text(words: str, style: str = "line") -> Any:
    """A paragraph of trusted markup (`<b>`, `<i>`); outside text goes through `said` first."""
    from reportlab.platypus import Paragraph

    return Paragraph(words, _styles()[style])


def said(words: str) -> str:
    """Outside text made safe inside markup."""
    return escape(clean(words), quote=False)


def space(points: float) -> Any:
    """Empty height."""
    from reportlab.platypus import Spacer

    return Spacer(1, points)


def header(authority: Sequence[str], below_left: Sequence[Any], below_right: Sequence[Any]) -> Any:
    """Authority at left, country and motto at right, each with its rule; code and date below."""
    above, own = authority[:-1], authority[-1]
    left = [
        *(text(said(a.upper()), "head") for a in above),
        text(f"<b>{said(own.upper())}</b>", "head"),
    ]
    right = [text(f"<b>{NATION}</b>", "nation"), text(f"<b>{MOTTO}</b>", "motto")]
    return _grid(
        [
            [[*left, _rule(50)], [*right, _rule(150)]],
            [list(below_left), list(below_right)],
        ],
        (WIDTH * 0.45, WIDTH * 0.55),
    )


def qr(address: str, side: float) -> Any:
    """A QR code of an address, drawn as squares; `side` in points, quiet zone included."""
    from reportlab.graphics.shapes import Drawing, Rect

    rows = list(segno.make(address, error="m").matrix_iter(border=2))
    size = side / len(rows)
    drawing = Drawing(side, side, hAlign="CENTER")
    for y, row in enumerate(rows, 1):
        for x, dark in enumerate(row):
            if dark:
                drawing.add(Rect(x * size, side - y * size, size, size, strokeWidth=0))
    return drawing


def components(papers: Sequence[PaperRow]) -> Any:
    """The table of papers with its three columns of quantities."""
    heads = ["<b>TT</b>", "<b>Thành phần hồ sơ</b>", "<b>Số lượng</b>", "", ""]
    below = ["", "", "Bản chính", "Bản chứng thực", "Bản photo"]
    rows = [[text(h, "cell") for h in heads], [text(h, "cell") for h in below]]
    for number, paper in enumerate(papers, 1):
        counts = [paper["originals"], paper["certified"], paper["copies"]]
        cells = [text(f"{count:02d}" if count else "–", "cell") for count in counts]
        rows.append([text(str(number), "cell"), text(said(paper["title"]), "title_cell"), *cells])
    ruled = [
        ("GRID", (0, 0), (-1, -1), 0.6, "black"),
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (1, 1)),
        ("SPAN", (2, 0), (4, 0)),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    rest = WIDTH - 28 - 3 * 62
    return _grid(rows, (28, rest, 62, 62, 62), ruled, repeat=2)


def signatures(blocks: Sequence[tuple[str, str]]) -> Any:
    """Side by side: title, how to sign, room, and the name if known. One block stands at right."""
    filled = [("", ""), *blocks] if len(blocks) == 1 else list(blocks)
    cells = [_signature(title, name) if title else [] for title, name in filled]
    return _grid([cells], (WIDTH / 2, WIDTH / 2))


def together(parts: Sequence[Any]) -> Any:
    """Parts that are not torn apart by the end of a page."""
    from reportlab.platypus import KeepTogether

    return KeepTogether(list(parts))


def _signature(title: str, name: str) -> list[Any]:
    return [
        text(f"<b>{title}</b>", "middle"),
        text("<i>(Ký và ghi rõ họ tên)</i>", "middle"),
        space(36),
        text(f"<b>{said(name[:NAME_LIMIT])}</b>", "middle"),
    ]


def _rule(width: float) -> Any:
    from reportlab.graphics.shapes import Drawing, Line

    drawing = Drawing(width, 5, hAlign="CENTER")
    drawing.add(Line(0, 3, width, 3, strokeWidth=0.7))
    return drawing


def _grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    ruled: Sequence[tuple[Any, ...]] = (),
    repeat: int = 0,
) -> Any:
    from reportlab.platypus import Table

    style = ruled or _UNRULED
    return Table(list(rows), colWidths=list(widths), style=list(style), repeatRows=repeat)


@cache
def _styles() -> Mapping[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    _register_fonts()
    base = ParagraphStyle("line", fontName="Tinos", fontSize=12, leading=15, spaceAfter=1)
    wanted: dict[str, dict[str, Any]] = {
        "line": {"alignment": 4},
        "dash": {"leftIndent": 16, "bulletIndent": 6},
        "note": {"fontSize": 11, "leading": 13.5, "alignment": 0},
        "left": {"alignment": 0},
        "middle": {"alignment": 1, "spaceAfter": 0},
        "code": {"alignment": 1, "fontSize": 11, "leading": 14},
        "head": {"alignment": 1, "fontSize": 12, "leading": 14.5, "spaceAfter": 0},
        "nation": {"alignment": 1, "fontSize": 12, "leading": 14.5, "spaceAfter": 0},
        "motto": {"alignment": 1, "fontSize": 13, "leading": 15.5, "spaceAfter": 0},
        "form": {
            "alignment": 1,
            "fontSize": 14.5,
            "leading": 19,
            "spaceBefore": 8,
            "spaceAfter": 5,
        },
        "cell": {"alignment": 1, "fontSize": 11.5, "leading": 14, "spaceAfter": 0},
        "title_cell": {"fontSize": 11.5, "leading": 14, "spaceAfter": 0},
        "small": {"alignment": 1, "fontSize": 9.5, "leading": 11, "spaceAfter": 0},
    }
    return {name: ParagraphStyle(name, parent=base, **more) for name, more in wanted.items()}


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("Regular", "Bold", "Italic"):
        pdfmetrics.registerFont(TTFont(f"Tinos-{name}", FONTS / f"Tinos-{name}.ttf"))
    pdfmetrics.registerFont(TTFont("Tinos", FONTS / "Tinos-Regular.ttf"))
    pdfmetrics.registerFontFamily(
        "Tinos", normal="Tinos", bold="Tinos-Bold", italic="Tinos-Italic", boldItalic="Tinos-Bold"
    )
