"""Files that are there in full or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.adapters.durable import replace_file, write_once


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"

    assert write_once(path, [b"fi", b"rst"]) is True
    assert write_once(path, [b"second"]) is False
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, [b"first"])
    replace_file(path, [b"second"])

    assert path.read_bytes() == b"second"


@pytest.mark.parametrize("write", [write_once, replace_file])
def test_a_writer_that_fails_leaves_nothing(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        write(tmp_path / "file", pieces())
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    write_once(tmp_path / "new" / "file", [b"x"])

    assert (tmp_path / "new" / "file").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
