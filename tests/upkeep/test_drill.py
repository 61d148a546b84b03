"""The restore drill loses nothing, and healing twice changes nothing."""

from chalicelib import wiring
from chalicelib.upkeep import audit
from infra.restore import heal_bucket, heal_table
from tests.moto_server import LockedMoto
from tests.upkeep.drill import Drill


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
