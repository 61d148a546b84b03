"""Stores of bytes on a bad day."""

from collections.abc import Iterable

from chalicelib.errors import StorageBusy
from chalicelib.ports import Blobs, PartAddress, Stored
from tests.bad_days.luck import Misfortune


class BlobsThatAreBusy:
    """The first `times` reads, writes and completions fail; nothing was done."""

    def __init__(self, real: Blobs, times: int = 1) -> None:
        self.real = real
        self.bad = Misfortune(times)

    def begin(self, key: str, size: int, content_type: str) -> str:
        return self.real.begin(key, size, content_type)

    def addresses(
        self, key: str, upload: str, size: int, numbers: Iterable[int]
    ) -> list[PartAddress]:
        return self.real.addresses(key, upload, size, numbers)

    def parts(self, key: str, upload: str, size: int) -> list[int]:
        return self.real.parts(key, upload, size)

    def complete(self, key: str, upload: str, size: int) -> Stored:
        self._maybe_fail()
        return self.real.complete(key, upload, size)

    def abandon(self, key: str, upload: str) -> None:
        self.real.abandon(key, upload)

    def write(self, key: str, data: bytes, content_type: str) -> None:
        self._maybe_fail()
        self.real.write(key, data, content_type)

    def read(self, key: str) -> bytes:
        self._maybe_fail()
        return self.real.read(key)

    def address(self, key: str, seconds: int) -> str:
        return self.real.address(key, seconds)

    def _maybe_fail(self) -> None:
        if self.bad.strikes():
            raise StorageBusy("bad day: the storage did not answer")
