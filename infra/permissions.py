"""One role per function, with what `functions.py` says it needs and nothing else. No `*`, but where AWS has no other.

In: functions. Out: roles. The S3, DynamoDB and SQS operations behind each word are those that the adapters call.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.adapters.dynamodb import INDEX
from infra.functions import FUNCTIONS, Function
from infra.queues import queue_logical
from infra.stages import Stage
from infra.storage import secret_name, secret_settings
from infra.words import Resources, allow, att, policy, ref, resource, service, sub

KEY_USE = ["kms:Decrypt", "kms:GenerateDataKey"]


def role_name(function: Function) -> str:
    """The logical name of a function's role."""
    return f"{function.logical}Role"


def log_name(function: Function) -> str:
    """The logical name of a function's log group."""
    return f"{function.logical}Log"


def resources(stage: Stage) -> Resources:
    """Roles and log groups."""
    made: Resources = {}
    for function in FUNCTIONS:
        made[role_name(function)] = _role(function, stage)
        made[log_name(function)] = resource(
            "Logs::LogGroup", LogGroupName=sub(f"/motcua/${{AWS::StackName}}/{function.name}"),
            RetentionInDays=stage.log_days, KmsKeyId=att("DataKey"),
        )  # fmt: skip
    return made


def _role(function: Function, stage: Stage) -> Any:
    trusted = {"Effect": "Allow", "Principal": service("lambda"), "Action": "sts:AssumeRole"}
    granted = policy(*statements(function, stage))
    return resource(
        "IAM::Role",
        AssumeRolePolicyDocument=policy(trusted),
        Policies=[{"PolicyName": "what-it-needs", "PolicyDocument": granted}],
    )


def statements(function: Function, stage: Stage) -> Iterator[Any]:
    """What the function may do."""
    log = sub(f"${{{log_name(function)}.Arn}}")
    yield allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], log)
    # X-Ray knows no resources.
    yield allow("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
    yield from _queues(function)
    yield from _table(function)
    yield from _blobs(function)
    if function.keeps:
        yield from _history()
    known = [s for s in function.secrets if s in secret_settings(stage)]
    if known:
        yield allow(
            "Secrets", "secretsmanager:GetSecretValue", [ref(secret_name(s)) for s in known]
        )
    if function.mails:
        # SES asks for SendRawEmail too where a mail is handed over as a whole message.
        yield allow("Mail", ["ses:SendEmail", "ses:SendRawEmail"], MAIL_FROM)
    yield allow(
        "Stored", KEY_USE, att("DataKey"), Condition=_via("dynamodb", "s3", "secretsmanager")
    )


MAIL_FROM = [
    sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailDomain}"),
    sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Mails}"),
]


def _via(*services: str) -> Any:
    hosts = [sub(f"{name}.${{AWS::Region}}.amazonaws.com") for name in services]
    return {"StringEquals": {"kms:ViaService": hosts}}


def _queues(function: Function) -> Iterator[Any]:
    if function.queue:
        # The first three are Lambda's own poller, by this role; the last one gives a failed message back early.
        taken = (
            "ReceiveMessage",
            "DeleteMessage",
            "GetQueueAttributes",
            "ChangeMessageVisibility",
            "GetQueueUrl",
        )
        yield allow("Take", [f"sqs:{a}" for a in taken], att(queue_logical(function.queue)))
    if function.puts:
        there = [att(queue_logical(q)) for q in function.puts]
        yield allow("Put", ["sqs:GetQueueUrl", "sqs:SendMessage"], there)
    if function.queue or function.puts:
        yield allow("Messages", KEY_USE, att("MessageKey"), Condition=_via("sqs"))


def _history() -> Iterator[Any]:
    read = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    yield allow("Stream", read, att("Dossiers", "StreamArn"))
    yield allow("Streams", "dynamodb:ListStreams", sub("${Dossiers.Arn}/stream/*"))
    yield allow("Keep", "s3:PutObject", sub("${Evidence.Arn}/history/*"))


def _table(function: Function) -> Iterator[Any]:
    actions = [a for a in function.table if a != "QueryIndex"]
    if actions:
        yield allow("Rows", [f"dynamodb:{a}" for a in sorted(set(actions))], att("Dossiers"))
    if "QueryIndex" in function.table:
        yield allow("Turns", "dynamodb:Query", sub(f"${{Dossiers.Arn}}/index/{INDEX}"))


def _blobs(function: Function) -> Iterator[Any]:
    if function.reads:
        yield allow("Read", "s3:GetObject", _folders(function.reads))
        # Without it S3 answers 403, not 404, where there is nothing: then a missing blob would look like a fault.
        yield allow("NothingThere", "s3:ListBucket", att("Papers"))
    if function.writes:
        yield allow("Write", "s3:PutObject", _folders(function.writes))
    if function.uploads:
        parts = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        yield allow("Parts", parts, _folders(("originals",)))


def _folders(names: tuple[str, ...]) -> list[Any]:
    return [sub(f"${{Papers.Arn}}/{name}/*") for name in names]
