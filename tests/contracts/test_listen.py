"""Our sender against three receivers: the sandbox, and the examples with the reference libraries."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from chalicelib.adapters.https import HttpsAgencies
from chalicelib.cli import listen
from chalicelib.dispatch import envelope, webhooks
from chalicelib.errors import AgencyUnreachable
from chalicelib.ports import Endpoint

ROOT = Path(__file__).parents[2]
STORED = ROOT / "tests" / "stages" / "dispatch" / "envelope-1.0.json"
OURS = HttpsAgencies(dict, allow_private=True)
SECRET = webhooks.new_secret(b"s" * 32)
OLD = webhooks.new_secret(b"o" * 32)
CHILD = "NGUYỄN VĂN BÉ"


def body(**changes):
    e = json.loads(STORED.read_text("utf-8"))
    e["fields"]["child.full_name"] = {**e["fields"]["copies"], "value": CHILD}
    return envelope.canonical({**e, **changes})


def headers(content, secrets=(SECRET,), at=None, id="msg_abc"):
    return webhooks.signed_headers(id, at or datetime.now(UTC), content, secrets)


# ---- the sandbox -------------------------------------------------------------------------------


class Sandbox:
    """The sandbox's server on a thread, and all it said."""

    def __init__(self):
        self.said = []
        desk = listen.Desk({"social_insurance": [SECRET]}, lambda: datetime.now(UTC))
        self.server = listen.server("127.0.0.1", 0, desk, self.said.append)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def post(self, content, signed, agency="social_insurance"):
        url = f"http://127.0.0.1:{self.server.server_port}/{agency}"
        return OURS.post(Endpoint(url, (SECRET,)), signed, content).status


@pytest.fixture
def sandbox():
    made = Sandbox()
    yield made
    made.server.shutdown()
    made.server.server_close()


def printed(arrival, values=False):
    console = Console(width=160, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(listen.described(arrival, values))
    return console.export_text()


def wait_for(sandbox, count):
    until = time.monotonic() + 5
    while len(sandbox.said) < count and time.monotonic() < until:
        time.sleep(0.01)
    return sandbox.said


def test_what_we_send_is_taken_and_printed_without_personal_values(sandbox):
    assert sandbox.post(body(), headers(body())) == 204
    arrival = wait_for(sandbox, 1)[0]
    quiet, full = printed(arrival), printed(arrival, values=True)
    for expected in ("000.00.01.H26-250305-0001", "Liên thông", "Thẻ bảo hiểm y tế", "3 fields"):
        assert expected in quiet
    assert CHILD not in quiet
    assert CHILD in full


def test_a_second_delivery_of_the_same_id_is_taken_and_dropped(sandbox):
    assert [sandbox.post(body(), headers(body())) for _ in range(3)] == [204, 204, 204]
    assert [a.repeated for a in wait_for(sandbox, 3)] == [False, True, True]
    assert "dropped" in printed(sandbox.said[1])


def test_either_secret_opens_it_while_they_change(sandbox):
    assert sandbox.post(body(), headers(body(), [OLD, SECRET])) == 204
    assert sandbox.post(body(), headers(body(), [OLD])) == 401


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_replay_from_another_hour_is_refused(sandbox, seconds):
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    assert sandbox.post(body(), headers(body(), at=at)) == 401


def test_an_altered_body_is_refused(sandbox):
    assert sandbox.post(body(sequence=9), headers(body())) == 401


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"\xff", body(version="2.0"), body(agency="police"), body(id="msg_other")],
    ids=["cut", "list", "not utf-8", "version", "another agency", "another id"],
)
def test_what_is_signed_but_no_envelope_for_us_is_unprocessable(sandbox, content):
    assert sandbox.post(content, headers(content)) == 422
    arrival = wait_for(sandbox, 1)[0]
    assert arrival.envelope is None
    assert arrival.why


def test_an_agency_that_is_not_played_here_is_not_found(sandbox):
    assert sandbox.post(body(), headers(body()), agency="police") == 404


@pytest.mark.parametrize(
    ("length", "status"), [(None, 411), ("x", 411), ("-5", 411), ("99999999", 413)]
)
def test_length_is_asked_for_and_limited(sandbox, length, status):
    line = "" if length is None else f"Content-Length: {length}\r\n"
    with socket.create_connection(sandbox.server.server_address[:2]) as raw:
        raw.sendall(f"POST /social_insurance HTTP/1.1\r\nHost: x\r\n{line}\r\n".encode())
        assert raw.recv(100).split(b" ")[1] == str(status).encode()


def test_500_malformed_signatures_are_401_each(sandbox):
    content = body()
    for n in range(500):
        signed = headers(content)
        signed["webhook-signature"] = ("v1,", "v1a,é", ",,,", "v1 v1 v1")[n % 4] + "=" * (n % 7)
        assert sandbox.post(content, signed) == 401


def test_listen_registers_each_agency_with_its_own_secret():
    registered = {}

    def register(agency, url, secret):
        registered[agency] = (url, secret)
        if len(registered) == 2:
            raise KeyboardInterrupt

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listen.listen(["ward", "police"], port, register, lambda: datetime.now(UTC))
    assert registered["ward"][0] == f"http://127.0.0.1:{port}/ward"
    assert registered["ward"][1] != registered["police"][1]
    assert all(secret.startswith("whsec_") for _, secret in registered.values())


# ---- the examples, with the reference libraries ------------------------------------------------


@contextmanager
def running(command, folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(port)],
        cwd=folder,
        env={**os.environ, "MOTCUA_SECRET": SECRET, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        await_port(port, process)
        yield Endpoint(f"http://127.0.0.1:{port}/", (SECRET,)), process
    finally:
        process.kill()
        process.wait()


def await_port(port, process):
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the example did not start: {process.stderr.read()}")


def node_command(folder):
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not here")
    for name in ("receiver.mjs", "package.json"):
        shutil.copy(ROOT / "examples" / name, folder)
    quiet = ["--no-audit", "--no-fund", "--prefer-offline"]
    if subprocess.run(["npm", "install", *quiet], cwd=folder, capture_output=True).returncode:
        pytest.skip("npm can't get standardwebhooks")
    return ["node", "receiver.mjs"]


def python_command(_folder):
    return [sys.executable, str(ROOT / "examples" / "receiver.py")]


@pytest.mark.parametrize("command", [python_command, node_command], ids=["python", "node"])
def test_the_example_receivers_take_ours_and_nothing_else(command, tmp_path):
    content = body()
    with running(command(tmp_path), tmp_path) as (endpoint, process):
        statuses = [
            OURS.post(endpoint, signed, sent).status
            for signed, sent in [
                (headers(content), content),
                (headers(content), content),
                (headers(content, [OLD, SECRET]), content),
                (headers(content, [OLD]), content),
                (headers(content), content + b" "),
                (headers(content, at=datetime.now(UTC) - timedelta(seconds=310)), content),
                ({**headers(content), "webhook-signature": "v1"}, content),
                ({**headers(content), "webhook-signature": "v1,\xe9"}, content),
                ({}, content),
            ]
        ]
        assert statuses == [204, 204, 204, 401, 401, 401, 401, 401, 401]
        process.terminate()
        said = process.stdout.read().splitlines()
    assert len(said) == 1
    assert "000.00.01.H26-250305-0001" in said[0]
    assert "Thẻ bảo hiểm y tế by 2025-03-19T17:30:00+07:00" in said[0]


@pytest.mark.parametrize("name", ["receiver.py", "receiver.mjs"])
def test_the_examples_stay_within_40_lines(name):
    assert len((ROOT / "examples" / name).read_text("utf-8").splitlines()) <= 40


def test_a_receiver_that_has_gone_is_unreachable(tmp_path):
    with running(python_command(tmp_path), tmp_path) as (endpoint, process):
        process.kill()
        process.wait()
        with pytest.raises(AgencyUnreachable):
            OURS.post(endpoint, headers(body()), body())
