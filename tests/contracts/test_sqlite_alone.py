"""What only the one-machine queues and store do."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from chalicelib.adapters.sqlite import SqliteDossiers, SqliteQueues, SqliteStore
from chalicelib.adapters.sqlite_subscriptions import SqliteSubscriptions
from chalicelib.dossier.states import State
from chalicelib.errors import Broken, DossierUnknown, StorageBusy
from tests.bad_days import HandClock
from tests.contracts.people_at_work import SPEC, opened

Q = SPEC.name


@pytest.fixture
def queues(store: SqliteStore, clock: HandClock) -> SqliteQueues:
    return SqliteQueues(store, clock, [SPEC])


def test_at_start_up_what_a_dead_process_had_taken_is_visible_again(queues: SqliteQueues) -> None:
    queues.put(Q, "a")
    queues.take(Q)

    assert queues.release_all() == 1
    assert [m.receives for m in queues.take(Q)] == [2]


def test_a_planned_delay_survives_the_start_up(queues: SqliteQueues, clock: HandClock) -> None:
    queues.put(Q, "later")
    queues.give_back(Q, queues.take(Q)[0], seconds=60)

    assert queues.release_all() == 0
    assert queues.take(Q) == []
    clock.pass_by(60)
    assert [m.body for m in queues.take(Q)] == ["later"]


def test_dead_letters_can_be_sent_round_again(queues: SqliteQueues) -> None:
    queues.put(Q, "poison")
    for _ in range(SPEC.max_receives):
        queues.give_back(Q, queues.take(Q)[0])
    assert queues.take(Q) == []

    assert queues.redrive(Q) == 1
    assert queues.depth(SPEC.dead) == 0
    assert [m.receives for m in queues.take(Q)] == [1]


def test_a_waiting_worker_is_woken_by_a_put(queues: SqliteQueues) -> None:
    woken: list[bool] = []
    worker = threading.Thread(target=lambda: woken.append(queues.wait(Q, 10)))
    worker.start()
    begun = time.monotonic()
    queues.put(Q, "a")
    worker.join()

    assert woken == [True]
    assert time.monotonic() - begun < 2


def test_waiting_ends_when_nothing_comes(queues: SqliteQueues) -> None:
    assert queues.wait(Q, 0.05) is False


def test_everything_is_there_after_a_restart(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "motcua.db"
    for _ in range(2):
        store = SqliteStore(path)
        SqliteQueues(store, clock, [SPEC]).put(Q, "a")
        store.close()

    assert SqliteQueues(SqliteStore(path), clock, [SPEC]).depth(Q) == 2


def test_the_file_is_readable_by_its_owner_alone(store: SqliteStore) -> None:
    assert store.path.stat().st_mode & 0o077 == 0


def test_a_lock_held_too_long_is_a_busy_storage(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "motcua.db", busy_seconds=0.05)
    dossiers = SqliteDossiers(store)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StorageBusy) as busy:
        dossiers.open("H-1", opened("H-1"), State.OPEN)
    other.execute("rollback")

    assert isinstance(busy.value.__cause__, sqlite3.OperationalError)
    with pytest.raises(DossierUnknown):
        dossiers.history("H-1")


def test_a_damaged_store_is_a_fault_of_ours_and_says_no_values(store: SqliteStore) -> None:
    with store.change() as db:
        db.execute("drop table event")
    with pytest.raises(Broken) as broken:
        SqliteDossiers(store).history("H-1")

    assert "H-1" not in str(broken.value)


def test_a_change_that_fails_leaves_nothing_and_no_open_transaction(store: SqliteStore) -> None:
    with pytest.raises(ZeroDivisionError), store.change() as db:
        db.execute("insert into counter values ('u', 'd', 1)")
        _ = 1 / 0

    assert not store.connection().in_transaction
    with store.look() as db:
        assert db.execute("select count(*) from counter").fetchone() == (0,)


# ---- one transaction per step ------------------------------------------------------------------


def depths(queues: SqliteQueues, other: SqliteStore) -> int:
    with other.look() as db:
        return int(db.execute("select count(*) from message where queue=?", (Q,)).fetchone()[0])


def test_what_is_written_together_is_seen_together_or_not_at_all(
    store: SqliteStore, queues: SqliteQueues
) -> None:
    other = SqliteStore(store.path)
    with store.together(lasting=False):
        queues.put(Q, "a")
        queues.put(Q, "b")
        assert depths(queues, other) == 0
    assert depths(queues, other) == 2
    with pytest.raises(ZeroDivisionError), store.together():
        queues.put(Q, "c")
        raise ZeroDivisionError
    assert depths(queues, other) == 2
    other.close()


def test_a_part_that_fails_leaves_the_rest_as_it_was(
    store: SqliteStore, queues: SqliteQueues
) -> None:
    with store.together():
        queues.put(Q, "a")
        with pytest.raises(ZeroDivisionError), store.change() as db:
            db.execute("delete from message")
            raise ZeroDivisionError
        queues.put(Q, "b")
    assert queues.depth(Q) == 2


@pytest.mark.parametrize(("lasting", "level"), [(True, 2), (False, 1)])
def test_a_lasting_change_is_on_disk_before_it_returns(
    store: SqliteStore, lasting: bool, level: int
) -> None:
    with store.change(lasting=not lasting):
        pass
    with store.change(lasting=lasting) as db:
        assert db.execute("pragma synchronous").fetchone() == (level,)


def test_looking_at_the_feed_writes_so_that_what_it_shows_is_on_disk(store: SqliteStore) -> None:
    feeds = SqliteSubscriptions(store)
    log = store.path.with_name(store.path.name + "-wal")
    sizes = []
    for _ in range(3):  # the same position again: SQLite brings nothing to disk for no change
        feeds.note_pulled("ward", 7)
        sizes.append(log.stat().st_size)
    assert sizes == sorted(set(sizes))
    assert feeds.pulled("ward") == 7
