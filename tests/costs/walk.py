"""Walks dossiers of four pages through the real code on metered moto and notes what each function used.

In: an address of `tests.costs.meter`. Out: per function (API route or queue) calls, CPU seconds, bytes out, requests.
Like Lambda: one message a call, the real handlers of `app.py`, the real reader. Unlike it: one process, always warm.
CPU seconds count all threads of this process; moto runs in another.
"""

import gzip
import hashlib
import io
import json
import logging
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

import app as doors
from chalicelib import journey, wiring
from chalicelib.doors.runner import event_of, handlers
from chalicelib.doors.server import LocalServer
from chalicelib.ports import AGENCIES, Answer, Endpoint, World
from chalicelib.settings import Settings
from tests.costs.families import four_pages
from tests.costs.template import LINE

OFFICER, KEYS = "khoa-can-bo", {a: f"khoa-{a}" for a in AGENCIES}
SECRET = "whsec_" + "bW90Y3Vh" * 5 + "bW8="
APPLICANT = {"name": "Nguyễn Văn Mẫu", "phone": "0900000001", "email": "mau@example.vn"}
DUE = timedelta(days=60)  # by when every result was due
POLLS = 1  # how often a citizen's page asks before something is done; then once more


class Agencies:
    """The port `Agencies`: each has an endpoint, says “received” as our sandbox does, and counts the bytes."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes]] = []

    def endpoint(self, agency: str) -> Endpoint:
        return Endpoint(f"https://{agency}.example.vn/", (SECRET,))

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        self.came.append((endpoint.url.split("//")[1].split(".")[0], body))
        return Answer(200, None, 0.1, b'{"status": "received"}')


class Lines(logging.Handler):
    """Bytes of our own log lines, as Lambda's runtime client writes them in its JSON form, and 26 for each."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "timestamp": "2026-11-28T00:00:00Z", "level": record.levelname, "message": record.getMessage(),
            "logger": record.name, "requestId": "0" * 36,
        }  # fmt: skip
        self.bytes += len(json.dumps(line, ensure_ascii=False).encode()) + LINE


class Later:
    """A clock that can be put forward."""

    by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def world_on(url: str) -> World:
    settings = Settings(
        base_url="https://motcua.example.vn",
        aws_endpoint=url,
        officers={hashed(OFFICER): "lan"},
        agency_keys={hashed(key): agency for agency, key in KEYS.items()},
    )
    wiring.provision(settings)
    made = replace(wiring.on_aws(settings), agencies=Agencies(), clock=Later())
    wiring.use(made)
    return made


class Walk:
    """One world, and what was used in it by function."""

    def __init__(self, meter: str) -> None:
        self._meter, self._http = meter, requests.Session()
        self.world = world_on(meter)
        self._server, self._handlers = LocalServer(doors.app, None), handlers(doors.app)
        self.used: dict[str, Counter[str]] = defaultdict(Counter)  # seconds and bytes too
        self.files: list[int] = []
        self.reviewed = 0
        self.lines = Lines()
        logging.getLogger().addHandler(self.lines)
        for name in (
            "dossiers",
            "motcua",
        ):  # our loggers; in Lambda the level is that of the template
            logging.getLogger(name).setLevel(logging.INFO)

    def forget(self) -> None:
        """What was used up to here does not count: processes were cold."""
        self._http.post(f"{self._meter}/meter/reset")
        self.used.clear()
        self.files.clear()
        self.reviewed = self.lines.bytes = 0

    def label(self, name: str) -> None:
        self._http.post(f"{self._meter}/meter/label/{name.replace(' ', '-')}")

    @contextmanager
    def measured(self, name: str) -> Iterator[Counter[str]]:
        used = self.used[name]
        self.label(name)
        begin, wall = time.process_time(), time.perf_counter()
        yield used
        used.update(
            {"calls": 1, "cpu_s": time.process_time() - begin, "wall_s": time.perf_counter() - wall}
        )
        self.label("outside")

    def ask(
        self, name: str, method: str, path: str, key: str, body: Any = None, more: Any = None
    ) -> Any:
        """One API call, as API Gateway makes it."""
        sent = json.dumps(body or {}).encode() if method == "POST" else b""
        env = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": io.BytesIO(sent),
            "CONTENT_LENGTH": str(len(sent)), "CONTENT_TYPE": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {key}", **(more or {}),
        }  # fmt: skip
        said: list[Any] = []
        with self.measured(f"api {name}") as used:
            answer = b"".join(
                self._server(env, lambda status, headers: said.extend((status, dict(headers))))
            )
        packed = (
            len(gzip.compress(answer)) if len(answer) > 1000 else len(answer)
        )  # as the gateway can
        used.update({"bytes_in": len(sent), "bytes_out": len(answer), "bytes_out_packed": packed})
        assert said[0][0] in "23", (name, said[0], answer)
        return said[1].get("Location") or json.loads(answer)

    def work(self) -> None:
        """Work all queues off, as Lambda's event sources would."""
        for _ in range(60):
            self.label("clock")
            journey_waits = journey.tick(self.world)
            if not any([self._worked(queue) for queue in self._handlers]) and not journey_waits:
                return

    def _worked(self, queue: str) -> bool:
        self.label("event-source")
        taken = self.world.queues.take(queue, 1)
        for message in taken:
            with self.measured(queue):
                self._handlers[queue](event_of(queue, message), None)
            self.label("event-source")
            self.world.queues.done(queue, message)
        return bool(taken)

    def dossier(self, number: int) -> dict[str, Any]:
        """File one, have it read, checked, delivered and answered; the dossier at the end."""
        opened = self.ask("open", "POST", "/v1/dossiers", "", {
            "procedure": "lien_thong_ks_tt_bhyt", "ward": "Phường Hoàn Kiếm", "channel": "mobile",
            "applicant": APPLICANT,
        })  # fmt: skip
        code, token = opened["code"], opened["token"]
        self._bring(f"/v1/dossiers/{code}/uploads", token, four_pages(number))
        self._poll("look at papers", f"/v1/dossiers/{code}/papers", token)
        self.work()
        self.ask("look at papers", "GET", f"/v1/dossiers/{code}/papers", token)
        told = self.ask("submit", "POST", f"/v1/dossiers/{code}/submit", token)
        if told["state"] == "in_review":
            self._reviewed(code)
            told = self.ask("follow", "GET", f"/v1/dossiers/{code}", token)
        assert told["state"] in ("verified", "handed_over"), told["findings"]
        self.work()  # if the answer to submit says that it is verified, it tells where the slip is
        done = self._answered(code, token, told)
        self._dates_come()
        return done

    def _dates_come(self) -> None:
        """The days on which results were due: nothing is owed any more, but their messages are handled."""
        self.world.clock.by = DUE  # type: ignore[attr-defined] - Later
        self.work()
        self.world.clock.by = timedelta(0)  # type: ignore[attr-defined]

    def _bring(self, path: str, token: str, files: list[tuple[str, bytes]]) -> None:
        """All announced by one call and completed by one, as our own client does it."""
        self.files += [len(data) for _, data in files]
        wishes = [
            {
                "file_name": f"{kind}.jpg", "size": len(data), "content_type": "image/jpeg",
                "sha256": hashlib.sha256(data).hexdigest(), "kind": kind,
            }
            for kind, data in files
        ]  # fmt: skip
        told = self.ask("announce", "POST", path, token, {"papers": wishes})
        self.label("citizen")
        for upload, (_, data) in zip(told["uploads"], files, strict=True):
            for part in upload["parts_missing"]:
                piece = data[part["offset"] : part["offset"] + part["size"]]
                assert requests.put(part["url"], data=piece, headers=part["headers"], timeout=60).ok
        done = self.ask("complete", "POST", f"{path}/complete", token)
        assert [p["state"] for p in done["papers"]] == ["stored"] * len(files), done["problems"]

    def _poll(self, name: str, path: str, token: str) -> None:
        for _ in range(POLLS):
            self.ask(name, "GET", path, token)

    def _reviewed(self, code: str) -> None:
        """Not everything was sure: an officer looks at the list, at the dossier, and accepts."""
        self.reviewed += 1
        self.ask("desk list", "GET", "/v1/desk/dossiers", OFFICER)
        self.ask("desk look", "GET", f"/v1/desk/dossiers/{code}", OFFICER)
        self.ask(
            "desk decide",
            "POST",
            f"/v1/desk/dossiers/{code}/decisions",
            OFFICER,
            {"action": "accept"},
        )
        self.work()

    def _answered(self, code: str, token: str, told: dict[str, Any]) -> dict[str, Any]:
        """The citizen fetches the slip, whose address was told; every agency gives its result."""
        self.label("citizen")
        assert requests.get(told["slips"][-1], timeout=60).content.startswith(b"%PDF")
        for result in told["results"]:
            path = f"/v1/agencies/{result['agency']}/dossiers/{code}/result"
            body = {"result": result["id"], "number": "7/2026", "date": "2026-11-27"}
            named = {"HTTP_IDEMPOTENCY_KEY": f"result-{result['id']}"}
            self.ask("agency result", "POST", path, KEYS[result["agency"]], body, named)
            self.work()
        done = self.ask("follow", "GET", f"/v1/dossiers/{code}", token)
        assert done["state"] == "completed", (done["state"], done["findings"])
        return done

    def counted(self) -> dict[str, Any]:
        """The meter's counts by label, and bytes stored in the table."""
        return self._http.get(f"{self._meter}/meter").json()


def peak_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
