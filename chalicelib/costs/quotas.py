"""Quotas of AWS against what each size needs on a peak day: which would bind, and the answer to it.

In: what was counted for one dossier, a size. Out: per quota its default, the need, the answer. Defaults are AWS's
documented ones for a new account in ap-southeast-1, from memory: check them in Service Quotas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.costs.days import PEAK, Size
from chalicelib.costs.sheet import TIER_1, Counted, memory_of, seconds

FEED_UNITS = 2  # two events a dossier, each an entry (`dynamodb_subscriptions`)


@dataclass(frozen=True, slots=True)
class Quota:
    """`need` against `default`, both in `unit`; `answer`: what to do where it binds."""

    name: str
    unit: str
    default: float
    need: float
    answer: str

    @property
    def binds(self) -> bool:
        """Is there less than twice of what is needed?"""
        return self.need * 2 > self.default


def quotas(counted: Counted, assumed: Mapping[str, Any], size: Size) -> list[Quota]:
    """The quotas that could bind, for the busiest hour of a peak day."""
    return [*_calls(counted, assumed, size), *_stores(counted, size)]


def _spent(counted: Counted, assumed: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of each function for one dossier."""
    return {
        name: seconds(used, memory_of(used["function"], assumed), assumed)
        for name, used in counted["functions"].items()
    }


def _calls(counted: Counted, assumed: Mapping[str, Any], size: Size) -> list[Quota]:
    rate, mails = size.peak_second, counted["requests"].get("ses SendEmail", 0)
    spent = _spent(counted, assumed)
    webhooks = max(s for name, s in spent.items() if name.startswith("deliveries"))
    return [
        Quota(
            "Lambda: calls at once", "calls", 1000, rate * sum(spent.values()),
            "ask for more (a new account may begin with 10); papers wait in their queue, the API's share is reserved",
        ),
        Quota(
            "API Gateway: requests a second", "requests", 10_000, rate * counted["api_calls"],
            "per account and region; ask for more, or one account for each province",
        ),
        Quota(
            "SES: mails a second", "mails", 14, rate * mails,
            "leave the sandbox and ask for the peak's rate; `mails-to-send` waits, nothing is lost",
        ),
        Quota("SES: mails a day", "mails", 50_000, size.mean_day * PEAK * mails, "the same request"),
        Quota(
            "SQS: messages of one queue in flight", "messages", 120_000, rate * spent["papers-to-read"],
            "only what a hand has taken is in flight, so the concurrency of readers bounds it",
        ),
        Quota(
            "webhooks to one agency at once (our own limit)", "tries", 10, rate * webhooks,
            "`maximum_concurrency` of its queue; more for an agency that can take more, or endpoints by ward",
        ),
    ]  # fmt: skip


def _stores(counted: Counted, size: Size) -> list[Quota]:
    rate, n = size.peak_second, counted["requests"]
    writes = sum(n.get(f"s3 {op}", 0) for op in TIER_1)
    return [
        Quota(
            "DynamoDB: write units a second of the table", "units", 40_000, rate * counted["dynamodb_write_units"],
            "ask for more; warm the table up before a known peak (on demand doubles in half an hour)",
        ),
        Quota(
            "DynamoDB: read units a second of the table", "units", 40_000, rate * counted["dynamodb_read_units"],
            "the same",
        ),
        Quota(
            "DynamoDB: write units a second of one partition (an agency's feed)", "units", 1000, rate * FEED_UNITS,
            "the end of a feed is one row: a feed for each agency and province divides it",
        ),
        Quota(
            "S3: writes a second under one prefix", "requests", 3500, rate * writes,
            "S3 divides prefixes as they grow; keys behind `originals/` and `pages/` are random",
        ),
    ]  # fmt: skip
