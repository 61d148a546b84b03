"""An endpoint's breaker: how it is after a try, whether to try now, and when it is given up.

In: its health, what a try gave, aware times. Out: its new health. Nothing is sent or stored here.

A delivery's own schedule spreads the tries of one event; the breaker spares all others of a dead or hanging
endpoint: after five failures (or slow answers) in a row nothing is sent for half a minute, then one more try tells,
and each further failure doubles the rest, to ten minutes. A try held back is not a try made.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.dossier.agency import Health

FAILURES = 5
SLOW_SECONDS = 10.0  # of the 15 that a try may take
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
GIVE_UP = timedelta(days=5)  # as Svix does; printed in docs/agencies.md


def after(health: Health, status: int | None, seconds: float, now: datetime) -> Health:
    """The health after one more try; `status` None: no answer came."""
    seen = replace(
        health, last_at=now.isoformat(), last_status=status, last_seconds=round(seconds, 3)
    )
    slow = health.slow + 1 if seconds >= SLOW_SECONDS else 0
    if status is not None and 200 <= status < 300:
        good = replace(
            seen, delivered=health.delivered + 1, failures=0, failing_since=None, slow=slow
        )
        return replace(good, open_until=_rest(slow, now))
    failures = health.failures + 1
    return replace(
        seen,
        failed=health.failed + 1,
        failures=failures,
        slow=slow,
        failing_since=health.failing_since or now.isoformat(),
        open_until=_rest(max(failures, slow), now),
    )


def held_until(health: Health, now: datetime) -> datetime | None:
    """When the next try may be made; None: now."""
    until = datetime.fromisoformat(health.open_until) if health.open_until else None
    return until if until and until > now else None


def is_hopeless(health: Health, now: datetime) -> bool:
    """Has it failed for five days on end (and more than by chance)?"""
    if health.failing_since is None or health.failures < FAILURES:
        return False
    return now - datetime.fromisoformat(health.failing_since) >= GIVE_UP


def _rest(in_a_row: int, now: datetime) -> str | None:
    if in_a_row < FAILURES:
        return None
    longer: int = 2 ** min(in_a_row - FAILURES, 10)
    return (now + min(REST * longer, LONGEST_REST)).isoformat()
