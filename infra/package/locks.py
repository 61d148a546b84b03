"""The wheels of each zip, pinned by hash: `python -m infra.package.locks` writes `infra/lambda/KIND.lock`.

In: the names in `infra/lambda/KIND.txt`, the versions in requirements.txt, PyPI. Out: a lock with the hash of every
wheel for both architectures, resolved for Lambda's Python. Refuses packages that have no wheel for it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.package.zips import ARCHITECTURES, KINDS, PYTHON, ROOT

LISTS = ROOT / "infra" / "lambda"
GLIBCS = ("2_34", "2_31", "2_28", "2_27", "2_26", "2_24", "2_17")
# Asked for by those that we need, and imported by nothing that we call; `make verify-package` runs without them.
LEFT_OUT = {"light": {"charset-normalizer"}, "reader": {"flatbuffers", "protobuf"}}
HEAD = "# Written by `make lock` from {kind}.txt and requirements.txt; python{python}, both architectures.\n"


def lock_of(kind: str) -> Path:
    """The lock of a kind of zip."""
    return LISTS / f"{kind}.lock"


def pip(*words: str) -> None:
    """Run this environment's pip on PyPI alone: no index of the machine's own."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, env=_plain_environment())


def target(architecture: str) -> list[str]:
    """The options that make pip choose wheels for Lambda's Python on this architecture (glibc 2.34)."""
    tags = [f"manylinux_{glibc}_{architecture}" for glibc in GLIBCS]
    tags += [f"manylinux2014_{architecture}"]
    platforms = [word for tag in tags for word in ("--platform", tag)]
    python = ["--implementation", "cp", "--python-version", PYTHON]
    return ["--only-binary", ":all:", *python, *platforms]


def write(kind: str) -> None:
    """Resolve the kind for both architectures and write its lock."""
    pinned: dict[str, set[str]] = {}
    for architecture in ARCHITECTURES:
        chalice = _resolved("chalice", architecture, "--no-deps")
        for name, sha256 in chalice + _resolved(kind, architecture):
            if name.split("==")[0] not in LEFT_OUT[kind]:
                pinned.setdefault(name, set()).add(sha256)
    lines = [_pin(name, hashes) for name, hashes in sorted(pinned.items())]
    lock_of(kind).write_text(HEAD.format(kind=kind, python=PYTHON) + "".join(lines))


def _pin(name: str, hashes: set[str]) -> str:
    return " \\\n".join([name, *(f"    --hash=sha256:{h}" for h in sorted(hashes))]) + "\n"


def _resolved(kind: str, architecture: str, *options: str) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        pip(
            "install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report),
            "--target", place, *target(architecture), *options,
            "--constraint", str(ROOT / "requirements.txt"),
            "--requirement", str(LISTS / f"{kind}.txt"),
        )  # fmt: skip
        return [_pinned(item) for item in json.loads(report.read_text())["install"]]


def _pinned(item: Any) -> tuple[str, str]:
    about, hashes = item["metadata"], item["download_info"]["archive_info"]["hashes"]
    return f"{about['name']}=={about['version']}".lower(), hashes["sha256"]


def _plain_environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") or k == "PIP_CERT"}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def main() -> None:
    """Write both locks."""
    for kind in KINDS:
        write(kind)


if __name__ == "__main__":
    main()
