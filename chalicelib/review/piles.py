"""Stage: review. An officer's word on one doubt of a pile in; the event that keeps it out.

Words: `confirm` what was read, `correct` it, or `unreadable`: then it stays a doubt of the archive. Refuses doubts
that are not in the pile, kinds that are none, and other words once all of the pile is decided.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.dossier.pile import DECIDED, KIND, Pile
from chalicelib.dossier.states import PileState
from chalicelib.errors import BodyInvalid, MoveNotAllowed, PaperUnknown
from chalicelib.review.decisions import value_of

Draft = tuple[str, Mapping[str, Any]]
CONFIRM, CORRECT, UNREADABLE = ACTIONS = ("confirm", "correct", "unreadable")


def decision(pile: Pile, body: Mapping[str, Any]) -> list[Draft]:
    """The event of an officer's word (`action`, `paper`, `field`, `value`); said again: none."""
    where = (body.get("paper"), body.get("field"))
    doubt = next((d for at, d in pile.doubts() if at == where), None)
    if doubt is None:
        raise PaperUnknown
    paper, field = where
    action, value = _said(doubt, body)
    before = pile.words.get((str(paper), str(field)), {})
    if (before.get("action"), before.get("value")) == (action, value):
        return []
    if pile.state is PileState.DONE:
        raise MoveNotAllowed(state=pile.state.value)
    return [(DECIDED, {"paper": paper, "field": field, "action": action, "value": value})]


def _said(doubt: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[str, Any]:
    match body.get("action"):
        case "confirm":
            return CONFIRM, doubt["read"]
        case "correct":
            return CORRECT, _value(doubt, body)
        case "unreadable":
            return UNREADABLE, None
    known = ", ".join(ACTIONS)
    raise BodyInvalid(where="action", needed=f"one of {known}", needed_vi=f"một trong {known}")


def _value(doubt: Mapping[str, Any], body: Mapping[str, Any]) -> str | int | None:
    value = value_of(body)
    if doubt["field"] == KIND and value not in doubt["choices"]:
        known = ", ".join(doubt["choices"])
        raise BodyInvalid(where="value", needed=f"one of {known}", needed_vi=f"một trong {known}")
    return value
