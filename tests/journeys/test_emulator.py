"""`motcua serve --aws-endpoint URL`: the same way through DynamoDB, S3, SQS and SES, on locked moto."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from chalicelib.cli.client import Client
from tests.journeys.test_kill import file_one, free_port, running, wait_until_up

ROOT = Path(__file__).resolve().parents[2]


def wait_until_listening(url: str) -> None:
    for _ in range(300):
        with suppress(requests.ConnectionError):
            requests.get(f"{url}/moto-api/", timeout=10)
            return
        time.sleep(0.1)
    raise AssertionError("the emulator did not come up")


@contextmanager
def emulator_of_its_own() -> Iterator[str]:
    """moto in a process of its own: within this one it would still hold what other tests left to deliver."""
    port = free_port()
    command = [sys.executable, "-m", "tests.moto_server", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_listening(url)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.mark.eyes
def test_the_same_journey_runs_on_the_aws_adapters(tmp_path):
    port, agencies = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        emulator_of_its_own() as emulator,
        running(tmp_path, "listen", "--port", str(agencies)),
        running(tmp_path, "serve", "--port", str(port), "--aws-endpoint", emulator),
    ):
        wait_until_up(Client(url))
        client = file_one(url)
        found = client.wait_decided(client.code, 900)
        if found["state"] == "in_review":
            officer = Client(url, (tmp_path / "officer.key").read_text())
            officer.call("POST", f"/v1/desk/dossiers/{client.code}/decisions", {"action": "accept"})
        done = client.wait_delivered(client.code, 300)
        assert done["state"] == "handed_over", (done["state"], done["findings"])
        slip = requests.get(done["slips"][-1], timeout=10)
        assert slip.content.startswith(b"%PDF") and emulator in done["slips"][-1]
    said = (tmp_path / "listen.log").read_text().replace("had it already, dropped", "")
    taken = re.findall(r"200 taken[^\S\n]+(\S+)", said)  # once or more is promised, once is news
    assert taken == [client.code] * 3
    assert not os.path.exists(tmp_path / "motcua.db")
