"""The processor that figures were measured on: its name and its model's number out; refuses nothing.

Ratios differ with caches and vectors, which nets use more than Tesseract does.
"""

import platform
from pathlib import Path

_ABOUT = Path("/proc/cpuinfo")


def name() -> str:
    return _told("model name") or platform.processor() or "an unnamed processor"


def model() -> str:
    return _told("model") or "unknown"


def _told(key: str) -> str:
    lines = _ABOUT.read_text().splitlines() if _ABOUT.exists() else []
    told = (line.partition(":") for line in lines)
    return next((value.strip() for said, _, value in told if said.strip() == key), "")
