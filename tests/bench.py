"""Speed and memory against plain Tesseract, on the same files in the same run: `make bench`.

Each reader runs in a process of its own, one thread, one after the other, so that neither helps nor hinders the
other. "True values found" counts the drawn values that stand, as printed, anywhere in what the reader gave.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.card import KINDS, Job, draw_job

STYLES = ("clean", "scan", "photocopy", "phone")
FIRST_SEED = 9400


def draw_set(folder: Path, seeds: int) -> list[dict[str, object]]:
    """Draw the pages once; file, style and the printed values of each."""
    pages = []
    for style in STYLES:
        for kind in KINDS:
            for seed in range(FIRST_SEED, FIRST_SEED + seeds):
                drawn, data = draw_job(Job(kind, style, seed))
                file = folder / f"{kind}-{style}-{seed}"
                file.write_bytes(data)
                values = [str(v) for v in drawn.truth.values() if v is not None]
                pages.append({"file": str(file), "style": style, "values": values})
    return pages


def plain_tesseract(data: bytes) -> str:
    """The whole page, as it is, by the same engine without any of our steps."""
    import io

    import tesserocr
    from PIL import Image

    from chalicelib.ocr.tesseract import TESSDATA

    picture = Image.open(io.BytesIO(data)).convert("L")
    return tesserocr.image_to_text(picture, lang="vie", path=f"{TESSDATA}/")


def ours(data: bytes) -> str:
    from chalicelib.reading import read_file

    papers = read_file(data).reading.papers
    return "\n".join(f"{f.value}\n{f.raw}" for p in papers for f in p.fields.values())


def measure(reader: str, pages: list[dict[str, object]]) -> None:
    """Child: read all pages with one reader, print the figures as JSON."""
    read = {"ours": ours, "plain": plain_tesseract}[reader]
    read(Path(str(pages[0]["file"])).read_bytes())  # warm
    rows: dict[str, list[float]] = {style: [0.0, 0, 0, 0] for style in STYLES}
    for page in pages:
        data = Path(str(page["file"])).read_bytes()
        start = time.process_time()
        text = read(data)
        row = rows[str(page["style"])]
        row[0] += time.process_time() - start
        row[1] += 1
        row[2] += sum(v in text for v in page["values"])
        row[3] += len(page["values"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "peak": peak}))


def run(reader: str, pages_file: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.bench", "--child", reader, str(pages_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Draw, measure both, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--child", nargs=2)
    given = options.parse_args()
    if given.child:
        measure(given.child[0], json.loads(Path(given.child[1]).read_text()))
        return
    with tempfile.TemporaryDirectory() as folder:
        pages = draw_set(Path(folder), given.seeds)
        pages_file = Path(folder) / "pages.json"
        pages_file.write_text(json.dumps(pages))
        figures = {reader: run(reader, pages_file) for reader in ("plain", "ours")}
    print("style      CPU s/page plain  ours  ratio   true values found plain  ours")
    for style in STYLES:
        plain, mine = (figures[r]["rows"][style] for r in ("plain", "ours"))
        a, b = plain[0] / plain[1], mine[0] / mine[1]
        print(
            f"{style:10} {a:16.2f} {b:5.2f} {b / a:6.2f}   "
            f"{plain[2] / plain[3]:23.1%} {mine[2] / mine[3]:6.1%}"
        )
    print(
        f"peak memory: plain {figures['plain']['peak']:.0f} MB, ours {figures['ours']['peak']:.0f} MB"
    )


if __name__ == "__main__":
    main()
