"""What the template's roles grant, with resources by their names in the template."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

Grant = tuple[str, str]
# Lambda itself does these with the function's role, or AWS's own libraries: no adapter calls them.
LAMBDAS_OWN = {
    "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords",
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "dynamodb:DescribeStream",
    "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams", "kms:Decrypt", "kms:GenerateDataKey",
}  # fmt: skip


def statements(template: dict[str, Any], role: str) -> list[Any]:
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    found: list[Any] = policy["PolicyDocument"]["Statement"]
    return found


def granted(template: dict[str, Any], role: str) -> set[Grant]:
    """(action, resource) pairs of the role."""
    return {
        (action, resource_name(resource))
        for statement in statements(template, role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def resource_name(resource: Any) -> str:
    """`Dossiers`, `Papers/slips/*`, `MailIdentity`; as the recorder calls them."""
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if "Ref" in resource:
        return str(resource["Ref"])
    text = str(resource["Fn::Sub"])
    if ":identity/" in text:
        return "MailIdentity"
    if ":configuration-set/" in text:
        return "Mails"
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)


def allows(grants: set[Grant], call: Grant) -> bool:
    return any(a == call[0] and fnmatchcase(call[1], resource) for a, resource in grants)


def unused(grants: set[Grant], calls: set[Grant]) -> Iterator[Grant]:
    """Grants that none of these calls needs."""
    for action, resource in sorted(grants):
        if action not in LAMBDAS_OWN and not any(
            action == a and fnmatchcase(name, resource) for a, name in calls
        ):
            yield action, resource
