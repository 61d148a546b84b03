"""Tables as spreadsheets write them: commas, semicolons (Vietnamese ones) or tabs, Windows' line ends, UTF-8 or UTF-16.

In: a file. Out: its lines with their numbers. Refuses text of another encoding (`TableBroken`).
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

_SIGN = "#"


class TableBroken(Exception):
    """It can't be read; `line` says where."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def text_of(path: Path) -> str:
    """What stands in the file, without the mark at its beginning. Raises TableBroken."""
    data = path.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as e:
        raise TableBroken(1 if wide else data.count(b"\n", 0, e.start) + 1) from e


def lines_of(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines by column, blank ones left out; columns in small letters. Raises TableBroken."""
    head, _, _ = text.partition("\n")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        columns = [c.strip().lower() for c in next(rows, [])]
        for row in rows:
            if any(cell.strip() for cell in row):  # spreadsheets leave blank lines below
                yield rows.line_num, dict(zip(columns, row, strict=False))
    except csv.Error as e:
        raise TableBroken(rows.line_num) from e


def id_shown(id: str) -> str:
    """An id that no spreadsheet takes for a number and rounds."""
    return _SIGN + id


def id_read(cell: str | None) -> str:
    """The id again."""
    return (cell or "").strip().removeprefix(_SIGN)
