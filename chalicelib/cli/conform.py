"""`motcua conform`: does an agency's endpoint bear what the network does to webhooks?

In: its address and the secret it verifies with. Out: a line per trial and an exit status, 0 only if all passed. The
events sent are pings and a made-up dossier `KIEM-THU`; nothing of a person is in them.
"""

import json
import secrets as randomness
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from rich.console import Console

from chalicelib import wiring
from chalicelib.dispatch import webhooks

PATIENCE = 15
HUGE = 16 * 1024 * 1024
SLOW_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, and which answers are right (None: the connection may be closed instead)."""

    name: str
    right: str
    status: int | None
    passed: bool


class Candidate:
    """The endpoint under trial."""

    def __init__(self, url: str, secret: str, agency: str) -> None:
        self.url, self.secret, self.agency = url, secret, agency

    def event(self, sequence: int = 1) -> tuple[str, bytes]:
        """A made-up result event: (id, body)."""
        id = f"msg_conform{randomness.token_hex(10)}"
        body = {
            "version": "1.0", "id": id, "type": "dossier.result", "agency": self.agency,
            "timestamp": wiring.now().isoformat(timespec="milliseconds"), "sequence": sequence,
            "dossier": {"code": "KIEM-THU"}, "due": {},
            "result": {"id": "kiem_thu", "agency": self.agency, "name": "Kiểm thử", "number": "0",
                       "date": "2026-01-01"},
        }  # fmt: skip
        return id, json.dumps(body, ensure_ascii=False).encode()

    def signed(self, id: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
        """Headers as we send them."""
        return webhooks.signed_headers(id, at or wiring.now(), body, [self.secret])

    def post(self, headers: dict[str, str], body: bytes) -> int | None:
        """The status; None if no answer came in 15 s."""
        try:
            answer = requests.post(
                self.url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False
            )
        except requests.RequestException:
            return None
        return answer.status_code


def trials(c: Candidate) -> list[Trial]:
    """Every trial, made one after the other."""
    return [*taken(c), *refused(c), _slow_body(c), _huge_body(c), _last(c)]


def _last(c: Candidate) -> Trial:
    id, body = c.event()
    return _trial("still well after all that", "2xx", c.post(c.signed(id, body), body), _is_taken)


def _is_taken(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _is_refused(status: int | None) -> bool:
    return status is not None and 400 <= status < 500


def _trial(
    name: str, right: str, status: int | None, is_right: Callable[[int | None], bool]
) -> Trial:
    return Trial(name, right, status, is_right(status))


def taken(c: Candidate) -> list[Trial]:
    """What must be taken: reordered, repeated, signed by two keys, late but in time."""
    first, second = c.event(1), c.event(2)
    other = webhooks.new_secret(b"another key, of nobody's own ...")
    two_keys = c.signed(*first)
    two_keys["webhook-signature"] = (
        webhooks.signed_headers(first[0], wiring.now(), first[1], [other])["webhook-signature"]
        + " "
        + two_keys["webhook-signature"]
    )
    sent: Sequence[tuple[str, dict[str, str], bytes]] = (
        ("the later event of a dossier first", c.signed(*second), second[1]),
        ("the earlier one after it", c.signed(*first), first[1]),
        ("the same event again", c.signed(*first), first[1]),
        ("signed by two keys, ours second", two_keys, first[1]),
        ("sent 4 minutes ago", c.signed(*first, wiring.now() - timedelta(minutes=4)), first[1]),
    )
    return [_trial(name, "2xx", c.post(h, b), _is_taken) for name, h, b in sent]


def refused(c: Candidate) -> list[Trial]:
    """What must be refused: changed, too old, too new, unsigned, malformed."""
    id, body = c.event()
    good = c.signed(id, body)
    old = c.signed(id, body, wiring.now() - timedelta(minutes=6))
    new = c.signed(id, body, wiring.now() + timedelta(minutes=6))
    unsigned = {k: v for k, v in good.items() if k != "webhook-signature"}
    kind = good["webhook-signature"].split(",")[0]
    sent: Sequence[tuple[str, dict[str, str], bytes]] = (
        ("one byte of the body changed", good, body[:-1] + b" }"),
        ("another id", {**good, "webhook-id": "msg_other"}, body),
        ("sent 6 minutes ago", old, body),
        ("sent in 6 minutes", new, body),
        ("no signature", unsigned, body),
        ("a signature that is not base64", {**good, "webhook-signature": f"{kind},%%%"}, body),
        ("an empty signature", {**good, "webhook-signature": f"{kind},"}, body),
        ("a time that is no number", {**good, "webhook-timestamp": "now"}, body),
        ("an unknown kind of signature", {**good, "webhook-signature": "v9,AAAA"}, body),
    )
    return [_trial(name, "4xx", c.post(h, b), _is_refused) for name, h, b in sent]


def _slow_body(c: Candidate) -> Trial:
    """A genuine event that drips in over three seconds."""
    id, body = c.event()

    def drip() -> Any:
        size = max(1, len(body) // 6)
        for start in range(0, len(body), size):
            yield body[start : start + size]
            time.sleep(SLOW_SECONDS / 6)

    headers = {**c.signed(id, body), "content-length": str(len(body))}
    status = _stream(c, headers, drip())
    return _trial(
        "a body that drips in over 3 s", "2xx or 408", status, lambda s: _is_taken(s) or s == 408
    )


def _huge_body(c: Candidate) -> Trial:
    """16 MiB, unsigned: to be refused or cut off, not read for ever."""
    headers = {"content-type": "application/json", "content-length": str(HUGE)}
    status = _stream(c, headers, (b" " * 65536 for _ in range(HUGE // 65536)))
    return _trial(
        "16 MiB, not signed", "4xx or cut off", status, lambda s: s is None or 400 <= s < 500
    )


def _stream(c: Candidate, headers: dict[str, str], pieces: Any) -> int | None:
    try:
        answer = requests.post(
            c.url, data=_Sized(pieces, int(headers["content-length"])), headers=headers,
            timeout=PATIENCE, allow_redirects=False,
        )  # fmt: skip
    except (requests.RequestException, OSError):
        return None
    return answer.status_code


class _Sized:
    """Pieces with a known length, so that requests doesn't send them chunked."""

    def __init__(self, pieces: Any, size: int) -> None:
        self._pieces, self._size = iter(pieces), size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Any:
        return self._pieces


def is_reachable(url: str) -> bool:
    """Does anyone listen there?"""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=5).close()
    except (OSError, ValueError):
        return False
    return True


def conform_to(url: str, secret: str, agency: str) -> int:
    """Try it all and print; the exit status: 0 conforms, 1 does not, 3 nobody is there."""
    console = Console(highlight=False)
    if not is_reachable(url):
        console.print(f"[red]✗[/red] nobody listens at {url}")
        return 3
    made = trials(Candidate(url, secret, agency))
    for t in made:
        mark = "[green]✓[/green]" if t.passed else "[red]✗[/red]"
        console.print(f"{mark} {t.name}: {t.status or 'no answer'} (right: {t.right})")
    failed = sum(not t.passed for t in made)
    verdict = "conforms" if not failed else f"does not conform: {failed} of {len(made)} failed"
    console.print(f"{url} {verdict}")
    return 1 if failed else 0
