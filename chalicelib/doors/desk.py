"""The officers' door: what waits, one dossier, a decision, a delivery sent again. Routes only.

An officer's key (Authorization: Bearer …) is needed; every look at a dossier is written into its history first.
"""

from typing import Any

from chalice import Blueprint

from chalicelib import journey
from chalicelib.changes import load
from chalicelib.doors import answers, forms, views
from chalicelib.dossier.case import fold
from chalicelib.dossier.states import State
from chalicelib.errors import OfficerUnknown
from chalicelib.wiring import world

desk = Blueprint(__name__)


def officer() -> str:
    """The name of the officer whose key the request carries. Raises OfficerUnknown."""
    kind, _, key = (desk.current_request.headers.get("authorization") or "").partition(" ")
    name = world().officers.get(journey.hashed(key.strip())) if kind.lower() == "bearer" else None
    if name is None:
        raise OfficerUnknown
    return name


def shown(code: str) -> dict[str, Any]:
    """The whole dossier with its history."""
    history = world().dossiers.history(code)
    return views.full(world(), fold(history), history)


@desk.route("/v1/desk/dossiers", methods=["GET"])
@answers
def worklist() -> Any:
    """Dossiers that wait for an officer, longest waiting first: codes and open findings, no names."""
    officer()
    codes = world().dossiers.in_state(State.IN_REVIEW)
    return {"dossiers": [_row(code) for code in codes]}


def _row(code: str) -> dict[str, Any]:
    dossier = load(world(), code)
    findings = [views.nameless(f) for f in dossier.findings if f["outcome"] != "passed"]
    return {**views.public(dossier), "findings": findings}


@desk.route("/v1/desk/dossiers/{code}", methods=["GET"])
@answers
def show(code: str) -> Any:
    """One dossier in full. The look is in the history before anything is shown."""
    journey.look(world(), code, officer())
    return shown(code)


@desk.route("/v1/desk/dossiers/{code}/decisions", methods=["POST"])
@answers
def decide(code: str) -> Any:
    """The dossier after accept, correct, supplement or refuse."""
    name = officer()
    journey.decide(world(), code, name, forms.body_of(desk.current_request.raw_body))
    return shown(code)


@desk.route(
    "/v1/desk/dossiers/{code}/deliveries/{agency}/resend", methods=["POST"], content_types=["*/*"]
)
@answers
def resend(code: str, agency: str) -> Any:
    """The dossier, with a fresh row of tries to this agency."""
    journey.resend(world(), code, agency, officer())
    return shown(code)


@desk.route("/v1/desk/dossiers/{code}/rebase", methods=["POST"], content_types=["*/*"])
@answers
def rebase(code: str) -> Any:
    """The dossier under the newest rules, with what that changed in `rebased`."""
    _, lines = journey.rebase(world(), code, officer())
    return {**shown(code), "rebased": lines}
