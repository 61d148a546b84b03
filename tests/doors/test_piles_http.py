"""An archive's doubts over HTTP on real parts: drawn pages read by a real pool, sent, decided, fetched back."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from chalicelib import wiring
from tests.archives.test_batch import ROOT, worked
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.register_book import draw_book
from tests.journeys.house import OFFICER_KEY

pytestmark = pytest.mark.eyes
OFFICER = {"Authorization": f"Bearer {OFFICER_KEY}"}
NOTE, ENTRY, NAME = "giay_chung_sinh", "muc_khai_sinh", "child.full_name"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photocopied birth note and two facing pages of a register, in a file each, read."""
    place = tmp_path_factory.mktemp("archive")
    scans = place / "scans"
    scans.mkdir()
    (scans / "to.png").write_bytes(degrade(draw(NOTE, 4101), "photocopy", 1))
    for n, page in enumerate(draw_book("so_dang_ky_khai_sinh", 4200, 1, facing=True)):
        (scans / f"trang-{n}.jpg").write_bytes(degrade(page, "scan", n))
    worked(scans, place / "lot-7")
    return place / "lot-7"


@pytest.fixture
def out(read: Path, tmp_path: Path) -> Path:
    """The batch, not sent yet."""
    return shutil.copytree(read, tmp_path / "lot-7")


def exchanged(out: Path, data: Path) -> tuple[int, dict[str, Any]]:
    """`motcua archive doubts`, as an operator runs it: exit status, and what it says."""
    command = [sys.executable, "-m", "chalicelib.cli.main", "archive", "doubts"]
    arguments = ["--out", str(out), "--data", str(data), "--papers", "4"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def asked(served: Any, path: str = "") -> dict[str, Any]:
    answer = requests.get(f"{served.url}/v1/desk/piles{path}", headers=OFFICER, timeout=10)
    return dict(answer.json())


def said(served: Any, pile: str, body: dict[str, Any]) -> requests.Response:
    url = f"{served.url}/v1/desk/piles/{pile}/decisions"
    return requests.post(url, json=body, headers=OFFICER, timeout=10)


def test_doubts_of_drawn_pages_are_decided_over_http_and_come_back(served, out, caplog):
    caplog.set_level("INFO")
    status, told = exchanged(out, served.folder)
    assert status == 1 and told["piles"]["open"] == told["doubts_left"] > 0
    assert exchanged(out, served.folder) == (status, told)
    listed = asked(served)["piles"]
    assert {NOTE, ENTRY} <= {p["kind"] for p in listed}
    assert all(0 < p["papers"] <= 4 and p["batch"] == "lot-7" for p in listed)
    assert sum(p["left"] for p in listed) == told["doubts_left"]
    live = requests.get(f"{served.url}/v1/desk/dossiers", headers=OFFICER, timeout=10)
    assert live.json() == {"dossiers": []}
    corrected = decided(served, listed)
    status, told = exchanged(out, served.folder)
    assert (status, told["piles"]["open"], told["doubts_left"]) == (0, 0, 0)
    assert asked(served) == {"piles": []} and exchanged(out, served.folder) == (status, told)
    came_back(out, corrected)
    assert "Mẫu" not in caplog.text and NAME not in caplog.text


def decided(served: Any, listed: list[dict[str, Any]]) -> str:
    """An officer corrects the first entry's name, and confirms all else; the entry's id."""
    corrected = ""
    for row in listed:
        pile = asked(served, f"/{row['pile']}")
        for entry in pile["entries"]:
            for doubt in entry["doubts"]:
                body = {"action": "confirm", "paper": entry["paper"], "field": doubt["field"]}
                if row["kind"] == ENTRY and doubt["field"] == NAME and not corrected:
                    corrected = entry["paper"]
                    body |= {"action": "correct", "value": "Trần Thị Mẫu"}
                answer = said(served, row["pile"], body)
                assert answer.status_code == 200
                again = said(served, row["pile"], body).json()["history"]
                assert again == answer.json()["history"]
    return corrected


def came_back(out: Path, corrected: str) -> None:
    ledger = wiring.ledger(out / "ledger.db")
    row = next(r for r in ledger.papers() if r.id == corrected)
    field = json.loads((out / row.files["record"]).read_text("utf-8"))["fields"][NAME]
    assert (field["value"], field["confidence"], field["confirmed_by"]) == (
        "Trần Thị Mẫu",
        1.0,
        "officer:lan",
    )
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["doubts"] for line in lines} == {"0"}
    assert "Trần Thị Mẫu" in {line["name"] for line in lines}
    assert not list((out / "doubts").glob("*.csv"))


def test_an_officer_sees_the_doubtful_places_of_both_facing_pages(served, out):
    exchanged(out, served.folder)
    row = next(p for p in asked(served)["piles"] if p["kind"] == ENTRY)
    pile = asked(served, f"/{row['pile']}")
    entry = pile["entries"][0]
    shown = [d["field"] for d in entry["doubts"]]
    assert NAME in shown and "mother.full_name" in shown  # of the left page, of the right one
    left, right = (requests.get(url, timeout=10).content for url in entry["pictures"])
    for picture in (left, right):
        opened = Image.open(io.BytesIO(picture))
        assert opened.height < 1000 and min(opened.getextrema()) < 100  # places, with ink, no page
    doubt = entry["doubts"][0]
    assert doubt["confidence"] < doubt["needed"] and doubt["why"]["vi"] and doubt["label"]
    assert pile["history"][-1]["actor"] == "officer:lan"


def test_piles_are_for_officers_only(served):
    for method, path in (("GET", ""), ("GET", "/pile_x"), ("POST", "/pile_x/decisions")):
        url = f"{served.url}/v1/desk/piles{path}"
        assert requests.request(method, url, json={}, timeout=10).status_code == 401
    assert asked(served, "/pile_x")["code"] == "pile_unknown"
