"""Our sender against three receivers: the sandbox, and the examples with the reference libraries."""

import json
import os
import random
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
from standardwebhooks.webhooks import Webhook

from chalicelib.adapters.https import HttpsAgencies
from chalicelib.cli import conform, listen
from chalicelib.dispatch import envelope, webhooks, words
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
    assert sandbox.post(body(), headers(body())) == 200
    arrival = wait_for(sandbox, 1)[0]
    quiet, full = printed(arrival), printed(arrival, values=True)
    for expected in ("000.00.01.H26-250305-0001", "Liên thông", "Thẻ bảo hiểm y tế", "3 fields"):
        assert expected in quiet
    assert CHILD not in quiet
    assert CHILD in full


def test_its_answer_says_that_it_has_received_and_a_refusal_says_nothing(sandbox):
    url = f"http://127.0.0.1:{sandbox.server.server_port}/social_insurance"
    taken = OURS.post(Endpoint(url, (SECRET,)), headers(body()), body())
    refused = OURS.post(Endpoint(url, (SECRET,)), headers(body()), body(sequence=9))
    assert words.received(taken.body) == {"number": None} and refused.body == b""


def test_a_second_delivery_of_the_same_id_is_taken_and_dropped(sandbox):
    assert [sandbox.post(body(), headers(body())) for _ in range(3)] == [200, 200, 200]
    assert [a.repeated for a in wait_for(sandbox, 3)] == [False, True, True]
    assert "dropped" in printed(sandbox.said[1])


def test_either_secret_opens_it_while_they_change(sandbox):
    assert sandbox.post(body(), headers(body(), [OLD, SECRET])) == 200
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


def malformed(content, count=500):
    """Our headers, each time with one of them mutilated: cut, doubled, strewn with letters, of another kind, gone."""
    rng = random.Random(7)
    letters = [chr(n) for n in range(32, 256) if n != 127] + ["v1,", "v1a,", " ", ",", "="]
    for n in range(count):
        signed = headers(content)
        name = ("webhook-signature", "webhook-signature", "webhook-timestamp", "webhook-id")[n % 4]
        chars = list(signed[name])
        for _ in range(rng.randint(1, 9)):
            chars[rng.randrange(len(chars))] = rng.choice(letters)
        ways = ["".join(chars), "".join(chars[: n % len(chars)]), "=" * n, "v1," * n, "v1a,é", None]
        value = ways[n // 4 % len(ways)]
        if value is not None and value.strip() != signed[name]:
            yield {**signed, name: value}
        else:
            yield {k: v for k, v in signed.items() if k != name}


def test_500_malformed_headers_are_401_each(sandbox):
    content = body()
    said = [sandbox.post(content, each) for each in malformed(content)]
    assert said == [401] * 500


def test_listen_registers_each_agency_with_its_own_secret():
    registered = {}

    def register(agency, url, secret, learn):
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


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory):
    """The JavaScript example with the reference library, as its first line says."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not here")
    folder = tmp_path_factory.mktemp("node")
    for name in ("receiver.mjs", "package.json"):
        shutil.copy(ROOT / "examples" / name, folder)
    quiet = ["--no-audit", "--no-fund", "--prefer-offline"]
    if subprocess.run(["npm", "install", *quiet], cwd=folder, capture_output=True).returncode:
        pytest.skip("npm can't get standardwebhooks")
    return folder


@pytest.fixture(params=["python", "node"])
def example(request):
    """(command, folder) of an example receiver."""
    if request.param == "node":
        return ["node", "receiver.mjs"], request.getfixturevalue("node_folder")
    return [sys.executable, str(ROOT / "examples" / "receiver.py")], ROOT


VECTOR = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    '{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
)  # fmt: skip
SIGN = """
import { Webhook } from "standardwebhooks";
const [secret, id, at, body] = JSON.parse(process.argv[1]);
console.log(new Webhook(secret).sign(id, new Date(at * 1000), body));
"""


def test_the_vector_holds_in_both_reference_libraries_and_in_ours(node_folder):
    secret, id, at, content, expected = VECTOR
    told = json.dumps([secret, id, at, content])
    node = subprocess.run(
        ["node", "--input-type=module", "-e", SIGN, told],
        cwd=node_folder, capture_output=True, text=True,
    )  # fmt: skip
    assert node.stdout.strip() == expected, node.stderr
    moment = datetime.fromtimestamp(at, UTC)
    assert Webhook(secret).sign(id, moment, content) == expected
    ours = webhooks.signed_headers(id, moment, content.encode(), [secret])
    assert ours["webhook-signature"] == expected


def test_500_malformed_headers_are_401_each_at_the_example_receivers(example):
    content = body()
    with running(*example) as (endpoint, _):
        said = [OURS.post(endpoint, each, content).status for each in malformed(content)]
    assert said == [401] * 500


def test_the_example_receivers_conform(example):
    with running(*example) as (endpoint, _):
        made = conform.trials(conform.Candidate(endpoint.url, SECRET, "ward"))
    assert [t for t in made if not t.passed] == []
    assert len(made) == 17


def test_the_example_receivers_take_ours_and_nothing_else(example):
    content = body()
    with running(*example) as (endpoint, process):
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
        assert statuses == [200, 200, 200, 401, 401, 401, 401, 401, 401]
        process.terminate()
        said = process.stdout.read().splitlines()
    assert len(said) == 1
    assert "000.00.01.H26-250305-0001" in said[0]
    assert "Thẻ bảo hiểm y tế by 2025-03-19T17:30:00+07:00" in said[0]


@pytest.mark.parametrize("name", ["receiver.py", "receiver.mjs"])
def test_the_examples_stay_within_40_lines(name):
    assert len((ROOT / "examples" / name).read_text("utf-8").splitlines()) <= 40


def test_a_receiver_that_has_gone_is_unreachable():
    with running([sys.executable, str(ROOT / "examples" / "receiver.py")], ROOT) as (
        endpoint,
        process,
    ):
        process.kill()
        process.wait()
        with pytest.raises(AgencyUnreachable):
            OURS.post(endpoint, headers(body()), body())
