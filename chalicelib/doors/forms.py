"""What visitors may send, checked field by field: a JSON body in, tidy values out.

Refuses with `BodyInvalid`, which names the field and what is needed; never repeats what was sent. Every text of a
body is NFC, its digits 0 to 9, whatever keyboard they came from.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.errors import BodyInvalid
from chalicelib.journey import CHANNELS

FIELD_KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)?")
EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;]{2,}")
PHONE = re.compile(r"\+?[0-9]{8,15}")


def body_of(raw: bytes | None) -> Mapping[str, Any]:
    """The JSON object that was sent."""
    try:
        value = _composed(json.loads(raw or b""))
        json.dumps(value, ensure_ascii=False).encode()  # half a letter ("\\ud942") can't be kept
    except (ValueError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BodyInvalid(where="body", needed="a JSON object", needed_vi="một đối tượng JSON")
    return value


def _composed(value: Any) -> Any:
    """The value with all its texts in NFC and plain digits; keys are as they were sent."""
    if isinstance(value, str):
        return "".join(map(_plain_digit, unicodedata.normalize("NFC", value)))
    if isinstance(value, list):
        return [_composed(v) for v in value]
    return {k: _composed(v) for k, v in value.items()} if isinstance(value, dict) else value


def _plain_digit(char: str) -> str:
    # Full-width or Arabic digits look like a number to people, and like letters to a pattern.
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def text(body: Mapping[str, Any], key: str, longest: int = 200) -> str:
    """A text that must be there."""
    value = optional_text(body, key, longest)
    if not value:
        raise BodyInvalid(
            where=key,
            needed=f"text, 1 to {longest} letters",
            needed_vi=f"chữ, 1 đến {longest} ký tự",
        )
    return value


def optional_text(body: Mapping[str, Any], key: str, longest: int = 200) -> str | None:
    """A text, or None if it is not there or blank."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or not _is_plain(value):
        raise BodyInvalid(
            where=key,
            needed=f"text of at most {longest} letters",
            needed_vi=f"chữ, tối đa {longest} ký tự",
        )
    return unicodedata.normalize("NFC", value).strip() or None


def _is_plain(value: str) -> bool:
    """No control characters and no lone surrogates, which no store or mail could carry."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") for c in value)


def objects(body: Mapping[str, Any], key: str, most: int) -> list[Mapping[str, Any]]:
    """A list of objects, one at least."""
    value = body.get(key)
    if not isinstance(value, list) or not 0 < len(value) <= most or not _are_objects(value):
        needed = (f"a list of 1 to {most} objects", f"danh sách 1 đến {most} đối tượng")
        raise BodyInvalid(where=key, needed=needed[0], needed_vi=needed[1])
    return value


def _are_objects(values: list[Any]) -> bool:
    return all(isinstance(v, dict) for v in values)


def day(body: Mapping[str, Any], key: str) -> date:
    """A day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text(body, key, 10))
    except ValueError:
        raise BodyInvalid(
            where=key, needed="a day, YYYY-MM-DD", needed_vi="ngày, NNNN-TT-NN"
        ) from None


def whole_number(body: Mapping[str, Any], key: str) -> int:
    """A whole number from 0."""
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise BodyInvalid(where=key, needed="a whole number of bytes", needed_vi="số nguyên (byte)")
    return value


def channel(body: Mapping[str, Any]) -> str:
    """One of the channels; `mobile` unless told."""
    value = body.get("channel", "mobile")
    if value not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise BodyInvalid(where="channel", needed=f"one of {known}", needed_vi=f"một trong {known}")
    return str(value)


def applicant(body: Mapping[str, Any]) -> dict[str, str]:
    """Name (needed), phone and e-mail (of the right form, if given)."""
    given = body.get("applicant")
    if not isinstance(given, dict):
        raise BodyInvalid(
            where="applicant", needed="an object with name, phone, email",
            needed_vi="đối tượng có name, phone, email",
        )  # fmt: skip
    found = {"name": _name(text(given, "name", 120))}
    phone = re.sub(r"[\s.\-()]", "", optional_text(given, "phone", 30) or "")
    if phone:
        found["phone"] = _matching(
            phone, PHONE, "applicant.phone", "8 to 15 digits", "8 đến 15 chữ số"
        )
    email = optional_text(given, "email", 254)
    if email:
        found["email"] = _matching(
            email, EMAIL, "applicant.email", "an e-mail address", "địa chỉ thư điện tử"
        )
    address = optional_text(given, "address", 300)
    return {**found, "address": address} if address else found


def _name(value: str) -> str:
    if any(c.isdigit() for c in value):
        raise BodyInvalid(
            where="applicant.name",
            needed="a name: letters only, no digits",
            needed_vi="họ tên: chỉ có chữ, không có chữ số",
        )
    return value


def _matching(value: str, form: re.Pattern[str], where: str, needed: str, needed_vi: str) -> str:
    if not form.fullmatch(value):
        raise BodyInvalid(where=where, needed=needed, needed_vi=needed_vi)
    return value


def declared(body: Mapping[str, Any]) -> dict[str, Any]:
    """Fields the citizen typed: keys as in papers.md, values text, whole numbers or null; at most 200."""
    given = body.get("declared") or {}
    if not isinstance(given, dict) or len(given) > 200:
        raise BodyInvalid(
            where="declared", needed="an object of fields", needed_vi="đối tượng các trường"
        )
    return {_key(k): _value(k, v) for k, v in given.items()}


def _key(key: str) -> str:
    if not FIELD_KEY.fullmatch(key) or len(key) > 60:
        raise BodyInvalid(
            where="declared",
            needed="keys such as child.full_name",
            needed_vi="khóa như child.full_name",
        )
    return key


def _value(key: str, value: Any) -> str | int | None:
    if isinstance(value, str):
        return optional_text({key: value}, key, 500)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise BodyInvalid(
        where=f"declared.{key}",
        needed="text, a whole number or null",
        needed_vi="chữ, số nguyên hoặc null",
    )
