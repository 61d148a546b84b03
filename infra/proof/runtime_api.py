"""A small Lambda Runtime API: what the real runtime client asks for its next event, and tells its answers.

In: events by `invoke`. Out: what the function answered, or the error it reported. Refuses to wait longer than told.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

PREFIX = "/2018-06-01/runtime/"
TIMEOUT = 120.0
ARN = "arn:aws:lambda:ap-southeast-1:000000000000:function:proof"


class InvocationFailed(Exception):
    """The function reported an error, or no answer came in time."""


@dataclass
class RuntimeApi:
    """One function's side of the Runtime API. `ready_at`: when it first asked for work, the end of its init."""

    ready_at: float | None = None
    init_error: str | None = None
    address: str = ""
    _events: "Queue[tuple[str, bytes]]" = field(default_factory=Queue)
    _answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def invoke(self, event: Any) -> Any:
        """The function's answer to the event. Raises InvocationFailed."""
        id = str(uuid.uuid4())
        self._events.put((id, json.dumps(event, ensure_ascii=False).encode()))
        with self._changed:
            self._changed.wait_for(lambda: id in self._answers or self.init_error, TIMEOUT)
        kind, body = self._answers.pop(id, ("error", (self.init_error or "no answer").encode()))
        if kind == "error":
            raise InvocationFailed(body.decode("utf-8", "replace")[:2000])
        return json.loads(body)

    def await_ready(self) -> float:
        """When the init phase ended. Raises InvocationFailed."""
        with self._changed:
            self._changed.wait_for(lambda: self.ready_at or self.init_error, TIMEOUT)
        if self.ready_at is None:
            raise InvocationFailed(self.init_error or "the init phase did not end")
        return self.ready_at

    def next_event(self) -> tuple[str, bytes]:
        """Wait for work, as the client does."""
        with self._changed:
            self.ready_at = self.ready_at or time.monotonic()
            self._changed.notify_all()
        return self._events.get()

    def took(self, path: str, body: bytes) -> None:
        """The client told an answer, an error, or that the init failed."""
        *_, id, kind = path.split("/")
        with self._changed:
            if path.endswith("init/error"):
                self.init_error = body.decode("utf-8", "replace")[:2000]
            else:
                self._answers[id] = (kind, body)
            self._changed.notify_all()


@contextmanager
def serving() -> Iterator[RuntimeApi]:
    """A Runtime API on a free port of this machine."""
    api = RuntimeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _door(api))
    server.daemon_threads = True
    api.address = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def _door(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # the client keeps its connection

        def do_GET(self) -> None:
            id, event = api.next_event()
            deadline = str(int((time.time() + TIMEOUT) * 1000))
            self.send_response(200)
            for name, value in (
                ("Content-Type", "application/json"), ("Content-Length", str(len(event))),
                ("Lambda-Runtime-Aws-Request-Id", id), ("Lambda-Runtime-Deadline-Ms", deadline),
                ("Lambda-Runtime-Invoked-Function-Arn", ARN), ("Lambda-Runtime-Trace-Id", "Root=1-0-0"),
            ):  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(event)

        def do_POST(self) -> None:
            body = self._body()
            api.took(self.path, body)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    return Door
