"""One process that has the decoder loaded, and forks a throw-away one for each file: a tenth of a start's time.

In: an open file, its media type, what is wanted (`child.main`). Out: a `Decoder`, whose `output` is what `child` says.
The nursery itself never sees a file's bytes, has none of our environment, and ends when all who could ask it have.
Run as a program it is the nursery.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, NamedTuple

from chalicelib.imaging import child

_ROOT = str(Path(__file__).resolve().parents[2])
_LONGEST_REQUEST = 4096
_FILE, _PIXELS, _FATE = range(3)
_SURROUNDINGS = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""All that a nursery has of an environment, no secrets of ours: pictures in large pages need fewer faults."""
_lock = threading.Lock()
_nursery: tuple[socket.socket, "subprocess.Popen[bytes]"] | None = None


class Fate(NamedTuple):
    """`signal`: what a decoder died of, 0 if it ended by itself; `peak`: its memory in KB."""

    signal: int
    peak: int


class Decoder:
    """A process that decodes one file. `output`: what it writes; `close` it in the end.

    Raises OSError if the nursery died before it was born.
    """

    def __init__(self, output: IO[bytes], fate: IO[bytes]) -> None:
        self.output, self._fate = output, fate
        born = fate.readline()
        if not born:
            self.close()
            raise ChildProcessError("the nursery died")
        self._number = int(born)

    def kill(self) -> None:
        """End it while it is at work."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._number, signal.SIGKILL)

    def fate(self) -> Fate:
        """How it ended: waits for it. Killed, if the nursery died before it could tell."""
        told = self._fate.readline()
        return Fate(*map(int, told.split())) if told else Fate(signal.SIGKILL, 0)

    def close(self) -> None:
        """Let go of its pipes: if it still runs it ends when it next writes, or at its limit of CPU."""
        self.output.close()
        self._fate.close()


def decoder(file: IO[bytes], media_type: str, wanted: str = "") -> Decoder:
    """A fresh process at work on this file. Raises OSError where no process can be started."""
    request = json.dumps([media_type, wanted]).encode()
    pixels, fate = os.pipe(), os.pipe()
    output, told = os.fdopen(pixels[0], "rb"), os.fdopen(fate[0], "rb")
    try:
        _send(request, [file.fileno(), pixels[1], fate[1]])
    except OSError:
        output.close()
        told.close()
        raise
    finally:
        os.close(pixels[1])
        os.close(fate[1])
    return Decoder(output, told)


def spent() -> float:
    """CPU seconds of this program's nursery and of all its decoders that have ended."""
    if _nursery is None:
        return 0.0
    try:
        told = Path(f"/proc/{_nursery[1].pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


def _send(request: bytes, files: list[int]) -> None:
    """To the nursery; to a new one if it is gone."""
    global _nursery
    with _lock:
        try:
            _nursery = _nursery or _started()
            socket.send_fds(_nursery[0], [request], files)
        except (BrokenPipeError, ConnectionResetError):
            _nursery = _started()
            socket.send_fds(_nursery[0], [request], files)


def _started() -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-S", "-m", "chalicelib.imaging.nursery"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_SURROUNDINGS | {"PYTHONPATH": os.pathsep.join([_ROOT, *sys.path])},
        )
    return ours, process


def main() -> None:
    """Fork a decoder for each request on standard input, until nobody is left to ask."""
    fates: dict[int, int] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _bury(fates))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks: we end after it
    requests = socket.socket(fileno=os.dup(0))
    while True:
        request, files, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, 3)
        if not request:
            return
        media_type, wanted = json.loads(request)
        child.load(media_type)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # till its fate has a place
        born = os.fork()
        if born == 0:
            for file in (requests.fileno(), files[_FATE], *fates.values()):
                os.close(file)  # it knows nothing but its own file
            _decode(files, media_type, wanted)
        fates[born] = files[_FATE]
        _tell(files[_FATE], born)
        os.close(files[_FILE])
        os.close(files[_PIXELS])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _bury(fates: dict[int, int]) -> None:
    """Wait for decoders that have ended, say what each died of; their time counts as the nursery's (`spent`)."""
    with contextlib.suppress(ChildProcessError):
        while True:
            dead, status, used = os.wait4(-1, os.WNOHANG)
            if not dead:
                return
            died_of = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            _tell(fates[dead], died_of, used.ru_maxrss)
            os.close(fates.pop(dead))


def _tell(fate: int, *numbers: int) -> None:
    """A line of numbers to who asked; nothing where nobody listens any more."""
    with contextlib.suppress(BrokenPipeError):
        os.write(fate, b" ".join(b"%d" % n for n in numbers) + b"\n")


def _decode(files: list[int], media_type: str, wanted: str) -> None:
    """Never returns, and runs nobody else's last steps."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.dup2(files[_FILE], 0)
        os.dup2(files[_PIXELS], 1)
        child.main(media_type, wanted)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
