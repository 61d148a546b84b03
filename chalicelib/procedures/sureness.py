"""Is a value sure enough to judge by? The thresholds are data: `schemas/confidence.json`, else 0.9."""

from typing import Any

from chalicelib.dossier.paper import Field
from chalicelib.procedures.data import SCHEMAS, load
from chalicelib.procedures.evidence import Merged

USUAL = 0.9
USUAL_FOR_KINDS = 0.7
USUAL_BOUND = 0.001


def is_sure(m: Merged, field: str) -> bool:
    """Confirmed by an officer, declared (sure as a claim), or read surely enough.

    What another kind of paper says the same may lift a reading over the threshold (`Merged.support`).
    """
    f: Field = m.field
    if f.confirmed_by or f.source == "declared":
        return True
    return max(f.confidence, m.support) >= threshold(m.kind, field, m.channel)


def threshold(kind: str | None, field: str, channel: str = "") -> float:
    """The least confidence that counts as sure for this field of this kind of paper, come by this channel.

    Of an unknown channel the strictest counts.
    """
    told = thresholds()
    by_channel = told.get("fields", {}).get(f"{kind}:{field}", {})
    strictest = max(by_channel.values(), default=told.get("sure", USUAL))
    return float(by_channel.get(channel, strictest))


def kind_threshold() -> float:
    """The least confidence at which a paper counts as being of its kind."""
    return float(thresholds().get("kind", USUAL_FOR_KINDS))


def bound() -> float:
    """The share of errors among the sure that the thresholds are fitted to."""
    path = SCHEMAS / "confidence.json"
    return float(load(path).get("bound", USUAL_BOUND)) if path.exists() else USUAL_BOUND


def thresholds() -> dict[str, Any]:
    """The member `thresholds` of `schemas/confidence.json`; nothing while it is not there.

    Shape: `{"sure": 0.9, "kind": 0.7, "fields": {"giay_chung_sinh:number": {"mobile": 0.95}}}`, all
    optional; `tests/fit_confidence.py` writes it.
    """
    path = SCHEMAS / "confidence.json"
    return dict(load(path).get("thresholds", {})) if path.exists() else {}
