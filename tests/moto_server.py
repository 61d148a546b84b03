"""moto over HTTP, behind one lock: without the lock its races would be blamed on our code.

As a module for tests (`LockedMoto`), or as a process: `python -m tests.moto_server PORT`.
"""

import io
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server


class _KeepsConnections(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing: a run makes thousands of requests."""


class _OneAtATime:
    """The body is read before the lock is taken: a slow sender must not hold it."""

    def __init__(self, app: Any) -> None:
        self._app, self._lock = app, threading.Lock()

    def __call__(self, env: dict[str, Any], start: Any) -> Iterable[bytes]:
        size = int(env.get("CONTENT_LENGTH") or 0)
        if size and not env.get("HTTP_TRANSFER_ENCODING"):
            env["wsgi.input"] = io.BytesIO(env["wsgi.input"].read(size))
        with self._lock:
            return list(self._app(env, start))


def server(port: int, around: Callable[[Any], Any] = lambda app: app) -> BaseWSGIServer:
    """A server on 127.0.0.1 (port 0: any free one), not yet serving; `around` sees each request inside the lock."""
    app = _OneAtATime(around(DomainDispatcherApplication(create_backend_app)))
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=_KeepsConnections)


class LockedMoto:
    """The server in a thread: `with LockedMoto() as url`."""

    def __enter__(self) -> str:
        self._server = server(0)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


if __name__ == "__main__":
    server(int(sys.argv[1])).serve_forever()
