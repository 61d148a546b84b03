"""Which IAM actions an operation of boto3 needs, on what (AWS's service authorization reference)."""

from collections.abc import Iterator
from typing import Any

OBJECT = {
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "PutObject": "PutObject",
    "HeadObject": "GetObject",
    "GetObject": "GetObject",
    "AbortMultipartUpload": "AbortMultipartUpload",
    "ListParts": "ListMultipartUploadParts",
}
IN_TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem"}
ITEMS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem")
QUEUE = ("SendMessage", "GetQueueUrl", "ChangeMessageVisibility")


def asked(service: str, operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(action, resource by its own name) of one call. Raises KeyError for a call this table doesn't know."""
    yield from _OF[service](operation, params)


def _dynamodb(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if operation == "TransactWriteItems":  # has no action of its own
        for item in params["TransactItems"]:
            ((kind, change),) = item.items()
            yield f"dynamodb:{IN_TRANSACTION[kind]}", change["TableName"]
        return
    if operation == "BatchGetItem":
        yield from (("dynamodb:BatchGetItem", table) for table in params["RequestItems"])
        return
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    yield f"dynamodb:{_known(operation, ITEMS)}", params["TableName"] + index


def _s3(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"s3:{OBJECT[operation]}", f"{params['Bucket']}/{params['Key']}"
    if OBJECT[operation] == "GetObject":
        yield "s3:ListBucket", params["Bucket"]


def _sqs(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"sqs:{_known(operation, QUEUE)}", params.get("QueueUrl") or params["QueueName"]


def _sesv2(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    assert "Raw" in params["Content"] and operation == "SendEmail"
    for resource in (
        "MailIdentity",
        "Mails",
    ):  # the identity's own configuration set is asked for too
        yield from (("ses:SendEmail", resource), ("ses:SendRawEmail", resource))


def _secrets(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"secretsmanager:{_known(operation, ('GetSecretValue',))}", params["SecretId"]


def _known(operation: str, names: tuple[str, ...]) -> str:
    return dict(zip(names, names, strict=True))[operation]


_OF = {
    "dynamodb": _dynamodb, "s3": _s3, "sqs": _sqs, "sesv2": _sesv2, "secretsmanager": _secrets,
}  # fmt: skip
