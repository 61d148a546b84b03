"""Bad days of an operator: a disk that is full, a run killed before it knew all its files, what kills leave behind."""

from pathlib import Path

import pytest

from chalicelib.bulk import sources
from chalicelib.bulk.files import write
from chalicelib.bulk.pool import Pool
from chalicelib.cli import archive
from chalicelib.errors import FolderNotWritable
from chalicelib.settings import export
from chalicelib.wiring import ledger as ledger_at
from tests.archives import small_pages

ROOT = Path(__file__).parents[2]


@pytest.mark.eyes
def test_a_full_disk_stops_the_batch_and_blames_no_page(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "in", singles=3, books=0, pages=0)
    out = tmp_path / "out"
    ledger = ledger_at(out / "ledger.db")
    ledger.enter(sources.find(tmp_path / "in"))
    (out / "papers").write_bytes(b"")  # nothing can be written below it, not by root either
    pool = {"workers": 1, "environment": export({"OMP_THREAD_LIMIT": "1", "PYTHONPATH": str(ROOT)})}
    with pytest.raises(FolderNotWritable) as told:
        Pool(ledger, out, **pool).run()
    assert told.value.facts == {"folder": "out", "why": "Not a directory"}
    assert ledger.counts().settled == 0
    (out / "papers").unlink()
    left = out / "papers" / "00" / ".KQ.pdf.123"  # a killed worker's
    write(left, b"half")
    (out / "work" / "of-a-killed-run").mkdir(parents=True)
    assert Pool(ledger, out, **pool).run()
    assert ledger.counts().pages == {"read": 3}
    assert not left.exists() and not (out / "work").exists()


@pytest.mark.eyes
def test_a_run_killed_while_files_were_put_in_goes_on_with_all_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_pages.fill(tmp_path / "in", singles=3, books=0, pages=0)
    ledger = ledger_at(tmp_path / "out" / "ledger.db")
    ledger.note(archive._ENTERING, str(tmp_path / "in"))
    ledger.enter([next(iter(sources.find(tmp_path / "in")))])
    (tmp_path / "more.png").write_bytes(small_pages.png(9))
    assert archive.run(str(tmp_path / "more.png"), tmp_path / "out", 1, resume=True) == 0
    assert ledger.counts().pages == {"read": 4} and '"in": 4' in capsys.readouterr().out
    assert not ledger.note(archive._ENTERING)


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderNotWritable, match="Not a directory"):
        ledger_at(tmp_path / "file" / "out" / "ledger.db")
    with pytest.raises(FolderNotWritable, match="Not a directory"):
        Pool(ledger_at(tmp_path / "ledger.db"), tmp_path / "file" / "out", 1, export({})).run()
