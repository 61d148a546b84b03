"""Gives a batch's pages to worker processes and writes down what becomes of them.

In: a ledger, a folder, how many workers. Out: the ledger with every page read or refused. A worker asks for its next
page when it is free, so nothing piles up; one that dies, hangs or has grown too fat is replaced, and a page that took
its worker with it so many times is refused. May be stopped or killed at any moment.
"""

import fcntl
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.bulk.files import sweep, writable
from chalicelib.bulk.hand import work_folder
from chalicelib.dossier.batch import WHOLE_FILE, Row, Task
from chalicelib.errors import BatchBusy, FolderNotWritable
from chalicelib.ports import Ledger

HAND = (sys.executable, "-m", "chalicelib.bulk.hand")
MOST_TRIES = 3
SECONDS_PER_PAGE = 120
FAT = 900  # MB; a worker that ever needed more is replaced
TASKS_PER_HAND = 1000
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """One finished task, for whoever watches: `error` None if it went well; `peak` is the worker's memory in MB.

    `seconds`: from giving it to the worker to having its answer; the rest of a worker's time it waits for us.
    """

    task: Task
    error: str | None
    peak: int
    doubts: int = 0
    fields: int = 0
    seconds: float = 0.0


Watch = Callable[[Told], None]


class HandDied(Exception):
    """The worker is gone; the text says how."""


class Hand:
    """One worker process."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.tasks, self.peak, self.seconds = 0, 0, 0.0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [*command, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(environment), start_new_session=True,  # Ctrl-C is for us: it ends after its page
        )  # fmt: skip

    def do(self, task: Task, seconds: float) -> dict[str, Any]:
        """The worker's answer. Raises HandDied."""
        watch, start = threading.Timer(seconds, self._process.kill), time.monotonic()
        watch.start()
        try:
            assert self._process.stdin and self._process.stdout  # noqa: S101 - pipes above
            self._process.stdin.write(json.dumps(asdict(task)) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watch.cancel()
        if not line.endswith("\n"):
            raise HandDied(f"reader_died_{abs(self._process.wait())}")
        answer: dict[str, Any] = json.loads(line)
        self.tasks, self.peak = self.tasks + 1, int(answer["peak"])
        self.seconds = time.monotonic() - start
        return answer

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()


@dataclass
class Pool:
    """Works off one batch. `stop()` ends it after the pages under way."""

    ledger: Ledger
    folder: Path
    workers: int
    environment: Mapping[str, str]
    watch: Watch = field(default=lambda told: None)
    command: Sequence[str] = HAND
    _stopped: threading.Event = field(default_factory=threading.Event)
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failed: list[BaseException] = field(default_factory=list)

    def run(self) -> bool:
        """Until everything is settled, or `stop`; is everything settled?

        Raises BatchBusy, FolderNotWritable; what a thread met.
        """
        with _alone(self.folder):
            self.ledger.release()
            threads = [threading.Thread(target=self._guarded) for _ in range(self.workers)]
            for thread in threads:
                thread.start()
            try:
                for thread in threads:
                    while thread.is_alive():
                        thread.join(0.2)  # short, so that Ctrl-C is heard
            except KeyboardInterrupt:
                self.stop()
                for thread in threads:
                    thread.join()
                raise
            if self._failed:
                raise self._failed[0]
            counts = self.ledger.counts()
            if settled := counts.settled == counts.total:
                sweep(self.folder)
            return settled

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped.set()

    def _guarded(self) -> None:
        try:
            self._work()
        except BaseException as e:  # noqa: BLE001 - handed on by `run`
            self._failed.append(e)
            self.stop()

    def _work(self) -> None:
        """One worker's life: tasks while there are any."""
        hand: Hand | None = None
        try:
            for task in self._tasks():
                hand = hand or Hand(self.command, self.folder, self.environment)
                if not self._one(hand, task) or hand.peak > FAT or hand.tasks >= TASKS_PER_HAND:
                    hand.close()
                    hand = None
        finally:
            if hand:
                hand.close()

    def _tasks(self) -> Iterator[Task]:
        """Tasks; waits while others may still make some."""
        while not self._stopped.is_set():
            with self._lock:
                task = self.ledger.claim()
                self._busy += task is not None
                idle = self._busy == 0
            if task is not None:
                try:
                    yield task
                finally:
                    with self._lock:
                        self._busy -= 1
            elif idle:
                return
            else:
                self._stopped.wait(_PAUSE)

    def _one(self, hand: Hand, task: Task) -> bool:
        """Do one task and write down what became of it; does the worker live?"""
        pages = len(task.seen) if task.number == WHOLE_FILE else 1
        try:
            answer = hand.do(task, SECONDS_PER_PAGE + 10 * pages)
        except HandDied as e:
            self.ledger.failed(task, str(e), MOST_TRIES)
            self.watch(Told(task, str(e), 0))
            return False
        rows = [Row.from_plain(r) for r in answer.get("rows", ())]
        self._write_down(task, answer, rows)
        fields, doubts = sum(r.fields for r in rows), sum(len(r.doubts) for r in rows)
        self.watch(Told(task, answer.get("error"), hand.peak, doubts, fields, hand.seconds))
        return True

    def _write_down(self, task: Task, answer: Mapping[str, Any], rows: Sequence[Row]) -> None:
        if "stop" in answer:
            raise FolderNotWritable(folder=self.folder.name, why=answer["stop"])
        if "error" in answer and answer["again"]:
            self.ledger.failed(task, answer["error"], MOST_TRIES)
        elif "error" in answer:
            self.ledger.refuse(task, answer["error"])
        elif "rows" not in answer:
            self.ledger.seen(task)
        else:
            for path in self.ledger.put_together(task, rows):
                with writable(self.folder):
                    (self.folder / path).unlink(missing_ok=True)
            shutil.rmtree(work_folder(self.folder, task.sha256), ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time. Raises BatchBusy, FolderNotWritable."""
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise BatchBusy from e
        yield
