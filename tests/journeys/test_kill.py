"""`motcua serve` killed with -9 in the middle of five filings, then started again: all five are delivered, once each.

Real processes, real Tesseract, the documented commands; the agencies are `motcua listen` and keep their own count.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from chalicelib.cli.client import Client, ServerAway
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.people import make_family

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [
    ("to_khai_khai_sinh", "to_khai.jpg"),
    ("giay_chung_sinh", "giay_chung_sinh.jpg"),
    ("cccd", "cccd_me.jpg"),
]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def running(data: Path, command: str, *options: str):
    words = [sys.executable, "-m", "chalicelib.cli.main", command, "--data", str(data), *options]
    with (data / f"{command}.log").open("ab") as log:
        process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def wait_until_up(client: Client, seconds: float = 30) -> None:
    for _ in range(int(seconds * 10)):
        with suppress(ServerAway):
            return client.call("GET", "/v1")
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


def drawn(folder: Path, seed: int) -> list[tuple[str, Path]]:
    """A family's declaration and birth note of its own: no two dossiers may bear one note."""
    papers, family = [], make_family(f"killed-{seed}")
    for kind in ("to_khai_khai_sinh", "giay_chung_sinh"):
        file = folder / f"{kind}-{seed}.png"
        file.write_bytes(degrade(draw(kind, 5000 + seed, family=family), "clean", seed))
        papers.append((kind, file))
    return papers


def file_one(url: str, papers: list[tuple[str, Path]] | None = None) -> Client:
    client = Client(url)
    applicant = {"name": "Nguyễn Văn Mẫu"}
    client.code = client.open("lien_thong_ks_tt_bhyt", "Hoàn Kiếm", "mobile", applicant)
    for kind, file in papers or [(k, ROOT / "samples" / name) for k, name in SAMPLES]:
        client.upload(client.code, file, kind)
    client.call("POST", f"/v1/dossiers/{client.code}/submit")
    return client


@pytest.mark.eyes
def test_five_filings_survive_kill_9(tmp_path):
    port, agencies = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, "listen", "--port", str(agencies)):
        with running(tmp_path, "serve", "--port", str(port)) as server:
            wait_until_up(Client(url))
            filed = [file_one(url, drawn(tmp_path, seed)) for seed in range(1, 6)]
            time.sleep(2.5)  # the reader is in the middle of the first papers
            os.kill(server.pid, signal.SIGKILL)
            server.wait(10)
        with running(tmp_path, "serve", "--port", str(port)):
            wait_until_up(Client(url))
            officer = Client(url, (tmp_path / "officer.key").read_text())
            for client in filed:
                found = client.wait_decided(client.code, 900)
                if found["state"] == "in_review":
                    officer.call(
                        "POST", f"/v1/desk/dossiers/{client.code}/decisions", {"action": "accept"}
                    )
                done = client.wait_delivered(client.code, 300)
                assert done["state"] == "handed_over", (done["state"], done["findings"])
                kinds = Counter(e["kind"] for e in done["history"])
                assert kinds["paper_read"] == 2 and kinds["verified"] == 1 and kinds["mailed"] == 1
    told = (tmp_path / "listen.log").read_text().replace("had it already, dropped", "")
    taken = re.findall(r"^(ward|police|social_insurance)\s+200 taken[^\S\n]+(\S+)", told, re.M)
    expected = [(a, c.code) for c in filed for a in ("ward", "police", "social_insurance")]
    assert sorted(taken) == sorted(expected)


@pytest.mark.eyes
def test_a_killed_reader_is_started_again_and_its_paper_is_read(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(tmp_path, "serve", "--port", str(port)) as server:
        client = Client(url)
        wait_until_up(client)
        code = client.open("khai_sinh", "Hoàn Kiếm", "mobile", {"name": "Nguyễn Văn Mẫu"})
        paper = client.upload(code, ROOT / "samples" / "to_khai.jpg")
        time.sleep(1)
        readers = subprocess.run(
            ["pgrep", "-P", str(server.pid)], capture_output=True, text=True
        ).stdout.split()
        assert readers
        for reader in readers:
            os.kill(int(reader), signal.SIGKILL)
        assert client.wait_read(code, paper, 300)["state"] == "read"
