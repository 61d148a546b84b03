"""Signatures (HMAC `v1`, ed25519 `v1a`) and retries of webhooks, by Standard Webhooks 1.0.0. Nothing is sent here.

In: an id, an aware time, the body's bytes, secrets. Out: headers, a verdict on headers, or what
follows an answer. Times are signed as UTC seconds whatever zone they come in; a time without a
zone is refused, and so is a secret that is not one.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

from chalicelib.errors import Broken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PREFIX = "whsec_"
PRIVATE = "whsk_"  # ed25519: ours signs with whsk_, the agency verifies with whpk_
PUBLIC = "whpk_"

# The wait before each try, 75 h 35 m in all. Standard Webhooks 1.0.0, "Deliverability".
SCHEDULE: tuple[timedelta, ...] = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
LONGEST_WAIT = timedelta(hours=24)
GONE = 410
BUSY = frozenset({429, 503})


class Verdict(StrEnum):
    """What `verify` found; only GENUINE is true."""

    GENUINE = "genuine"
    HEADERS_WRONG = "headers_wrong"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    NOT_SIGNED_BY_US = "not_signed_by_us"

    def __bool__(self) -> bool:
        return self is Verdict.GENUINE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows a try: `next_at` is set only while waiting; `reason` says why in one word."""

    state: Literal["delivered", "waiting", "dead"]
    next_at: datetime | None
    reason: Literal["taken", "refused", "unreachable", "busy", "gone", "exhausted"]


def new_secret(random: bytes) -> str:
    """A signing secret out of 24 to 64 random bytes (the standard's bounds)."""
    if not 24 <= len(random) <= 64:
        raise Broken("a webhook secret is made of 24 to 64 random bytes")
    return PREFIX + base64.b64encode(random).decode()


def new_key_pair(seed: bytes) -> tuple[str, str]:
    """An ed25519 key that signs (`whsk_`) and the one that verifies (`whpk_`), out of 32 random bytes."""
    if len(seed) != 32:
        raise Broken("an ed25519 key is made of 32 random bytes")
    private = PRIVATE + base64.b64encode(seed).decode()
    return private, public_key(private)


def public_key(private: str) -> str:
    """The verifying half of a signing key."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = _ed25519(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC + base64.b64encode(public).decode()


def signed_headers(id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The headers of one try. Every secret signs, so a receiver may hold the old or the new one.

    Raises:
        Broken: a time without a zone, no secret, or one that is not `whsec_` and base64.
    """
    if at.tzinfo is None or not secrets:
        raise Broken("a webhook is signed with an aware time and at least one secret")
    seconds = str(int(at.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(id, seconds, body, s) for s in secrets),
    }


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
    tolerance: int = 300,
) -> Verdict:
    """Was it signed by one of `secrets` within `tolerance` seconds? Bad headers never raise."""
    given = {name.lower(): value for name, value in headers.items()}
    id, seconds, signatures = (given.get(f"webhook-{n}") for n in ("id", "timestamp", "signature"))
    if not (id and seconds and signatures and id.isascii()):
        return Verdict.HEADERS_WRONG
    if not re.fullmatch("[0-9]{1,12}", seconds):
        return Verdict.HEADERS_WRONG
    age = int(now.astimezone(UTC).timestamp()) - int(seconds)
    if abs(age) > tolerance:
        return Verdict.TOO_OLD if age > 0 else Verdict.TOO_NEW
    public = [s for s in secrets if s.startswith(PUBLIC)]
    expected = [_signature(id, seconds, body, s) for s in secrets if s not in public]
    content = f"{id}.{seconds}.".encode() + body
    is_ours = _any_same(signatures, expected) or any(
        _is_signed(s, content, key) for s in signatures.split(" ")[:8] for key in public
    )
    return Verdict.GENUINE if is_ours else Verdict.NOT_SIGNED_BY_US


def after(
    attempt: int, status: int | None, retry_after: int | None, now: datetime, spread: float
) -> Outcome:
    """What follows try number `attempt` (from 1).

    Args:
        attempt: the try that was just made.
        status: what was answered; None if nothing was.
        retry_after: seconds of a Retry-After header; kept to for 429 and 503, at most 24 hours.
        now: when the answer came, aware.
        spread: 0 to 1, moves the wait within ±10 % so that tries of many dossiers don't meet.
    """
    if status is not None and 200 <= status < 300:
        return Outcome("delivered", None, "taken")
    if status == GONE:
        return Outcome("dead", None, "gone")
    if attempt >= len(SCHEDULE):
        return Outcome("dead", None, "exhausted")
    wait = SCHEDULE[attempt] * (1 - JITTER + 2 * JITTER * spread)
    if status in BUSY:
        asked = min(timedelta(seconds=max(retry_after or 0, 0)), LONGEST_WAIT)
        return Outcome("waiting", now + max(wait, asked), "busy")
    return Outcome("waiting", now + wait, "unreachable" if status is None else "refused")


def _signature(id: str, seconds: str, body: bytes, secret: str) -> str:
    content = f"{id}.{seconds}.".encode() + body
    if secret.startswith(PRIVATE):
        return "v1a," + base64.b64encode(_ed25519(secret).sign(content)).decode()
    return "v1," + base64.b64encode(hmac.digest(_key(secret), content, hashlib.sha256)).decode()


@cache
def _ed25519(private: str) -> "Ed25519PrivateKey":
    """A key of 32 bytes; of 64 (seed and public half) the seed counts."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = _key(private)
    if len(raw) not in (32, 64):
        raise Broken("an ed25519 key has 32 bytes")
    return Ed25519PrivateKey.from_private_bytes(raw[:32])


def _is_signed(given: str, content: bytes, public: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signature = base64.b64decode(given.removeprefix("v1a,"), validate=True)
        Ed25519PublicKey.from_public_bytes(_key(public)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return given.startswith("v1a,")


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX).removeprefix(PRIVATE).removeprefix(PUBLIC)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError) as e:
        raise Broken("a webhook secret is not base64") from e
    if not key:
        raise Broken("a webhook secret is empty")
    return key


def _any_same(given: str, expected: Sequence[str]) -> bool:
    pairs = [(g.encode(errors="replace"), e.encode()) for g in given.split(" ") for e in expected]
    return any([hmac.compare_digest(g, e) for g, e in pairs])
