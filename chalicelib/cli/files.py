"""`motcua read`: files in; a table or one JSON line per file out (form: shared/domain/papers.md)."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from chalicelib import reading
from chalicelib.dossier.paper import as_line
from chalicelib.errors import DossierError

console = Console(highlight=False)
quiet = Console(stderr=True, highlight=False)


def read_files(files: Iterable[Path], as_json: bool) -> int:
    """Read and print each file; 1 if any could not be read, else 0."""
    failed = 0
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=quiet, transient=True
    ) as bar:
        task = bar.add_task("")
        for file in files:
            bar.update(task, description=f"Đang đọc {file.name} …")
            line = read_one(file)
            failed |= "error" in line
            if as_json:
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
                sys.stdout.flush()
            else:
                show(line)
    return int(failed)


def read_one(file: Path) -> dict[str, Any]:
    """What stands in one file, or why it could not be read."""
    try:
        found = reading.read_file(file.read_bytes())
    except DossierError as e:
        return {"file": str(file), "error": {"code": e.code, "detail": e.text(0)}}
    except OSError as e:
        return {"file": str(file), "error": {"code": "file_not_found", "detail": e.strerror}}
    return as_line(str(file), found.reading)


def show(line: dict[str, Any]) -> None:
    """Print one file's reading for people."""
    if "error" in line:
        console.print(f"[red]✗ {line['file']}[/red]: {line['error']['detail']}")
        return
    console.print(f"[bold]{line['file']}[/bold]: {line['pages']} trang, {line['seconds']:.1f} s")
    for q in line["quality"]:
        if q["verdict"] != "good":
            console.print(f"  trang {q['page']}: {q['verdict']}: {'; '.join(q['reasons'])}")
    for paper in line["papers"]:
        console.print(f"  {paper['kind']} ({paper['kind_confidence']:.2f}), trang {paper['pages']}")
        if paper["fields"]:
            console.print(fields_table(paper["fields"]))


def fields_table(fields: dict[str, dict[str, Any]]) -> Table:
    """Fields, their values and how sure they are."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for title in ("", "field", "value", "confidence", "source"):
        table.add_column(title)
    for key, f in fields.items():
        value = "—" if f["value"] is None else str(f["value"])
        table.add_row("", key, value, f"{f['confidence']:.2f}", f["source"])
    return table
