"""A copy of the program and its data, for tests in which officials change the data. Scripts run in a process of their
own, since the program reads its data once.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGINNING = """
import json, sys
from pathlib import Path
from chalicelib import journey
from tests.journeys.house import House, JPEG, bring_all
house = House(Path(sys.argv[1]))
"""


def copy_of_the_program(folder):
    """`folder` with all that a house needs; its `schemas` may be changed."""
    for name in ("chalicelib", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "app.py").write_bytes((ROOT / "app.py").read_bytes())
    (folder / "tests").symlink_to(ROOT / "tests")
    return folder


def run_in(folder, script, *words):
    """What the script prints in the copy."""
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def motcua(folder, *words):
    """Exit status and output of the command line in the copy."""
    ask = "import sys; from chalicelib.cli.main import main; sys.argv[0] = 'motcua'; main()"
    done = subprocess.run(
        [sys.executable, "-c", ask, *words], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def edit(path, change):
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2), "utf-8")
