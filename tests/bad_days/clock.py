"""A clock that moves when told to."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """The port `Clock`; starts on a Monday morning in Hà Nội."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
