"""Our own metrics: one line in CloudWatch's embedded format on the log, from which it takes the numbers.

In: the world. Out: the line. No library: the form is six keys (docs/adr), and the functions stay light.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from chalicelib import answers
from chalicelib.ports import World

SPACE = "MotCua"
PROMISES = {
    "Owed": "owed",
    "Overdue": "overdue",
    "OverdueAfterReminders": "overdue_after_reminders",
}


def promises(world: World, stack: str) -> str:
    """What all agencies owe, and what is overdue."""
    agencies = answers.numbers(world)["agencies"].values()
    sums = {name: sum(a[what] for a in agencies) for name, what in PROMISES.items()}
    return metric_line(stack, sums, world.clock.now())


def metric_line(stack: str, numbers: Mapping[str, int], now: datetime) -> str:
    """The numbers of this stack, counted now."""
    metrics = [{"Name": name, "Unit": "Count"} for name in numbers]
    told = {"Namespace": SPACE, "Dimensions": [["Stack"]], "Metrics": metrics}
    about = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [told]}
    return json.dumps({"_aws": about, "Stack": stack, **numbers})
