"""The restore drill loses nothing, and healing twice changes nothing."""

import base64
from typing import Any

from chalicelib import wiring
from chalicelib.adapters.provision import create_bucket
from chalicelib.adapters.system import SystemClock
from chalicelib.adapters.witness import Witness
from chalicelib.dossier.states import State
from chalicelib.upkeep import audit
from infra.restore import heal_bucket, heal_from_evidence, heal_table
from tests.moto_server import LockedMoto
from tests.upkeep.drill import Drill, file_one


def test_what_was_deleted_or_altered_comes_back_and_what_came_later_stays() -> None:
    with LockedMoto() as url:
        drill = Drill(url)
        told = drill.run(4)
        again = heal_table(drill.place, "restored", "motcua") + heal_bucket(drill.place, "motcua")
        after = audit(drill.world, wiring.stock(drill.settings))
    assert len(told.harmed.faults) >= 4
    assert told.lost() == []
    assert (
        told.healed["event"] >= 3
        and told.healed["deleted object"] == told.healed["altered object"] == 1
    )
    assert not again
    assert after == told.after


def test_histories_come_back_from_the_evidence_alone() -> None:
    """Table rows and backups gone: what the table's stream left under Object Lock is every event."""
    with LockedMoto() as url:
        drill = Drill(url, "gone")
        code = file_one(drill.world, 1)
        before = drill.audited()
        rows = [*drill.rows(code), *drill.envelopes()]
        events = sum(row["sk"]["S"].startswith("event#") for row in rows)
        create_bucket(drill.place, "evidence")
        witness = Witness("evidence", drill.place, SystemClock())
        assert witness.keep([record(n, row) for n, row in enumerate(rows)]) == events + 3
        for row in rows:
            drill.delete(row)
        assert drill.audited().ends == {}
        healed = heal_from_evidence(drill.place, "evidence", "gone")
        assert healed == {"event": events, "blob": 3}
        assert drill.audited() == before
        assert drill.world.dossiers.in_state(State.VERIFIED) == [code]
        assert not heal_from_evidence(drill.place, "evidence", "gone")


def record(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the table as Lambda hands over a record of its stream."""
    image = {k: as_json(v) for k, v in row.items()}
    keys = {k: row[k] for k in ("pk", "sk")}
    told = {"Keys": keys, "NewImage": image, "SequenceNumber": f"{number:020}"}
    return {"eventName": "INSERT", "dynamodb": told}


def as_json(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
