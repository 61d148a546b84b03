"""What an unpacked zip must be before it may ship: small enough, at home on Amazon Linux 2023, and without the GPL.

In: a folder and its kind. Out: complaints in words, none if all is well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from infra.package.zips import AT_HOME, LIMITS

MACHINES = {"aarch64": "EM_AARCH64", "x86_64": "EM_X86_64"}
# Amazon Linux 2023: glibc 2.34, gcc 11.
NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13)}
NEVER_IN_LIGHT = ("cv2", "numpy", "tesserocr")


@dataclass(frozen=True)
class Library:
    """What one ELF file asks of the machine it is loaded on."""

    path: Path
    machine: str
    needed: frozenset[str]
    versions: frozenset[str]


def unpacked_bytes(folder: Path) -> int:
    """The content's size as Lambda counts it."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def complaints(kind: str, architecture: str, folder: Path, *, ships: bool) -> list[str]:
    """What is wrong with this folder; sizes count only for the architecture that ships."""
    found = list(_about_libraries(architecture, folder))
    if ships and unpacked_bytes(folder) > LIMITS[kind]:
        found.append(f"{kind}: {unpacked_bytes(folder):,} bytes unpacked, {LIMITS[kind]:,} allowed")
    if kind == "light":
        found += [f"light: {n} is in it" for n in NEVER_IN_LIGHT if (folder / n).exists()]
    return found


def libraries(folder: Path) -> list[Library]:
    """All ELF files below the folder."""
    return [_read(p) for p in sorted(folder.rglob("*")) if p.is_file() and _is_elf(p)]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _read(path: Path) -> Library:
    with path.open("rb") as file:
        elf = ELFFile(file)
        dynamic = elf.get_section_by_name(".dynamic")
        tags = dynamic.iter_tags("DT_NEEDED") if dynamic else ()
        wanted = [s for s in elf.iter_sections() if isinstance(s, GNUVerNeedSection)]
        versions = {aux.name for s in wanted for _, each in s.iter_versions() for aux in each}
        return Library(
            path, elf["e_machine"], frozenset(t.needed for t in tags), frozenset(versions)
        )


def _about_libraries(architecture: str, folder: Path) -> Iterator[str]:
    every = libraries(folder)
    inside = {library.path.name for library in every}
    for library in every:
        where = library.path.relative_to(folder)
        if library.machine != MACHINES[architecture]:
            yield f"{where}: built for {library.machine}"
        for name in library.needed - inside:
            if not AT_HOME.fullmatch(name):
                yield f"{where}: needs {name}, which Lambda hasn't"
        for version in library.versions:
            if _is_too_new(version):
                yield f"{where}: needs {version}"


def _is_too_new(version: str) -> bool:
    name, _, number = version.partition("_")
    if name not in NEWEST or not re.fullmatch(r"[\d.]+", number):
        return False
    return tuple(map(int, number.split("."))) > NEWEST[name]
