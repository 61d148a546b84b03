"""What an agency says: in the answer to a webhook itself, or in a call of its own. Nothing is stored here.

In: the body of an answer with a 2xx; a kind of answer and its words. Out: the words that count, a digest of them.
Refuses nothing: a body that is no word of ours says nothing, and the 2xx stays a 2xx.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from chalicelib.dossier.case import Delivery, Dossier

RECEIVED = "received"
LONGEST = 1024  # bytes of an answer that are looked at
LONGEST_NUMBER = 60
# Kinds of events that bring the dossier; news of it are not answered by a word.
WHOLE = ("dossier.verified", "dossier.supplemented", "dossier.corrected")


def received(body: bytes) -> dict[str, Any] | None:
    """The words of `{"status": "received", "number"?: "…"}`; None: it says nothing of the kind."""
    try:
        said = json.loads(body) if 0 < len(body) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("status") != RECEIVED:
        return None
    return {"number": _plain(said.get("number"))}


def _plain(number: Any) -> str | None:
    is_good = isinstance(number, str) and len(number) <= LONGEST_NUMBER and number.isprintable()
    return normalize("NFC", str(number)).strip() or None if is_good else None


def noted(dossier: Dossier, delivery: Delivery, body: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    """The event that a call of the agency's own would write, if this answer says received; once for a delivery."""
    said = received(body) if delivery.kind in WHOLE else None
    keys = [a["key"] for a in dossier.answers if a["agency"] == delivery.agency]
    if said is None or delivery.id in keys:
        return []
    facts = {"agency": delivery.agency, "answer": RECEIVED, "key": delivery.id}
    words = {k: v for k, v in said.items() if v is not None}
    return [("agency_answered", {**facts, "digest": digest(RECEIVED, said), **words})]


def digest(kind: str, said: Mapping[str, Any]) -> str:
    """The same words, the same digest: how an answer under a used key is known as the same or another."""
    plain = {k: sha256(v[0]).hexdigest() if k == "file" and v else v for k, v in said.items()}
    text = json.dumps([kind, plain], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
