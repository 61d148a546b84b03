"""The envelope of a verified dossier: what one agency gets.

In: the dossier and what is looked up about it. Out: a dictionary, and its bytes. Its form is
`schemas/envelope.schema.json`; within version 1 it only grows, so a receiver skips what it does
not know. A dossier that is not received and verified is refused.
An envelope holds personal data: it is signed and sent, never logged.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.dossier.case import Dossier, Paper
from chalicelib.errors import Broken

VERSION = "1.0"
TYPE = "dossier.verified"
SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "envelope.schema.json"
NEWS = SCHEMA.with_name("news.schema.json")
NEWS_TYPES = ("dossier.result", "dossier.stopped", "endpoint.ping")

_FIELD: dict[str, Any] = {
    "value": None,
    "source": "ocr",
    "paper": None,
    "page": None,
    "box": None,
    "raw": "",
    "confidence": 0.0,
    "confirmed_by": None,
}
_CONTACT = ("name", "phone", "email", "address")


def build(
    *,
    id: str,
    agency: str,
    at: datetime,
    dossier: Dossier,
    procedure: Mapping[str, Any],
    ward: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
    attachments: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The envelope for one agency, verified at `at` (aware); `id` stays the same over all tries.

    `procedure` has key, code, version, name; `ward` code, name; `fields` plain `Field`s by key, with
    their paper's id as `paper`; `results` name, agency, due; `attachments` paper, url, expires.

    Raises:
        Broken: the dossier is not received and verified yet, or the time has no zone.
    """
    if not dossier.received_at or not dossier.verified_by or at.tzinfo is None:
        raise Broken("an envelope is built of a dossier that is received and verified")
    return {
        "version": VERSION,
        "id": id,
        "type": TYPE,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "agency": agency,
        "sequence": dossier.version,
        "dossier": _dossier(dossier),
        "procedure": {k: procedure[k] for k in ("key", "code", "version", "name")},
        "ward": dict(ward),
        "applicant": {k: dossier.applicant[k] for k in _CONTACT if dossier.applicant.get(k)},
        "results": [_result(r) for r in results],
        "fields": {key: _field(f) for key, f in fields.items()},
        "findings": [_finding(f) for f in findings],
        "papers": [_paper(p) for p in dossier.live_papers()],
        "attachments": [dict(a) for a in attachments],
    }


def _finding(f: Mapping[str, Any]) -> dict[str, Any]:
    # What was read may be a field that is not this agency's.
    return {k: v for k, v in f.items() if k != "read"}


def thinned(envelope: Mapping[str, Any], link: str) -> dict[str, Any]:
    """The envelope without persons' data: who it is about is fetched at `link` with the agency's key."""
    empty: dict[str, Any] = {
        "applicant": {},
        "fields": {},
        "findings": [],
        "papers": [],
        "attachments": [],
    }
    there = {key: value for key, value in empty.items() if key in envelope}
    return {**envelope, **there, "payload": "thin", "link": link}


def news(
    *,
    id: str,
    kind: str,
    agency: str,
    at: datetime,
    dossier: Dossier,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """An event after the handover: its kind, the dossier's code, and what happened (`about`)."""
    return {
        "version": VERSION,
        "id": id,
        "type": kind,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "agency": agency,
        "sequence": dossier.version,
        "dossier": {"code": dossier.code},
        **about,
    }


def notice(envelope: bytes) -> str:
    """What a queue is told of an envelope: what finds it. The envelope itself, with its data, stays where it lies."""
    told = json.loads(envelope)
    short = {"id": told["id"], "timestamp": told["timestamp"]}
    return json.dumps({**short, "dossier": {"code": told["dossier"]["code"]}})


def canonical(envelope: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent: UTF-8 JSON, keys sorted, no spaces."""
    text = json.dumps(
        envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def faults(envelope: object) -> list[str]:
    """Where an envelope leaves its schema, as `place: keyword`, without values."""
    kind = envelope.get("type") if isinstance(envelope, dict) else None
    found = _validator(NEWS if kind in NEWS_TYPES else SCHEMA).iter_errors(envelope)
    return sorted(f"{e.json_path}: {e.validator}" for e in found)


def _dossier(dossier: Dossier) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "channel": dossier.channel,
        "opened_at": dossier.opened_at,
        "received_at": dossier.received_at,
        "verified_by": dossier.verified_by,
    }


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: field.get(key, missing) for key, missing in _FIELD.items()}
    plain["box"] = list(plain["box"]) if plain["box"] else None
    return plain


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result as JSON; a name in two languages is split into `name` and `name_en`."""
    name = result["name"]
    if isinstance(name, str):
        return dict(result)
    return {**result, "name": name[0], "name_en": name[1]}


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.id,
        "kinds": [p.kind for p in paper.papers],
        "pages": paper.pages,
        "sha256": paper.sha256,
        "size": paper.size,
        "content_type": paper.content_type,
    }


@cache
def _validator(path: Path) -> Draft202012Validator:
    schema = json.loads(path.read_text("utf-8"))
    return Draft202012Validator(schema)
