"""Which zip each function gets, and for what machine. Build and proof ask here.

In: a function's handler name. Out: "reader" for those that open pictures, "light" for all others.
"""

import re
from pathlib import Path

from infra.functions import API, BY_NAME

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "package"

PYTHON = "3.13"
ARCHITECTURE = (
    "aarch64"  # Lambda's arm64: a fifth cheaper, and the only one whose reader fits a zip
)
ARCHITECTURES = ("aarch64", "x86_64")
LAMBDA_NAMES = {"aarch64": "arm64", "x86_64": "x86_64"}

KINDS = ("light", "reader")

# Unpacked, in bytes. 250 MiB is Lambda's; 60 MB is ours.
LIMITS = {"light": 60_000_000, "reader": 262_144_000}

# Libraries that Lambda's machine has: glibc, GCC's two, zlib.
AT_HOME = re.compile(
    r"(ld-linux-.*|libc|libm|libpthread|libdl|librt|libutil|libstdc\+\+|libgcc_s|libz)\.so\.\d+"
)


def kind_of(handler: str) -> str:
    """The zip that this handler runs from."""
    name = handler.removeprefix("app.")
    return BY_NAME[API if name == "app" else name].code


def zip_path(kind: str, architecture: str = ARCHITECTURE) -> Path:
    """Where the zip lies once it is built."""
    return BUILD / f"{kind}-{LAMBDA_NAMES[architecture]}.zip"
