"""The citizens' door: open a dossier, bring papers, see what was read, submit, follow. Routes only.

Only the dossier's token (Authorization: Bearer …) opens personal data; without it the status is all there is.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from chalice import Blueprint, Response

from chalicelib import intake, journey, payments
from chalicelib.changes import load, paper_of
from chalicelib.doors import HEADERS, answers, forms, json_answer, views
from chalicelib.dossier.case import Dossier, Paper
from chalicelib.errors import BlobUnknown, TokenWrong, problem
from chalicelib.wiring import world

citizen = Blueprint(__name__)


def bearer() -> str:
    """The secret of the Authorization header; empty if there is none."""
    kind, _, secret = (citizen.current_request.headers.get("authorization") or "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def opened(code: str) -> Dossier:
    """The dossier, if the request carries its token. Raises DossierUnknown, TokenWrong."""
    dossier = load(world(), code)
    if not hmac.compare_digest(journey.hashed(bearer()), dossier.token_hash):
        raise TokenWrong
    return dossier


def body() -> Any:
    """The JSON object of the request."""
    return forms.body_of(citizen.current_request.raw_body)


def shown(dossier: Dossier) -> dict[str, Any]:
    """The whole dossier with its history."""
    return views.full(world(), dossier)


@citizen.route("/v1/dossiers", methods=["POST"])
@answers
def open_dossier() -> Response:
    """A new dossier: its code, and the token that is told once."""
    sent = body()
    dossier, token = journey.open_dossier(
        world(),
        forms.text(sent, "procedure"),
        forms.text(sent, "ward"),
        forms.channel(sent),
        forms.applicant(sent),
        forms.declared(sent),
    )
    return json_answer({**views.public(dossier), "token": token}, 201)


@citizen.route("/v1/dossiers/{code}/twins", methods=["POST"], content_types=["*/*"])
@answers
def open_twin(code: str) -> Response:
    """A dossier for another child of the same birth; the parents' papers are in it already."""
    opened(code)
    twin, token = journey.open_twin(world(), code)
    return json_answer({**views.public(twin), "token": token}, 201)


@citizen.route("/v1/dossiers/{code}", methods=["GET"])
@answers
def show_dossier(code: str) -> Any:
    """Everything with the token; only the status without."""
    return shown(opened(code)) if bearer() else views.public(load(world(), code))


@citizen.route("/v1/dossiers/{code}/papers", methods=["POST"])
@answers
def announce_paper(code: str) -> Response:
    """Addresses for the parts of a file. Asked again for the same file: which parts are there already."""
    dossier = opened(code)
    _, paper = journey.announce_paper(world(), dossier, *_wish(body()))
    return json_answer(_upload(dossier, paper), 201)


@citizen.route("/v1/dossiers/{code}/uploads", methods=["POST"])
@answers
def announce_papers(code: str) -> Response:
    """The same for several files at once, in their order."""
    dossier = opened(code)
    wishes = [_wish(each) for each in forms.objects(body(), "papers", world().limits.papers)]
    _, papers = journey.announce_papers(world(), dossier, wishes)
    return json_answer({"uploads": [_upload(dossier, paper) for paper in papers]}, 201)


@citizen.route("/v1/dossiers/{code}/uploads/complete", methods=["POST"], content_types=["*/*"])
@answers
def complete_papers(code: str) -> Response:
    """Every paper that came whole, stored and on its way to the reader; of the others, what is wrong with each."""
    dossier, wrong = journey.complete_papers(world(), opened(code))
    papers = [views.paper(world(), dossier, p) for p in dossier.live_papers()]
    problems = {paper: problem(e) for paper, e in wrong.items()}
    return json_answer({"papers": papers, "problems": problems}, 202)


def _wish(sent: Mapping[str, Any]) -> tuple[intake.Announced, str | None]:
    admitted = intake.admit(
        forms.text(sent, "file_name"),
        forms.whole_number(sent, "size"),
        forms.text(sent, "content_type"),
        forms.text(sent, "sha256"),
        world().limits.file_bytes,
    )
    return admitted, forms.optional_text(sent, "kind")


def _upload(before: Dossier, paper: Paper) -> dict[str, Any]:
    parts = journey.missing_parts(world(), paper, paper.id not in before.papers)
    return views.upload(paper, *parts)


@citizen.route("/v1/dossiers/{code}/papers", methods=["GET"])
@answers
def list_papers(code: str) -> Any:
    """The dossier's papers."""
    dossier = opened(code)
    return {"papers": [views.paper(world(), dossier, p) for p in dossier.live_papers()]}


@citizen.route("/v1/dossiers/{code}/papers/{paper}", methods=["GET"])
@answers
def show_paper(code: str, paper: str) -> Any:
    """Kind, fields and a verdict per page, as soon as the paper is read."""
    dossier = opened(code)
    return views.paper(world(), dossier, paper_of(dossier, paper))


@citizen.route("/v1/dossiers/{code}/papers/{paper}/parts", methods=["GET"])
@answers
def show_parts(code: str, paper: str) -> Any:
    """Which parts are there, and fresh addresses for the rest."""
    found = paper_of(opened(code), paper)
    return views.upload(found, *journey.missing_parts(world(), found))


@citizen.route(
    "/v1/dossiers/{code}/papers/{paper}/complete", methods=["POST"], content_types=["*/*"]
)
@answers
def complete_paper(code: str, paper: str) -> Response:
    """The paper, stored and on its way to the reader."""
    dossier = journey.complete_paper(world(), code, paper, opened(code))
    return json_answer(views.paper(world(), dossier, paper_of(dossier, paper)), 202)


@citizen.route("/v1/dossiers/{code}/papers/{paper}", methods=["DELETE"])
@answers
def remove_paper(code: str, paper: str) -> Any:
    """The dossier without this paper."""
    return shown(journey.remove_paper(world(), code, paper, opened(code)))


@citizen.route("/v1/dossiers/{code}/submit", methods=["POST"], content_types=["*/*"])
@answers
def submit(code: str) -> Response:
    """The dossier, closed for checking."""
    return json_answer(shown(journey.submit(world(), code, opened(code))), 202)


@citizen.route("/v1/dossiers/{code}/payment", methods=["GET"])
@answers
def show_payment(code: str) -> Any:
    """What the dossier costs and what of it is paid; once asked for, the VietQR to pay with."""
    opened(code)
    return views.payment(payments.standing(world(), code))


@citizen.route("/v1/dossiers/{code}/payment", methods=["POST"], content_types=["*/*"])
@answers
def ask_payment(code: str) -> Response:
    """The request to pay, with its VietQR; asked again, the same. A fee of 0 asks for nothing."""
    opened(code)
    journey.ask_payment(world(), code)
    return json_answer(views.payment(payments.standing(world(), code)), 201)


@citizen.route("/v1/payments/confirmations", methods=["POST"], content_types=["*/*"])
@answers
def confirm_payment() -> Any:
    """A provider's signed word (Standard Webhooks 1.0.0) that a dossier's fee was paid."""
    request = citizen.current_request
    headers = {k.lower(): v for k, v in request.headers.items()}
    return views.public(journey.note_payment(world(), request.raw_body, headers))


@citizen.route("/v1/dossiers/{code}/slip", methods=["GET"])
@answers
def slip(code: str) -> Response:
    """Where the newest slip (PDF) can be fetched."""
    dossier = opened(code)
    addresses = views.slip_addresses(world(), dossier)
    if not addresses:
        raise BlobUnknown
    return Response("", {**HEADERS, "Location": addresses[-1]}, 303)
