"""The cost sheet: what was counted for one dossier, times list prices.

In: counts of one dossier (`schemas/costs/counted.json`), prices and assumptions beside it. Out: lines in USD per 1,000
dossiers, what their storage costs a month, and what runs by the month whether or not anybody files.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "costs"
TARGET = 0.50  # USD per 1,000 dossiers of four pages
MONTH_MINUTES = 365 / 12 * 24 * 60
GB = 1e9  # bytes; AWS prints GB
TIER_1 = (
    "PutObject",
    "UploadPart",
    "CreateMultipartUpload",
    "CompleteMultipartUpload",
    "ListParts",
)
TIER_2 = ("GetObject", "HeadObject")

Counted = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """So much of one thing for one dossier (or one month), and its price."""

    service: str
    what: str
    amount: float
    price: str
    usd: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """`each`: handling one dossier. `kept`: storing it for a month. `fixed`: by the month, for everybody."""

    each: tuple[Line, ...]
    kept: tuple[Line, ...]
    fixed: tuple[Line, ...]

    def per_1000(self) -> float:
        """USD for handling 1,000 dossiers."""
        return 1000 * sum(line.usd for line in self.each)

    def kept_1000_months(self) -> float:
        """USD a month for storing 1,000 dossiers."""
        return 1000 * sum(line.usd for line in self.kept)

    def fixed_month(self) -> float:
        """USD a month that nobody's dossier causes."""
        return sum(line.usd for line in self.fixed)

    def year(self, dossiers: int) -> float:
        """USD for a year of so many, spread evenly; each is stored for half of that year on the average."""
        stored = self.kept_1000_months() / 1000 * dossiers * 6
        return self.per_1000() / 1000 * dossiers + stored + 12 * self.fixed_month()


class Prices:
    """List prices by name."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data["prices"]

    def line(self, service: str, what: str, amount: float, price: str) -> Line:
        """So much at this price."""
        found = self._data[price]
        return Line(service, what, amount, price, amount * found["usd"] / found["per"])


def data(name: str) -> Any:
    """`schemas/costs/NAME.json`."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def reckon(counted: Counted, prices: Mapping[str, Any], assumed: Mapping[str, Any]) -> Sheet:
    """The sheet of what was counted for one dossier."""
    at = Prices(prices)
    each = [*_lambda(at, counted, assumed), *_requests(at, counted), *_bytes(at, counted, assumed)]
    return Sheet(tuple(each), tuple(_kept(at, counted)), tuple(_fixed(at, counted, assumed)))


def present() -> Sheet:
    """The sheet of what is counted now."""
    return reckon(data("counted")["runs"][-1], data("prices"), assumed())


def assumed() -> Counted:
    """What can't be measured without an account, and what the template says."""
    return {**data("assumed"), **data("template")}


def gb_seconds(used: Mapping[str, Any], memory_mb: int, assumed: Mapping[str, Any]) -> float:
    """What one dossier's calls of a function are billed for: CPU at the memory's share of a vCPU, and waiting."""
    return seconds(used, memory_mb, assumed) * memory_mb / 1024


def seconds(used: Mapping[str, Any], memory_mb: int, assumed: Mapping[str, Any]) -> float:
    """Wall seconds of all its calls for one dossier on Lambda."""
    share = min(1.0, memory_mb / assumed["full_cpu_mb"])
    waits = sum(assumed["wait_s"].get(s, 0) * n for s, n in used["requests"].items())
    return float(used["cpu_s"] / share + waits)


def memory_of(function: str, assumed: Mapping[str, Any]) -> int:
    """Configured memory in MB of a function of the template."""
    return int(assumed["memory_mb"][function])


def _lambda(at: Prices, counted: Counted, assumed: Mapping[str, Any]) -> list[Line]:
    reading, other, calls = 0.0, 0.0, 0.0
    for used in counted["functions"].values():
        calls += used["calls"]
        spent = gb_seconds(used, memory_of(used["function"], assumed), assumed)
        if used["function"] == "read_paper":
            reading += spent
        else:
            other += spent
    return [
        at.line("Lambda", "reading", reading, "lambda_arm_gb_s"),
        at.line("Lambda", "all other functions", other, "lambda_arm_gb_s"),
        at.line("Lambda", "calls", calls, "lambda_request"),
    ]


def _requests(at: Prices, counted: Counted) -> list[Line]:
    n = counted["requests"]
    return [
        at.line("API Gateway", "calls", counted["api_calls"], "api_call"),
        at.line("WAF", "calls", counted["api_calls"], "waf_request"),
        at.line("DynamoDB", "writes", counted["dynamodb_write_units"], "dynamodb_write"),
        at.line("DynamoDB", "reads", counted["dynamodb_read_units"], "dynamodb_read"),
        at.line("S3", "writes", _sum(n, "s3", TIER_1), "s3_tier1"),
        at.line("S3", "reads", _sum(n, "s3", TIER_2), "s3_tier2"),
        at.line("SQS", "send, receive, delete", _sum(n, "sqs"), "sqs_request"),
        at.line("SES", "mails", _sum(n, "ses"), "ses_mail"),
    ]


def _sum(requests: Mapping[str, float], service: str, of: Sequence[str] | None = None) -> float:
    named = {tuple(key.split()): n for key, n in requests.items()}
    return sum(n for (s, op), n in named.items() if s == service and (of is None or op in of))


def _bytes(at: Prices, counted: Counted, assumed: Mapping[str, Any]) -> list[Line]:
    calls = sum(u["calls"] for u in counted["functions"].values())
    answers = sum(u["bytes_out_packed"] for u in counted["functions"].values())
    ours = counted.get("log_bytes", calls * assumed["log_bytes_a_call"])  # older runs didn't count
    logged = (ours + counted["api_calls"] * assumed["request_log_bytes"]) / GB
    return [
        at.line("SES", "attached slips", counted["mail_bytes"] / GB, "ses_attached_gb"),
        at.line("transfer", "answers of the API", answers / GB, "transfer_out_gb"),
        at.line("transfer", "slips", counted["s3_bytes_out"] / GB, "transfer_out_gb"),
        at.line("transfer", "webhooks", counted["webhook_bytes"] / GB, "transfer_out_gb"),
        at.line("CloudWatch", "logs", logged, "logs_gb"),
        at.line("X-Ray", "traces", calls * assumed["traced_share"], "trace"),
    ]


def _kept(at: Prices, counted: Counted) -> list[Line]:
    objects, rows = counted["s3_bytes_stored"] / GB, counted["table_bytes"] / GB
    return [
        at.line("S3", "originals, pages, slips", objects, "s3_gb_month"),
        at.line("DynamoDB", "events", rows, "dynamodb_gb_month"),
        at.line("DynamoDB", "point-in-time recovery", rows, "dynamodb_pitr_gb_month"),
    ]


def _fixed(at: Prices, counted: Counted, assumed: Mapping[str, Any]) -> list[Line]:
    queues = counted["event_sources"]
    polls = queues * assumed["polls_a_minute"] * MONTH_MINUTES
    keys = queues * assumed["kms_requests_a_queue_hour"] * MONTH_MINUTES / 60
    tick = counted["tick"]
    ticking = gb_seconds(tick, memory_of("tick", assumed), assumed) * MONTH_MINUTES
    named = {
        "kms_key_month": "KMS", "secret_month": "Secrets Manager", "alarm_month": "CloudWatch",
        "metric_month": "CloudWatch", "dashboard_month": "CloudWatch", "waf_acl_month": "WAF", "waf_rule_month": "WAF",
    }  # fmt: skip
    amounts = {**assumed["fixed"], "metric_month": assumed["metrics"]}
    bought = [at.line(named[k], k.split("_")[-2] + "s", n, k) for k, n in amounts.items()]
    return [
        at.line("SQS", "polls of idle event sources", polls, "sqs_request"),
        at.line("KMS", "data keys of the queues", keys, "kms_request"),
        at.line("Lambda", "the clock, every minute", ticking, "lambda_arm_gb_s"),
        at.line(
            "DynamoDB",
            "the clock, every minute",
            tick["read_units"] * MONTH_MINUTES,
            "dynamodb_read",
        ),
        at.line("S3", "histories under lock, each minute", MONTH_MINUTES, "s3_tier1"),
        *bought,
    ]
