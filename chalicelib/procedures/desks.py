"""Who receives a dossier: a procedure of a day and a ward in, the head of its slips out.

The names are data: `schemas/units/desks.json`.
"""

from dataclasses import dataclass

from chalicelib.procedures.catalogue import Procedure
from chalicelib.procedures.data import SCHEMAS, in_force, load
from chalicelib.procedures.units import CITY, Ward

FILE = SCHEMAS / "units" / "desks.json"


@dataclass(frozen=True, slots=True)
class Desk:
    """The receiving authority and the one above it, its desk, the place it stands at. `by`: committee or police."""

    by: str
    above: str
    own: str
    name: str
    place: str


def desk_of(procedure: Procedure, ward: Ward) -> Desk:
    """The desk that receives this procedure in this ward, as on the procedure's day."""
    told, names = load(FILE), _names(ward)
    receiver = next(
        r for r in told["receivers"] if procedure.authority[0].startswith(r["authority"])
    )
    above, own, place = (receiver[k].format(**names) for k in ("above", "own", "place"))
    desks = [d for d in in_force(told["desks"], procedure.on) if d["by"] == receiver["by"]]
    name = desks[-1]["name"].format(own=own, place=place)
    return Desk(receiver["by"], above, own, name, place[:1].upper() + place[1:])


def agency_here(name: str, ward: Ward) -> str:
    """An agency's name with the unit that its level is here: `Công an cấp xã` → `Công an phường Hàng Bạc`."""
    for level in load(FILE)["levels"]:
        name = name.replace(level["said"], level["here"].format(**_names(ward)))
    return name


def _names(ward: Ward) -> dict[str, str]:
    return {
        "ward": _inside(ward.name),
        "district": _inside(ward.district or ward.name),
        "parent": _inside(ward.parent),
        "city": _inside(CITY),
    }


def _inside(unit: str) -> str:
    """A unit's name within a line: `phường Hàng Bạc`."""
    return unit[:1].lower() + unit[1:]
