"""Counts what AWS would charge for dossiers of four pages: `python -m tests.count_costs [DOSSIERS]` (`make costs`).

Walks them through the real code and the real reader on metered moto (`tests/costs/`), adds one run to
`schemas/costs/counted.json` and writes docs/costs.md. The first dossier only warms the process up.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import requests

import app as doors
from chalicelib import journey
from chalicelib.costs.sheet import FOLDER
from chalicelib.doors.runner import handlers
from tests import processor
from tests.costs.families import PAGES
from tests.costs.walk import POLLS, Walk, peak_memory_mb
from tests.journeys.test_kill import free_port

SERVICES = ("dynamodb", "s3", "sqs", "ses")
NOT_REQUESTS = ("dynamodb read units", "dynamodb write units", "s3 bytes stored", "s3 bytes to the outside",
                "ses bytes", "sqs empty")  # fmt: skip
# Of those who also ask when there is nothing (by the month, not by the dossier), what is done for a dossier.
POLLING = {
    "event-source": ("sqs ",),
    "clock": ("sqs ", "dynamodb DeleteItem", "dynamodb write units"),
}


@contextmanager
def metered_moto() -> Iterator[str]:
    """A meter in a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.costs.meter", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with suppress(requests.ConnectionError):
                requests.get(f"{url}/meter", timeout=10)
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def count(dossiers: int) -> dict[str, Any]:
    """One run: everything per dossier."""
    with metered_moto() as url:
        walk = Walk(url)
        walk.dossier(0)
        walk.forget()
        empty = walk.counted()["stored"]
        for number in range(1, dossiers + 1):
            walk.dossier(number)
            print(f"dossier {number} of {dossiers} is completed", flush=True)
        found, lines = walk.counted(), round(walk.lines.bytes / dossiers)
        tick = ticked(walk)
    return {
        **about(dossiers, walk),
        **summed(found, dossiers, empty),
        **used_by(walk, found, dossiers),
        "log_bytes": lines,
        "tick": tick,
    }


def about(dossiers: int, walk: Walk) -> dict[str, Any]:
    return {
        "counted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": said("git", "rev-parse", "--short", "HEAD")
        + ("+" if said("git", "status", "--porcelain", "-uno") else ""),
        "machine": f"{processor.name()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "dossiers": dossiers,
        "pages": PAGES,
        "polls": POLLS,
        "reviewed": walk.reviewed,
        "file_bytes": round(sum(walk.files) / len(walk.files)),
        "memory_mb": round(peak_memory_mb()),
        "event_sources": len(handlers(doors.app)),
    }


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def summed(found: Mapping[str, Any], dossiers: int, empty: int) -> dict[str, Any]:
    """All requests, units and bytes, by whomever; the walk's own questions and idle polls left out."""
    total: Counter[str] = Counter()
    for label, counts in found["counts"].items():
        if label not in ("outside", "setup"):
            counted = POLLING.get(label, "")
            total.update({k: n for k, n in counts.items() if k.startswith(counted)})
    each = {k: round(n / dossiers, 3) for k, n in total.items()}
    return {
        "requests": {k: n for k, n in sorted(each.items()) if k not in NOT_REQUESTS},
        "dynamodb_read_units": each["dynamodb read units"],
        "dynamodb_write_units": each["dynamodb write units"],
        "s3_bytes_stored": round(each["s3 bytes stored"]),
        "s3_bytes_out": round(each["s3 bytes to the outside"]),
        "mail_bytes": round(each["ses bytes"]),
        "table_bytes": round((found["stored"] - empty) / dossiers),
    }


def used_by(walk: Walk, found: Mapping[str, Any], dossiers: int) -> dict[str, Any]:
    """What each function used."""
    names = {s.queue_arn: s.name for s in doors.app.event_sources if getattr(s, "queue_arn", None)}
    functions, posts = {}, Counter(agency for agency, _ in walk.world.agencies.came)
    for name, used in walk.used.items():
        counts = found["counts"][name.replace(" ", "-")]
        by_service = {
            s: sum(n for k, n in counts.items() if k.split()[0] == s and k not in NOT_REQUESTS)
            for s in SERVICES
        }
        agency = name.removeprefix("deliveries-").replace("-", "_")
        by_service["agency"] = posts[agency] * dossiers / (dossiers + 1)  # the first one warmed up
        each = {
            k: round(used.get(k, 0) / dossiers, 5)
            for k in ("calls", "cpu_s", "wall_s", "bytes_in", "bytes_out", "bytes_out_packed")
        }
        requests_ = {s: round(n / dossiers, 3) for s, n in by_service.items() if n}
        functions[name] = {
            "function": names.get(name, "api_handler"),
            **each,
            "requests": requests_,
        }
    webhooks = sum(len(body) for _, body in walk.world.agencies.came) / (dossiers + 1)
    calls = sum(u["calls"] for n, u in functions.items() if n.startswith("api "))
    return {"functions": functions, "api_calls": calls, "webhook_bytes": round(webhooks)}


def ticked(walk: Walk, times: int = 20) -> dict[str, Any]:
    """One look of the clock at an outbox with nothing due."""
    for _ in range(times):
        with walk.measured("tick"):
            journey.tick(walk.world)
    counts, used = walk.counted()["counts"]["tick"], walk.used.pop("tick")
    asked = counts["dynamodb Query"] / times
    return {
        "cpu_s": round(used["cpu_s"] / times, 5),
        "requests": {"dynamodb": asked},
        "read_units": counts["dynamodb read units"] / times,
    }


def main(dossiers: int = 6) -> None:
    file = FOLDER / "counted.json"
    before = json.loads(file.read_text("utf-8"))["runs"] if file.exists() else []
    runs = [*before, count(dossiers)]
    file.write_text(json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    from tests.costs.page import write

    write()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
