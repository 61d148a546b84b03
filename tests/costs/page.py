"""Writes docs/costs.md and docs/costs-peak.png out of what was counted: `python -m tests.costs.page`."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from chalicelib.cli.costs import HANDS, READERS, peak_day
from chalicelib.costs import sheet
from chalicelib.costs.days import PEAK, SIZES, WORKING_DAYS
from chalicelib.costs.peak import HOUR, Day, quantile
from chalicelib.costs.quotas import quotas
from tests.costs.template import told_by_template
from tests.tally import table

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOWN, CITY, FEW = "police", SIZES[1], 8
SHOWN = range(6, 20)


def write() -> None:
    """Both files, and what the template says of sizes."""
    text = json.dumps(told_by_template(), indent=2) + "\n"
    (sheet.FOLDER / "template.json").write_text(text, "utf-8")
    day, calm, scarce = peak_day(CITY, DOWN), peak_day(CITY, None), peak_day(CITY, None, FEW)
    draw(day, DOCS / "costs-peak.png")
    (DOCS / "costs.md").write_text(page(sheet.present(), day, calm, scarce), "utf-8")


def page(found: sheet.Sheet, day: Day, calm: Day, scarce: Day) -> str:
    counted, assumed = sheet.data("counted")["runs"], sheet.assumed()
    return "\n".join([
        *head(counted[-1], found), *each(found), *yearly(found), *fixed(found), *runs(counted), *dear(found),
        *quota_lines(counted[-1], assumed), *peak_lines(day, calm, scarce), *prices(), *assumptions(assumed), "",
    ])  # fmt: skip


def head(run: dict[str, Any], found: sheet.Sheet) -> list[str]:
    total = found.per_1000()
    verdict = "reached" if total <= sheet.TARGET else "**not reached**"
    place, target = sheet.data("prices")["region"], f"{sheet.TARGET:.2f}"
    at, size = run["counted_at"][:16].replace("T", " "), f"{run['file_bytes'] / 1e6:.2f} MB"
    return [
        "# What dossiers cost on AWS",
        "",
        "Written by `make costs`; every figure comes from the command. `motcua cost --dossiers N` reckons other sizes.",
        "",
        f"**{total:.2f} USD for 1,000 dossiers of {run['pages']} pages** at list prices of {place}, without free tiers."
        f" The target of {target} USD is {verdict}; without the mails it would be {total - mails(found):.2f}.",
        "",
        f"Counted {at} UTC at commit {run['commit']} on {run['machine']}, Python {run['python']}: {run['dossiers']}"
        f" linked births, each with {run['pages']} photographs ({size} each) of drawn papers, from the first request"
        " to all three results, by the real handlers and the real reader on moto over HTTP."
        f" {run['reviewed']} of them went to an officer. The papers are announced by one call and completed by one, as"
        f" our client does it. A citizen's page asks {run['polls']} time too early and once in time while papers"
        " are read; how it went, and where the slip is, is told in the answer to submitting;"
        " of an officer's decision and of the results it learns by mail, and asks once. Each agency says “received” in"
        " its very answer, and gives its result. Seconds are CPU seconds of ours: other work on the machine counts"
        " little.",
        "",
    ]


def mails(found: sheet.Sheet) -> float:
    return 1000 * sum(line.usd for line in found.each if line.service == "SES")


def each(found: sheet.Sheet) -> list[str]:
    rows = [
        (x.service, x.what, amount(x.amount), x.price, f"{1000 * x.usd:.4f}") for x in found.each
    ]
    rows.append(("", "**together**", "", "", f"**{found.per_1000():.4f}**"))
    kept = [
        (x.service, x.what, amount(x.amount), x.price, f"{1000 * x.usd:.4f}") for x in found.kept
    ]
    return [
        "## Handling", "", table(("service", "what", "for one dossier", "price", "USD per 1,000"), rows), "",
        "## Keeping", "", "Each month that 1,000 dossiers are stored, in the class they arrive in:", "",
        table(("service", "what", "GB of one dossier", "price", "USD a month"), kept), "",
    ]  # fmt: skip


def amount(value: float) -> str:
    return f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def yearly(found: sheet.Sheet) -> list[str]:
    rows = [
        (s.name, f"{s.dossiers:,}", f"{found.per_1000() / 1000 * s.dossiers:,.0f}",
         f"{found.kept_1000_months() / 1000 * s.dossiers * 6:,.0f}", f"{12 * found.fixed_month():,.0f}",
         f"**{found.year(s.dossiers):,.0f}**", s.why)
        for s in SIZES
    ]  # fmt: skip
    head = (
        "size",
        "dossiers a year",
        "handling",
        "keeping (first year)",
        "by the month",
        "USD a year",
        "",
    )
    return ["## A year", "", table(head, rows), ""]


def fixed(found: sheet.Sheet) -> list[str]:
    rows = [(x.service, x.what, f"{x.amount:,.0f}", x.price, f"{x.usd:.2f}") for x in found.fixed]
    rows.append(("", "**together**", "", "", f"**{found.fixed_month():.2f}**"))
    return [
        "## By the month, whether or not anybody files",
        "",
        table(("service", "what", "amount", "price", "USD"), rows),
        "",
    ]


def runs(counted: list[dict[str, Any]]) -> list[str]:
    """How the figure came down: every run that was kept."""
    rows = []
    for run in counted:
        found = sheet.reckon(run, sheet.data("prices"), sheet.assumed())
        rows.append((run["counted_at"][:16].replace("T", " "), run["commit"], f"{run['api_calls']:.0f}",
                     f"{run['dynamodb_write_units']:.0f}", f"{run['dynamodb_read_units']:.0f}",
                     f"{run['s3_bytes_stored'] / 1e6:.2f}", f"{found.per_1000():.3f}"))  # fmt: skip
    head = (
        "counted (UTC)",
        "commit",
        "API calls",
        "write units",
        "read units",
        "MB kept",
        "USD per 1,000",
    )
    return ["## Run by run", "", "At today's prices and assumptions:", "", table(head, rows), ""]


def dear(found: sheet.Sheet) -> list[str]:
    """The dearest lines, and what would make each cheaper."""
    ways = {
        "SES": "a mail is only sent to who gave an address; a notice in VNeID would cost nothing here",
        "S3": "done: one PUT a file, envelopes as rows. Left: a picture a page, the slip",
        "DynamoDB": "done: a change's events in one small row. Left: an endpoint's health at each try",
        "API Gateway": "done: fewer calls, each tells more. An HTTP API costs a third, but has no firewall",
        "Lambda": "a quicker reader; one thread, one vCPU: more memory buys no time. Dossiers that no officer must see",
        "CloudWatch": "done: a line a change, none of Lambda's own. Left: a line a request of the API",
    }
    by: dict[str, float] = {}
    for line in found.each:
        by[line.service] = by.get(line.service, 0) + 1000 * line.usd
    rows = [
        (s, f"{usd:.3f}", ways.get(s, "")) for s, usd in sorted(by.items(), key=lambda x: -x[1])
    ]
    return [
        "## Where it goes, and what would help",
        "",
        table(("service", "USD per 1,000", "what would help"), rows),
        "",
    ]


def quota_lines(run: dict[str, Any], assumed: dict[str, Any]) -> list[str]:
    by_size = [quotas(run, assumed, size) for size in SIZES]
    rows = [
        (first.name, f"{first.default:,.0f}", *(need(q.need, q.binds) for q in row), first.answer)
        for row in zip(*by_size, strict=True)
        for first in row[:1]
    ]
    head = ("quota", "default", *(s.name for s in SIZES), "answer")
    busiest = ", ".join(f"{s.name} {s.peak_second:.2g}" for s in SIZES)
    return [
        "## Quotas", "",
        f"Needs in the busiest hour of a peak day ({PEAK} × the mean of {WORKING_DAYS} working days; dossiers a second:"
        f" {busiest}). **Bold**: more than half of the default, so it binds. Defaults are from memory, check them in"
        " Service Quotas.", "", table(head, rows), "",
    ]  # fmt: skip


def need(value: float, binds: bool) -> str:
    said = f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
    return f"**{said}**" if binds else said


def peak_lines(day: Day, calm: Day, scarce: Day) -> list[str]:
    return [
        "## A peak day", "",
        f"{day.came:,} dossiers in a day ({CITY.name}, {PEAK} × its mean), {READERS} readers and {HANDS} hands"
        f" for each agency at once, the seconds counted above, the retries and the breaker that deliver; **{DOWN} hangs"
        " from 9 to 13** (each try ends after 15 s). Hours of the day are assumed.", "", "![](costs-peak.png)", "",
        hours(day), "", *told(day, calm, scarce), "",
    ]  # fmt: skip


def hours(day: Day) -> str:
    rows = []
    for h in day.hours[SHOWN.start : SHOWN.stop]:
        delays = [quantile(of_hour(day.taken[a], h.hour), 0.95) for a in day.taken]
        missing = f"{h.undelivered[DOWN]:,}"
        seen = (f"{h.hour}–{h.hour + 1}", f"{h.came:,}", h.reading, *h.delivering.values(), missing)
        rows.append((*seen, *(f"{d:,.1f}" for d in delays)))
    names = list(day.taken)
    head = ("hour", "dossiers", "papers waiting or read", *(f"queue of {a}" for a in names), f"not yet with {DOWN}",
            *(f"{a}: delay, p95 s" for a in names))  # fmt: skip
    return table(head, rows)


def of_hour(taken: Iterable[tuple[float, float]], hour: int) -> list[float]:
    return [delay for at, delay in taken if hour * 3600 <= at < (hour + 1) * 3600]


def told(day: Day, calm: Day, scarce: Day) -> list[str]:
    healthy = [a for a in day.taken if a != DOWN]
    same = all(day.taken[a] == calm.taken[a] for a in healthy)
    late = [at + delay for at, delay in day.taken[DOWN] if 9 * HOUR <= at < 13 * HOUR]
    last = max(late, default=math.nan) / HOUR
    reading = [quantile([d for _, d in d_.verified], 0.95) for d_ in (day, scarce)]
    taken, waiting = sum(map(len, day.taken.values())), sum(day.waiting.values())
    clock = f"{int(last)}:{int(last % 1 * 60):02}"
    punctual = "at the very second" if same else "**not** at the second"
    return [
        f"- Lost: {day.came * len(day.taken) - taken - waiting}; still waiting at the end: {waiting}."
        f" What came while {DOWN} was down was all there by {clock}.",
        f"- {' and '.join(healthy)} had every dossier {punctual} they have it on a day when nobody is down: each agency"
        " has its own queue and hands.",
        f"- {DOWN} was tried {day.tries[DOWN]:,} times for {len(day.taken[DOWN]):,} dossiers: the breaker spared it.",
        f"- From the last paper to verified, p95: {reading[0]:.1f} s with {READERS} readers; {reading[1]:,.1f} s with"
        f" {FEW}, as in a new account that may run 10 at once (then ask for more before the day comes).",
    ]


def draw(day: Day, file: Path) -> None:
    """Queues above, delays below, by hour."""
    figure, (above, below) = pyplot.subplots(2, 1, figsize=(8, 6), sharex=True)
    shown = day.hours[SHOWN.start : SHOWN.stop]
    at = [h.hour + 0.5 for h in shown]
    above.bar(at, [h.came for h in shown], width=0.9, color="lightgrey", label="dossiers that came")
    above.plot(
        at, [h.reading for h in shown], marker="o", label="papers waiting or read, most at once"
    )
    above.plot(
        [h.hour + 1 for h in shown],
        [h.undelivered[DOWN] for h in shown],
        marker="o",
        label=f"not yet with {DOWN}",
    )
    for agency, taken in day.taken.items():
        below.plot(
            at,
            [quantile(of_hour(taken, h.hour), 0.95) for h in shown],
            marker=".",
            label=f"{agency}: p95 of the delay",
        )
    below.set_yscale("log")
    below.set(
        xlabel=f"hour of the day ({DOWN} is down from 9 to 13)",
        ylabel="seconds from verified to taken",
    )
    above.set(ylabel="dossiers, papers")
    for axes in (above, below):
        axes.legend(fontsize=8)
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(file, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def prices() -> list[str]:
    found = sheet.data("prices")
    rows = [
        (name, f"{p['usd']:.10g}", f"{p['per']:,} {p['unit']}", p["usage_type"], p["seen"])
        for name, p in found["prices"].items()
    ]
    return [
        "## Prices",
        "",
        found["note"],
        "",
        table(("price", "USD", "for", "usage type", "seen"), rows),
        "",
    ]


def assumptions(assumed: dict[str, Any]) -> list[str]:
    lines = [f"- `{k}` = {v}" + (f": {why}" if (why := assumed.get(reason(k))) else "")
             for k, v in assumed.items() if not k.endswith("_why") and k not in ("note", "log_why")]  # fmt: skip
    return ["## Assumed", "", assumed["note"], "", *lines]


def reason(key: str) -> str:
    named = {
        "log_bytes_a_call": "log_why",
        "kms_requests_a_queue_hour": "kms_why",
        "polls_a_minute": "polls_why",
    }
    return named.get(key, f"{key.rsplit('_', 1)[0]}_why")


if __name__ == "__main__":
    write()
