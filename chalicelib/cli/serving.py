"""`motcua serve` and its reader processes: one command that is API, pages and workers, and survives being killed."""

import fcntl
import logging
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TextIO

import waitress
from rich.console import Console

from chalicelib import settings as environment
from chalicelib import wiring
from chalicelib.errors import SettingMissing
from chalicelib.settings import Settings

console = Console(stderr=True, highlight=False)
UNUSABLE = 3


def run(
    data: Path, host: str, port: int, aws_endpoint: str | None, readers: int, base_url: str | None
) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("botocore", "boto3", "urllib3", "waitress"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    data.mkdir(parents=True, exist_ok=True)
    lock = alone(data)
    values = _values(data, base_url or f"http://{host}:{port}", aws_endpoint)
    os.environ.update(values)  # noqa: TID251 - handed to ourselves and the readers alike
    if aws_endpoint:
        wiring.provision(Settings.from_environment())
    world = wiring.world()
    wiring.wake(world)
    _serve(host, port, readers, values)
    lock.close()


def _values(data: Path, base_url: str, aws_endpoint: str | None) -> dict[str, str]:
    values = {"MOTCUA_BASE_URL": base_url, "MOTCUA_PARENT": str(os.getpid())}
    if aws_endpoint is None:
        return {**values, "MOTCUA_DATA": str(data.resolve())}
    return {**values, **wiring.emulator_values(data.resolve(), aws_endpoint)}


def _serve(host: str, port: int, readers: int, values: dict[str, str]) -> None:
    from app import app
    from chalicelib.doors.runner import READING, Runner
    from chalicelib.doors.server import LocalServer

    server = LocalServer(app, wiring.local_storage(wiring.world()))
    world = wiring.world()
    died = partial(wiring.wake, world, READING)
    runner = Runner(world, app, environment.export(values), readers, died)
    try:
        listening = waitress.create_server(
            server, host=host, port=port, threads=8, max_request_body_size=80 * 1024 * 1024
        )
    except OSError as e:
        console.print(f"[red]✗[/red] {host}:{port}: {e.strerror}. Choose another --port.")
        sys.exit(UNUSABLE)
    signal.signal(signal.SIGTERM, _interrupt)
    runner.start()
    console.print(f"[green]●[/green] Một Cửa: {values['MOTCUA_BASE_URL']}  (Ctrl-C ends it)")
    try:
        listening.run()
    except KeyboardInterrupt:
        console.print("Đã dừng. / Stopped; everything is kept.")
    finally:
        runner.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def alone(data: Path) -> TextIO:
    """An open lock that says: this process serves `data`. Exits with a word if another does."""
    lock = (data / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        console.print(
            f"[red]✗[/red] Another `motcua serve` uses {data}. End it, or give another --data."
        )
        sys.exit(UNUSABLE)
    return lock


def read_papers() -> None:
    """Handle the reading queues while the server that started us lives."""
    from app import app
    from chalicelib.doors.runner import READING, work

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    parent = int(environment.export({}).get("MOTCUA_PARENT", "0"))
    if not parent:
        raise SettingMissing(name="MOTCUA_PARENT")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which tells us
    work(wiring.world(), app, READING, lambda: stopped.is_set() or os.getppid() != parent)
