"""`make rehearse`: the whole template on MiniStack, and `motcua demo` driven against that stack over HTTP.

In: the stage dev's template and the zips for this machine. Out: each step with its time; exit status 0 only if the demo
came through, its mails went out, every event source is on, and no message lies among the dead letters.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from chalicelib import wiring
from infra.package.pythons import target_python
from infra.package.zips import BUILD, KINDS, PYTHON, ROOT, zip_path
from infra.proof import stack
from infra.proof.emulated import API_ID, emulated
from infra.stages import STAGES
from infra.storage import secret_name, secret_settings

STAGE = "dev"
TEMPLATE = ROOT / "build" / "template" / STAGE / "sam.json"
HERE = "x86_64"
MAILS = 2  # the slip's, and the one that says the results are there


def rehearse() -> list[str]:
    """Deploy, walk the demo, look at what is left; what is wrong."""
    template, told = emulated(json.loads(TEMPLATE.read_text("utf-8")))
    print("\n".join(("What differs from a real deployment:", *(f"  – {word}" for word in told))))
    with stack.running() as endpoint, tempfile.TemporaryDirectory(dir=BUILD) as place:
        data = Path(place)
        server = f"{endpoint}/restapis/{API_ID}/api/_user_request_"
        with _timed("code uploaded"):
            stack.upload(endpoint, {f"{kind}.zip": zip_path(kind, HERE) for kind in KINDS})
        with _timed(f"stack deployed, {len(template['Resources'])} resources"):
            text = json.dumps(template, ensure_ascii=False)
            stack.deploy(endpoint, text, {"BaseUrl": server})
        _fill_secrets(endpoint, data)
        with _timed("demo"):
            status = _demo(server, data)
        faults = [f"motcua demo ended with {status}"] if status else []
        return faults + _left(endpoint)


@contextmanager
def _timed(words: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"● {words} ({time.monotonic() - began:.1f} s)", flush=True)


def _fill_secrets(endpoint: str, data: Path) -> None:
    """What operators do after the first deployment (docs/operations.md), with the keys of a folder of this run."""
    values = wiring.emulator_values(data, endpoint)
    values["MOTCUA_PAYMENTS_SECRET"] = json.dumps({"secret": values["MOTCUA_PAYMENTS_SECRET"]})
    values["MOTCUA_AGENCIES_FILE"] = "{}"  # the agencies register by the API
    cloud, keeper = (
        stack.client(endpoint, "cloudformation"),
        stack.client(endpoint, "secretsmanager"),
    )
    for setting in secret_settings(STAGES[STAGE]):
        made = cloud.describe_stack_resource(
            StackName=stack.NAME, LogicalResourceId=secret_name(setting)
        )
        arn = made["StackResourceDetail"]["PhysicalResourceId"]
        keeper.put_secret_value(SecretId=arn, SecretString=values[setting])


def _demo(server: str, data: Path) -> int:
    program = Path(sys.executable).with_name("motcua")
    words = [
        "demo",
        "--server",
        server,
        "--data",
        str(data),
        "--port",
        str(stack.two_quiet_ports()),
    ]
    return subprocess.run([str(program), *words], check=False).returncode


def _left(endpoint: str) -> list[str]:
    """What is wrong on the stack after the demo."""
    return [*_unmailed(endpoint), *_silent_sources(endpoint), *_dead_letters(endpoint)]


def _unmailed(endpoint: str) -> list[str]:
    for _ in range(60):
        accounts = requests.get(f"{endpoint}/_ministack/ses/messages", timeout=10).json()
        mails = [m for each in accounts["messages"].values() for m in each]
        if len(mails) >= MAILS:
            print(f"● {len(mails)} mails went out by SES")
            return []
        time.sleep(1)
    return [f"{len(mails)} mails went out, {MAILS} should have"]


def _silent_sources(endpoint: str) -> list[str]:
    lambdas = stack.client(endpoint, "lambda")
    pages = lambdas.get_paginator("list_event_source_mappings").paginate()
    every = [source for page in pages for source in page["EventSourceMappings"]]
    print(f"● {len(every)} event sources")
    return [f"{s['EventSourceArn']} is {s['State']}" for s in every if s["State"] != "Enabled"]


def _dead_letters(endpoint: str) -> list[str]:
    sqs = stack.client(endpoint, "sqs")
    dead = [u for u in sqs.list_queues(MaxResults=1000)["QueueUrls"] if u.endswith("-dead")]
    print(f"● {len(dead)} queues for dead letters")
    depths = {url: _depth(sqs, url) for url in dead}
    return [f"{url}: {n} dead letters" for url, n in depths.items() if n]


def _depth(sqs: Any, url: str) -> int:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def main() -> int:
    """Rehearse and tell."""
    if target_python() is None:
        print(
            f"not run: this machine has no Python {PYTHON}, the functions' own (tried PATH and pyenv)"
        )
        return 0
    try:
        faults = rehearse()
    except stack.StackFailed as no:
        faults = str(no).splitlines()
    print(
        "".join(f"✗ {fault}\n" for fault in faults) or "the stack stands, and the demo came through"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
