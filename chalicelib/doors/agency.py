"""The agencies' door: endpoints, events to pull and replay, originals, answers. Routes only.

An agency's key (Authorization: Bearer …) opens what is this agency's and nothing else.
"""

from typing import Any

from chalice import Blueprint, Response

from chalicelib import answers as back
from chalicelib import feeds, journey, spotchecks, subscriptions
from chalicelib.doors import HEADERS, JSON, agency_forms, answers, forms, json_answer, views
from chalicelib.errors import AgencyKeyUnknown, RouteUnknown
from chalicelib.wiring import world

agency = Blueprint(__name__)
PAGE = 100
ANY = ["*/*"]


def key_of(headers: Any) -> str | None:
    """Whose key the request carries; None if no agency's."""
    kind, _, key = (headers.get("authorization") or "").partition(" ")
    return (
        world().agency_keys.get(journey.hashed(key.strip())) if kind.lower() == "bearer" else None
    )


def must_be(id: str) -> str:
    """This agency, if the request carries its key. Raises AgencyKeyUnknown."""
    if key_of(agency.current_request.headers) != id:
        raise AgencyKeyUnknown
    return id


def body() -> Any:
    """The JSON object of the request."""
    return forms.body_of(agency.current_request.raw_body)


def asked() -> Any:
    """The query of the request."""
    return agency.current_request.query_params or {}


@agency.route("/v1/agencies/{id}/endpoints", methods=["GET"])
@answers
def list_endpoints(id: str) -> Any:
    """The agency's endpoints with their health."""
    found = world().subscriptions.of(must_be(id))
    return {"endpoints": [views.endpoint(s) for s in found]}


@agency.route("/v1/agencies/{id}/endpoints", methods=["POST"])
@answers
def add_endpoint(id: str) -> Response:
    """A new endpoint, pinged at once, and the key that verifies, told once."""
    made, key = subscriptions.register(world(), must_be(id), agency_forms.endpoint(body()))
    return json_answer({**views.endpoint(made), "key": key}, 201)


@agency.route("/v1/agencies/{id}/endpoints/{endpoint}", methods=["GET"])
@answers
def show_endpoint(id: str, endpoint: str) -> Any:
    """One endpoint with its health."""
    return views.endpoint(world().subscriptions.find(must_be(id), endpoint))


@agency.route("/v1/agencies/{id}/endpoints/{endpoint}", methods=["DELETE"])
@answers
def remove_endpoint(id: str, endpoint: str) -> Any:
    """The endpoint is forgotten."""
    subscriptions.remove(world(), must_be(id), endpoint)
    return {"id": endpoint, "state": "deleted"}


@agency.route(
    "/v1/agencies/{id}/endpoints/{endpoint}/{action}", methods=["POST"], content_types=ANY
)
@answers
def change_endpoint(id: str, endpoint: str, action: str) -> Any:
    """ping, pause, resume, or rotate: a new key beside the old one for two days."""
    must_be(id)
    if action == "rotate":
        signature = agency_forms.signature(asked().get("signature", "v1"))
        changed, key = subscriptions.rotate(world(), id, endpoint, signature)
        return {**views.endpoint(changed), "key": key}
    acts = {
        "ping": subscriptions.ping,
        "pause": subscriptions.pause,
        "resume": subscriptions.resume,
    }
    if action not in acts:
        raise RouteUnknown
    return views.endpoint(acts[action](world(), id, endpoint))


@agency.route("/v1/agencies/{id}/events", methods=["GET"])
@answers
def pull(id: str) -> Any:
    """Events behind the cursor `after`, with their envelopes; what lies before it counts as taken."""
    must_be(id)
    after = agency_forms.position(asked().get("after"), "after")
    found = feeds.events(world(), id, after, agency_forms.page(asked().get("limit"), PAGE))
    return {
        "events": [views.posted(world(), e) for e in found],
        "next": found[-1].position if found else after,
    }


@agency.route("/v1/agencies/{id}/events/{event}", methods=["GET"])
@answers
def show_event(id: str, event: str) -> Response:
    """One envelope, byte for byte as it was sent."""
    data = feeds.envelope_of(world(), must_be(id), event)
    return Response(data.decode(), {**HEADERS, "Content-Type": f"{JSON}; charset=utf-8"})


@agency.route("/v1/agencies/{id}/replays", methods=["POST"])
@answers
def replay(id: str) -> Response:
    """Events of a range, a dossier or one id go anew to the agency's endpoints."""
    wish = agency_forms.replay(body())
    must_be(id)
    if wish.get("id"):
        chosen = [world().subscriptions.posted(id, wish["id"])]
    else:
        chosen = feeds.chosen(world(), id, wish["after"], wish["until"], wish["dossier"])
    return json_answer({"replayed": feeds.replay(world(), id, chosen)}, 202)


@agency.route("/v1/agencies/{id}/dossiers/{code}/papers/{paper}", methods=["GET"])
@answers
def show_paper(id: str, code: str, paper: str) -> Response:
    """A short-lived address of an original that the agency's step names; the asking is in the history."""
    address = back.paper_address(world(), must_be(id), code, paper)
    return Response("", {**HEADERS, "Location": address}, 303)


@agency.route("/v1/agencies/{id}/dossiers/{code}/{answer}", methods=["POST"])
@answers
def take_answer(id: str, code: str, answer: str) -> Any:
    """An agency's word: received, supplement (reason), refused (reason) or result (number, date, file)."""
    must_be(id)
    if answer not in back.ANSWERS:
        raise RouteUnknown
    key = agency_forms.idempotency_key(agency.current_request.headers.get("idempotency-key"))
    said = agency_forms.ANSWERS[answer](body())
    return views.answered(journey.answer(world(), id, code, answer, key, said), id)


@agency.route("/v1/numbers", methods=["GET"])
@answers
def numbers() -> Any:
    """The open numbers: what agencies owe, what is overdue, and how sure readings prove themselves. Nobody's data."""
    return {**back.numbers(world()), "spot_checks": spotchecks.numbers(world())}
