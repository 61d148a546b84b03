"""A client of the HTTP API: what any other client would do, with the standard requests and nothing of ours inside."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

TYPES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".heic": "image/heic", ".heif": "image/heic", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".pdf": "application/pdf",
}  # fmt: skip


class ServerSaidNo(Exception):
    """The server answered with problem details."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        super().__init__(f"{problem.get('title')}. {problem.get('detail')}")


class ServerAway(Exception):
    """Nobody answers at the address."""


class Client:
    """One server, and the token of one dossier once it is opened."""

    def __init__(self, server: str, token: str | None = None) -> None:
        self.server = server.rstrip("/")
        self.token = token
        self._http = requests.Session()

    def call(
        self, method: str, path: str, body: Any = None, more: dict[str, str] | None = None
    ) -> Any:
        """One request with `more` headers; the JSON answer. Raises ServerSaidNo, ServerAway."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers.update(more or {})
        return self._asked(method, path, headers, json=body)

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """POST exactly these bytes; the JSON answer. Raises ServerSaidNo, ServerAway."""
        return self._asked("POST", path, headers, data=body)

    def _asked(self, method: str, path: str, headers: dict[str, str], **body: Any) -> Any:
        try:
            answer = self._http.request(
                method, self.server + path, headers=headers, timeout=60, **body
            )
        except requests.ConnectionError:
            raise ServerAway(self.server) from None
        if answer.status_code >= 400:
            raise ServerSaidNo(answer.json())
        return answer.json()

    def fetch(self, path: str, asked: dict[str, str] | None = None) -> bytes:
        """The file that a route leads to. Raises ServerSaidNo, ServerAway."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            led = self._http.get(
                self.server + path,
                params=asked,
                headers=headers,
                timeout=60,
                allow_redirects=False,  # the address is signed; no key goes there
            )
            if led.status_code >= 400:
                raise ServerSaidNo(led.json())
            file = self._http.get(led.headers["Location"], timeout=60)
        except requests.ConnectionError:
            raise ServerAway(self.server) from None
        if file.status_code >= 400:
            raise ServerSaidNo(
                {"title": "Không tải được tệp", "detail": f"HTTP {file.status_code}"}
            )
        return file.content

    def open(self, procedure: str, ward: str, channel: str, applicant: dict[str, Any]) -> str:
        """Open a dossier; its code. The token is kept for the calls that follow."""
        given = {k: v for k, v in applicant.items() if v}
        body = {"procedure": procedure, "ward": ward, "channel": channel, "applicant": given}
        opened = self.call("POST", "/v1/dossiers", body)
        self.token = opened["token"]
        return str(opened["code"])

    def upload(self, code: str, file: Path, kind: str | None = None) -> str:
        """Send one file in its parts; the paper's id."""
        return self.upload_all(code, [(kind, file)])[0]

    def upload_all(self, code: str, files: Sequence[tuple[str | None, Path]]) -> list[str]:
        """Send files, announced by one call and completed by one; the papers' ids in the same order."""
        path = f"/v1/dossiers/{code}/uploads"
        wishes = [_wish(kind, file) for kind, file in files]
        uploads = self.call("POST", path, {"papers": wishes})["uploads"]
        for upload, (_, file) in zip(uploads, files, strict=True):
            _put(upload, file.read_bytes())
        problems = self.call("POST", f"{path}/complete")["problems"]
        papers = [str(upload["paper"]) for upload in uploads]
        for paper in papers:
            if paper in problems:
                raise ServerSaidNo(problems[paper])
        return papers

    def wait_read(self, code: str, paper: str, seconds: float = 120) -> dict[str, Any]:
        """The paper once it is read (or found unreadable)."""
        return self._wait(
            f"/v1/dossiers/{code}/papers/{paper}",
            lambda p: p["state"] in ("read", "unreadable"),
            seconds,
        )

    def submit(self, code: str) -> dict[str, Any]:
        """The dossier once it is checked: most often the answer itself says how it went."""
        told: dict[str, Any] = self.call("POST", f"/v1/dossiers/{code}/submit")
        return self.wait_decided(code) if told["state"] == "submitted" else told

    def wait_decided(self, code: str, seconds: float = 120) -> dict[str, Any]:
        """The dossier once it is no longer being checked."""
        return self._wait(f"/v1/dossiers/{code}", lambda d: d["state"] != "submitted", seconds)

    def wait_delivered(self, code: str, seconds: float = 120) -> dict[str, Any]:
        """The dossier once every agency has it and the slip is out."""
        return self._wait(
            f"/v1/dossiers/{code}",
            lambda d: (
                d["state"] in ("handed_over", "completed")
                and any(e["kind"] == "mailed" for e in d["history"])
            ),
            seconds,
        )

    def wait_answered(self, code: str, seconds: float = 60) -> dict[str, Any]:
        """The dossier once every agency has answered."""
        return self._wait(f"/v1/dossiers/{code}", lambda d: bool(d["ready_on"]), seconds)

    def _wait(self, path: str, done: Any, seconds: float) -> dict[str, Any]:
        for _ in range(int(seconds / 0.25)):
            found: dict[str, Any] = self.call("GET", path)
            if done(found):
                return found
            time.sleep(0.25)
        return found


def _wish(kind: str | None, file: Path) -> dict[str, Any]:
    data = file.read_bytes()
    return {
        "file_name": file.name,
        "size": len(data),
        "content_type": TYPES.get(file.suffix.lower(), "application/octet-stream"),
        "sha256": hashlib.sha256(data).hexdigest(),
        "kind": kind,
    }


def _put(upload: dict[str, Any], data: bytes) -> None:
    """Send the parts that are missing."""
    for part in upload["parts_missing"]:
        piece = data[part["offset"] : part["offset"] + part["size"]]
        answer = requests.put(part["url"], data=piece, headers=part["headers"], timeout=120)
        # 412: an earlier try came through, though its answer did not; `complete` looks at the bytes
        if answer.status_code >= 400 and answer.status_code != 412:
            raise ServerSaidNo(
                {"title": "Tải lên không được", "detail": f"HTTP {answer.status_code}"}
            )
