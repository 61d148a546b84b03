"""The clock hands on what waits: all of it, as far as a run of its function has time, and no citizen's data."""

import json
from datetime import timedelta

from chalicelib import journey
from chalicelib.changes import change, message
from tests.journeys.house import SECRET, House
from tests.soak.filing import filed


def waiting(house: House, count: int) -> None:
    code = house.open()
    for n in range(0, count, 50):
        late = house.world.clock.now() + timedelta(minutes=5)
        more = [message(house.world, "results-to-await", f"{n + i}", late) for i in range(50)]
        change(house.world, code, lambda _, more=more: ((), more), "system")


def test_hundreds_that_fall_due_together_go_in_one_run(house: House) -> None:
    waiting(house, 350)
    assert journey.tick(house.world) == 0
    house.clock.pass_by(301)
    assert journey.tick(house.world) == 350
    assert house.world.queues.depth("results-to-await") == 350
    assert journey.tick(house.world) == 0


def test_a_queue_is_told_of_an_envelope_by_name_only(house: House) -> None:
    (code,) = filed(house, 1)
    journey.check(house.world, code)
    for agency in ("ward", "police", "social-insurance"):
        (told,) = house.world.queues.take(f"deliveries-{agency}", 10)
        assert set(json.loads(told.body)) == {"id", "timestamp", "dossier"}
        assert "MẪU" not in told.body and SECRET not in told.body and len(told.body) < 200
