"""What tells people that something is wrong: alarms with what they mean and what to do, a dashboard, a budget.

In: a stage. Out: resources, and `ALARMS`, from which the table in docs/operations.md is written.
"""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.ports import PICK_UP_QUEUES, QUEUES
from infra.functions import BY_QUEUE, FUNCTIONS, Function
from infra.queues import queue_logical
from infra.stages import Stage
from infra.words import Resource, Resources, allow, att, policy, ref, resource, service, sub

SPACE = "MotCua"  # our own metrics
TRACED = 0.01  # of all calls


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of alarm: when it rings, what that means, what to do."""

    name: str
    rings: str
    means: str
    do: str


ALARMS: tuple[Kind, ...] = (
    Kind("Dead", "a message lies in dead letters that no function handles", "five or more tries failed; the work of one dossier stands still", "Find the error in the log of the queue's function (`handler_failed`), mend it, deploy, then [redrive](#redrive)."),
    Kind("Old", "the oldest message waits longer than the queue's work allows", "work comes faster than it is done, or every try fails", "Dashboard: does the function fail (then as for Errors) or is it at its `maximum_concurrency` (then raise it in app.py)? For deliveries see the agency's health page first."),
    Kind("HistoryLate", "new events wait for more than an hour to be kept under lock", "`keep_history` fails; after a day the stream forgets them (the table still has them)", "Log group of `keep_history`; mend within the day, else write the missing events anew from an export of the table (docs/recovery.md)."),
    Kind("Errors", "a function failed three times in five minutes", "a fault of ours, or a service that is down; messages are tried again by themselves", "Log group `/motcua/STACK/FUNCTION`: `handler_failed … error=`. After a deploy CodeDeploy has rolled back already; else roll back by hand."),
    Kind("Throttled", "Lambda refused to start functions of the account", "the account's concurrency is used up", "Ask for more concurrency (Service Quotas) or lower `maximum_concurrency` of `read_archive`."),
    Kind("ApiFaults", "more than 1 of 100 requests was answered by 5xx", "citizens see “the system failed”", "Log group `/motcua/STACK/api-requests`, then that of `api_handler`. Roll back if it began with a deploy."),
    Kind("ApiSlow", "1 of 100 requests took longer than three seconds", "cold starts, a slow store, or too little memory", "X-Ray: where is the time? DynamoDB throttles and Lambda's init time stand on the dashboard."),
    Kind("Overdue", "results that an agency owes are overdue in spite of all reminders", "a promise to citizens is broken; nothing of ours has to be wrong", "`GET /v1/numbers` says which agency owes how many; its head has had the last reminder: telephone."),
    Kind("Bounces", "more than 5 of 100 mails came back", "SES will pause us at 10", "SES console, suppression list; look for a broken form of addresses at one desk."),
)  # fmt: skip


def resources(stage: Stage) -> Resources:
    """Topic, alarms, dashboard, budget."""
    shown = {"Dashboard": _dashboard(), "Traces": _traces(), "Budget": _budget()}
    return {**_topic(), **alarms(), **shown}


def _topic() -> Resources:
    told = allow(
        "AlarmsAndBudget", "sns:Publish", ref("Operators"), Principal=service("cloudwatch", "budgets"),
        Condition={"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    )  # fmt: skip
    by_tls = {
        "Sid": "OnlyByTls", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": ref("Operators"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    mail = {"Protocol": "email", "Endpoint": ref("OperatorsMail")}
    return {
        "Operators": resource("SNS::Topic", KmsMasterKeyId=ref("MessageKey"), Subscription=[mail]),
        "OperatorsPolicy": resource(
            "SNS::TopicPolicy", Topics=[ref("Operators")], PolicyDocument=policy(told, by_tls)
        ),
    }


def alarms() -> Resources:
    """All alarms; the logical name begins with the kind."""
    made: Resources = {}
    for spec in (*QUEUES, *PICK_UP_QUEUES):
        if spec.dead not in BY_QUEUE:
            made[f"Dead{queue_logical(spec.name)}"] = _alarm("Dead", _visible(spec.dead), 0)
    for name, function in BY_QUEUE.items():
        made[f"Old{queue_logical(name)}"] = _alarm("Old", _age(name), patience(function), tries=3)
    for function in FUNCTIONS:
        made[f"Errors{function.logical}"] = _alarm("Errors", errors(function), 2)
    late = _metric("Lambda", "IteratorAge", "Maximum", {"FunctionName": ref("KeepHistory")})
    made["HistoryLate"] = _alarm("HistoryLate", late, 3_600_000)
    made["Throttled"] = _alarm("Throttled", _metric("Lambda", "Throttles", "Sum"), 0, tries=3)
    made["ApiFaults"] = _alarm("ApiFaults", _api("5XXError", "Average"), 0.01, tries=3)
    made["ApiSlow"] = _alarm("ApiSlow", _api("Latency", "p99"), 3000, tries=3)
    overdue = _metric(
        SPACE, "OverdueAfterReminders", "Maximum", {"Stack": ref("AWS::StackName")}, 900
    )
    made["Overdue"] = _alarm("Overdue", overdue, 0)
    bounced = _metric("AWS/SES", "Reputation.BounceRate", "Average", {}, 3600)
    made["Bounces"] = _alarm("Bounces", bounced, 0.05)
    return made


def patience(function: Function) -> int:
    """Seconds that a message may wait before someone is told: ten times the handler's limit, a quarter of an hour at least."""
    return max(900, 10 * function.seconds)


def errors(function: Function) -> Any:
    """The function's failures."""
    return _metric("Lambda", "Errors", "Sum", {"FunctionName": ref(function.logical)})


def _alarm(kind: str, metric: Any, above: float, tries: int = 1) -> Resource:
    return resource(
        "CloudWatch::Alarm", AlarmDescription=f"{kind}: docs/operations.md#alarms", **metric,
        Threshold=above, ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=tries, DatapointsToAlarm=tries,
        TreatMissingData="notBreaching", AlarmActions=[ref("Operators")], OKActions=[ref("Operators")],
    )  # fmt: skip


def _metric(
    space: str, name: str, statistic: str, of: dict[str, Any] | None = None, seconds: int = 300
) -> Any:
    how = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    return {
        "Namespace": space if space == SPACE or "/" in space else f"AWS/{space}",
        "MetricName": name, how: statistic, "Period": seconds,
        "Dimensions": [{"Name": n, "Value": v} for n, v in (of or {}).items()],
    }  # fmt: skip


def _of_queue(name: str) -> dict[str, Any]:
    return {"QueueName": att(queue_logical(name), "QueueName")}


def _visible(name: str) -> Any:
    return _metric("SQS", "ApproximateNumberOfMessagesVisible", "Maximum", _of_queue(name))


def _age(name: str) -> Any:
    return _metric("SQS", "ApproximateAgeOfOldestMessage", "Maximum", _of_queue(name))


def _api(name: str, statistic: str) -> Any:
    return _metric("ApiGateway", name, statistic, {"ApiName": "motcua", "Stage": ref("RestAPI.Stage")})  # fmt: skip


def _dashboard() -> Resource:
    queue, function = "${AWS::StackName}-", "${%s}"
    rows = [
        ("Queues: oldest message (s)", [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue + q] for q in BY_QUEUE]),
        ("Queues: waiting", [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue + q] for q in BY_QUEUE]),
        ("Functions: errors", [["AWS/Lambda", "Errors", "FunctionName", function % f.logical] for f in FUNCTIONS]),
        ("Functions: duration (ms)", [["AWS/Lambda", "Duration", "FunctionName", function % f.logical] for f in FUNCTIONS]),
        ("API", [["AWS/ApiGateway", m, "ApiName", "motcua"] for m in ("Count", "4XXError", "5XXError")]),
        ("Table: throttled, units", [["AWS/DynamoDB", m, "TableName", "${Dossiers}"] for m in ("ReadThrottleEvents", "WriteThrottleEvents", "ConsumedWriteCapacityUnits")]),
        ("Promises", [[SPACE, m, "Stack", "${AWS::StackName}"] for m in ("Owed", "Overdue", "OverdueAfterReminders")]),
    ]  # fmt: skip
    widgets = [_widget(n, title, metrics) for n, (title, metrics) in enumerate(rows)]
    return resource(
        "CloudWatch::Dashboard",
        DashboardName=sub("${AWS::StackName}"),
        DashboardBody=sub(json.dumps({"widgets": widgets})),
    )


def _traces() -> Resource:
    """One call in a hundred is traced. X-Ray's own rule takes the first of every second, at a district nearly all."""
    every = ("Host", "HTTPMethod", "ResourceARN", "ServiceName", "ServiceType", "URLPath")
    rule = {
        "RuleName": sub("${AWS::StackName}"), "Version": 1, "Priority": 100,
        "ReservoirSize": 0, "FixedRate": TRACED, **dict.fromkeys(every, "*"),
    }  # fmt: skip
    return resource("XRay::SamplingRule", SamplingRule=rule)


def _widget(number: int, title: str, metrics: list[Any]) -> Any:
    shown = {
        "title": title,
        "metrics": metrics,
        "region": "${AWS::Region}",
        "stat": "Maximum",
        "period": 300,
    }
    place = {"x": 12 * (number % 2), "y": 6 * (number // 2), "width": 12, "height": 6}
    return {"type": "metric", **place, "properties": shown}


def _budget() -> Resource:
    told = [{"SubscriptionType": "SNS", "Address": ref("Operators")}]
    limits = (("ACTUAL", 80), ("FORECASTED", 100))
    return resource(
        "Budgets::Budget",
        Budget={
            "BudgetType": "COST", "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": ref("MonthlyBudget"), "Unit": "USD"},
        },
        NotificationsWithSubscribers=[
            {
                "Notification": {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": share},
                "Subscribers": told,
            }
            for kind, share in limits
        ],
    )  # fmt: skip
