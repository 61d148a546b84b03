"""docs/package.md out of what was measured. In: sizes and times. Out: the page. Refuses nothing; says what was not run."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.package.zips import BUILD, LIMITS, ROOT, kind_of
from infra.proof.function import PYTHON

if TYPE_CHECKING:
    from infra.proof.prove import Measured

PAGE = ROOT / "docs" / "package.md"
HEAD = """# What is deployed, and what that costs at the start

Written by `make verify-package`, which ends in an error where a promise is broken. Figures are of {day}, on a machine
of {cores} x86_64 cores with a load of {load:.1f}, file cache warm, {python}.

**Run** here: the zips for x86_64, unpacked, under Lambda's own runtime client (`awslambdaric`) against a small Runtime
API, with an empty path and no inherited environment; a library of this machine in a function's memory would be a fault.
**Only built**: the zips for arm64, which are what ships: same lock, same code, other wheels; their libraries' machine,
glibc, libstdc++ and missing names are checked file by file. **Not met**: Lambda itself.

Two times stand everywhere: seconds of the *processor*, and by the *clock*, which other work on the machine lengthens.
Promises are held by the processor's.
"""
WHY = """
The reader fits a zip on arm64 (Lambda's limit is 250 MiB = 262.1 MB unpacked) and doesn't on x86_64, where OpenCV and
Tesseract bring {more} MB more; arm64 is also a fifth cheaper. So no container image is needed. Bytecode is in the zips:
Lambda's code folder is read-only, so it would be compiled at every cold start.
"""
LICENCES = """
Bills of materials: `build/package/KIND.cdx.json` (CycloneDX), from the hashed lock and the libraries that wheels carry.
Anything of unknown licence, or under the GPL or AGPL, ends the build. tesserocr's wheel carries libjbig (GPL): it is
taken out, and libtiff's wish for it (`infra/package/jbig.py`). GCC's runtime is under the GPL with its exception. Under the LGPL,
as separate files that can be replaced: {lgpl}. What libraries have linked into themselves is not listed one by one.
"""


def write(seen: "Measured", memory: Mapping[str, int]) -> None:
    """Write the page; `memory`: what the template gives each handler, in MB."""
    shipped, here = _sizes("arm64"), _sizes("x86_64")
    page = HEAD.format(
        day=datetime.now(UTC).date().isoformat(), cores=os.cpu_count(), load=os.getloadavg()[0],
        python=_python(),
    )  # fmt: skip
    lgpl = sorted({name for sizes in shipped.values() for name in sizes["lgpl"]})
    page += (
        "\n## Sizes\n\n" + _size_table(shipped, here) + WHY.format(more=_mb(_more(shipped, here)))
    )
    page += "\n## Times\n\n" + _time_table(seen) + "\n## Memory\n\n" + _memory_table(seen, memory)
    page += "\n## Licences\n" + LICENCES.format(lgpl=", ".join(lgpl))
    PAGE.write_text(page, "utf-8")


def _size_table(shipped: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    rows = [
        (
            kind, _mb(shipped[kind]["zip"]), _mb(shipped[kind]["unpacked"]), _mb(LIMITS[kind]),
            _mb(here[kind]["unpacked"]),
        )
        for kind in shipped
    ]  # fmt: skip
    heads = ("zip", "arm64, MB packed", "MB unpacked", "limit", "x86_64, MB unpacked (not shipped)")
    return _table(heads, rows)


def _more(shipped: Mapping[str, Any], here: Mapping[str, Any]) -> int:
    return int(here["reader"]["unpacked"] - shipped["reader"]["unpacked"])


def _time_table(seen: "Measured") -> str:
    best = min(seen.imports, key=lambda took: took.processor)
    slowest = max(seen.inits.values(), key=lambda took: took.processor)
    rows = [
        (
            f"`import app` of the API, best of {len(seen.imports)} processes (must be < 3.5 times Python's own)",
            best,
        ),
        (f"init phase, slowest of {len(seen.inits)} functions, all started", slowest),
        *((words, took) for words, took in seen.times.items()),
    ]
    told = [(words, f"{t.processor:.2f}", f"{t.clock:.2f}") for words, t in rows]
    note = (
        "\nThe reader's cold start (must be < 4) is its init, and what the first paper took longer than the same\n"
        "photograph in another dossier: OpenCV, Tesseract, its data and both models are loaded then.\n"
    )
    return _table(("what", "processor, s", "clock, s"), told) + note


def _memory_table(seen: "Measured", memory: Mapping[str, int]) -> str:
    rows = [
        (f"`{handler}` ({kind_of(handler)})", f"{peak:.0f}", str(memory[handler]))
        for handler, peak in seen.memory.items()
    ]
    note = "\nMore memory than is needed buys processor: Lambda gives a whole one at 1,769 MB.\n"
    return _table(("function", "peak, MB", "given, MB"), rows) + note


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


def _sizes(architecture: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILD / f"sizes-{architecture}.json").read_text())
    return found


def _python() -> str:
    words = [str(PYTHON), "--version"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
