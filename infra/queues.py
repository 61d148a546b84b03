"""Queues with their dead letters, out of `ports.QUEUES`. A taken message stays hidden for six times its handler's time.

In: nothing. Out: resources. An agency with an account of its own may take from its events queue, and nothing else.
"""

from typing import Any

from chalicelib.adapters.provision import KEPT_SECONDS, READING
from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES, QueueSpec
from infra.functions import BY_QUEUE, camel
from infra.words import Resources, allow, att, policy, ref, resource, sub, tls_only

PREFIX = "${AWS::StackName}-"
ALL = (*QUEUES, *PICK_UP_QUEUES)


def queue_logical(name: str) -> str:
    """The logical name of a queue."""
    return f"{camel(name)}Queue"


def resources() -> Resources:
    """All queues, their dead letters, and who may reach them."""
    made: Resources = {}
    for spec in ALL:
        dead, live = queue_logical(spec.dead), queue_logical(spec.name)
        redrive = {"deadLetterTargetArn": att(dead), "maxReceiveCount": spec.max_receives}
        made[dead] = _queue(spec.dead, hidden(spec.dead, spec))
        made[live] = _queue(spec.name, hidden(spec.name, spec), RedrivePolicy=redrive)
        for name in (live, dead):
            made[f"{name}Policy"] = _closed(name)
    for agency in AGENCIES:
        _let_take(made, agency)
    return made


def hidden(name: str, spec: QueueSpec) -> int:
    """Seconds that a taken message is hidden."""
    function = BY_QUEUE.get(name)
    return max(spec.visibility, 6 * function.seconds) if function else spec.visibility


def _queue(name: str, seconds: int, **more: Any) -> Any:
    return resource(
        "SQS::Queue", QueueName=sub(PREFIX + name), VisibilityTimeout=seconds,
        MessageRetentionPeriod=KEPT_SECONDS, KmsMasterKeyId=ref("MessageKey"), KmsDataKeyReusePeriodSeconds=3600,
        **more,
    )  # fmt: skip


def _closed(name: str, *statements: Any) -> Any:
    return resource(
        "SQS::QueuePolicy",
        Queues=[ref(name)],
        PolicyDocument=policy({**tls_only(att(name)), "Action": "sqs:*"}, *statements),
    )


def _let_take(made: Resources, agency: str) -> None:
    name = queue_logical(f"events-{agency.replace('_', '-')}")
    taking = allow(
        "TheAgencyTakesItsEvents", [f"sqs:{a}" for a in READING], att(name),
        Principal={"AWS": ref(f"{camel(agency)}Principal")},
    )  # fmt: skip
    policy_of = _closed(name)
    statements = policy_of["Properties"]["PolicyDocument"]["Statement"]
    statements.append(
        {"Fn::If": [f"{camel(agency)}TakesEvents", taking, ref("AWS::NoValue")]},
    )
    made[f"{name}Policy"] = policy_of
