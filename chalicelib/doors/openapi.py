"""The API as OpenAPI 3.1, made from the routes: paths, methods, what they do, who may, what comes in and out.

In: Chalice's routes; forms of bodies and answers from `schemas/api.json`; the procedures' own schemas. Out: one
dictionary, written to docs/openapi.json by `make docs`. A route whose form is not described is refused (`Broken`), so
the document can't fall behind the routes.
"""

import json
import re
from pathlib import Path
from typing import Any

from chalice import Chalice

from chalicelib.dispatch import words
from chalicelib.errors import Broken, every_error
from chalicelib.ports import AGENCIES

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
OTHER_DOSSIER = re.compile(
    r"https://motcua\.example/schemas/procedures/(\w+)/\w+/dossier\.schema\.json"
)
PROBLEM = {"$ref": "#/components/schemas/problem"}


def document(app: Chalice) -> dict[str, Any]:
    """The whole document."""
    forms = json.loads((SCHEMAS / "api.json").read_text("utf-8"))
    forms["path"]["id"] = {"enum": list(AGENCIES)}
    paths: dict[str, Any] = {}
    for path, methods in sorted(app.routes.items()):
        if path.startswith("/v1"):
            paths[path] = {m.lower(): _operation(forms, m, path, e) for m, e in methods.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Một Cửa",
            "version": "1.0.0",
            "description": "One door for Vietnamese public procedures.",
        },
        "paths": paths,
        "webhooks": _webhooks(),
        "components": {
            "schemas": {**forms["schemas"], **_shared(), **_procedures(), "problem": _problem()},
            "securitySchemes": {
                name: {"type": "http", "scheme": "bearer", "description": said}
                for name, said in forms["keys"].items()
            },
        },
    }


def _operation(forms: Any, method: str, path: str, entry: Any) -> dict[str, Any]:
    form = forms["routes"].get(f"{method} {path}")
    if form is None:
        raise Broken(f"schemas/api.json says nothing of {method} {path}")
    parameters = [
        {
            "name": n,
            "in": "path",
            "required": True,
            "schema": forms["path"].get(n, {"type": "string", "minLength": 1}),
        }
        for n in re.findall(r"{(\w+)}", path)
    ]
    operation: dict[str, Any] = {
        "operationId": entry.view_function.__name__,
        "summary": (entry.view_function.__doc__ or "").strip(),
        "parameters": [*parameters, *form.get("parameters", [])],
        "responses": _responses(form),
    }
    if form.get("key"):
        operation["security"] = [{name: []} for name in form["key"]]
        operation["security"] += [{}] if form.get("open") else []
    if form.get("body"):
        content = {"application/json": {"schema": form["body"]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _responses(form: Any) -> dict[str, Any]:
    status, answer = str(form.get("status", 200)), form.get("answer")
    right: dict[str, Any] = {"description": "Done."}
    if answer:
        right["content"] = {"application/json": {"schema": answer}}
    problem = {"application/problem+json": {"schema": PROBLEM}}
    refused = {"description": "Refused; the problem says how to mend it.", "content": problem}
    return {status: right, "4XX": refused, "503": {"description": "Try again.", "content": problem}}


def _problem() -> dict[str, Any]:
    """Problem details (RFC 9457), with every code there is."""
    text = {"type": "string", "minLength": 1}
    said = ("type", "title", "detail", "title_en", "detail_en")
    return {
        "type": "object",
        "required": [*said, "code", "status", "retry"],
        "properties": {
            **dict.fromkeys(said, text),
            "code": {"enum": [e.code for e in every_error()]},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "retry": {"type": "boolean"},
        },
    }


def _webhooks() -> dict[str, Any]:
    told = {
        "dossier.verified": ("A verified dossier, for each agency that owes a result.", "envelope"),
        "dossier.supplemented": (
            "The dossier anew, with what you asked the citizen for.",
            "envelope",
        ),
        "dossier.corrected": (
            "The dossier anew: a value that you were told was read wrongly.",
            "envelope",
        ),
        "dossier.result": ("A result that your own step begins with.", "news"),
        "dossier.stopped": ("A result was refused that your own step begins with.", "news"),
        "endpoint.ping": ("Are you there? Any 2xx will do.", "news"),
    }
    return {
        name: {
            "post": {
                "summary": said,
                "description": "Signed by Standard Webhooks 1.0.0; see docs/agencies.md.",
                "parameters": [
                    {"name": h, "in": "header", "required": True, "schema": {"type": "string"}}
                    for h in ("webhook-id", "webhook-timestamp", "webhook-signature")
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                    },
                },
                "responses": _taken(schema),
            }
        }
        for name, (said, schema) in told.items()
    }


def _taken(schema: str) -> dict[str, Any]:
    """How an agency answers: any 2xx; to a whole dossier perhaps with a word that saves it a call."""
    taken: dict[str, Any] = {"204": {"description": "Taken. Any 2xx within 15 s."}}
    if schema == "envelope":
        number = {"type": "string", "maxLength": words.LONGEST_NUMBER}
        word = {
            "type": "object",
            "required": ["status"],
            "properties": {"status": {"const": words.RECEIVED}, "number": number},
        }
        said = "Taken, and `received` said: the same as a call of `…/received`."
        taken["200"] = {"description": said, "content": {"application/json": {"schema": word}}}
    return taken


def _shared() -> dict[str, Any]:
    names = {"envelope": "envelope.schema.json", "news": "news.schema.json"}
    return {name: _embedded(SCHEMAS / file, name) for name, file in names.items()}


def _procedures() -> dict[str, Any]:
    found = sorted(SCHEMAS.glob("procedures/*/dossier.schema.json"))
    return {f"dossier.{p.parent.name}": _embedded(p, f"dossier.{p.parent.name}") for p in found}


def _embedded(path: Path, name: str) -> Any:
    """A schema of its own as a component: its `$defs` are found from the document's root."""
    text = path.read_text("utf-8").replace('"#/$defs/', f'"#/components/schemas/{name}/$defs/')
    text = OTHER_DOSSIER.sub(r"#/components/schemas/dossier.\1", text)
    plain = json.loads(text)
    plain.pop("$schema", None)
    plain.pop("$id", None)
    return plain
