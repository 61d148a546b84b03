"""`make verify-package`: the zips' functions run under Lambda's runtime client, and what that cost goes to docs/package.md.

In: the zips built for this machine, and the templates. Out: every function of the template started; a paper filed
through the API's function and read by the reader's; docs/package.md. Exit status 1 when a promise is broken. Without a
Python of Lambda's version nothing can be run: it says so, by name.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import requests

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.provision import create_resources
from infra.package.pythons import target_python
from infra.package.zips import BUILD, PYTHON, ROOT, kind_of
from infra.proof import events, function, report, stack
from infra.proof.function import Took
from infra.proof.runtime_api import InvocationFailed

FUNCTION = "AWS::Serverless::Function"
HERE = "x86_64"
API, READER, CLOCK = "app.app", "app.read_paper", "app.tick"
TEMPLATE = ROOT / "build" / "template" / "dev" / "sam.json"
PAPER = ROOT / "samples" / "to_khai.jpg"
QUEUE = "motcua-papers-to-read"
COLD_IMPORTS = 7
MOST_SECONDS = {"cold reader": 4.0}
MOST_IMPORTS = 3.5
"""How often as long as these of Python's own the API may take to import: on a slow machine both do."""
OWN = "asyncio, http.server, xml.dom.minidom, unittest.mock, sqlite3, decimal, ctypes, logging.config, importlib.metadata"


@dataclass
class Measured:
    """What was seen."""

    imports: list[Took] = field(default_factory=list)
    inits: dict[str, Took] = field(default_factory=dict)
    times: dict[str, Took] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def hold(self, is_so: bool, otherwise: str) -> None:
        """Note a broken promise."""
        if not is_so:
            self.faults.append(otherwise)


@dataclass
class Filing:
    """A citizen at the API's function: requests as API Gateway hands them on."""

    api: function.Running
    token: str | None = None

    def ask(self, method: str, route: str, body: Any = None, **given: str) -> Any:
        """The answer's JSON. Raises InvocationFailed for anything but 2xx."""
        answer, _ = self.api.invoke(events.request(method, route, body, self.token, **given))
        if answer["statusCode"] >= 300:
            raise InvocationFailed(
                f"{method} {route}: {answer['statusCode']} {answer['body'][:300]}"
            )
        return json.loads(answer["body"])

    def file(self, data: bytes) -> None:
        """Open a dossier and upload one photograph; its message is in the readers' queue then."""
        applicant = {"name": "Nguyễn Văn Mẫu", "phone": "0900000001", "email": "mau@example.vn"}
        opened = self.ask(
            "POST", "/v1/dossiers",
            {"procedure": "khai_sinh", "ward": "Phường Hoàn Kiếm", "channel": "mobile", "applicant": applicant},
        )  # fmt: skip
        self.token = opened["token"]
        self.code = opened["code"]
        about = {"file_name": "to_khai.jpg", "size": len(data), "content_type": "image/jpeg"}
        upload = self.ask(
            "POST", "/v1/dossiers/{code}/papers", {**about, "sha256": _sha256(data)}, code=self.code
        )
        for part in upload["parts_missing"]:
            piece = data[part["offset"] : part["offset"] + part["size"]]
            requests.put(
                part["url"], data=piece, headers=part["headers"], timeout=60
            ).raise_for_status()
        self.paper = upload["paper"]
        self.ask(
            "POST", "/v1/dossiers/{code}/papers/{paper}/complete", code=self.code, paper=self.paper
        )

    def fields(self) -> int:
        """How many fields were read."""
        route = "/v1/dossiers/{code}/papers/{paper}"
        return len(self.ask("GET", route, code=self.code, paper=self.paper)["fields"])


def prove(template: Mapping[str, Any]) -> Measured:
    """Run everything."""
    seen = Measured()
    _import_cold(seen)
    with stack.running() as endpoint:
        place = AwsPlace(stack.REGION, endpoint, "test", "test", path_style=True)
        create_resources(place, "motcua", "motcua", "motcua-", "motcua@example.vn")
        settings = {"MOTCUA_BASE_URL": "https://motcua.example.vn", "AWS_ENDPOINT_URL": endpoint}
        _start_all(template, settings, seen)
        _file_and_read(endpoint, settings, seen)
    return seen


def _import_cold(seen: Measured) -> None:
    """`import app` in fresh processes, as the API's function does in its init phase."""
    words = "import time; t, p = time.perf_counter(), time.process_time(); import {}; print(time.perf_counter() - t, time.process_time() - p)"
    own: list[Took] = []
    folder = BUILD / f"light-{HERE}"
    for _ in range(COLD_IMPORTS):
        for found, modules in ((seen.imports, "app"), (own, OWN)):
            done = subprocess.run(
                [function.PYTHON, "-c", words.format(modules)], cwd=folder, env={"PYTHONDONTWRITEBYTECODE": "1"},
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            found.append(Took(*map(float, done.stdout.split())))
    best, usual = (min(took.processor for took in found) for found in (seen.imports, own))
    told = f"import of the API takes {best:.2f} s, {best / usual:.1f} times as long as Python's own"
    seen.hold(best < MOST_IMPORTS * usual, told)


def _start_all(template: Mapping[str, Any], settings: Mapping[str, str], seen: Measured) -> None:
    """The init phase of every function of the template, and that each takes one message at a time."""
    for made in template["Resources"].values():
        if made["Type"] == FUNCTION:
            properties = made["Properties"]
            handler = properties["Handler"]
            with function.started(handler, settings, HERE) as running:
                seen.inits[handler] = running.init
            queues = [e for e in properties.get("Events", {}).values() if e["Type"] == "SQS"]
            # so a failed message fails alone, and there is no partial answer to give
            alone = all(e["Properties"].get("BatchSize") == 1 for e in queues)
            seen.hold(alone, f"{handler}: more than one message in a batch")


def _file_and_read(endpoint: str, settings: Mapping[str, str], seen: Measured) -> None:
    sqs = stack.client(endpoint, "sqs")
    with function.started(API, settings, HERE) as api:
        _, seen.times["API, first request"] = api.invoke(events.request("GET", "/v1"))
        cold, warm = Filing(api), Filing(api)
        for filing in (cold, warm):
            filing.file(PAPER.read_bytes())
        _beat(settings, seen)
        _read(sqs, settings, seen)
        for filing in (cold, warm):
            seen.hold(filing.fields() > 20, f"only {filing.fields()} fields read")
        warmed = [api.invoke(events.request("GET", "/v1/procedures"))[1] for _ in range(9)]
        seen.times["API, warm request (median of 9)"] = Took(
            median(t.clock for t in warmed), median(t.processor for t in warmed)
        )
        _note_process(API, api, seen)


def _beat(settings: Mapping[str, str], seen: Measured) -> None:
    with function.started(CLOCK, settings, HERE) as clock:
        _, seen.times["clock, first beat"] = clock.invoke(events.minute())
        _note_process(CLOCK, clock, seen)


def _read(sqs: Any, settings: Mapping[str, str], seen: Measured) -> None:
    """The same photograph in two dossiers: what the first takes longer is what a cold reader costs."""
    first, second = _taken(sqs), _taken(sqs)
    with function.started(READER, settings, HERE) as reader:
        seen.times["reader, init"] = reader.init
        _, seen.times["reader, first paper"] = reader.invoke(events.message(QUEUE, first))
        _, seen.times["reader, the same paper warm"] = reader.invoke(events.message(QUEUE, second))
        _refuses(reader, "{}", seen)
        _note_process(READER, reader, seen)
    first_read, warm = seen.times["reader, first paper"], seen.times["reader, the same paper warm"]
    cold = Took(
        reader.init.clock + first_read.clock - warm.clock,
        reader.init.processor + first_read.processor - warm.processor,
    )
    seen.times["reader, cold start"] = cold
    is_quick = cold.processor < MOST_SECONDS["cold reader"]
    seen.hold(is_quick, f"the reader's cold start takes {cold.processor:.1f} s")


def _refuses(reader: function.Running, body: str, seen: Measured) -> None:
    """A message that can't be read is an error, so that it comes again and then lies in the dead letters."""
    try:
        reader.invoke(events.message(QUEUE, body))
    except InvocationFailed:
        return
    seen.hold(False, "a message without sense was taken as done")


def _note_process(handler: str, running: function.Running, seen: Measured) -> None:
    seen.memory[handler] = running.peak_megabytes()
    for path in running.intruders():
        seen.hold(False, f"{handler} uses a library of this machine: {path}")
    seen.hold(
        kind_of(handler) == "reader" or not _has(running, "cv2"), f"{handler} has loaded OpenCV"
    )


def _has(running: function.Running, name: str) -> bool:
    return f"/{name}/" in Path(f"/proc/{running.process.pid}/maps").read_text()


def _taken(sqs: Any) -> str:
    """The next message of the readers' queue."""
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    [taken] = _until(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=taken["ReceiptHandle"])
    return str(taken["Body"])


def _until(ask: Callable[[], Any], tries: int = 20) -> Any:
    for _ in range(tries):
        if found := ask():
            return found
        time.sleep(0.2)
    raise InvocationFailed("nothing came into the readers' queue")


def _sha256(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def main() -> int:
    """Prove, write the report, tell what was broken."""
    if target_python() is None:
        print(
            f"not run: this machine has no Python {PYTHON}, the functions' own (tried PATH and pyenv)"
        )
        return 0
    template = json.loads(TEMPLATE.read_text("utf-8"))
    seen = prove(template)
    functions = [r["Properties"] for r in template["Resources"].values() if r["Type"] == FUNCTION]
    report.write(seen, {f["Handler"]: f["MemorySize"] for f in functions})
    print(
        "".join(f"✗ {fault}\n" for fault in seen.faults)
        or "every function ran; see docs/package.md"
    )
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
