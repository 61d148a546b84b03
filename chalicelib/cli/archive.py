"""`motcua archive`: a folder or manifest in; searchable, indexed, checked papers out, with what was not read."""

import csv
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from chalicelib import fanout, wiring
from chalicelib.archive import wording
from chalicelib.bulk import doubles, shelves, sources
from chalicelib.bulk.pool import Pool, Told
from chalicelib.cli.archive_plan import two_columns
from chalicelib.dossier.batch import WHOLE_FILE
from chalicelib.errors import BatchUnfinished, BatchUnknown
from chalicelib.ports import Ledger
from chalicelib.settings import export
from chalicelib.wiring import ledger as ledger_at

console = Console(highlight=False)

_bucket = cache(wiring.scans)
_HAND = (sys.executable, "-m", "chalicelib.cli.hand")
_AT_ONCE = 200
_ENTERING = "entering"
"""The note of sources that are not wholly in the batch yet."""


def opened(folder: Path) -> Ledger:
    """The batch in this folder. Raises BatchUnknown."""
    if not (folder / sources.LEDGER).exists():
        raise BatchUnknown(folder=folder.name)
    return ledger_at(folder / sources.LEDGER)


# ---- run ---------------------------------------------------------------------------------------


def run(place: str | None, out: Path, workers: int, resume: bool) -> int:
    """Put the source into the batch, read everything that is not read, write the index. 1 if pages were refused."""
    ledger = ledger_at(out / sources.LEDGER) if place else opened(out)
    counts = ledger.counts()
    if place and not resume and counts.total > counts.settled:
        raise BatchUnfinished(pages=counts.total - counts.settled)
    try:
        _enter(ledger, place)
        _work_off(ledger, out, workers)
    except KeyboardInterrupt:
        counts = ledger.counts()
        console.print(f"Đã dừng: {counts.settled} / {counts.total} trang. Chạy tiếp:")
        console.print(f"motcua archive run --resume --out {out}", soft_wrap=True)
        raise
    return told(out)


def _enter(ledger: Ledger, place: str | None) -> None:
    """Put the source in, and those that killed runs had not put in wholly."""
    waiting = (ledger.note(_ENTERING) or "").splitlines() + (
        [sources.whole(place)] if place else []
    )
    places = list(dict.fromkeys(waiting))
    with console.status("…") as status:
        while places:
            ledger.note(_ENTERING, "\n".join(places))
            found, files = sources.find(places[0], _bucket), 0
            while some := list(islice(found, _AT_ONCE)):
                ledger.enter(some)  # what a killed run has put in stays there
                files += len(some)
                status.update(f"{files} tệp")
            places.pop(0)
    ledger.note(_ENTERING, "")


def _work_off(ledger: Ledger, out: Path, workers: int) -> None:
    display = _Display(ledger)
    environment = export({"OMP_THREAD_LIMIT": "1"})
    pool = Pool(ledger, out, workers, environment, display.watch, _HAND)
    with Live(get_renderable=display.table, console=console, refresh_per_second=2, transient=True):
        pool.run()


@dataclass
class _Display:
    """The live table: speed since the start of this run, and what is left."""

    ledger: Ledger
    start: float = field(default_factory=time.monotonic)
    read: int = 0
    errors: int = 0
    fields: int = 0
    doubts: int = 0
    peak: int = 0

    def watch(self, told: Told) -> None:
        """Count one finished task."""
        self.read += told.task.number != WHOLE_FILE and not told.error
        self.errors += told.error is not None
        self.fields, self.doubts = self.fields + told.fields, self.doubts + told.doubts
        self.peak = max(self.peak, told.peak)

    def table(self) -> Table:
        """The present state."""
        counts = self.ledger.counts()
        speed = self.read / max(time.monotonic() - self.start, 0.001)
        left = counts.total - counts.settled
        sure = 1 - self.doubts / self.fields if self.fields else 0.0
        shown = (
            ("trang/s", f"{speed:.2f}"),
            ("đã xong", f"{counts.settled} / {counts.total}"),
            ("chắc chắn", f"{sure:.1%} của {self.fields} mục"),
            ("nghi ngờ", str(self.doubts)),
            ("lỗi", f"{self.errors} · từ chối {counts.pages.get('refused', 0)}"),
            ("còn lại", f"{left / speed / 60:.0f} phút" if speed else "…"),
            ("bộ nhớ lớn nhất", f"{self.peak} MB"),
        )
        table = Table(box=None, show_header=False, padding=(0, 2))
        for row in shown:
            table.add_row(*row)
        return table


def send(manifest: Path, batch: str) -> int:
    """Begin a batch on AWS, or tell where it stands; 0 if every file is settled."""
    progress = fanout.begin(wiring.world(), wiring.batches(), batch, manifest.read_bytes())
    sys.stdout.write(json.dumps(asdict(progress)) + "\n")
    return int(progress.settled < progress.files)


# ---- after -------------------------------------------------------------------------------------


def status(out: Path, as_json: bool) -> int:
    """Where the batch stands; 0 if nothing is open."""
    ledger = opened(out)
    counts = ledger.counts()
    told = {
        "files": counts.files, "pages_in": counts.total, **counts.pages, "papers": counts.papers,
        "fields": counts.fields, "doubts": counts.doubts, "reasons": dict(counts.reasons),
        "probable_doubles": len(doubles.probable(ledger, out)),
    }  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        console.print(two_columns(told))
    return int(counts.settled < counts.total)


def retry(out: Path, reason: str | None) -> int:
    """Queue files with refused pages anew; `run --resume` then reads them."""
    again = opened(out).retry(reason)
    console.print(f"{again} trang được xếp lại. Chạy tiếp: motcua archive run --resume --out {out}")
    return 0


def told(out: Path) -> int:
    """Write index, doubts and report anew, and print the report; 1 if pages were refused or are open."""
    made = shelves.fill(opened(out), out)
    sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    return int(not made["closes"] or made["pages"]["refused"] > 0)


def search(out: Path, asked: dict[str, str | None], limit: int, as_json: bool) -> int:
    """Papers that bear the name, place, day, book and number asked for; 1 if there are none."""
    found = opened(out).search(
        names=wording.asked_name(asked["name"] or ""),
        places=wording.asked_name(asked["place"] or ""),
        marks=_marks(asked),
        limit=limit,
    )
    if as_json:
        for each in found:
            line = {"id": each.id, "kind": each.kind, **each.shown}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    else:
        table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        for each in found:
            shown = (each.shown[k] for k in ("name", "date", "place", "number", "book", "pdf"))
            table.writerow([each.kind, *shown])
    return int(not found)


def _marks(asked: dict[str, str | None]) -> list[str]:
    """A day or year, a number, a book, a unit, a kind as words of the index."""
    letters = {"number": "n", "book": "b", "unit": "u", "kind": "k"}
    marks = [
        wording.mark_word(letter, asked[key] or "") for key, letter in letters.items() if asked[key]
    ]
    return [*marks, *wording.date_words(asked["date"] or "")[:1]]
