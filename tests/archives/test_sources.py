"""A source as operators have them: every file of it comes out, to be read or with the reason why not."""

import json
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest

from chalicelib.bulk import sources
from chalicelib.errors import ManifestInvalid
from tests.archives import small_pages

PNG = small_pages.png(1)


def found(place: Path) -> dict[str, str | None]:
    """Names, each with the reason why it is refused."""
    return {Path(s.path).name: s.refused for s in sources.find(place)}


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG)


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder, and us without root's rights over it."""
    with tempfile.TemporaryDirectory() as place:
        root = os.geteuid() == 0
        Path(place).chmod(0o777)
        if root:
            os.seteuid(65534)
        try:
            yield Path(place)
        finally:
            if root:
                os.seteuid(0)


def test_what_is_closed_to_us_is_told_and_no_folder_left_out() -> None:
    with as_nobody() as place:
        fill(place, "a.png", "b.png", "open/c.png", "closed/d.png", "listed/e.png")
        (place / "b.png").chmod(0)
        (place / "closed").chmod(0)
        (place / "listed").chmod(0o444)
        told = found(place)
        (place / "closed").chmod(0o777)
        (place / "listed").chmod(0o777)
    closed = {name: "file_unreadable" for name in ("b.png", "closed", "e.png")}
    assert told == {"a.png": None, "c.png": None, **closed}


def test_links_are_followed_once_and_those_that_lead_nowhere_told(tmp_path: Path) -> None:
    fill(tmp_path, "in/a.png", "elsewhere/b.png")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "round").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gone.png").symlink_to(tmp_path / "nothing.png")
    os.mkfifo(tmp_path / "in" / "pipe")
    assert found(tmp_path / "in") == {"a.png": None, "b.png": None, "gone.png": "file_not_found"}


def test_names_of_all_kinds(tmp_path: Path) -> None:
    names = (
        "sổ khai sinh 1987 – trang 1.png",
        "ສະບາຍດີ.png",
        "đ" * 125 + ".png",
        "a\nb.png",
        "=x.png",
    )
    fill(tmp_path, *names)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/s\xf4.png")).write_bytes(PNG)
    assert found(tmp_path) == dict.fromkeys(names) | {"s\\xf4.png": "name_not_utf8"}


def test_what_an_earlier_batch_wrote_is_no_source(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "a.png",
        "out/papers/b.png",
        "out/ledger.db",
        ".hidden/c.png",
        ".d.png",
        "list.json",
    )
    assert found(tmp_path) == {"a.png": None}


def test_files_that_are_no_pages(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    for _ in range(301):
        pdf.add_blank_page()
    pdf.save(tmp_path / "301.pdf")
    del pdf.pages[300]
    pdf.save(tmp_path / "300.pdf")
    pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04")
    assert found(tmp_path) == {
        "300.pdf": None, "301.pdf": "too_many_pages", "locked.pdf": "file_locked",
        "empty.png": "file_empty", "list.xlsx": "type_not_taken",
    }  # fmt: skip


def test_a_source_is_told_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a batch can be gone on with from another folder."""
    fill(tmp_path, "in/a.png")
    (tmp_path / "list.csv").write_text("file\nin/a.png\n")
    monkeypatch.chdir(tmp_path)
    for place in ("in", "in/a.png", "list.csv"):
        assert [s.path for s in sources.find(place)] == [str(tmp_path / "in" / "a.png")]


TABLE = "file{0}kind{0}unit{0}book{0}year\r\na.png{0}giay_khai_sinh{0}{0}02/1987{0}1987\r\n{0}{0}{0}{0}\r\n"
ROW = {"file": "a.png", "kind": "giay_khai_sinh", "book": "02/1987", "year": 1987, "unit": None}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("comma.csv", TABLE.format(",").encode()),
        ("vietnamese-excel.csv", TABLE.format(";").encode("utf-8-sig")),
        ("unicode-text.csv", TABLE.format("\t").encode("utf-16")),
        ("lines.jsonl", ("\ufeff" + json.dumps(ROW) + "\r\n\r\n").encode()),
        ("list.json", json.dumps([ROW]).encode()),
        ("capitals.csv", TABLE.format(",").replace("file", " File ").encode()),
    ],
)
def test_manifests_as_programs_write_them(tmp_path: Path, name: str, data: bytes) -> None:
    fill(tmp_path, "a.png")
    (tmp_path / name).write_bytes(data)
    (one,) = sources.find(tmp_path / name)
    assert (one.refused, one.pages) == (None, 1)
    assert one.given == {"kind": "giay_khai_sinh", "book": "02/1987", "year": "1987"}


def test_a_manifest_names_files_as_other_systems_write_them(tmp_path: Path) -> None:
    spelt = unicodedata.normalize("NFD", "Nguyễn/sổ.png")
    fill(tmp_path, "1987/001.png", spelt)
    (tmp_path / "list.csv").write_text("file\n1987\\001.png\nNguyễn/sổ.png\n")
    assert [s.refused for s in sources.find(tmp_path / "list.csv")] == [None, None]


def test_a_manifest_may_name_what_is_not_there_and_name_it_twice(tmp_path: Path) -> None:
    fill(tmp_path, "in/a.png", "outside.png")
    named = ["a.png", "a.png", "gone.png", "../outside.png", "", "x" * 300, ".", "a\\u0000b"]
    lines = [f'{{"file": "{name}"}}' for name in named if name]
    (tmp_path / "in" / "list.jsonl").write_text("\n".join(lines))
    reasons = [s.refused for s in sources.find(tmp_path / "in" / "list.jsonl")]
    assert reasons == [None, None, "file_not_found", None, *["file_not_found"] * 3]


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("empty.csv", b"", 1),
        ("blank.csv", b"file\n\n,\n", 1),
        ("no-file.csv", b"name,kind\nx,y\n", 2),
        ("hole.csv", b"file,kind\na.png,\n,giay_khai_sinh\n", 3),
        ("tcvn3.csv", "file\nsổ.png\n".encode("cp1258", "replace") + b"\xd0\n", 3),
        ("broken.jsonl", b'{"file": "a.png"}\n{"file"\n', 2),
        ("number.jsonl", b'{"file": 7}\n', 1),
        ("no-list.json", b'{"file": "a.png"}', 1),
        ("of-words.json", b'["a.png"]', 1),
    ],
)
def test_a_manifest_without_files_is_refused_with_the_line(
    tmp_path: Path, name: str, data: bytes, line: int
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ManifestInvalid) as told:
        list(sources.find(tmp_path / name))
    assert told.value.facts == {"file": name, "line": line}
