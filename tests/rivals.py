"""One other reader over a list of files, in a process of its own: `python rivals.py READER FILE.json`.

In: JSON, a list of file names. Out: one JSON line: per file CPU seconds and text, and the peak memory in MB. Imports
nothing of ours, so that it runs in the bench's own virtual environment (`requirements-bench.txt`).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def plain():
    """The whole page as it is, by the engine that we use too, without any of our steps."""
    import io

    import tesserocr
    from PIL import Image

    api = tesserocr.PyTessBaseAPI(path=os.environ["TESSDATA"], lang="vie")

    def read(file):
        api.SetImage(Image.open(io.BytesIO(Path(file).read_bytes())).convert("L"))
        return api.GetUTF8Text()

    return read


def ocrmypdf():
    """As its users call it: one command a file, one job, text by the sidecar."""
    command = [str(Path(sys.executable).with_name("ocrmypdf")), "-q", "-l", "vie", "--jobs", "1"]
    command += ["--output-type", "pdf", "--image-dpi", "300"]

    def read(file):
        with tempfile.TemporaryDirectory() as folder:
            sidecar = Path(folder) / "text"
            subprocess.run([*command, "--sidecar", sidecar, file, Path(folder) / "pdf"], check=True)
            return sidecar.read_text("utf-8")

    return read


def kreuzberg():
    """Its best layout mode for such pages (`shared/guides/ocr.md` §3)."""
    from kreuzberg import ExtractionConfig, OcrConfig, TesseractConfig, extract_file_sync

    engine = TesseractConfig(language="vie", psm=6)
    ocr = OcrConfig(backend="tesseract", language="vie", tesseract_config=engine)
    config = ExtractionConfig(ocr=ocr, force_ocr=True, use_cache=False)
    return lambda file: extract_file_sync(file, config=config).content


def cpu():
    own, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak():
    """The most memory ever held, in MB, by this process or any of its children; not what a forking parent held."""
    status = Path("/proc/self/status").read_text()
    own = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main():
    read = {"plain": plain, "ocrmypdf": ocrmypdf, "kreuzberg": kreuzberg}[sys.argv[1]]()
    files = json.loads(Path(sys.argv[2]).read_text())
    read(files[0])  # warm
    rows = []
    for file in files:
        start, wall = cpu(), time.monotonic()
        try:
            text = read(file)
        except Exception as e:  # noqa: BLE001 - a page it can't take has no text; the bench goes on
            text = ""
            print(type(e).__name__, e, file=sys.stderr)
        rows.append({"cpu": cpu() - start, "wall": time.monotonic() - wall, "text": text})
    print("\n" + json.dumps({"rows": rows, "peak": peak()}))


if __name__ == "__main__":
    main()
