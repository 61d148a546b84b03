"""Deliveries per second to 200 endpoints, against the bare HTTP client's own rate in the same run.

`python -m tests.soak.bench_agencies [DOSSIERS]`. One receiver in a process of its own; ours is the whole step: queue,
breaker, order, signature, POST, event, health. The bare client POSTs the same bytes and nothing else.
"""

import csv
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from chalicelib.adapters.https import HttpsAgencies
from chalicelib.changes import load
from chalicelib.dispatch import webhooks
from chalicelib.doors.runner import HANDS
from chalicelib.dossier.agency import Subscription
from chalicelib.dossier.states import State
from chalicelib.ports import AGENCIES, Endpoint
from tests.journeys.house import House
from tests.soak.agencies import RunningClock, hands, verified
from tests.soak.filing import filed

ROOT = Path(__file__).resolve().parents[2]
ENDPOINTS = 200
WORKERS = HANDS * len(AGENCIES)
WARDS = tuple(
    row["ward_code"]
    for row in csv.DictReader((ROOT / "schemas/units/hanoi_units_2025.csv").open(encoding="utf-8"))
)
SECRET = webhooks.new_secret(b"b" * 32)
RECEIVER = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
    def log_message(self, *_):
        pass
class Server(ThreadingHTTPServer):
    request_queue_size = 128
server = Server(("127.0.0.1", 0), Door)
print(server.server_port, flush=True)
server.serve_forever()
"""


def bare(url: str, body: bytes, count: int) -> float:
    """POSTs per second of requests, with as many threads as ours has, each with a session kept open."""
    here = threading.local()

    def post(_: int) -> None:
        if not hasattr(here, "session"):
            here.session = requests.Session()
        assert here.session.post(url, data=body, timeout=15).status_code == 204

    return _rate(post, count)


def guarded(url: str, body: bytes, count: int) -> float:
    """POSTs per second of our own guarded client alone: checked and pinned, connections kept for a minute."""
    sender = HttpsAgencies(dict, allow_private=True)

    def post(n: int) -> None:
        assert sender.post(Endpoint(f"{url}{n}", (SECRET,)), {}, body).status == 204

    return _rate(post, count)


def _rate(post, count: int) -> float:
    begun = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(post, range(count)))
    return count / (time.monotonic() - begun)


def ours(folder: Path, url: str, dossiers: int) -> tuple[float, bytes]:
    """Deliveries per second of the whole step, and one body that was sent."""
    house = House(folder)
    house.with_ports(agencies=HttpsAgencies(dict, allow_private=True), clock=RunningClock())
    at = house.world.clock.now().isoformat()
    for n in range(ENDPOINTS):  # each agency has one endpoint per ward
        agency, ward = AGENCIES[n % len(AGENCIES)], WARDS[n // len(AGENCIES)]
        made = Subscription(
            f"ep_{n:03}", agency, f"{url}{n}", (SECRET,), at, units=(ward,), state="active"
        )
        house.world.subscriptions.add(made)
    codes = filed(house, dossiers, WARDS[: ENDPOINTS // len(AGENCIES)])
    verified(house, codes, 0)
    begun = time.monotonic()
    with hands(house):
        while len(house.world.dossiers.in_state(State.HANDED_OVER, dossiers)) < dossiers:
            assert time.monotonic() - begun < 300, "not done in five minutes"
            time.sleep(0.05)
        seconds = time.monotonic() - begun
    delivery = load(house.world, codes[0]).deliveries["police"]
    return dossiers * len(AGENCIES) / seconds, house.world.blobs.read(delivery.envelope)


def main(dossiers: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", RECEIVER], stdout=subprocess.PIPE, text=True
        ) as receiver,
    ):
        url = f"http://127.0.0.1:{receiver.stdout.readline().strip()}/"
        try:
            rate, body = ours(Path(folder), url, dossiers)
            alone, guard = bare(url, body, 2000), guarded(url, body, 2000)
        finally:
            receiver.kill()
    print(
        f"{ENDPOINTS} endpoints, {dossiers * len(AGENCIES)} deliveries of {len(body)} bytes, {WORKERS} workers"
    )
    print(
        f"ours: {rate:.0f}/s; requests alone: {alone:.0f}/s; our guarded client alone: {guard:.0f}/s"
    )
    print(f"ours is {rate / alone:.0%} of the bare client")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
