"""Speed, memory and truth against plain Tesseract, OCRmyPDF and kreuzberg: `make bench`.

The same files in the same run; each reader in a process of its own, one thread, one after the other. "True values
found": the drawn values that stand, in any form papers print them, anywhere in the text that a reader gave; ours gives
fields only, the others whole pages. CPU seconds count children too; plain Tesseract and ours, which are to be compared
exactly, take turns in several rounds, each in a new process, and of each file the least counts: what else the machine
does meanwhile is no reader's work. Writes docs/bench.md.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import processor
from tests.card import KINDS as MOST_FILED
from tests.card import NOT_BY_HAND, WAYS, Job, draw_job
from tests.tally import table

ROOT = Path(__file__).resolve().parents[1]
KINDS = (*MOST_FILED, "to_khai_ket_hon", "to_khai_ct01", "trich_luc_khai_tu")
"""What is filed most, and papers of columns, of boxes and a table, and of an office's own print."""
READERS = ("plain", "ours", "ocrmypdf", "kreuzberg")
ROUNDS = {"plain": 3, "ours": 3}
FIRST_SEED = 9400
PRINT = ("clean", "scan", "photocopy")
TOGETHER = "print, the three together"
LIMITS = {**dict.fromkeys((*PRINT, TOGETHER), 0.6), "phone": 0.9, "hand": 1.5}


def draw_set(folder: Path, seeds: int) -> Iterator[dict[str, Any]]:
    """Draw the pages once; file, style and the values of each."""
    for style in WAYS:
        for kind in KINDS:
            if style == "hand" and kind in NOT_BY_HAND:
                continue
            for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                hand = style == "hand"
                drawn, data = draw_job(Job(kind, "scan" if hand else style, seed, hand))
                ending = "jpg" if data.startswith(b"\xff\xd8") else "png"
                file = folder / f"{kind}-{style}-{seed}.{ending}"
                file.write_bytes(data)
                values = [v for v in drawn.truth.values() if v is not None]
                yield {"file": str(file), "style": style, "values": values}


def stands_in(value: Any, text: str) -> bool:
    """Does the value stand in the text as some paper would print it?"""
    if isinstance(value, list):
        return all(stands_in(v, text) for row in value for v in row.values() if v is not None)
    plain = str(value)
    if day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", plain):
        y, m, d = day.groups()
        return (
            bool(re.search(rf"(?<!\d)0?{int(d)}\D{{1,12}}0?{int(m)}\D{{1,12}}{y}", text))
            or plain in text
        )
    if time := re.fullmatch(r"(\d\d):(\d\d)", plain):
        h, m = time.groups()
        return bool(re.search(rf"(?<!\d)0?{int(h)}\D{{1,8}}{m}(?!\d)", text))
    if isinstance(value, int):
        return bool(re.search(rf"(?<!\d)0*(?:{value}|{value:,})(?!\d)".replace(",", "[.,]"), text))
    return plain in text


def even(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def ours(files: Sequence[str]) -> None:
    """Child: our own reader; the text is the fields' values and raw texts."""
    from chalicelib.imaging import nursery
    from chalicelib.reading import read_file
    from tests.rivals import cpu, peak, time

    read_file(Path(files[0]).read_bytes())  # warm
    rows = []
    for file in files:
        start, wall = cpu() + nursery.spent(), time.monotonic()
        papers = read_file(Path(file).read_bytes()).reading.papers
        spent, wall = cpu() + nursery.spent() - start, time.monotonic() - wall
        fields = [f for p in papers for f in p.fields.values()]
        text = "\n".join(f"{json.dumps(f.value, ensure_ascii=False)}\n{f.raw}" for f in fields)
        rows.append({"cpu": spent, "wall": wall, "text": text})
    print("\n" + json.dumps({"rows": rows, "peak": peak()}))


def run(reader: str, listed: Path) -> dict[str, Any]:
    """One reader over the files, in a child; ours in our environment, the others in theirs."""
    from chalicelib.ocr.tesseract import TESSDATA

    there = ROOT / ".venv-bench" / "bin" / "python"
    command = [str(there), str(ROOT / "tests" / "rivals.py"), reader, str(listed)]
    if reader == "ours":
        command = [sys.executable, "-m", "tests.bench", "--child", str(listed)]
    own = os.environ | {"OMP_THREAD_LIMIT": "1", "TESSDATA": f"{TESSDATA}/"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=own, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def measured(readers: Sequence[str], listed: Path) -> dict[str, dict[str, Any]]:
    """What each reader found, the least time it took for each file in all rounds, and the most memory."""
    found: dict[str, dict[str, Any]] = {}
    for n in range(max(ROUNDS.values())):
        for reader in readers:
            if n >= ROUNDS.get(reader, 1):
                continue
            told = run(reader, listed)
            before = found.setdefault(reader, told)
            before["peak"] = max(before["peak"], told["peak"])
            for row, again in zip(before["rows"], told["rows"], strict=True):
                assert row["text"] == again["text"], "two rounds read one file differently"
                row["cpu"] = min(row["cpu"], again["cpu"])
    return found


def rows_of(
    pages: Sequence[Mapping[str, Any]], found: Mapping[str, Any]
) -> Iterator[tuple[object, ...]]:
    """Per style, and print together: seconds, ratio to plain, share of true values of each reader."""
    for style, styles in {**{way: (way,) for way in WAYS}, TOGETHER: PRINT}.items():
        mine = [n for n, page in enumerate(pages) if page["style"] in styles]
        base = sum(found["plain"]["rows"][n]["cpu"] for n in mine)
        for reader, figures in found.items():
            spent = sum(figures["rows"][n]["cpu"] for n in mine)
            texts = {n: even(figures["rows"][n]["text"]) for n in mine}
            total = sum(len(pages[n]["values"]) for n in mine)
            seen = sum(stands_in(v, texts[n]) for n in mine for v in pages[n]["values"])
            limit = LIMITS[style] if reader == "ours" else ""
            each, ratio = f"{spent / len(mine):.2f}", f"{spent / base:.2f}"
            yield style, reader, len(mine), each, ratio, limit, f"{seen / total:.1%}"


def main() -> None:
    """Draw, measure all, print the table and write it down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=2, help="pages of each kind and style")
    options.add_argument("--readers", nargs="+", default=READERS, choices=READERS)
    options.add_argument("--child", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        ours(json.loads(Path(given.child).read_text()))
        return
    with tempfile.TemporaryDirectory() as folder:
        pages = list(draw_set(Path(folder), given.seeds))
        listed = Path(folder) / "files.json"
        listed.write_text(json.dumps([p["file"] for p in pages]))
        if not shutil.which("tesseract"):
            raise SystemExit(
                "The others need the system's engine: apt-get install tesseract-ocr-vie"
            )
        found = measured(tuple(dict.fromkeys(("plain", *given.readers))), listed)
    head = (
        "picture",
        "reader",
        "pages",
        "CPU s a page",
        "× plain",
        "wanted ≤",
        "true values found",
    )
    memory = ", ".join(f"{r} {f['peak']:.0f} MB" for r, f in found.items())
    text = "\n\n".join((
        "# Speed, memory and truth beside others",
        f"{len(pages)} drawn pages of {len(KINDS)} kinds ({', '.join(KINDS)}), seeds from {FIRST_SEED} on, written by "
        f"`make bench` on {processor.name()}, model {processor.model()}; one thread, one process each; "
        f"of plain Tesseract and ours the least of {ROUNDS['ours']} rounds a page.",
        table(head, rows_of(pages, found)),
        f"Peak memory: {memory} (for OCRmyPDF the largest of its processes).",
    ))  # fmt: skip
    if set(READERS) <= set(found):
        (ROOT / "docs" / "bench.md").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
