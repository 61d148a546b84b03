"""What agencies may send, checked field by field. Refuses with `BodyInvalid`, which never repeats what was sent."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.doors.forms import day, optional_text, text
from chalicelib.dossier.agency import KINDS, PAYLOADS
from chalicelib.errors import BodyInvalid

SIGNATURES = ("v1", "v1a")
MEDIA = ("application/pdf", "image/jpeg", "image/png", "application/xml")
KEY = re.compile(r"[!-~]{1,128}")
MOST_NAMED = 200
LONGEST_REASON = 1000
FILE_LETTERS = 950_000  # base64; the whole body may have 1 MiB


def endpoint(body: Mapping[str, Any]) -> dict[str, Any]:
    """A wish for an endpoint."""
    return {
        "url": text(body, "url", 500),
        "signature": signature(body.get("signature", "v1")),
        "kinds": _names(body, "kinds", KINDS),
        "procedures": _names(body, "procedures"),
        "units": _names(body, "units"),
        "payload": _one_of(body.get("payload", "full"), PAYLOADS, "payload"),
    }


def signature(value: Any) -> str:
    """v1 (HMAC) or v1a (ed25519)."""
    return _one_of(value, SIGNATURES, "signature")


def replay(body: Mapping[str, Any]) -> dict[str, Any]:
    """What to send anew: an id; or a range, perhaps of one dossier only."""
    until = body.get("until")
    return {
        "id": optional_text(body, "id", 128),
        "dossier": optional_text(body, "dossier", 60),
        "after": position(body.get("after"), "after"),
        "until": None if until is None else position(until, "until"),
    }


def position(value: Any, where: str) -> int:
    """A cursor: a whole number from 0, as a number or as digits; 0 if none was given."""
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,12}", value):
        return int(value)
    raise BodyInvalid(where=where, needed="a cursor", needed_vi="con trỏ")


def page(value: str | None, most: int) -> int:
    """How many to give, 1 to `most`."""
    found = position(value, "limit") if value is not None else most
    if not 1 <= found <= most:
        raise BodyInvalid(where="limit", needed=f"1 to {most}", needed_vi=f"1 đến {most}")
    return found


def idempotency_key(value: str | None) -> str:
    """The Idempotency-Key header, which every answer needs."""
    if not value or not KEY.fullmatch(value):
        raise BodyInvalid(
            where="Idempotency-Key",
            needed="a header of 1 to 128 visible ASCII letters, new for each answer",
            needed_vi="tiêu đề 1 đến 128 ký tự ASCII, mới cho mỗi trả lời",
        )
    return value


def received(body: Mapping[str, Any]) -> dict[str, Any]:
    """The agency has it, perhaps under a number of its own."""
    return {"number": optional_text(body, "number", 60)}


def reason(body: Mapping[str, Any]) -> dict[str, Any]:
    """Why: a supplement."""
    return {"reason": text(body, "reason", LONGEST_REASON)}


def refusal(body: Mapping[str, Any]) -> dict[str, Any]:
    """Why not; of one result, or of all that the agency owes."""
    return {**reason(body), "result": optional_text(body, "result", 60)}


def result(body: Mapping[str, Any]) -> dict[str, Any]:
    """A result: number and date, perhaps its file (base64) and a detached signature (base64)."""
    return {
        "result": optional_text(body, "result", 60),
        "number": text(body, "number", 60),
        "date": day(body, "date").isoformat(),
        "file": _file(body),
        "signature": _base64(body, "signature", 20_000) and body["signature"],
    }


def delay(body: Mapping[str, Any]) -> dict[str, Any]:
    """A result will be late: why, and the working day it will be there instead."""
    return {
        **reason(body),
        "result": optional_text(body, "result", 60),
        "due": day(body, "due").isoformat(),
    }


ANSWERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "received": received,
    "supplement": reason,
    "delayed": delay,
    "refused": refusal,
    "result": result,
}


def _file(body: Mapping[str, Any]) -> tuple[bytes, str] | None:
    data = _base64(body, "file", FILE_LETTERS)
    if data is None:
        return None
    return data, _one_of(body.get("content_type", MEDIA[0]), MEDIA, "content_type")


def _base64(body: Mapping[str, Any], key: str, longest: int) -> bytes | None:
    given = body.get(key)
    if given is None:
        return None
    data = _decoded(given) if isinstance(given, str) and 0 < len(given) <= longest else None
    if not data:
        raise BodyInvalid(
            where=key, needed=f"base64 of at most {longest} letters", needed_vi="chữ base64"
        )
    return data


def _decoded(given: str) -> bytes | None:
    try:
        return base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        return None


def _names(
    body: Mapping[str, Any], key: str, known: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    given = body.get(key) or []
    is_list = isinstance(given, list) and len(given) <= MOST_NAMED
    if not is_list or not all(
        isinstance(x, str) and 0 < len(x) <= 60 and x.isascii() for x in given
    ):
        raise BodyInvalid(where=key, needed="a list of names", needed_vi="danh sách tên")
    for each in given if known else ():
        _one_of(each, known or (), key)
    return tuple(given)


def _one_of(value: Any, known: tuple[str, ...], where: str) -> str:
    if value not in known:
        said = ", ".join(known)
        raise BodyInvalid(where=where, needed=f"one of {said}", needed_vi=f"một trong {said}")
    return str(value)
