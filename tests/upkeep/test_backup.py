"""One machine: copied while people work, put back, and nothing that was there at that moment is lost."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner

from chalicelib import upkeep, wiring
from chalicelib.cli.main import app
from chalicelib.settings import Settings
from tests.journeys.house import House
from tests.soak.filing import filed


def settings(data: Path) -> Settings:
    return Settings(base_url="http://motcua.test", data=data)


def audited(data: Path) -> upkeep.Audit:
    return upkeep.audit(wiring.join(settings(data)), wiring.stock(settings(data)))


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "var")
    filed(house, 2)
    house.run()
    return house


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.output


def test_a_copy_taken_while_dossiers_are_filed_is_whole(house: House, tmp_path: Path) -> None:
    before, over = audited(house.folder), Event()

    def file_on() -> int:
        count = 0
        while not over.is_set() or not count:
            filed(house, 1)
            count += 1
        return count

    with ThreadPoolExecutor(1) as pool:
        filing = pool.submit(file_on)
        wiring.back_up(house.folder, tmp_path / "copy")
        over.set()
        assert filing.result() >= 1
    after = audited(tmp_path / "copy")
    assert before.faults == after.faults == ()
    assert before.ends.items() <= after.ends.items()
    assert before.blobs <= after.blobs and before.blobs == 2 * (3 + 3)


def test_what_is_lost_with_the_disk_comes_back_from_the_copy(house: House, tmp_path: Path) -> None:
    (house.folder / "officer.key").write_text("khoa")
    before = audited(house.folder)
    copy, data = tmp_path / "copy", tmp_path / "new"
    assert run("backup", "--data", house.folder, "--to", copy)[0] == 0
    house.store.close()
    shutil.rmtree(house.folder)
    code, said = run("restore", "--from", copy, "--data", data)
    assert code == 0 and before.digest()[:16] in said
    assert audited(data) == before
    assert (data / "officer.key").read_text() == "khoa"
    assert run("restore", "--from", copy, "--data", data)[0] == 3  # it holds data now


def test_a_second_copy_into_the_same_folder_is_of_the_second_moment(
    house: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    run("backup", "--data", house.folder, "--to", copy)
    filed(house, 1)
    assert run("backup", "--data", house.folder, "--to", copy)[0] == 0
    assert audited(copy) == audited(house.folder)
    assert len(audited(copy).ends) == 3


@pytest.mark.parametrize("harm", ["event", "blob", "no blob"])
def test_an_audit_finds_what_was_altered(house: House, harm: str) -> None:
    blob = next((house.folder / "blobs" / "blobs" / "originals").iterdir())
    if harm == "event":
        with sqlite3.connect(house.folder / "motcua.db") as db:
            db.execute("delete from event where seq=4 and code=(select min(code) from dossier)")
    elif harm == "blob":
        blob.write_bytes(b"\xff\xd8 other")
    else:
        blob.unlink()
    assert len(audited(house.folder).faults) == 1
    assert run("audit", "--data", house.folder)[0] == 1


def test_the_command_brings_stored_events_to_a_form(house: House) -> None:
    before = audited(house.folder)
    for form, expected in ((1, before.events), (2, before.events), (2, 0)):
        code, said = run("migrate", "--data", house.folder, "--form", form)
        assert code == 0 and f"{expected} events" in said
    assert audited(house.folder) == before
