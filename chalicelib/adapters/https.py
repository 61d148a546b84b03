"""Agencies over HTTPS: where they take webhooks, and one guarded POST there.

In: an endpoint, headers, bytes. Out: an `Answer`. Refused as unreachable: addresses that are not
public, and anything but https (unless private ones are allowed). Redirects are not followed, and
nothing takes longer than 15 s.

An agency's address is data that someone typed, so it must not lead into our own network. The name
is resolved once, every address it has is checked, and the connection goes to a checked address; a
name that changes in between (DNS rebinding) gains nothing. Lesson of Stripe's smokescreen and of
CVAT's PR 6362.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cache
from io import BufferedReader, RawIOBase
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chalicelib.adapters.endpoints import EndpointsFile
from chalicelib.errors import AgencyBusy, AgencyUnreachable
from chalicelib.ports import Answer, Endpoint

__all__ = ["EndpointsFile", "HttpsAgencies", "is_public", "resolved"]

SECONDS = 15.0
MOST_AT_ONCE = 2  # to one endpoint from one process: a hanging one can't take all our workers
BODY_LIMIT = 64 * 1024

# IANA special-purpose registries (RFC 6890 and later), multicast, and Azure's wire server.
_NOT_PUBLIC_V4 = [
    ipaddress.ip_network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
    )
]
# Of IPv6 only global unicast is taken, and of that nothing that can carry an IPv4 address inside.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC_V6 = [
    ipaddress.ip_network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]

Resolve = Callable[[str, int], list[str]]


def is_public(address: str) -> bool:
    """Is this IP address one of the open Internet? Anything that is no plain IP address is not."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in net for net in _NOT_PUBLIC_V4)
    in_the_open = ip in _PUBLIC_V6 and ip.scope_id is None
    return in_the_open and not any(ip in net for net in _NOT_PUBLIC_V6)


def resolved(host: str, port: int) -> list[str]:
    """Every IP address of a host, as the system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class HttpsAgencies:
    """`ports.Agencies` over the network.

    `endpoints` is asked at every call, so a changed file counts at once. `allow_private` is for one
    machine and for tests: it also takes plain http. The rest is there to be tested.
    """

    def __init__(
        self,
        endpoints: Callable[[], Mapping[str, Endpoint]],
        allow_private: bool,
        *,
        resolve: Resolve = resolved,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._endpoints = endpoints
        self._allow_private = allow_private
        self._resolve = resolve
        self._tls = tls or _trusted()
        self._seconds = seconds
        self._under_way: Counter[str] = Counter()
        self._lock = Lock()

    def endpoint(self, agency: str) -> Endpoint | None:
        """Where this agency takes webhooks; None while it has none."""
        return self._endpoints().get(agency)

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        """One POST.

        Raises:
            AgencyUnreachable: any trouble before a status came; its detail names no address.
            AgencyBusy: enough tries to this address are under way; this one was not made.
        """
        begun = time.monotonic()
        deadline = _Deadline(self._seconds)
        url = self._must_be_taken(endpoint.url)
        try:
            with self._one_more(endpoint.url), self._connected(url, deadline) as connection:
                answer = _exchange(connection, url, headers, body, deadline)
                return replace(answer, seconds=time.monotonic() - begun)
        except ssl.SSLError as e:
            raise AgencyUnreachable(f"TLS failed: {e.reason}") from e
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise AgencyUnreachable(type(e).__name__) from e

    @contextlib.contextmanager
    def _one_more(self, url: str) -> Iterator[None]:
        with self._lock:
            if self._under_way[url] >= MOST_AT_ONCE:
                raise AgencyBusy
            self._under_way[url] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[url] -= 1
                if not self._under_way[url]:
                    del self._under_way[url]

    def _must_be_taken(self, address: str) -> SplitResult:
        try:
            url = urlsplit(address)
            _ = url.port
        except ValueError as e:
            raise AgencyUnreachable("the endpoint's address is malformed") from e
        schemes = ("https", "http") if self._allow_private else ("https",)
        if url.scheme not in schemes or not url.hostname or not address.isascii():
            raise AgencyUnreachable("the endpoint's address must be https with an ASCII host")
        if url.username or url.password or any(c <= " " or c == "\x7f" for c in address):
            raise AgencyUnreachable("the endpoint's address holds what it must not")
        return url

    @contextlib.contextmanager
    def _connected(self, url: SplitResult, deadline: "_Deadline") -> Any:
        addresses = self._checked_addresses(url, deadline)
        plain = _first_open(addresses, _port(url), deadline)
        with plain:
            if url.scheme == "http":
                yield plain
                return
            plain.settimeout(deadline.left())
            with self._tls.wrap_socket(plain, server_hostname=url.hostname) as wrapped:
                yield wrapped

    def _checked_addresses(self, url: SplitResult, deadline: "_Deadline") -> list[str]:
        host = url.hostname or ""
        addresses = _in_time(lambda: self._resolve(host, _port(url)), deadline)
        if not addresses:
            raise AgencyUnreachable("the endpoint's name has no address")
        if not self._allow_private and not all(map(is_public, addresses)):
            raise AgencyUnreachable("the endpoint's address is not public")
        return addresses


class _Deadline:
    """Seconds that are left of a budget; a `TimeoutError` once there are none."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Hurried(RawIOBase):
    """Reads a socket with only the time that is left: a dripping answer can't hold us longer."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> BufferedReader:
        """What `http.client` asks of a socket."""
        return BufferedReader(self)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _in_time(ask: Callable[[], list[str]], deadline: _Deadline) -> list[str]:
    """The resolver's answer. It can't be interrupted: its thread may be left behind."""
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except (OSError, UnicodeError) as e:
            answers.put(e)

    Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left())
    except Empty as e:
        raise TimeoutError from e
    if isinstance(answer, Exception):
        raise answer
    return answer


def _first_open(addresses: list[str], port: int, deadline: _Deadline) -> socket.socket:
    """A connection to the first address that takes one; the last one's error if none does."""
    for left in range(len(addresses), 1, -1):
        with contextlib.suppress(OSError):
            share = deadline.left() / left
            return socket.create_connection((addresses[-left], port), timeout=share)
    return socket.create_connection((addresses[-1], port), timeout=deadline.left())


def _exchange(
    connection: socket.socket,
    url: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
    deadline: _Deadline,
) -> Answer:
    _send(connection, _request(url, headers, body), deadline)
    hurried: Any = _Hurried(connection, deadline)
    with http.client.HTTPResponse(hurried, method="POST") as response:
        response.begin()
        answer = Answer(response.status, _retry_after(response.headers))
        # Only the status counts. The body is read so that the agency's server can end in peace.
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            response.read(BODY_LIMIT)
        return answer


def _request(url: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = {"host": url.netloc, **headers, "content-length": str(len(body)), "connection": "close"}
    if any(c in f"{name}{value}" for name, value in lines.items() for c in "\r\n\0"):
        raise ValueError("a header holds a line break")
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def _send(connection: socket.socket, data: bytes, deadline: _Deadline) -> None:
    rest = memoryview(data)
    while rest:
        connection.settimeout(deadline.left())
        rest = rest[connection.send(rest) :]


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _retry_after(headers: http.client.HTTPMessage) -> int | None:
    """Seconds, or an HTTP date against the answer's own Date: then our clocks need not agree."""
    asked = (headers.get("Retry-After") or "").strip()
    if asked.isascii() and asked.isdigit():
        return int(asked[:9])
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers["Date"])
    except (TypeError, ValueError, IndexError):
        return None
    return max(int(wait.total_seconds()), 0)
