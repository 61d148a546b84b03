"""Stage: review. Which sure values an officer looks at all the same, by lot; and what the officer found.

In: a dossier, what is sure, the share to draw. Out: the values drawn, or the events of an answer. The lot hangs on
code, paper and field alone: anyone can draw it again and find the same. Refuses answers about what was not drawn.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from chalicelib.dossier.case import Dossier
from chalicelib.dossier.paper import Field
from chalicelib.errors import BodyInvalid, PaperUnknown

Draft = tuple[str, Mapping[str, Any]]
IsSure = Callable[[str, str, Field], bool]
"""(kind, field key, field): does nobody look at this value?"""
_LOTS = 1_000_000


def drawn(dossier: Dossier, is_sure: IsSure, share: float) -> Draft | None:
    """The event that keeps which sure values were drawn, and out of how many; None if none was."""
    sure = list(_sure(dossier, is_sure))
    found = [s for s in sure if lot(dossier.code, s["paper"], s["index"], s["field"]) < share]
    return (
        ("spot_checks_drawn", {"share": share, "of": len(sure), "checks": found}) if found else None
    )


def lot(code: str, paper: str, index: int, field: str) -> float:
    """From 0 to before 1, always the same for the same value."""
    digest = sha256(f"{code}|{paper}|{index}|{field}".encode()).digest()
    return int.from_bytes(digest[:8]) % _LOTS / _LOTS


def answer(dossier: Dossier, body: Mapping[str, Any]) -> list[Draft]:
    """The events of an officer's word on one value: `right`, or not and the true `value`; said again: none."""
    check = _check(dossier, body)
    right = body.get("right")
    if not isinstance(right, bool):
        raise BodyInvalid(where="right", needed="true or false", needed_vi="true hoặc false")
    where = {k: check[k] for k in ("paper", "index", "field")}
    if check.get("right") is right:
        return []
    if right:
        return [("spot_checked", {**where, "right": True})]
    correction = {**where, "value": _true_value(body)}
    return [("spot_checked", {**where, "right": False}), ("field_corrected", correction)]


def _sure(dossier: Dossier, is_sure: IsSure) -> Iterator[dict[str, Any]]:
    """Values that were read, not typed by anyone, and that nobody would look at."""
    for paper in dossier.live_papers():
        for index, read in enumerate(paper.papers):
            for key, field in sorted(read.fields.items()):
                is_read = field.confirmed_by is None and field.source != "declared"
                if is_read and is_sure(read.kind, key, field):
                    yield {"paper": paper.id, "index": index, "kind": read.kind, "field": key}


def _check(dossier: Dossier, body: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = (body.get("paper"), body.get("index", 0), body.get("field"))
    found = (c for c in dossier.spot_checks if (c["paper"], c["index"], c["field"]) == wanted)
    check = next(found, None)
    if check is None:
        raise PaperUnknown
    return check


def _true_value(body: Mapping[str, Any]) -> str | int | None:
    value = body.get("value")
    is_value = isinstance(value, str | int | None) and not isinstance(value, bool)
    if "value" in body and is_value:
        return value
    raise BodyInvalid(
        where="value",
        needed="what the paper says: text, a whole number or null",
        needed_vi="điều giấy tờ ghi: chữ, số nguyên hoặc null",
    )
