"""The fan-out of an archive for real: bucket, queues, table (moto), the handlers of `app.py`, a real reader."""

import json
from pathlib import Path

import pytest

import app as doors
from chalicelib import fanout, wiring
from chalicelib.adapters.aws import AwsPlace
from chalicelib.doors.runner import handlers, work_once
from chalicelib.dossier.batch import Progress
from chalicelib.ports import Batches, World
from chalicelib.settings import Settings
from tests.archives import small_pages

pytestmark = pytest.mark.eyes
BATCH = "so-khai-sinh-1987"
FILES = {
    "scans/1.png": small_pages.png(1),
    "scans/2.png": small_pages.png(2),
    "scans/book.pdf": small_pages.pdf(10, 2),
    "scans/broken.pdf": b"%PDF-1.7 and no more",
}
KEYS = [*FILES, "scans/missing.png"]


@pytest.fixture
def there(moto: str, place: AwsPlace, monkeypatch: pytest.MonkeyPatch) -> tuple[World, Batches]:
    """A world on moto as the environment says, with the scans in its bucket."""
    for name, value in {
        "BASE_URL": "http://here", "AWS_ENDPOINT": moto, "TABLE": "fanout", "BUCKET": "fanout",
        "QUEUE_PREFIX": "fanout-",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MOTCUA_{name}", value)
    monkeypatch.delenv("MOTCUA_DATA", raising=False)
    settings = Settings.from_environment()
    wiring.provision(settings)
    world = wiring.join(settings)
    wiring.use(world)
    for key, data in FILES.items():
        world.blobs.write(key, data, "application/octet-stream")
    return world, wiring.batches()


def worked_off(world: World) -> int:
    """Handle messages until no bulk queue has any; how many."""
    by_queue, handled = handlers(doors.app), 0
    while any(work_once(world, q, by_queue[q]) for q in (fanout.IMPORT, fanout.READ)):
        handled += 1
    return handled


def test_every_file_is_settled_once_and_its_papers_lie_in_the_bucket(there) -> None:
    world, batches = there
    lines = [json.dumps({"key": key, "year": "1987"}) for key in KEYS]
    assert fanout.begin(world, batches, BATCH, "\n".join(lines).encode()).files == len(KEYS)
    world.queues.put(fanout.IMPORT, BATCH)  # SQS may say everything twice
    assert worked_off(world) >= 2
    progress = batches.progress(BATCH)
    assert (progress.files, progress.handed_on, progress.settled) == (5, 5, 5)
    assert (progress.pages, progress.refused) == (4, 2)
    # again: all is settled, nothing moves
    world.queues.put(fanout.READ, json.dumps({"batch": BATCH, "number": 0, "key": KEYS[0]}))
    worked_off(world)
    assert batches.progress(BATCH) == progress


def test_the_readers_last_failure_is_a_refusal(there) -> None:
    world, batches = there
    batches.begin("lost", 1)
    body = json.dumps({"batch": "lost", "number": 0, "key": "scans/1.png"})
    world.queues.put("archive-to-read-dead", body)
    assert work_once(world, "archive-to-read-dead", handlers(doors.app)["archive-to-read-dead"])
    assert batches.progress("lost") == Progress(1, 0, 1, 0, 1, 0)


def test_live_intake_has_a_queue_of_its_own() -> None:
    from chalicelib.journey import READ

    assert fanout.READ != READ
    (bulk,) = [s for s in doors.app.event_sources if getattr(s, "queue_arn", "") == fanout.READ]
    assert bulk.maximum_concurrency == 20


def test_the_supervised_re_run_asks_the_reader_as_the_queue_does() -> None:
    """Shape only: every state is there, and the body it composes has what `read_file` takes."""
    told = json.loads((Path(__file__).parents[2] / "infra" / "archive-rerun.asl.json").read_text())
    every = told["States"][told["StartAt"]]
    assert every["ItemProcessor"]["StartAt"] in every["ItemProcessor"]["States"]
    read = every["ItemProcessor"]["States"]["Read"]
    (record,) = read["Parameters"]["Payload"]["Records"]
    assert all(word in record["body.$"] for word in ("$.file", '"batch"', '"number"'))
