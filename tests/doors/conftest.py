"""A house behind a real HTTP server on a free port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
import waitress

import app as doors
from chalicelib import wiring
from chalicelib.adapters.files import FileBlobs
from chalicelib.doors.server import LocalServer
from tests.journeys.house import House


@pytest.fixture
def served(tmp_path) -> Iterator[House]:
    house = House(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    house.url = f"http://127.0.0.1:{port}"
    house.blobs = FileBlobs(tmp_path / "blobs", house.url, b"s" * 32, house.clock)
    house.world = replace(house.world, blobs=house.blobs, base_url=house.url)
    wiring.use(house.world)
    local = LocalServer(doors.app, house.blobs)
    server = waitress.create_server(local, host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    yield house
    server.close()
    house.store.close()


def _run(server: object) -> None:
    with suppress(OSError):  # closing takes the sockets away from under the loop
        server.run()
