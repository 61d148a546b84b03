"""One machine, killed: nothing that was acknowledged is lost, nothing is there by half.

moto keeps everything in memory, so this can't be asked of the AWS set offline.
"""

import os
import random
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.sqlite import SqliteDossiers, SqliteQueues, SqliteStore
from chalicelib.adapters.system import SystemClock
from chalicelib.dossier.case import broken_link
from chalicelib.errors import BlobUnknown
from tests.contracts.people_at_work import SPEC
from tests.contracts.writer import BASE, SECRET

ROUNDS = 12
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A folder after several writers were killed in it, and what each had acknowledged."""
    folder, luck = tmp_path_factory.mktemp("killed"), random.Random(7)
    said = {f"W-{n}": _killed_writer(folder, f"W-{n}", luck) for n in range(ROUNDS)}
    return folder, said


def _killed_writer(folder: Path, name: str, luck: random.Random) -> list[str]:
    command = [sys.executable, "-m", "tests.contracts.writer", str(folder), name]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(luck.uniform(0.05, 0.3))
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read()
    assert writer.wait() == -signal.SIGKILL
    lines = (first + rest).split("\n")
    return lines[:-1]  # a last line without its end was not said in full


def test_every_acknowledged_event_and_its_outgoing_message_are_there(
    killed: tuple[Path, dict[str, list[str]]],
) -> None:
    folder, said = killed
    dossiers = SqliteDossiers(SqliteStore(folder / "motcua.db"))
    waiting = {o.id for o in dossiers.due(SystemClock().now(), limit=1_000_000)}
    for name, marks in said.items():
        history = dossiers.history(name)
        written = [e.facts["by"] for e in history[1:]]
        assert broken_link(history) is None
        assert written[: len(marks)] == marks
        assert waiting >= set(written)  # the event and its message: both or neither
    assert sum(map(len, said.values())) > ROUNDS


def test_every_acknowledged_message_is_in_the_queue(
    killed: tuple[Path, dict[str, list[str]]],
) -> None:
    folder, said = killed
    queues = SqliteQueues(SqliteStore(folder / "motcua.db"), SystemClock(), [SPEC])
    queues.release_all()
    found = set()
    while batch := queues.take(SPEC.name, 10):
        found |= {m.body for m in batch}
        for message in batch:
            queues.done(SPEC.name, message)

    assert found >= {mark for marks in said.values() for mark in marks}


def test_every_acknowledged_blob_is_whole_and_no_other_is_there_by_half(
    killed: tuple[Path, dict[str, list[str]]],
) -> None:
    folder, said = killed
    blobs = FileBlobs(folder / "blobs", BASE, SECRET, SystemClock())
    for marks in said.values():
        for mark in marks:
            assert blobs.read(f"originals/{mark}") == mark.encode() * 1000
        after = f"{marks[0].rsplit('-', 1)[0]}-{len(marks)}"
        try:
            assert blobs.read(f"originals/{after}") == after.encode() * 1000
        except BlobUnknown:
            continue


def test_the_database_is_sound(killed: tuple[Path, dict[str, list[str]]]) -> None:
    with SqliteStore(killed[0] / "motcua.db").look() as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert db.execute("pragma foreign_key_check").fetchall() == []


def _take_all(path: Path, answer) -> None:  # type: ignore[no-untyped-def]
    queues = SqliteQueues(SqliteStore(path), SystemClock(), [SPEC])
    taken = []
    while batch := queues.take(SPEC.name, 5):
        taken += [m.body for m in batch]
        for message in batch:
            queues.done(SPEC.name, message)
    answer.put(taken)


def test_processes_that_race_take_each_message_once(tmp_path: Path) -> None:
    path = tmp_path / "motcua.db"
    queues = SqliteQueues(SqliteStore(path), SystemClock(), [SPEC])
    for n in range(300):
        queues.put(SPEC.name, str(n))
    context = get_context("spawn")
    answer = context.Queue()
    racers = [context.Process(target=_take_all, args=(path, answer)) for _ in range(3)]
    for racer in racers:
        racer.start()
    taken = [body for _ in racers for body in answer.get(timeout=60)]
    for racer in racers:
        racer.join()

    assert sorted(taken, key=int) == [str(n) for n in range(300)]


def test_a_forked_child_uses_a_connection_of_its_own(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "motcua.db")
    queues = SqliteQueues(store, SystemClock(), [SPEC])
    queues.put(SPEC.name, "parent")
    parents = store.connection()
    child = os.fork()
    if child == 0:
        queues.put(SPEC.name, "child")
        os._exit(0 if store.connection() is not parents else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.connection() is parents
    assert [m.body for m in queues.take(SPEC.name, 10)] == ["parent", "child"]
