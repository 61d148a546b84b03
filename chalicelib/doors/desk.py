"""The officers' door: what waits, one dossier, a decision, control slip and register. Routes only.

An officer's key (Authorization: Bearer …) is needed; every look at a dossier is written into its history first.
"""

from typing import Any

from chalice import Blueprint, Response

from chalicelib import journey, piles, spotchecks
from chalicelib.changes import load
from chalicelib.doors import HEADERS, answers, forms, views
from chalicelib.dossier.case import Dossier
from chalicelib.dossier.states import State
from chalicelib.errors import OfficerUnknown
from chalicelib.wiring import world

desk = Blueprint(__name__)


def officer() -> str:
    """The name of the officer who signed in (AWS: API Gateway has checked the token) or whose key the request carries.

    Raises OfficerUnknown.
    """
    claims = (desk.current_request.context.get("authorizer") or {}).get("claims")
    if claims:
        return str(claims["cognito:username"])
    kind, _, key = (desk.current_request.headers.get("authorization") or "").partition(" ")
    name = world().officers.get(journey.hashed(key.strip())) if kind.lower() == "bearer" else None
    if name is None:
        raise OfficerUnknown
    return name


def shown(dossier: Dossier) -> dict[str, Any]:
    """The whole dossier with its history."""
    return views.full(world(), dossier)


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
    return shown(journey.look(world(), code, officer()))


@desk.route("/v1/desk/dossiers/{code}/control-slip", methods=["GET"])
@answers
def control_slip(code: str) -> Response:
    """Where the control slip (PDF) of a received dossier can be fetched: every hand-over till now."""
    return _fetched(journey.control_slip(world(), code, officer()))


@desk.route("/v1/desk/register", methods=["GET"])
@answers
def register() -> Response:
    """Where a ward's register (PDF) can be fetched: `?ward=…&from=YYYY-MM-DD&to=YYYY-MM-DD`, 31 days at most."""
    name = officer()
    asked = desk.current_request.query_params or {}
    first, last = (forms.day(asked, key) for key in ("from", "to"))
    return _fetched(journey.register(world(), forms.text(asked, "ward"), first, last, name))


def _fetched(key: str) -> Response:
    address = world().blobs.address(key, world().limits.address_seconds)
    return Response("", {**HEADERS, "Location": address}, 303)


@desk.route("/v1/desk/spot-checks", methods=["GET"])
@answers
def spot_checks() -> Any:
    """Sure values drawn for a look after the fact, not looked at yet: `?from=YYYY-MM-DD&to=YYYY-MM-DD`; no names."""
    officer()
    asked = desk.current_request.query_params or {}
    first, last = (forms.day(asked, key) for key in ("from", "to"))
    return {"checks": spotchecks.waiting(world(), first, last)}


@desk.route("/v1/desk/dossiers/{code}/spot-checks", methods=["POST"])
@answers
def spot_check(code: str) -> Any:
    """The dossier after a look at one drawn value: right, or wrong and what the paper says."""
    name = officer()
    sent = forms.body_of(desk.current_request.raw_body)
    return shown(journey.spot_check(world(), code, name, sent))


@desk.route("/v1/desk/piles", methods=["GET"])
@answers
def waiting_piles() -> Any:
    """Piles of an archive's doubts that wait for an officer, apart from dossiers, longest waiting first; no names."""
    officer()
    return {"piles": [views.pile_row(pile) for pile in piles.waiting(world())]}


@desk.route("/v1/desk/piles/{pile}", methods=["GET"])
@answers
def show_pile(pile: str) -> Any:
    """One pile: each paper's doubts, what was read, why it is doubtful, pictures. The look is in the history first."""
    return views.pile(world(), piles.look(world(), pile, officer()))


@desk.route("/v1/desk/piles/{pile}/decisions", methods=["POST"])
@answers
def decide_doubt(pile: str) -> Any:
    """The pile after an officer's word on one doubt: confirm, correct, or unreadable. Again: nothing changes."""
    name = officer()
    sent = forms.body_of(desk.current_request.raw_body)
    return views.pile(world(), piles.decide(world(), pile, name, sent))


@desk.route("/v1/desk/dossiers/{code}/decisions", methods=["POST"])
@answers
def decide(code: str) -> Any:
    """The dossier after accept, correct, supplement, refuse, or apologise with a new date."""
    name = officer()
    sent = forms.body_of(desk.current_request.raw_body)
    return shown(journey.decide(world(), code, name, sent))


@desk.route(
    "/v1/desk/dossiers/{code}/deliveries/{agency}/resend", methods=["POST"], content_types=["*/*"]
)
@answers
def resend(code: str, agency: str) -> Any:
    """The dossier, with a fresh row of tries to this agency."""
    return shown(journey.resend(world(), code, agency, officer()))


@desk.route("/v1/desk/dossiers/{code}/rebase", methods=["POST"], content_types=["*/*"])
@answers
def rebase(code: str) -> Any:
    """The dossier under the newest rules, with what that changed in `rebased`."""
    dossier, lines = journey.rebase(world(), code, officer())
    return {**shown(dossier), "rebased": lines}
