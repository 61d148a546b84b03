"""How a stranger's form looks: cells in, HTML out. The typography of Word and of web forms, by CSS.

A `Cell` is one printed label and its value; a row is a list of cells. `Look` says in what type they are
set, what fills the line behind a value, and whether they stand in running lines or in a table.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Cell:
    """`shown` is what the paper prints, `truth` what a careful clerk types for it under `key`."""

    label: str
    shown: str = ""
    key: str = ""
    truth: str | int | None = None
    mark: str = ""
    after: str = ""
    weight: int = 1


Row = Sequence[Cell] | str
"""Cells on one line, or HTML to put there as it is."""


@dataclass(frozen=True, slots=True)
class Look:
    font: str = "Liberation Serif"
    pt: float = 13
    filler: str = "none"  # none, dots, ellipsis, border, around
    value_css: str = ""
    label_css: str = ""
    upper_labels: bool = False
    space: str = " "  # between colon and value
    marks: str = "none"  # none, plain, sup
    table: bool = False
    narrow: str = "38%"  # of the label's column in a table
    size_mm: tuple[float, float] = (210, 297)
    margin_mm: float = 20
    line: float = 1.45
    tracking: str = "normal"
    nfd: bool = False
    extra_css: str = ""


def page(look: Look, rows: Sequence[Row], behind: str = "") -> str:
    """One page of HTML; `behind` is put over everything (a stamp)."""
    body = "".join(r if isinstance(r, str) else _row(look, r) for r in rows)
    if look.table:
        body = body.replace("</table><table>", "")
    if look.nfd:
        body = unicodedata.normalize("NFD", body)
    wide, high = look.size_mm
    css = f"""@page{{margin:0}} *{{box-sizing:border-box}}
      body{{margin:0;width:{wide}mm;height:{high}mm;padding:{look.margin_mm}mm;background:#fff;color:#111;
      font:{look.pt}pt/{look.line} "{look.font}";letter-spacing:{look.tracking};position:relative;overflow:hidden}}
      .row{{display:flex;gap:.5em}} .c{{display:{"block" if look.filler == "none" else "flex"};min-width:0}}
      .l{{white-space:nowrap;{look.label_css}}} .v{{{look.value_css}}} .f{{flex:1 0 0;overflow:hidden;white-space:nowrap;contain:inline-size}}
      .whole{{min-width:max-content}}
      .border .v{{flex:1;border-bottom:1.5px dotted #333}} table{{border-collapse:collapse;width:100%}}
      td{{border:1px solid #222;padding:.1em .35em;vertical-align:middle}} td .l{{white-space:normal}}
      .mid{{text-align:center}} .b{{font-weight:bold}} .i{{font-style:italic}} .two{{display:flex;justify-content:space-between}}
      sup{{font-size:.62em;line-height:0}} .small{{font-size:.78em;line-height:1.25}} {look.extra_css}"""
    return f"<!doctype html><meta charset=utf-8><style>{css}</style><body>{body}{behind}</body>"


def _row(look: Look, cells: Sequence[Cell]) -> str:
    if look.table:
        share = f"width:{look.narrow}" if len(cells) == 1 else ""
        inner = "".join(_pair(look, c, share) for c in cells)
        if len(cells) == 1:
            return f"<table><tr>{inner}</tr></table>"
        return f"<table><tr><td colspan=2 style='padding:0'><table><tr>{inner}</tr></table></td></tr></table>".replace(
            "<table><tr>" + inner, "<table style='border-style:hidden'><tr>" + inner
        )
    return f"<div class='row'>{''.join(_cell(look, c) for c in cells)}</div>"


def _pair(look: Look, cell: Cell, share: str) -> str:
    return f"<td style='{share}'>{_label(look, cell)}</td><td><span class=v>{escape(cell.shown)}</span> {cell.after}</td>"


def _label(look: Look, cell: Cell) -> str:
    text = cell.label.upper() if look.upper_labels else cell.label
    bare, colon = (text[:-1], ":") if text.endswith(":") else (text, "")
    if cell.mark and look.marks == "plain":
        return f"<span class=l>{escape(bare)}{colon} ({cell.mark})</span>"
    sup = f"<sup>({cell.mark})</sup>" if cell.mark and look.marks == "sup" else ""
    return f"<span class=l>{escape(bare)}{sup}{colon}</span>"


def _cell(look: Look, cell: Cell) -> str:
    dots = {"dots": "." * 300, "around": "." * 300, "ellipsis": "…" * 120}.get(look.filler, "")
    lead = "<span>....</span>" if look.filler == "around" else ""
    fill = f"<span class=f>{dots}</span>" if dots else ""
    gap = look.space.replace(" ", "&nbsp;")
    value = f"<span class=v>{escape(cell.shown)}</span>"
    after = f"<span class=l>{cell.after}</span>" if cell.after else ""
    # A value that fills its line wraps under its label, as in Word; a flex box can't do that.
    if not dots and look.filler != "border":
        inner = f"{_label(look, cell)}{look.space}{value} {after}"
    else:
        inner = f"{_label(look, cell)}<span>{gap}</span>{lead}{value}{fill}{after}"
    kind = "c border" if look.filler == "border" else "c"
    kind += " whole" if dots and len(cell.shown) <= 24 else ""
    return f"<span class='{kind}' style='flex:{cell.weight} 1 auto'>{inner}</span>"
