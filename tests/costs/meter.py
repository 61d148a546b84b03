"""Counts what AWS would charge for, at the edge: a WSGI layer around moto, in a process of its own.

In: requests of boto3 and of citizens. Out: per label (what the walk says it is doing) counts of service and operation,
units of DynamoDB, bytes. `GET /meter`, `POST /meter/label/NAME`, `POST /meter/reset`.
Run: `python -m tests.costs.meter PORT`.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from tests.costs.units import Capacity
from tests.moto_server import server

S3 = {
    "POST uploads": "CreateMultipartUpload",
    "PUT partNumber": "UploadPart",
    "POST uploadId": "CompleteMultipartUpload",
    "GET uploadId": "ListParts",
    "DELETE uploadId": "AbortMultipartUpload",
}
PLAIN = {"PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}


def operation_of(env: dict[str, Any]) -> tuple[str, str]:
    """(service, operation) of a request."""
    target = env.get("HTTP_X_AMZ_TARGET", "")
    if target:
        service, operation = target.split(".")
        return ("dynamodb" if service.startswith("DynamoDB") else "sqs"), operation
    if "/ses/" in env.get("HTTP_AUTHORIZATION", ""):
        return "ses", "SendEmail"
    query = env.get("QUERY_STRING", "")
    marks = {part.split("=")[0] for part in query.split("&")}
    for mark in ("uploads", "partNumber", "uploadId"):
        if mark in marks and f"{env['REQUEST_METHOD']} {mark}" in S3:
            return "s3", S3[f"{env['REQUEST_METHOD']} {mark}"]
    return "s3", PLAIN.get(env["REQUEST_METHOD"], env["REQUEST_METHOD"])


class Meter:
    """The layer."""

    def __init__(self, app: Any) -> None:
        self._app, self._capacity = app, Capacity()
        self._label = "setup"
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)

    def __call__(self, env: dict[str, Any], start: Any) -> Iterable[bytes]:
        if env["PATH_INFO"].startswith("/meter"):
            return self._told(env, start)
        length = int(env.get("CONTENT_LENGTH") or 0)
        asked = env["wsgi.input"].read(length) if length else b""
        if length:
            env["wsgi.input"] = BytesIO(asked)
        answer = b"".join(self._app(env, start))
        self._count(env, asked, answer)
        return [answer]

    def _told(self, env: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = env["PATH_INFO"]
        if path == "/meter/reset":
            self._counts.clear()
        elif path.startswith("/meter/label/"):
            self._label = path.removeprefix("/meter/label/")
        told = {
            "counts": {k: dict(v) for k, v in self._counts.items()},
            "stored": self._capacity.stored(),
        }
        body = json.dumps(told).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _count(self, env: dict[str, Any], asked: bytes, answer: bytes) -> None:
        service, operation = operation_of(env)
        found = self._counts[self._label]
        if (service, operation) == ("sqs", "ReceiveMessage") and b'"MessageId"' not in answer:
            found["sqs empty"] += 1  # idle polls are counted by the month, not by the dossier
            return
        found[f"{service} {operation}"] += 1
        if service == "dynamodb":
            plain = json.loads(answer or b"{}")
            read, written = self._capacity.units(operation, json.loads(asked), plain)
            found.update({"dynamodb read units": read, "dynamodb write units": written})
        elif service == "s3":
            is_by_address = "X-Amz-Signature" in env.get("QUERY_STRING", "")
            stored = len(asked) if operation in ("PutObject", "UploadPart") else 0
            out = len(answer) if operation == "GetObject" and is_by_address else 0
            found.update({"s3 bytes stored": stored, "s3 bytes to the outside": out})
        elif service == "ses":
            found["ses bytes"] += len(asked)


if __name__ == "__main__":
    server(int(sys.argv[1]), Meter).serve_forever()
