"""Events as API Gateway and SQS hand them to functions. Made-up ids; the bodies are the caller's."""

import json
import re
import uuid
from hashlib import md5
from typing import Any


def request(
    method: str, route: str, body: Any = None, token: str | None = None, **given: str
) -> dict[str, Any]:
    """A REST API's event: `given` fills the {names} in the route."""
    path = re.sub(r"{(\w+)}", lambda name: given[name[1]], route)
    headers = {"Content-Type": "application/json", "Host": "motcua.example.vn"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    about = {"httpMethod": method, "resourcePath": route, "path": f"/api{path}", "stage": "api"}
    return {
        "resource": route, "path": path, "httpMethod": method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": given or None, "stageVariables": None, "isBase64Encoded": False,
        "body": None if body is None else json.dumps(body, ensure_ascii=False),
        "requestContext": {**about, "identity": {"sourceIp": "192.0.2.1"}},
    }  # fmt: skip


def message(queue: str, body: str) -> dict[str, Any]:
    """An SQS event of one message, as the template's BatchSize has it."""
    digest = md5(body.encode(), usedforsecurity=False).hexdigest()
    record = {
        "messageId": str(uuid.uuid4()), "receiptHandle": "receipt", "body": body,
        "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "md5OfBody": digest,
        "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:ap-southeast-1:000000000000:{queue}",
        "awsRegion": "ap-southeast-1",
    }  # fmt: skip
    return {"Records": [record]}


def minute() -> dict[str, Any]:
    """What EventBridge sends every minute."""
    return {
        "version": "0", "id": str(uuid.uuid4()), "detail-type": "Scheduled Event", "source": "aws.events",
        "account": "000000000000", "time": "2026-01-01T00:00:00Z", "region": "ap-southeast-1",
        "resources": [], "detail": {},
    }  # fmt: skip
