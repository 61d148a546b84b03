"""Scans in S3 as an archive's source, on moto over HTTP: listed, read, killed and gone on with, the same papers."""

import json
import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.s3_scans import S3Scans
from chalicelib.bulk import shelves, sources
from chalicelib.errors import ScanNotFound
from chalicelib.wiring import ledger as ledger_at
from tests.archives import small_pages
from tests.archives.test_batch import index, worked

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "chalicelib.cli.main", "archive"]
BUCKET = "scans-of-a-ward"


@pytest.fixture(scope="module")
def scans(place: AwsPlace, tmp_path_factory: pytest.TempPathFactory) -> tuple[S3Scans, Path]:
    """The same files in a folder and below a prefix."""
    folder = tmp_path_factory.mktemp("scans") / "1987"
    small_pages.fill(folder, singles=3, books=1, pages=3)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    s3 = place.client("s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket=BUCKET)
    for file in folder.iterdir():
        s3.put_object(Bucket=BUCKET, Key=f"1987/{file.name}", Body=file.read_bytes())
    s3.put_object(Bucket=BUCKET, Key="1987/", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="1988/other.png", Body=small_pages.png(9))
    return S3Scans(place), folder


def test_a_prefix_is_listed_and_its_files_fetched(scans: Any) -> None:
    port, folder = scans
    found = list(port.under(f"s3://{BUCKET}/1987/"))
    assert found == [f"s3://{BUCKET}/1987/{p.name}" for p in sorted(folder.iterdir())]
    into = BytesIO()
    port.fetch(found[-1], into)
    assert into.getvalue() == sorted(folder.iterdir())[-1].read_bytes()


@pytest.mark.parametrize(
    "address", [f"s3://{BUCKET}/nothing.png", "s3://no-such-bucket-of-ours/1", "s3://"]
)
def test_what_is_not_there_is_said_so(scans: Any, address: str) -> None:
    with pytest.raises(ScanNotFound):
        scans[0].fetch(address, BytesIO())


def test_a_prefix_has_the_sources_that_the_folder_has(scans: Any) -> None:
    port, folder = scans
    there = list(sources.find(f"s3://{BUCKET}/1987/", lambda: port))
    here = list(sources.find(folder))
    assert [(s.sha256, s.bytes, s.pages, s.refused) for s in there] == [
        (s.sha256, s.bytes, s.pages, s.refused) for s in here
    ]


def test_a_manifest_may_name_scans_in_s3(scans: Any, tmp_path: Path) -> None:
    port, _ = scans
    (tmp_path / "list.csv").write_text(
        f"file,book\ns3://{BUCKET}/1987/to-000.png,02/1987\ns3://{BUCKET}/gone,\n"
    )
    one, gone = sources.find(tmp_path / "list.csv", lambda: port)
    assert (one.pages, one.refused, one.given) == (1, None, {"book": "02/1987"})
    assert gone.refused == "scan_not_found"


@pytest.mark.eyes
def test_a_batch_from_s3_killed_and_gone_on_with_gives_the_papers_of_the_folder(
    scans: Any, moto: str, tmp_path: Path
) -> None:
    _, folder = scans
    wanted = shelves.fill(worked(folder, tmp_path / "here"), tmp_path / "here")
    out, env = (
        tmp_path / "there",
        os.environ | {"MOTCUA_AWS_ENDPOINT": moto, "OMP_THREAD_LIMIT": "1"},
    )
    command = [*COMMAND, "run", f"s3://{BUCKET}/1987/", "--out", str(out), "--resume"]
    run = subprocess.Popen(
        command, cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL
    )
    while run.poll() is None and not (out / "ledger.db").exists():
        time.sleep(0.02)
    while run.poll() is None and ledger_at(out / "ledger.db").counts().pages.get("seen", 0) < 1:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stderr  # broken.pdf is refused
    assert json.loads(ended.stdout) == wanted
    assert sorted(r["id"] for r in index(out)) == sorted(r["id"] for r in index(tmp_path / "here"))
    assert not list((out / "work").glob("*"))


@pytest.mark.eyes
def test_plan_tells_of_a_prefix_without_writing(scans: Any, moto: str, tmp_path: Path) -> None:
    command = [*COMMAND, "plan", f"s3://{BUCKET}/1987/", "--sample", "1", "--json"]
    env = os.environ | {"MOTCUA_AWS_ENDPOINT": moto}
    done = subprocess.run(
        command, cwd=tmp_path, env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert (told["files"], told["pages"], told["refused"]) == (5, 7, {"file_broken": 1})
    assert list(tmp_path.iterdir()) == []
