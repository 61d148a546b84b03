"""The weights of our own reader taken away: papers are still read, by Tesseract alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.draw.degrade import degrade
from tests.draw.drawing import draw

pytestmark = pytest.mark.eyes
ROOT = Path(__file__).resolve().parents[2]
READ = """
import sys
from pathlib import Path
from chalicelib.ocr import recogniser
from chalicelib.reading import read_file
assert not recogniser.is_here()
(paper,) = read_file(Path(sys.argv[1]).read_bytes()).reading.papers
print(paper.kind)
for key, field in paper.fields.items():
    print(key, field.value, sep="=")
"""


def test_a_paper_is_read_without_our_weights(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "chalicelib", tmp_path / "chalicelib", ignore=shutil.ignore_patterns("reader.*")
    )
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    page = draw("giay_chung_sinh", 5003)
    (tmp_path / "page.jpg").write_bytes(degrade(page, "scan", 5003))
    done = subprocess.run(
        [sys.executable, "-c", READ, "page.jpg"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kind, *found = done.stdout.splitlines()
    assert kind == "giay_chung_sinh"
    right = {f"{key}={value}" for key, value in page.truth.items()} & set(found)
    assert len(right) > 0.85 * len(page.truth)
