"""The bad days themselves: each does what its name says, over real adapters."""

from pathlib import Path

import pytest

from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.mails import FileMails
from chalicelib.adapters.sqlite import SqliteDossiers, SqliteQueues, SqliteStore
from chalicelib.dossier.case import broken_link, fold
from chalicelib.dossier.states import State
from chalicelib.errors import DossierMovedMeanwhile, StorageBusy
from chalicelib.ports import Mail, QueueSpec
from tests.bad_days import (
    BlobsThatAreBusy,
    DossiersThatAreBusy,
    DossiersThatLoseARace,
    DossiersThatLoseTheAnswer,
    HandClock,
    MailsThatFail,
    QueuesThatDeliverTwice,
    QueuesThatFailOnce,
    QueuesThatLoseTheAnswer,
)
from tests.contracts.people_at_work import looks, opened

FIRST = opened("H-1")


@pytest.fixture
def dossiers(tmp_path: Path) -> SqliteDossiers:
    dossiers = SqliteDossiers(SqliteStore(tmp_path / "motcua.db"))
    dossiers.open("H-1", FIRST, State.OPEN)
    return dossiers


@pytest.fixture
def queues(tmp_path: Path) -> SqliteQueues:
    store = SqliteStore(tmp_path / "motcua.db")
    return SqliteQueues(store, HandClock(), [QueueSpec("q", 60, 3)])


def test_a_race_is_lost_once_and_then_won(dossiers: SqliteDossiers) -> None:
    unlucky = DossiersThatLoseARace(dossiers)
    with pytest.raises(DossierMovedMeanwhile):
        unlucky.append("H-1", 1, looks(fold([FIRST])), State.OPEN)
    now = fold(unlucky.history("H-1"))
    unlucky.append("H-1", now.version, looks(now), State.OPEN)

    history = unlucky.history("H-1")
    assert [e.actor for e in history] == ["citizen", "officer:race", "officer:thu"]
    assert broken_link(history) is None


def test_a_lost_answer_leaves_the_write(dossiers: SqliteDossiers) -> None:
    with pytest.raises(StorageBusy):
        DossiersThatLoseTheAnswer(dossiers).append("H-1", 1, looks(fold([FIRST])), State.OPEN)

    assert len(dossiers.history("H-1")) == 2


def test_a_busy_store_writes_nothing_and_then_does(dossiers: SqliteDossiers) -> None:
    busy = DossiersThatAreBusy(dossiers)
    with pytest.raises(StorageBusy):
        busy.append("H-1", 1, looks(fold([FIRST])), State.OPEN)
    assert len(busy.history("H-1")) == 1
    busy.append("H-1", 1, looks(fold([FIRST])), State.OPEN)

    assert len(busy.history("H-1")) == 2


def test_a_put_fails_so_often_and_then_works(queues: SqliteQueues) -> None:
    failing = QueuesThatFailOnce(queues, times=2)
    for _ in range(2):
        with pytest.raises(StorageBusy):
            failing.put("q", "a")
    assert queues.depth("q") == 0
    failing.put("q", "a")

    assert queues.depth("q") == 1


def test_a_put_whose_answer_is_lost_leads_to_a_duplicate(queues: SqliteQueues) -> None:
    losing = QueuesThatLoseTheAnswer(queues)
    with pytest.raises(StorageBusy):
        losing.put("q", "a")
    losing.put("q", "a")

    assert [m.body for m in queues.take("q", 10)] == ["a", "a"]


def test_a_message_is_delivered_twice(queues: SqliteQueues) -> None:
    twice = QueuesThatDeliverTwice(queues)
    twice.put("q", "a")
    twice.done("q", twice.take("q")[0])
    (again,) = twice.take("q")
    twice.done("q", again)

    assert again.receives == 2
    assert queues.depth("q") == 0


def test_busy_blobs_do_nothing_and_then_work(tmp_path: Path) -> None:
    busy = BlobsThatAreBusy(FileBlobs(tmp_path, "http://x", b"s" * 32, HandClock()))
    with pytest.raises(StorageBusy):
        busy.write("a", b"1", "text/plain")
    busy.write("a", b"2", "text/plain")

    assert busy.read("a") == b"2"


def test_a_mail_fails_and_then_goes_out(tmp_path: Path) -> None:
    failing = MailsThatFail(FileMails(tmp_path))
    mail = Mail("m_1", "nguoi.thu@example.vn", "x", "y")
    with pytest.raises(StorageBusy):
        failing.send(mail)
    assert list(tmp_path.iterdir()) == []
    failing.send(mail)

    assert [p.name for p in tmp_path.iterdir()] == ["m_1.eml"]
