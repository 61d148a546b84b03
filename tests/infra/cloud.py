"""Lambda in one process: every function has its own world, made of its own environment in the template, and what it
asks of AWS is written down under its name.

The calls go to locked moto. They are seen where boto3 builds their parameters (its own hook), presigned addresses too:
those are good for as much as the role that signs them.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

import boto3

import app as doors
from chalicelib import wiring
from chalicelib.adapters import provision
from chalicelib.adapters.aws import emulator
from chalicelib.adapters.rows import NEWEST
from chalicelib.doors.queues import HandlerFailed
from chalicelib.doors.runner import event_of, handlers
from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES, Answer, Message, World
from infra.functions import API, BY_NAME, BY_QUEUE
from infra.queues import queue_logical
from infra.storage import secret_name
from tests.bad_days.clock import HandClock
from tests.infra.actions import asked

OFFICER = "khoa-can-bo"
SECRET = "whsec_" + "bW90Y3Vh" * 5 + "bW8="
PREFIX = "walk-"


def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


SECRETS: dict[str, Any] = {
    "MOTCUA_OFFICERS": {hashed(OFFICER): "lan"},
    "MOTCUA_AGENCY_KEYS": {hashed(f"khoa-{a}"): a for a in AGENCIES},
    "MOTCUA_AGENCY_CONTACTS": {
        a: [f"{a}@motcua.example.vn", f"{a}.h@motcua.example.vn"] for a in AGENCIES
    },
    "MOTCUA_AGENCIES_FILE": {
        a: {"url": f"https://{a}.example.vn/", "secrets": [SECRET]} for a in AGENCIES
    },
    "MOTCUA_PAYMENTS_SECRET": {"secret": SECRET},
}


class Taking:
    """The port `Agencies`: endpoints as the function's world knows them; each takes what it gets, unless told."""

    status = 204

    def __init__(self, real: Any) -> None:
        self.endpoint = real.endpoint

    def post(self, *_: Any) -> Answer:
        return Answer(Taking.status, None, 0.1)


class Cloud:
    """The stores on moto, and the functions."""

    def __init__(self, url: str, template: dict[str, Any]) -> None:
        self.clock, self._url, self._template = HandClock(), url, template
        self.seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.operations: set[str] = set()
        self.failures: list[str] = []
        self._now: str | None = None
        self._worlds: dict[str, World] = {}
        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register("before-parameter-build", self._saw)
        self.place = emulator(url)
        self._values = self._made()
        self.outside = self._world(
            {"MOTCUA_BASE_URL": "https://motcua.example.vn", **self._names()}
        )

    def _names(self) -> dict[str, str]:
        return {
            "MOTCUA_TABLE": "walk-table",
            "MOTCUA_BUCKET": "walk-papers",
            "MOTCUA_QUEUE_PREFIX": PREFIX,
        }

    def _made(self) -> dict[str, str]:
        """All that the template makes, under the names that `Ref` gives."""
        provision.create_table(self.place, "walk-table")
        provision.create_queues(self.place, PREFIX, (*QUEUES, *PICK_UP_QUEUES))
        for bucket in ("walk-papers", "walk-evidence"):
            provision.create_bucket(self.place, bucket)
        self.place.client("sesv2").create_email_identity(EmailIdentity="motcua.example.vn")
        keeper = self.place.client("secretsmanager")
        kept = {
            secret_name(s): keeper.create_secret(Name=s, SecretString=json.dumps(value))["ARN"]
            for s, value in SECRETS.items()
        }
        named = {"Dossiers": "walk-table", "Papers": "walk-papers", "Evidence": "walk-evidence"}
        plain = {"BaseUrl": "https://motcua.example.vn", "StoredForm": str(NEWEST)}
        return {**plain, **named, **kept}

    def environment(self, logical: str) -> dict[str, str]:
        """The function's variables with references filled in, and where moto is."""
        given = self._template["Resources"][logical]["Properties"]["Environment"]["Variables"]
        return {name: self._filled(value) for name, value in given.items()}

    def _filled(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self._values[value["Ref"]]
        text = str(value["Fn::Sub"])
        return text.replace("${AWS::StackName}-", PREFIX).replace(
            "${MailDomain}", "motcua.example.vn"
        )

    def _world(self, variables: dict[str, str]) -> World:
        with self._environment(variables):
            made = wiring.join(wiring.Settings.from_environment())
        return replace(made, clock=self.clock, agencies=Taking(made.agencies))

    @contextmanager
    def _environment(self, variables: dict[str, str]) -> Iterator[None]:
        before = dict(os.environ)
        kept = {n: v for n, v in before.items() if not n.startswith("MOTCUA_")}
        os.environ.clear()
        os.environ.update({**kept, **variables, "MOTCUA_AWS_ENDPOINT": self._url})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    @contextmanager
    def inside(self, name: str) -> Iterator[World]:
        """As this function."""
        variables = self.environment(BY_NAME[name].logical)
        self._now = name
        try:
            if name not in self._worlds:
                self._worlds[name] = self._world(variables)
            with self._environment(variables):
                wiring.use(self._worlds[name])
                yield self._worlds[name]
        finally:
            self._now = None

    def _saw(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        if self._now:
            self.operations.add(f"{service}.{model.name}")
            self.seen[self._now] |= {
                (action, self._logical(action, resource))
                for action, resource in asked(service, model.name, params)
            }

    def _logical(self, action: str, resource: str) -> str:
        """The resource as the template calls it."""
        if action.startswith("sqs:"):
            return queue_logical(resource.rsplit("/", 1)[-1].removeprefix(PREFIX))
        names = {actual: logical for logical, actual in self._values.items()}
        if resource in names:
            return names[resource]
        store, _, rest = resource.partition("/")
        return f"{names[store]}/{rest}" if store in names else resource

    # ---- what happens ------------------------------------------------------------------------

    def call(self, name: str, event: dict[str, Any]) -> Any:
        """The function is called with this event."""
        with self.inside(name):
            return doors.app.handler_map[name](event, None)

    def work(self) -> None:
        """Work all queues off."""
        by_queue = handlers(doors.app)
        for _ in range(80):
            self.tick()
            if not any([self._worked(queue) for queue in by_queue]):
                return

    def tick(self) -> None:
        self.call("tick", SCHEDULED)

    def _worked(self, queue: str) -> bool:
        taken = self.outside.queues.take(queue, 1)
        for message in taken:
            self.call(BY_QUEUE[queue].name, event_of(queue, message))
            self.outside.queues.done(queue, message)
        return bool(taken)

    def queue_functions(self) -> list[str]:
        return [f.name for f in BY_QUEUE.values()]

    def fail(self, name: str, message: Message) -> None:
        """The function gets a message that it can do nothing with; Lambda sees it fail."""
        event = event_of(BY_NAME[name].queue, message)
        try:
            self.call(name, event)
        except HandlerFailed as e:
            self.failures.append(str(e))

    def ask(self, method: str, path: str, key: str = "", body: Any = None, **headers: str) -> Any:
        """One request at the API; the answer's JSON, or where it sends us."""
        from chalice.config import Config
        from chalice.local import LocalGateway

        sent = {"content-type": "application/json", "authorization": f"Bearer {key}", **headers}
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        gateway = LocalGateway(doors.app, Config())
        with self.inside(API):
            answer = gateway.handle_request(method, path, sent, data if method == "POST" else b"")
        assert answer["statusCode"] < 400, (method, path, answer)
        location = answer["headers"].get("Location")
        is_json = "json" in answer["headers"].get("Content-Type", "")
        return location or (json.loads(answer["body"]) if is_json else answer["body"])


SCHEDULED = {
    "version": "0", "account": "", "region": "local", "detail": {}, "detail-type": "Scheduled Event",
    "source": "aws.events", "time": "", "id": "", "resources": [],
}  # fmt: skip
