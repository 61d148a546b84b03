"""The local web server: a WSGI application over Chalice's local gateway, with storage beside it.

HTTP requests in, answers out; on one machine `/storage/…` takes parts and gives blobs by signed addresses, as S3
does on AWS. Refuses over-long bodies before reading them. Bodies of parts are streamed, never held.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from chalice import Chalice
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway, LocalGatewayException

from chalicelib.doors import broken_answer, log, place_of, problem_answer
from chalicelib.errors import DossierError, FileTooBig, MethodNotAllowed, RouteUnknown

BODY_LIMIT = 1024 * 1024
PIECE = 64 * 1024
UNCLEAR = frozenset("?#;\t\r\n")
"""Decoded in a path, the gateway would take what follows for something else, or drop them and answer another route."""


class Storage(Protocol):
    """The storage side of the local blobs."""

    def put_part(self, address: str, headers: Mapping[str, str], stream: BinaryIO) -> None:
        """Take one part."""

    def get_blob(self, address: str) -> tuple[BinaryIO, str]:
        """Give a blob and its media type."""


class LocalServer:
    """The WSGI application."""

    def __init__(self, app: Chalice, storage: Storage | None) -> None:
        # Chalice's plain object mixes requests up between threads; LocalChalice keeps them apart
        app.__class__ = LocalChalice
        self._gateway = LocalGateway(app, Config())
        self._storage = storage

    def __call__(self, env: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            if env["PATH_INFO"].startswith("/storage/"):
                return self._store(env, start)
            return self._serve(env, start)
        except DossierError as e:
            return _said(start, problem_answer(e).to_dict())
        except Exception as e:  # noqa: BLE001 - the edge: one bad request must not end the server
            log.error("request_failed error=%s", place_of(e))
            return _said(start, broken_answer().to_dict())

    def _serve(self, env: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = env["REQUEST_METHOD"]
        asked = "GET" if method == "HEAD" else method
        path = env["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        if not UNCLEAR.isdisjoint(path):
            raise RouteUnknown
        if env.get("QUERY_STRING"):
            path += "?" + env["QUERY_STRING"]
        try:
            answer = self._gateway.handle_request(asked, path, _headers(env), _body(env))
        except LocalGatewayException:
            raise RouteUnknown from None
        return _said(start, answer, empty=method == "HEAD")

    def _store(self, env: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if self._storage is None:
            raise RouteUnknown
        address = env["PATH_INFO"] + "?" + env.get("QUERY_STRING", "")
        if env["REQUEST_METHOD"] == "PUT":
            self._storage.put_part(address, _headers(env), env["wsgi.input"])
            start("200 OK", [("Content-Length", "0"), ("Cache-Control", "no-store")])
            return []
        if env["REQUEST_METHOD"] != "GET":
            raise MethodNotAllowed
        stream, kind = self._storage.get_blob(address)
        start(
            "200 OK",
            [
                ("Content-Type", kind),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return _pieces(stream)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE):
            yield piece


def _headers(env: WSGIEnvironment) -> dict[str, str]:
    found = {k[5:].replace("_", "-").lower(): v for k, v in env.items() if k.startswith("HTTP_")}
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if env.get(key):
            found[key.replace("_", "-").lower()] = env[key]
    return found


def _body(env: WSGIEnvironment) -> bytes:
    """The request's body, read no further than the limit."""
    body: bytes = env["wsgi.input"].read(BODY_LIMIT + 1)
    if len(body) > BODY_LIMIT:
        raise FileTooBig(limit=BODY_LIMIT // (1024 * 1024))
    return body


def _said(start: StartResponse, answer: Mapping[str, Any], empty: bool = False) -> list[bytes]:
    body = answer.get("body") or ""
    data = body if isinstance(body, bytes) else str(body).encode()
    headers = [(k, str(v)) for k, v in (answer.get("headers") or {}).items()]
    for key, values in (answer.get("multiValueHeaders") or {}).items():
        headers += [(key, str(v)) for v in values]
    headers.append(("Content-Length", str(len(data))))
    start(f"{answer['statusCode']} {_REASONS.get(answer['statusCode'], 'Answer')}", headers)
    return [] if empty else [data]


_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 303: "See Other", 404: "Not Found"}
