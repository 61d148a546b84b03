"""`make package`: zips, bills of materials and templates that point at them; whatever a gate complains of ends it.

In: an architecture (`arm64` ships; `x86_64` is for the proof on this machine). Out: under build/package/ the zips, and
for what ships their bills (KIND.cdx.json), sizes.json, and each stage's template (STAGE/sam.json) whose functions take
their own zip; `aws cloudformation package` uploads what it names. Exit status 1 with every complaint.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from infra.package import bill, bundle, gates
from infra.package.pythons import target_python
from infra.package.zips import (
    ARCHITECTURE,
    BUILD,
    KINDS,
    LAMBDA_NAMES,
    LIMITS,
    ROOT,
    kind_of,
    zip_path,
)

TEMPLATES = ROOT / "build" / "template"
FUNCTION = "AWS::Serverless::Function"


def build(architecture: str) -> list[str]:
    """Make both zips; the gates' complaints."""
    ships = architecture == ARCHITECTURE
    found, sizes = [], {}
    for kind in KINDS:
        began = time.monotonic()
        packed = bundle.make(kind, architecture)
        folder = bundle.folder_of(kind, architecture)
        found += gates.complaints(kind, architecture, folder, ships=ships)
        sizes[kind] = _sizes(packed, folder)
        _tell(kind, architecture, sizes[kind], time.monotonic() - began)
        if ships:
            sizes[kind]["lgpl"] = bill.write(kind, folder)
    (BUILD / f"sizes-{LAMBDA_NAMES[architecture]}.json").write_text(json.dumps(sizes, indent=1))
    return found


def _sizes(packed: Path, folder: Path) -> dict[str, Any]:
    return {
        "zip": packed.stat().st_size,
        "unpacked": gates.unpacked_bytes(folder),
        "compiled": target_python() is not None,
    }


def _tell(kind: str, architecture: str, sizes: dict[str, Any], seconds: float) -> None:
    limit = f" of {LIMITS[kind] / 1e6:.1f}" if architecture == ARCHITECTURE else ""
    bytecode = "" if sizes["compiled"] else ", WITHOUT bytecode: no Python of Lambda's version here"
    print(
        f"{kind:7}{LAMBDA_NAMES[architecture]:7} {sizes['zip'] / 1e6:6.1f} MB zip, "
        f"{sizes['unpacked'] / 1e6:6.1f}{limit} MB unpacked{bytecode} ({seconds:.0f} s)"
    )


def split(template: dict[str, Any], architecture: str = ARCHITECTURE) -> dict[str, Any]:
    """The template, each function with the zip of its kind. Chalice knows one zip for all."""
    for made in template["Resources"].values():
        if made["Type"] == FUNCTION:
            properties = made["Properties"]
            kind = kind_of(properties["Handler"])
            properties["CodeUri"] = f"../{zip_path(kind, architecture).name}"
            properties["Architectures"] = [LAMBDA_NAMES[architecture]]
    return template


def write_templates() -> None:
    """STAGE/sam.json below the zips, for every stage that `make template` wrote."""
    for path in sorted(TEMPLATES.glob("*/sam.json")):
        whole = split(json.loads(path.read_text("utf-8")))
        target = BUILD / path.parent.name / "sam.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(whole, indent=1, ensure_ascii=False), "utf-8")


def main(name: str) -> int:
    """Build for the architecture of this name."""
    BUILD.mkdir(parents=True, exist_ok=True)
    architecture = next(a for a, n in LAMBDA_NAMES.items() if n == name)
    found = build(architecture)
    if architecture == ARCHITECTURE:
        write_templates()
    print("".join(f"✗ {complaint}\n" for complaint in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
