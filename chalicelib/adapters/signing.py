"""Signed addresses of the one-machine storage: they pin method, path, expiry and every parameter.

In: a secret, a clock. Out: paths with a query that ends in an HMAC-SHA256 signature. Refuses
addresses that were altered, are expired, or come with another method or headers
(`UploadRefused`).
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalicelib.errors import UploadRefused
from chalicelib.ports import Clock


class Signer:
    """Signs addresses and tells whether one is still good."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        if len(secret) < 16:
            raise ValueError("a secret of at least 16 bytes is needed")
        self._secret = secret
        self._clock = clock

    def expiry(self, seconds: int) -> datetime:
        """The whole second until which an address made now is good."""
        return self._clock.now().replace(microsecond=0) + timedelta(seconds=seconds)

    def signed(
        self, method: str, path: str, expires: datetime, pinned: Mapping[str, str] | None = None
    ) -> str:
        """`path?expires=…&signature=…`. Parameters in `pinned` stand in the query, but `type`.

        `type` is the content type that the request's header must show; like S3's signed headers
        it is signed without standing in the address.
        """
        signed = {"expires": str(int(expires.timestamp())), **(pinned or {})}
        shown = {k: v for k, v in sorted(signed.items()) if k != "type"}
        return f"{path}?{urlencode(shown)}&signature={self._signature(method, path, signed)}"

    def checked(
        self, method: str, address: str, pinned: Mapping[str, str] | None = None
    ) -> tuple[str, dict[str, str]]:
        """(path, query without signature) of a good address; `pinned` is what the request shows.

        Raises:
            UploadRefused: altered, expired, or the request is not the one that was signed.
        """
        path, query = _taken_apart(address)
        signature = query.pop("signature", "")
        claimed = {**(pinned or {}), **query}
        good = self._signature(method, path, claimed)
        if not hmac.compare_digest(good.encode(), signature.encode()):
            raise UploadRefused("the signature does not fit the address")
        if any(claimed[name] != value for name, value in (pinned or {}).items()):
            raise UploadRefused("the request is not the one that was signed")
        if self._clock.now().timestamp() > int(query["expires"]):
            raise UploadRefused("the address has expired")
        return path, query

    def _signature(self, method: str, path: str, signed: Mapping[str, str]) -> str:
        text = f"{method}\n{path}\n{urlencode(sorted(signed.items()))}"
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def _taken_apart(address: str) -> tuple[str, dict[str, str]]:
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=10)
    except ValueError:
        raise UploadRefused("an address that can't be read") from None
    if len(dict(pairs)) != len(pairs):
        raise UploadRefused("a parameter stands twice in the address")
    return parts.path, dict(pairs)
