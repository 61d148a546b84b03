"""What an agency has with us: endpoints that it subscribed, how well they are, and what was posted for it.

Plain values, JSON-ready by `as_plain`. A subscription holds signing secrets: it is stored, never logged or shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS = (
    "dossier.verified", "dossier.supplemented", "dossier.corrected", "dossier.result", "dossier.stopped",
)  # fmt: skip
PING = "endpoint.ping"
PAYLOADS = ("full", "thin")


@dataclass(frozen=True, slots=True)
class Health:
    """Counters of one endpoint. `failures` and `slow` count in a row; `open_until`: the breaker holds tries back."""

    delivered: int = 0
    failed: int = 0
    failures: int = 0
    slow: int = 0
    failing_since: str | None = None
    open_until: str | None = None
    last_at: str | None = None
    last_status: int | None = None
    last_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One endpoint of an agency. Empty `kinds`, `procedures`, `units` mean: all.

    `state`: pending (no ping answered yet), active, paused, disabled (`why` says by what). `secrets` are newest
    first; all but the first end at `older_until`. `version` counts saves.
    """

    id: str
    agency: str
    url: str
    secrets: tuple[str, ...]
    created_at: str
    kinds: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    payload: str = "full"
    state: str = "pending"
    why: str | None = None
    older_until: str | None = None
    version: int = 1
    health: Health = field(default_factory=Health)

    def wants(self, kind: str, procedure: str, unit: str) -> bool:
        """Has it asked for such events, and may it get any (now or when it is resumed)?"""
        asked = ((self.kinds, kind), (self.procedures, procedure), (self.units, unit))
        return self.state in ("active", "paused") and all(not s or x in s for s, x in asked)

    def signing(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now: the newest, and the one before it while its window lasts."""
        is_window_over = self.older_until is None or now >= datetime.fromisoformat(self.older_until)
        return self.secrets[:1] if is_window_over else self.secrets[:2]


@dataclass(frozen=True, slots=True)
class Posted:
    """One event in an agency's feed. `position` counts from 1 per agency; `envelope` is the key of its bytes."""

    id: str
    agency: str
    code: str
    kind: str
    procedure: str
    unit: str
    at: str
    envelope: str
    position: int = 0


def subscription_from(plain: Mapping[str, Any]) -> Subscription:
    """The subscription that `as_plain` wrote."""
    lists = {k: tuple(plain[k]) for k in ("secrets", "kinds", "procedures", "units")}
    return Subscription(**{**plain, **lists, "health": Health(**plain["health"])})
