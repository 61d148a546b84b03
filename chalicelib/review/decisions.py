"""Stage: review. An officer's decision in; drafts of events out.

Decisions: `accept`, `correct` a field (or the kind) of one paper, ask for a `supplement`, `refuse`; once the agencies
have it, a `supplement` for one of them, or `apologise` for a late result with a new date. Refuses: a correction of a
paper or field that is not there, anything to the citizen without a reason, accepting while definite faults remain.
Values an officer types become certain and carry the officer's name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.dossier.case import Dossier
from chalicelib.dossier.paper import Finding
from chalicelib.errors import BodyInvalid, FaultsRemain, PaperUnknown

Draft = tuple[str, Mapping[str, Any]]
ACTIONS = ("accept", "correct", "supplement", "refuse", "apologise")


def correction(dossier: Dossier, body: Mapping[str, Any]) -> Draft:
    """The event that puts a field (`field`, `value`) or the `kind` of a read paper right.

    `paper` names the upload; `index` which of the papers found in it (0 unless told).
    """
    paper = dossier.papers.get(str(body.get("paper")))
    index = body.get("index", 0)
    if paper is None or not isinstance(index, int) or not 0 <= index < len(paper.papers):
        raise PaperUnknown
    where = {"paper": paper.id, "index": index}
    if isinstance(body.get("kind"), str):
        return "kind_corrected", {**where, "kind": body["kind"]}
    field = body.get("field")
    if not isinstance(field, str) or not field:
        raise BodyInvalid(where="field", needed="the field's key", needed_vi="khóa của trường")
    return "field_corrected", {**where, "field": field, "value": value_of(body)}


def value_of(body: Mapping[str, Any]) -> str | int | None:
    """What the officer says stands there; None: nothing does."""
    value = body.get("value")
    if not isinstance(value, str | int | None) or isinstance(value, bool):
        raise BodyInvalid(
            where="value",
            needed="text, a whole number or null",
            needed_vi="chữ, số nguyên hoặc null",
        )
    return value


def supplement(body: Mapping[str, Any], findings: Sequence[Finding]) -> Draft:
    """The event that asks the citizen for more: the officer's words and every open finding."""
    faults = [f for f in findings if f.outcome != "passed" and not f.warning]
    return "supplement_asked", {
        "reason": reason_of(body),
        "faults": [_fault(f) for f in faults],
    }


def _fault(f: Finding) -> dict[str, Any]:
    told = {"paths": list(f.paths), "message": list(f.message)}
    return {**told, "read": list(f.read)} if f.read else told


def refusal(body: Mapping[str, Any]) -> Draft:
    """The event that ends the dossier, with the reason the citizen will read."""
    return "refused", {"reason": reason_of(body)}


def request(body: Mapping[str, Any]) -> tuple[str | None, str]:
    """For which agency (None: the only one that owes a result) the citizen is asked for more, and why."""
    return _named(body, "agency"), reason_of(body)


def apology(body: Mapping[str, Any]) -> tuple[str | None, str | None, str, str]:
    """Which agency is late with which result (None: the only one), the new day as it was sent, and why."""
    return _named(body, "agency"), _named(body, "result"), str(body.get("due")), reason_of(body)


def _named(body: Mapping[str, Any], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) and value else None


def must_be_acceptable(findings: Sequence[Finding]) -> None:
    """Raise FaultsRemain if a definite fault is open; what was inconclusive the officer has looked at."""
    failed = [f for f in findings if f.outcome == "failed" and not f.warning]
    if failed:
        raise FaultsRemain(faults=", ".join(sorted({f.rule for f in failed})))


def reason_of(body: Mapping[str, Any]) -> str:
    """The officer's reason: 3 to 2,000 letters."""
    reason = body.get("reason")
    if not isinstance(reason, str) or not 3 <= len(reason.strip()) <= 2000:
        raise BodyInvalid(
            where="reason",
            needed="a reason the citizen will read, 3 to 2,000 letters",
            needed_vi="lý do để công dân đọc, từ 3 đến 2.000 chữ",
        )
    return reason.strip()
