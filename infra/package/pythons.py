"""A Python of the version that the functions run on in Lambda, if this machine has one.

As a program: prints its path, or `python3` where there is none.
"""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from infra.package.zips import PYTHON

PYENV = Path.home() / ".pyenv" / "versions"


@cache
def target_python() -> Path | None:
    """The interpreter on the path or of pyenv that is of Lambda's version; None if there is none."""
    on_path = shutil.which(f"python{PYTHON}")
    found = [*PYENV.glob(f"{PYTHON}.*/bin/python3"), *([Path(on_path)] if on_path else [])]
    return next((python for python in found if _is_target(python)), None)


def _is_target(python: Path) -> bool:
    words = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    told = subprocess.run(words, check=False, capture_output=True, text=True)
    return told.stdout.strip() == PYTHON


if __name__ == "__main__":
    print(target_python() or "python3")
