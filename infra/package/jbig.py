"""Takes JBIG out of the reader: tesserocr's wheels bring libjbig, which is under the GPL, and we ship nothing such.

In: a folder of unpacked wheels. Out: the folder without libjbig; libtiff, the only library that asked for it, no
longer does. Its `jbg_…` symbols become weak, so that the loader doesn't miss them. They were called for TIFF pictures
packed with JBIG and handed to Tesseract as files; we hand it pixels, and decode files elsewhere (imaging/child.py).
"""

from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

WEAK = 2 << 4
ENTRY = 16  # bytes of an entry of the dynamic section: tag, value
SYMBOL, INFO_AT = 24, 4  # bytes of a symbol; where its binding and type stand


def take_out(folder: Path) -> None:
    """Remove libjbig, and what asks for it."""
    for library in folder.glob("*.libs/libjbig-*"):
        for other in library.parent.iterdir():
            if other != library:
                _forget(other, library.name)
        library.unlink()


def _forget(path: Path, name: str) -> None:
    content = bytearray(path.read_bytes())
    with path.open("rb") as file:
        elf = ELFFile(file)
        dynamic, symbols = elf.get_section_by_name(".dynamic"), elf.get_section_by_name(".dynsym")
        if _drop_needed(content, dynamic, name):
            _weaken(content, symbols)
            path.write_bytes(content)


def _drop_needed(content: bytearray, dynamic: Any, name: str) -> bool:
    """Move the entries behind the one that needs `name` up by one; was there one?"""
    for number, tag in enumerate(dynamic.iter_tags()):
        if tag.entry.d_tag == "DT_NEEDED" and tag.needed == name:
            start = dynamic["sh_offset"]
            here, end = start + number * ENTRY, start + dynamic["sh_size"]
            content[here:end] = content[here + ENTRY : end] + bytes(ENTRY)
            return True
    return False


def _weaken(content: bytearray, symbols: Any) -> None:
    for number, symbol in enumerate(symbols.iter_symbols()):
        if symbol.name.startswith("jbg_") and symbol["st_shndx"] == "SHN_UNDEF":
            at = symbols["sh_offset"] + number * SYMBOL + INFO_AT
            content[at] = WEAK | content[at] & 0xF
