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
_RULED: tuple[tuple[Any, ...], ...] = (
    ("GRID", (0, 0), (-1, -1), 0.6, "black"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
)
_NARROW: tuple[tuple[Any, ...], ...] = (
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
)
_UNRULED: tuple[tuple[Any, ...], ...] = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
)
MOTTO = "Độc lập - Tự do - Hạnh phúc"
HOW_TO_SIGN = "(Ký và ghi rõ họ tên)"
LONG_SIDE = 297 * MM - MARGINS[0] - MARGINS[1] - 12  # text width of a sheet that lies across


def pdf(title: str, author: str, parts: Sequence[Any], across: bool = False) -> bytes:
    """The sheet as PDF, upright or across with numbered pages; the same parts give the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import SimpleDocTemplate

    out = BytesIO()
    top, bottom, left, right = (*MARGINS[:2], *MARGINS[:2]) if across else MARGINS
    document = SimpleDocTemplate(
        out,
        pagesize=landscape(A4) if across else A4,
        topMargin=top,
        bottomMargin=bottom,
        leftMargin=left,
        rightMargin=right,
        title=clean(title),
        author=clean(author),
        lang="vi",
        invariant=1,
    )
    if across:
        document.build(list(parts), onFirstPage=_page_number, onLaterPages=_page_number)
    else:
        document.build(list(parts))
    return out.getvalue()


def _page_number(canvas: Any, document: Any) -> None:
    _register_fonts()
    canvas.setFont("Tinos", 10)
    canvas.drawRightString(document.pagesize[0] - MARGINS[1], 7 * MM, f"Trang {document.page}")


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


def header(
    authority: Sequence[str],
    below_left: Sequence[Any],
    below_right: Sequence[Any],
    width: float = WIDTH,
) -> Any:
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
        (width * 0.45, width * 0.55),
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
    spans = [
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (1, 1)),
        ("SPAN", (2, 0), (4, 0)),
    ]
    rest = WIDTH - 28 - 3 * 62
    return _grid(rows, (28, rest, 62, 62, 62), [*_RULED, *spans], repeat=2)


def ruled(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    width: float = WIDTH,
    style: str = "cell",
    top: Sequence[tuple[str, int]] = (),
) -> Any:
    """A ruled table of trusted markup; `shares` of the width. Its head stands on every page.

    `top`: a row above `heads` of (words, how many columns they span); where it spans one, both rows are one cell.
    """
    above = _two_heads(heads, top) if top else [list(heads)]
    cells = [[text(_head(words), style) for words in row] for row in above]
    cells += [[text(words, style) for words in row] for row in rows]
    widths = [width * share for share in shares]
    return _grid(cells, widths, [*_RULED, *_NARROW, *_spans(top)], repeat=len(above))


def _head(words: str) -> str:
    return f'<para align="center"><b>{words}</b></para>' if words else ""


def _two_heads(heads: Sequence[str], top: Sequence[tuple[str, int]]) -> list[list[str]]:
    above: list[str] = []
    below: list[str] = []
    for words, columns in top:
        above += [words, *[""] * (columns - 1)]
        below += list(heads[len(below) : len(below) + columns]) if columns > 1 else [""]
    return [above, below]


def _spans(top: Sequence[tuple[str, int]]) -> list[tuple[Any, ...]]:
    spans: list[tuple[Any, ...]] = []
    column = 0
    for _, columns in top:
        last = (column + columns - 1, 0) if columns > 1 else (column, 1)
        spans.append(("SPAN", (column, 0), last))
        column += columns
    return spans


def signatures(
    blocks: Sequence[tuple[str, str]], how: str = HOW_TO_SIGN, width: float = WIDTH
) -> Any:
    """Side by side: title, how to sign, room, and the name if known. One block stands at right."""
    filled = [("", ""), *blocks] if len(blocks) == 1 else list(blocks)
    cells = [_signature(title, name, how) if title else [] for title, name in filled]
    return _grid([cells], (width / 2, width / 2))


def together(parts: Sequence[Any]) -> Any:
    """Parts that are not torn apart by the end of a page."""
    from reportlab.platypus import KeepTogether

    return KeepTogether(list(parts))


def _signature(title: str, name: str, how: str) -> list[Any]:
    return [
        text(f"<b>{title}</b>", "middle"),
        text(f"<i>{how}</i>", "middle"),
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
        "corner": {"alignment": 2, "fontSize": 9, "leading": 11, "spaceAfter": 2},
        "indented": {"firstLineIndent": 26, "spaceAfter": 3},
        "tiny": {"alignment": 0, "fontSize": 9, "leading": 10.8, "spaceAfter": 0},
        "tall": {"alignment": 0, "fontSize": 10.5, "leading": 13, "spaceAfter": 0},
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
