"""Bytes of one file in; its pages out, one picture at a time, upright as the camera said.

Pictures are `uint8` arrays, (height, width) grey or (height, width, 3) RGB, long side at most about
2,400 pixels (pages of a PDF: 200 dpi). The type is told by content alone. Decoding happens in a
child process with limits on memory, CPU and time (`child.py`), because one crafted PDF of 2.5 KB
ends a process that opens it.
Refuses: empty, other types, broken, locked, too many pages, too many pixels.
"""

import json
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from chalicelib.dossier.filetypes import sniff
from chalicelib.errors import (
    DossierError,
    FileBroken,
    FileEmpty,
    FileLocked,
    PictureTooLarge,
    ReadingTookTooLong,
    TooManyPages,
    TypeNotTaken,
)
from chalicelib.imaging.nursery import Decoder, decoder

Picture = npt.NDArray[np.uint8]

SECONDS_PER_PAGE = 25
_LEAST_SIDE = 3  # pixels; less is no page
_REFUSALS: dict[str, type[DossierError]] = {
    e.code: e for e in (FileBroken, FileLocked, PictureTooLarge, TooManyPages)
}


def pictures(data: bytes, only: int | None = None) -> Iterator[Picture]:
    """The file's pages in order; `only` this page (from 1), in files of any number of pages.

    Raises:
        FileEmpty, TypeNotTaken, FileBroken, FileLocked, TooManyPages, PictureTooLarge: refused.
        ReadingTookTooLong: a page took more time than an honest one needs.
    """
    if not data:
        raise FileEmpty
    media_type = sniff(data[:1024])
    if media_type is None:
        raise TypeNotTaken(type="?")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield from _from_child(file, media_type, "" if only is None else str(only))


def count(file: IO[bytes]) -> int:
    """How many pages an open file has; nothing is drawn. Errors as `pictures`."""
    head = file.read(1024)
    if not head:
        raise FileEmpty
    media_type = sniff(head)
    os.lseek(
        file.fileno(), 0, os.SEEK_SET
    )  # the child reads from here; seek() moves our buffer only
    if media_type is None:
        raise TypeNotTaken(type="?")
    if media_type not in ("application/pdf", "image/tiff"):
        return 1
    child = decoder(file, media_type, "count")
    try:
        return int(_facts(child)["pages"])
    finally:
        child.close()


def _from_child(file: IO[bytes], media_type: str, wanted: str) -> Iterator[Picture]:
    child = decoder(file, media_type, wanted)
    try:
        while (picture := _next_picture(child)) is not None:
            yield picture
    finally:
        child.close()


def _next_picture(child: Decoder) -> Picture | None:
    """The child's next page; None after the last."""
    watch = threading.Timer(SECONDS_PER_PAGE, child.kill)
    watch.start()
    try:
        return _received(child)
    finally:
        watch.cancel()


def _facts(child: Decoder) -> dict[str, Any]:
    """The child's next line; its refusal or death as our error."""
    line = child.output.readline()
    facts: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    if "error" in facts:
        raise _REFUSALS[facts.pop("error")](**facts)
    if not facts:
        raise _cause_of_death(child)
    return facts


def _received(child: Decoder) -> Picture | None:
    facts = _facts(child)
    if facts.get("end"):
        return None
    shape = (facts["height"], facts["width"], facts["channels"])
    pixels = child.output.read(shape[0] * shape[1] * shape[2])
    if len(pixels) < shape[0] * shape[1] * shape[2]:
        raise _cause_of_death(child)
    if min(shape[:2]) < _LEAST_SIDE:
        raise FileBroken
    picture = np.frombuffer(pixels, np.uint8).reshape(shape)
    return picture[:, :, 0] if shape[2] == 1 else picture


def _cause_of_death(child: Decoder) -> DossierError:
    if child.fate().signal in (signal.SIGXCPU, signal.SIGKILL):
        return ReadingTookTooLong()
    return FileBroken()
