"""Which zip each function gets, and for what machine. Everything else in `infra/` asks here.

In: a function's handler name. Out: "reader" for those that open pictures, "light" for all others.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "package"

PYTHON = "3.13"
ARCHITECTURE = (
    "aarch64"  # Lambda's arm64: a fifth cheaper, and the only one whose reader fits a zip
)
ARCHITECTURES = ("aarch64", "x86_64")
LAMBDA_NAMES = {"aarch64": "arm64", "x86_64": "x86_64"}

READERS = frozenset({"app.read_paper", "app.read_archive"})
KINDS = ("light", "reader")

# Unpacked, in bytes. 250 MiB is Lambda's; 60 MB is ours.
LIMITS = {"light": 60_000_000, "reader": 262_144_000}


def kind_of(handler: str) -> str:
    """The zip that this handler runs from."""
    return "reader" if handler in READERS else "light"


def zip_path(kind: str, architecture: str = ARCHITECTURE) -> Path:
    """Where the zip lies once it is built."""
    return BUILD / f"{kind}-{LAMBDA_NAMES[architecture]}.zip"
