"""Time and randomness of the machine we run on."""

import secrets
from base64 import b32encode
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock that everyone else asks


class RandomIds:
    """Names from the system's source of secrets: 130 random bits each."""

    def new(self, prefix: str) -> str:
        """`prefix_` and 26 random characters (a-z, 2-7)."""
        return f"{prefix}_{b32encode(secrets.token_bytes(17)).decode().lower()[:26]}"
