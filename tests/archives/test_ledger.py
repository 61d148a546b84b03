"""What a ledger makes of files that come, go and are mended, and of tries that failed. No reader, no pictures."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.dossier.batch import Row, Source, Task
from chalicelib.ports import Ledger
from chalicelib.wiring import ledger as ledger_at

MOST = 3


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_at(tmp_path / "ledger.db")


def source(path: str, bytes_: str, pages: int = 1, refused: str | None = None) -> Source:
    return Source(path, bytes_.rjust(64, "0"), 1, pages, {}, refused)


def claimed(ledger: Ledger) -> Task:
    task = ledger.claim()
    assert task is not None
    return task


def read(ledger: Ledger, task: Task, rows: Sequence[Row] = ()) -> None:
    ledger.put_together(task, rows)


def reasons(ledger: Ledger) -> list[tuple[str, int, str]]:
    return ledger.refused()


def test_readers_killed_with_their_run_cost_their_page_no_try(ledger: Ledger) -> None:
    """Whoever kills everything may meet the readers first, again and again the same page."""
    ledger.enter([source("a.png", "1")])
    for _ in range(2 * MOST):
        ledger.release()
        ledger.failed(claimed(ledger), "reader_died_9", MOST)
    ledger.release()
    read(ledger, claimed(ledger))
    assert ledger.counts().pages == {"read": 1} and not reasons(ledger)


def test_a_page_that_fails_again_and_again_in_one_run_is_refused(ledger: Ledger) -> None:
    ledger.enter([source("a.png", "1"), source("b.png", "2")])
    for _ in range(MOST):
        ledger.failed(claimed(ledger), "reader_died_9", MOST)
    assert reasons(ledger) == [("a.png", 1, "reader_died_9")]
    assert claimed(ledger).path == "b.png"


def test_a_double_scan_is_read_when_the_first_file_is_gone(ledger: Ledger) -> None:
    ledger.enter(
        [source("old/a.pdf", "1", 2), source("new/a.pdf", "1", 2), source("c.pdf", "1", 2)]
    )
    ledger.refuse(claimed(ledger), "file_moved")
    ledger.refuse(claimed(ledger), "file_moved")
    tasks = [claimed(ledger), claimed(ledger)]
    assert [(t.path, t.number) for t in tasks] == [("new/a.pdf", 1), ("new/a.pdf", 2)]
    for task in tasks:
        ledger.seen(task)
    read(ledger, claimed(ledger))
    assert ledger.counts().pages == {"read": 2, "refused": 4}
    assert ledger.retry() == 0  # what was read from its other path is not read again


def test_a_folder_that_moved_is_read_from_where_it_is_now(ledger: Ledger) -> None:
    ledger.enter([source("old/a.png", "1")])
    ledger.refuse(claimed(ledger), "file_moved")
    assert ledger.enter([source("new/a.png", "1")]) == 1
    assert claimed(ledger).path == "new/a.png"


def test_a_file_refused_as_a_whole_is_forgotten_when_it_comes_mended(ledger: Ledger) -> None:
    ledger.enter(
        [
            source("a.pdf", "1", refused="file_broken"),
            source("b.pdf", "0", refused="file_not_found"),
        ]
    )
    assert ledger.enter([source("a.pdf", "1", refused="file_broken")]) == 0
    assert ledger.enter([source("a.pdf", "2", 3), source("b.pdf", "3", refused="file_locked")]) == 2
    assert reasons(ledger) == [("b.pdf", 0, "file_locked")]
    assert ledger.counts().pages == {"queued": 3, "refused": 1} and ledger.counts().files == 2


def test_a_file_that_could_not_be_counted_once_is_read_when_it_can(ledger: Ledger) -> None:
    ledger.enter([source("a.pdf", "1", refused="reading_took_too_long")])
    assert ledger.enter([source("a.pdf", "1", 2)]) == 1
    assert ledger.counts().pages == {"queued": 2} and not reasons(ledger)
