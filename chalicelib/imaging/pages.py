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
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
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

Picture = npt.NDArray[np.uint8]

SECONDS_PER_PAGE = 25
_ROOT = str(Path(__file__).resolve().parents[2])
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
        yield from _from_child(file, media_type, [] if only is None else [str(only)])


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
    child = _child(file, media_type, ["count"])
    try:
        facts = _facts(child)
    finally:
        child.kill()
        child.communicate()
    return int(facts["pages"])


def _child(file: IO[bytes], media_type: str, more: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-S", "-m", "chalicelib.imaging.child", media_type, *more],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            "PYTHONPATH": os.pathsep.join([_ROOT, *sys.path])
        },  # no secrets of ours; -S: starts sooner
    )


def _from_child(file: IO[bytes], media_type: str, more: list[str]) -> Iterator[Picture]:
    child = _child(file, media_type, more)
    try:
        while (picture := _next_picture(child)) is not None:
            yield picture
    finally:
        child.kill()
        child.communicate()


def _next_picture(child: subprocess.Popen[bytes]) -> Picture | None:
    """The child's next page; None after the last."""
    watch = threading.Timer(SECONDS_PER_PAGE, child.kill)
    watch.start()
    try:
        return _received(child)
    finally:
        watch.cancel()


def _facts(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The child's next line; its refusal or death as our error."""
    assert child.stdout  # noqa: S101 - opened as a pipe above
    line = child.stdout.readline()
    facts: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    if "error" in facts:
        raise _REFUSALS[facts.pop("error")](**facts)
    if not facts:
        raise _cause_of_death(child)
    return facts


def _received(child: subprocess.Popen[bytes]) -> Picture | None:
    facts = _facts(child)
    if facts.get("end"):
        return None
    assert child.stdout  # noqa: S101 - opened as a pipe above
    shape = (facts["height"], facts["width"], facts["channels"])
    pixels = child.stdout.read(shape[0] * shape[1] * shape[2])
    if len(pixels) < shape[0] * shape[1] * shape[2]:
        raise _cause_of_death(child)
    picture = np.frombuffer(pixels, np.uint8).reshape(shape)
    return picture[:, :, 0] if shape[2] == 1 else picture


def _cause_of_death(child: subprocess.Popen[bytes]) -> DossierError:
    if child.wait() in (-signal.SIGXCPU, -signal.SIGKILL):
        return ReadingTookTooLong()
    return FileBroken()
