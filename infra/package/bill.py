"""The bill of materials of a zip: what is in it, with hashes and licences, as CycloneDX JSON.

In: a kind of zip, its lock and its unpacked folder. Out: `build/package/KIND.cdx.json`; packages come from the lock
(cyclonedx-py), their licences from their own metadata or `lambda/licences.json`, which also knows the libraries that
wheels carry inside. Refuses what has no known licence, and whatever is under the GPL or AGPL; the LGPL is named.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from email.parser import HeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from infra.package.locks import LISTS, lock_of
from infra.package.zips import BUILD

# The runtime of GCC is under the GPL with an exception made for just this: to be shipped with anything.
FREE_BY_EXCEPTION = "WITH GCC-exception-3.1"
GPL = re.compile(r"\b(AGPL|GPL)-")
# How auditwheel names libraries: libaom-f737b1d9.so.3.14.1 → libaom; libopenblasp-r0-e3ea6fd1.3.15.so → libopenblasp.
STEM = re.compile(r"(?P<stem>.+?)(-r\d+)?(-[0-9a-f]{8})+\.")


class LicenceUnfit(Exception):
    """Something may not ship, or nobody knows whether it may."""


def write(kind: str, folder: Path) -> list[str]:
    """Write the bill; the names of what is under the LGPL."""
    known = json.loads((LISTS / "licences.json").read_text())
    bill = _of_lock(kind)
    licences = _licences(folder, known["packages"])
    for part in bill["components"]:
        part["licenses"] = [_licence(licences.get(_plain(part["name"]), ""))]
    bill["components"] += _carried(folder, known["libraries"])
    _judge(bill["components"])
    target = BUILD / f"{kind}.cdx.json"
    target.write_text(json.dumps(bill, indent=1, ensure_ascii=False))
    return [p["name"] for p in bill["components"] if "LGPL" in _said(p)]


def _of_lock(kind: str) -> dict[str, Any]:
    program = Path(sys.executable).with_name("cyclonedx-py")
    words = ["requirements", str(lock_of(kind)), "--of", "JSON", "--sv", "1.6"]
    done = subprocess.run(
        [str(program), *words, "--output-reproducible"], check=True, capture_output=True, text=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def _licences(folder: Path, known: dict[str, str]) -> dict[str, str]:
    """Package → SPDX expression, out of the wheels' metadata; the table where they have none."""
    found = {}
    for path in folder.glob("*.dist-info/METADATA"):
        about = HeaderParser().parsestr(path.read_text("utf-8"))
        name = _plain(about["Name"])
        found[name] = about["License-Expression"] or known.get(name, "")
    return found


def _carried(folder: Path, known: dict[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.libs/*")):
        match = STEM.match(path.name)
        about = known.get(match["stem"] if match else path.name, {"of": "?", "licence": ""})
        yield {
            "type": "library",
            "bom-ref": str(path.relative_to(folder)),
            "name": path.name,
            "description": f"{about['of']}, carried in {path.parent.name.removesuffix('.libs')}",
            "hashes": [{"alg": "SHA-256", "content": sha256(path.read_bytes()).hexdigest()}],
            "licenses": [_licence(about["licence"])],
        }


def _licence(expression: str) -> dict[str, str]:
    return {"expression": expression}


def _said(part: dict[str, Any]) -> str:
    return str(part["licenses"][0]["expression"])


def _judge(parts: list[dict[str, Any]]) -> None:
    """Raises LicenceUnfit with all that is wrong."""
    unknown = [f"{p['name']}: no known licence" for p in parts if not _said(p)]
    unfit = [f"{p['name']}: {_said(p)}" for p in parts if is_gpl(_said(p))]
    if unknown or unfit:
        raise LicenceUnfit("\n".join(unknown + unfit))


def is_gpl(expression: str) -> bool:
    """Is this the GPL or AGPL, without the exception that makes it free to ship?"""
    return bool(GPL.search(expression)) and FREE_BY_EXCEPTION not in expression


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
