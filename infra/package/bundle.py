"""One zip: libraries and our code in a folder, compiled, then packed the same way every time.

In: a kind of zip and an architecture. Out: the unpacked folder and the zip beside it. Refuses nothing; `gates.py` does.
"""

import shutil
import subprocess
import zipfile
from pathlib import Path

from infra.package.pythons import target_python
from infra.package.wheels import install
from infra.package.zips import BUILD, LAMBDA_NAMES, ROOT, zip_path

# The command line needs libraries that no function has; weights and language data are the readers'.
CODE = ("app.py", "chalicelib", "schemas")
LEFT_OUT = {"reader": ("cli", "__pycache__"), "light": ("cli", "__pycache__", "*.onnx", "tessdata")}
DATED = (1980, 1, 1, 0, 0, 0)  # so that the same content gives the same zip
BOXED = Path("/var/task")


def folder_of(kind: str, architecture: str) -> Path:
    """Where the zip's content lies unpacked."""
    return BUILD / f"{kind}-{LAMBDA_NAMES[architecture]}"


def make(kind: str, architecture: str) -> Path:
    """Build the zip anew; its path."""
    folder = folder_of(kind, architecture)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    install(kind, architecture, folder)
    _copy_code(kind, folder)
    _compile(folder)
    return _pack(folder, zip_path(kind, architecture))


def _copy_code(kind: str, folder: Path) -> None:
    for name in CODE:
        here = ROOT / name
        if here.is_dir():
            ignore = shutil.ignore_patterns(*LEFT_OUT[kind])
            shutil.copytree(here, folder / name, ignore=ignore)
        else:
            shutil.copy(here, folder / name)


def _compile(folder: Path) -> None:
    """Ship bytecode: Lambda's code folder is read-only, so it would compile at every cold start."""
    python = target_python()
    if python is None:
        return
    words = ["-m", "compileall", "-q", "-j", "2", "-s", str(folder), "-p", str(BOXED)]
    mode = ["--invalidation-mode", "unchecked-hash"]
    subprocess.run([str(python), *words, *mode, str(folder)], check=True)


def _pack(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), DATED)
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o111 else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return target
