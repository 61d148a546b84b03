"""What each function of `app.py` needs: size, time, and what it may touch. Nothing else is granted to it.

In: nothing. Out: `FUNCTIONS`, from which `.chalice/config.json` (`python -m infra.functions`), the roles, the queues'
visibility and the alarms are made. `tests/infra/` records what the handlers really call, and compares.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES

STAGES = ("dev", "staging", "prod")
API = "api_handler"
CONFIG = Path(__file__).resolve().parents[1] / ".chalice" / "config.json"

ANSWERING = 512  # MB of the API: somebody waits for a cold start, and processor comes with memory
WAITING = (
    256  # of those who mostly wait for AWS or an agency; they use a third of it (docs/package.md)
)
ONE_CPU = (
    1769  # more buys a reader of one thread no time (docs/costs.md), and it needs a quarter of it
)
# A change of a dossier: its events and its row are read and written; what was handed on leaves the outbox.
CHANGE = ("Query", "PutItem", "DeleteItem")
ONLY_MESSAGES = ("ConditionCheckItem",)  # a change without events, that sends something
FEED = ("GetItem",)  # what endpoints and feeds ask besides
LIST = ("QueryIndex",)
COUNT = ("UpdateItem",)

DELIVERIES = tuple(f"deliveries-{a.replace('_', '-')}" for a in AGENCIES)
# The fan-out of archives has a cursor, not the outbox.
IN_OUTBOX = tuple(q.name for q in QUEUES if not q.name.startswith("archive"))
EVENTS = tuple(q.name for q in PICK_UP_QUEUES)


@dataclass(frozen=True, slots=True)
class Function:
    """One handler: `reads` and `writes` are folders of the bucket, `puts` are queues, `secrets` are settings."""

    name: str
    queue: str = ""
    code: str = "light"  # or "reader": with OpenCV, Tesseract and our own reader
    memory: int = WAITING
    seconds: int = 29
    scratch: int = 512  # MB under /tmp
    table: tuple[str, ...] = CHANGE
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    puts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    uploads: bool = False
    mails: bool = False
    keeps: bool = False  # takes the table's stream, writes evidence

    @property
    def logical(self) -> str:
        """Its name in the template, as Chalice makes it."""
        return "APIHandler" if self.name == API else camel(self.name)


def camel(name: str) -> str:
    """`papers-to-read` and `papers_to_read` → `PapersToRead`."""
    return "".join(word.title() for word in name.replace("-", "_").split("_"))


def _deliverer(agency: str) -> Function:
    own, taken = f"deliveries-{agency.replace('_', '-')}", f"events-{agency.replace('_', '-')}"
    return Function(
        f"deliver_to_{agency}", own, table=(*CHANGE, *FEED, *ONLY_MESSAGES), seconds=60,  # a POST may take 15 s, a disabled endpoint one mail more
        reads=("envelopes",), puts=(own, taken, "mails-to-send"), mails=True,
        secrets=("MOTCUA_AGENCIES_FILE", "MOTCUA_AGENCY_CONTACTS"),
    )  # fmt: skip


FUNCTIONS: tuple[Function, ...] = (
    Function(
        API, memory=ANSWERING, table=(*CHANGE, *FEED, *LIST, *COUNT), uploads=True,
        reads=("originals", "pages", "slips", "envelopes", "results", "desk", "piles"),
        writes=("originals", "envelopes", "results", "desk", "slips"),
        puts=("papers-to-read", "dossiers-to-check", "mails-to-send", "results-to-await", *DELIVERIES, *EVENTS),
        secrets=("MOTCUA_OFFICERS", "MOTCUA_AGENCY_KEYS", "MOTCUA_PAYMENTS_SECRET"),
    ),
    Function(
        "read_paper", "papers-to-read", code="reader", memory=ONE_CPU, seconds=300, scratch=2048,
        reads=("originals",), writes=("pages",), puts=("dossiers-to-check",),
    ),
    Function("give_up_reading", "papers-to-read-dead", puts=("dossiers-to-check",)),
    Function(
        "import_archive", "archives-to-import", seconds=60, table=("GetItem", *COUNT),
        reads=("archive",), puts=("archives-to-import", "archive-to-read"),
    ),
    Function(
        "read_archive", "archive-to-read", code="reader", memory=ONE_CPU, seconds=600, scratch=2048,
        table=("GetItem", "PutItem", *COUNT), reads=("scans",), writes=("archive",),
    ),
    Function("give_up_archive", "archive-to-read-dead", table=("GetItem", "PutItem", *COUNT)),
    Function(
        "check_dossier", "dossiers-to-check", table=(*CHANGE, *COUNT), writes=("envelopes", "slips"),
        puts=("mails-to-send", "results-to-await", *DELIVERIES),
    ),
    Function("send_mail", "mails-to-send", table=("Query", "PutItem"), writes=("slips",), mails=True),
    *map(_deliverer, AGENCIES),
    Function(
        "remind", "results-to-await", table=(*CHANGE, *ONLY_MESSAGES), mails=True, puts=("results-to-await", "mails-to-send"),
        secrets=("MOTCUA_AGENCY_CONTACTS",),
    ),
    Function(
        "tick", table=("Query", "DeleteItem"), puts=IN_OUTBOX, seconds=55,
    ),
    Function("count_promises", table=("Query", *LIST), seconds=120),
    Function("keep_history", table=(), seconds=60, keeps=True),
)  # fmt: skip

BY_NAME = {f.name: f for f in FUNCTIONS}
BY_QUEUE = {f.queue: f for f in FUNCTIONS if f.queue}


def config() -> dict[str, Any]:
    """`.chalice/config.json`: what Chalice itself is to know of the functions."""
    return {
        "version": "2.0",
        "app_name": "motcua",
        "automatic_layer": False,
        "lambda_architecture": "arm64",
        "api_gateway_stage": "api",
        "api_gateway_endpoint_type": "REGIONAL",
        "autogen_policy": False,
        "manage_iam_role": False,
        "iam_role_arn": "placeholder: infra/permissions.py makes one role per function",
        "xray": True,
        "lambda_functions": {f.name: _sized(f) for f in FUNCTIONS},
        "stages": {stage: {} for stage in STAGES},
    }


def _sized(function: Function) -> dict[str, Any]:
    sized: dict[str, Any] = {
        "lambda_memory_size": function.memory,
        "lambda_timeout": function.seconds,
    }
    if function.code == "reader":
        sized["environment_variables"] = {"OMP_THREAD_LIMIT": "1"}
    return sized


if __name__ == "__main__":
    CONFIG.write_text(json.dumps(config(), indent=2, ensure_ascii=False) + "\n", "utf-8")
