"""Pages that need no script: the front page, a dossier's status for anyone with its code, and the list of routes.

Personal data is never on them. The full pages for citizens and officers come later and take these places.
"""

from dataclasses import asdict
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from chalice import Blueprint, Response

from chalicelib import handover
from chalicelib.changes import load
from chalicelib.doors import HEADERS, answers, openapi, views
from chalicelib.errors import DossierUnknown
from chalicelib.procedures import catalogue, finder
from chalicelib.wiring import world

pages = Blueprint(__name__)
FOLDER = Path(__file__).parent / "html"
SAFE = {
    **HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
}


def html(name: str, status: int = 200, **words: str) -> Response:
    """A page of `html/`, its words escaped."""
    shell = Template((FOLDER / "shell.html").read_text("utf-8"))
    inner = Template((FOLDER / name).read_text("utf-8"))
    content = inner.substitute({k: escape(v) for k, v in words.items()})
    return Response(shell.substitute(content=content), dict(SAFE), status)


@pages.route("/", methods=["GET"])
def home() -> Response:
    """The front page: what this is, and where to look a dossier up."""
    return html("home.html")


@pages.route("/tra-cuu", methods=["GET"])
def look_up() -> Response:
    """The look-up form's answer: on to the dossier's own page."""
    code = (pages.current_request.query_params or {}).get("ma", "").strip()
    return status(code)


@pages.route("/tra-cuu/{code}", methods=["GET"])
def status(code: str) -> Response:
    """A dossier's status by the code on its slip."""
    try:
        shown = views.public(load(world(), code))
    except DossierUnknown as e:
        return html("unknown.html", 404, message=e.text(0))
    results = "; ".join(f"{r['name']}: {_day(r['due'])}" for r in shown["results"])
    return html(
        "status.html",
        code=shown["code"],
        procedure=shown["procedure"]["name"],
        ward=shown["ward"]["name"],
        state=shown["state_label"],
        results=results or "Chưa có",
        fee=_fee(shown["payment"]),
    )


def _fee(payment: dict[str, Any] | None) -> str:
    if payment is None:
        return "Chưa có yêu cầu nộp"
    said = {"asked": "Chờ nộp", "partly_paid": "Mới nộp một phần của", "paid": "Đã nộp đủ"}
    return f"{said[payment['state']]} {payment['amount_vnd']:,} đ".replace(",", ".")


def _day(due: str) -> str:
    return f"{due[8:10]}/{due[5:7]}/{due[:4]} {due[11:16]}"


@pages.route("/v1", methods=["GET"])
@answers
def index() -> Any:
    """Every route of the API with its methods and what it does."""
    routes = pages.current_app.routes
    return {
        "routes": [
            {"path": path, "method": method, "does": (entry.view_function.__doc__ or "").strip()}
            for path, methods in sorted(routes.items())
            for method, entry in sorted(methods.items())
        ]
    }


@pages.route("/v1/openapi.json", methods=["GET"])
@answers
def openapi_document() -> Any:
    """This API as OpenAPI 3.1, with webhooks and the procedures' schemas."""
    return openapi.document(pages.current_app)


@pages.route("/v1/procedures", methods=["GET"])
@answers
def procedures() -> Any:
    """The procedures, and which papers each needs; with `?q=WORDS` those that the words may mean."""
    asked = (pages.current_request.query_params or {}).get("q", "").strip()
    if asked:
        return asdict(finder.find(asked))
    return {
        "procedures": [
            _procedure(p) for p in catalogue.every(handover.day_in_hanoi(world().clock.now()))
        ]
    }


def _procedure(p: catalogue.Procedure) -> dict[str, Any]:
    return {
        "key": p.key,
        "code": p.code,
        "name": p.name[0],
        "name_en": p.name[1],
        "submit": [
            {
                "title": need.title[0],
                "title_en": need.title[1],
                "required": need.required,
                "one_of": [each.kind for each in need.one_of],
            }
            for need in p.submit
        ],
        "present": [
            {"kind": x.kind, "title": x.title[0], "title_en": x.title[1]} for x in p.present
        ],
        "agencies": [{"id": a.id, "name": a.name[0], "name_en": a.name[1]} for a in p.agencies],
    }
