"""Agencies' endpoints in a JSON file: {"ward": {"url": …, "secrets": ["whsec_…"]}}, newest first.

In: the file's path. Out: endpoints by agency. It holds secrets: only its owner may read it. A file
that is not of this form is refused as Broken; a missing one means that no agency has an endpoint.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.errors import Broken
from chalicelib.ports import Endpoint

SECRETS_KEPT = 2  # the new one and the one before: a receiver may change over without a gap


class EndpointsFile:
    """The file, read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._endpoints: dict[str, Endpoint] = {}

    def read(self) -> Mapping[str, Endpoint]:
        """Endpoints by agency, as the file says now."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._endpoints, self._seen = _parsed(self._path.read_text("utf-8")), seen
        except FileNotFoundError:
            self._endpoints, self._seen = {}, None
        return self._endpoints

    def register(self, agency: str, url: str, secret: str) -> None:
        """Deliver to this URL from now on, signed with this secret and the one before."""
        before = self.read().get(agency)
        older = [s for s in (before.secrets if before else ()) if s != secret]
        kept = (secret, *older[: SECRETS_KEPT - 1])
        self.put(agency, Endpoint(url, kept))

    def put(self, agency: str, endpoint: Endpoint) -> None:
        """This agency's endpoint from now on, with just these secrets."""
        self._write({**self.read(), agency: endpoint})

    def _write(self, endpoints: Mapping[str, Endpoint]) -> None:
        """Replace the file in one move: a reader sees the old one or the new one."""
        plain = {a: {"url": e.url, "secrets": list(e.secrets)} for a, e in endpoints.items()}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".agencies-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(plain, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o600)
            Path(name).replace(self._path)
        finally:
            Path(name).unlink(missing_ok=True)


def endpoint_of(plain: Any) -> Endpoint:
    """An endpoint out of its JSON object. Raises Broken."""
    try:
        return Endpoint(str(plain["url"]), tuple(map(str, plain["secrets"])))
    except (TypeError, KeyError) as e:
        raise Broken("an agency's endpoint is not of its form") from e


def _parsed(text: str) -> dict[str, Endpoint]:
    try:
        return {a: endpoint_of(e) for a, e in json.loads(text).items()}
    except (ValueError, AttributeError) as e:
        raise Broken("the file of agencies' endpoints is not of its form") from e
