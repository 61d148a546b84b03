"""Agencies over HTTPS: where they take webhooks, and one guarded POST there.

In: an endpoint, headers, bytes. Out: an `Answer`. Refused as unreachable: addresses that are not
public, and anything but https (unless private ones are allowed). Redirects are not followed, and
nothing takes longer than 15 s.

An agency's address is data that someone typed, so it must not lead into our own network. The name
is resolved once, every address it has is checked, and the connection goes to a checked address; a
name that changes in between (DNS rebinding) gains nothing. A connection to a checked address is
kept for a minute at most (`connections.py`). Lesson of Stripe's smokescreen and of
CVAT's PR 6362.
"""

import contextlib
import http.client
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cache
from io import BufferedReader, RawIOBase
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from typing import Any
from urllib.parse import SplitResult, urlsplit

from chalicelib.adapters.connections import Connections, Place
from chalicelib.adapters.endpoints import EndpointsFile
from chalicelib.adapters.public import is_public, resolved
from chalicelib.errors import AgencyBusy, AgencyUnreachable
from chalicelib.ports import Answer, Endpoint

__all__ = ["EndpointsFile", "HttpsAgencies", "is_public", "resolved"]

SECONDS = 15.0
MOST_AT_ONCE = 2  # to one endpoint from one process: a hanging one can't take all our workers
QUICK = (
    0.25  # a place there is waited for as long as those who have it are no longer at it than this
)
BODY_LIMIT = 64 * 1024
WORD_LIMIT = 1025  # one more than a word may have (`dispatch.words`)
# A kept connection that the other side was just closing. Its POST goes out once more: ids make that harmless.
STALE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)

Resolve = Callable[[str, int], list[str]]


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
        self._kept = Connections()
        self._under_way: defaultdict[str, list[float]] = defaultdict(list)  # when each began
        self._freed = Condition()

    def endpoint(self, agency: str) -> Endpoint | None:
        """Where this agency takes webhooks; None while it has none."""
        return self._endpoints().get(agency)

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        """One POST.

        Raises:
            AgencyUnreachable: any trouble before a status came; its detail names no address.
            AgencyBusy: enough tries to this address are under way; this one was not made.
        """
        url = self._must_be_taken(endpoint.url)
        try:
            with self._one_more(endpoint.url) as begun:
                deadline = _Deadline(self._seconds)
                answer = self._exchanged(url, _request(url, headers, body), deadline)
                return replace(answer, seconds=time.monotonic() - begun)
        except ssl.SSLError as e:
            raise AgencyUnreachable(f"TLS failed: {e.reason}") from e
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise AgencyUnreachable(type(e).__name__) from e

    @contextlib.contextmanager
    def _one_more(self, url: str) -> Iterator[float]:
        """A place among the tries under way there, and when it was taken. Raises AgencyBusy."""
        with self._freed:
            while len(self._under_way[url]) >= MOST_AT_ONCE:
                left = min(self._under_way[url]) + QUICK - time.monotonic()
                if left <= 0:
                    raise AgencyBusy
                self._freed.wait(left)
            begun = time.monotonic()
            self._under_way[url].append(begun)
        try:
            yield begun
        finally:
            with self._freed:
                self._under_way[url].remove(begun)
                if not self._under_way[url]:
                    del self._under_way[url]
                self._freed.notify_all()

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

    def _exchanged(self, url: SplitResult, request: bytes, deadline: "_Deadline") -> Answer:
        place = (url.scheme, url.hostname or "", _port(url))
        kept = self._kept.take(place)
        if kept:
            with contextlib.suppress(*STALE):
                return self._over(kept.connection, place, kept.opened, request, deadline)
        opened = self._kept.now()
        return self._over(self._connected(url, deadline), place, opened, request, deadline)

    def _over(
        self,
        connection: socket.socket,
        place: Place,
        opened: float,
        request: bytes,
        deadline: "_Deadline",
    ) -> Answer:
        is_reusable = False
        try:
            answer, is_reusable = _exchange(connection, request, deadline)
        finally:
            if not is_reusable:
                connection.close()
        if is_reusable:
            self._kept.keep(place, connection, opened)
        return answer

    def _connected(self, url: SplitResult, deadline: "_Deadline") -> socket.socket:
        addresses = self._checked_addresses(url, deadline)
        plain = _first_open(addresses, _port(url), deadline)
        # the first bytes leave at once: an answer is waited for
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if url.scheme == "http":
            return plain
        try:
            plain.settimeout(deadline.left())
            return self._tls.wrap_socket(plain, server_hostname=url.hostname)
        except BaseException:
            plain.close()
            raise

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
    connection: socket.socket, request: bytes, deadline: _Deadline
) -> tuple[Answer, bool]:
    """The answer, and whether the connection may serve once more."""
    _send(connection, request, deadline)
    hurried: Any = _Hurried(connection, deadline)
    with http.client.HTTPResponse(hurried, method="POST") as response:
        response.begin()
        answer = Answer(response.status, _retry_after(response.headers))
        # The status counts, and a short word in the body. All is read so that the agency's server can end in peace.
        is_whole = False
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            answer = replace(answer, body=response.read(WORD_LIMIT))
            response.read(BODY_LIMIT)
            is_whole = response.isclosed() or response.length == 0
        return answer, is_whole and not response.will_close


def _request(url: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = {"host": url.netloc, **headers, "content-length": str(len(body))}
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
