"""The supervised re-run of an archive (`archive-rerun.asl.json`) as a state machine with a role of its own.

In: nothing. Out: resources. It reads manifests and calls one function; it can do nothing else.
"""

import json
from pathlib import Path
from typing import Any

from infra.words import Resources, allow, att, policy, resource, service, sub

DEFINITION = Path(__file__).with_name("archive-rerun.asl.json")
_OWN = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"


def resources() -> Resources:
    """State machine, role, log."""
    name = sub("${AWS::StackName}-archive-rerun")
    log = {"CloudWatchLogsLogGroup": {"LogGroupArn": att("ArchiveRerunLog")}}
    return {
        "ArchiveRerunLog": resource(
            "Logs::LogGroup", LogGroupName=sub("/motcua/${AWS::StackName}/archive-rerun"),
            RetentionInDays=365, KmsKeyId=att("DataKey"),
        ),
        "ArchiveRerunRole": _role(),
        "ArchiveRerun": resource(
            "StepFunctions::StateMachine", StateMachineName=name, RoleArn=att("ArchiveRerunRole"),
            Definition=json.loads(DEFINITION.read_text("utf-8")),
            # Without execution data: they hold names of files.
            LoggingConfiguration={"Level": "ERROR", "IncludeExecutionData": False, "Destinations": [log]},
            TracingConfiguration={"Enabled": True},
        ),
    }  # fmt: skip


def _role() -> Any:
    trusted = {"Effect": "Allow", "Principal": service("states"), "Action": "sts:AssumeRole"}
    key = ["kms:Decrypt", "kms:GenerateDataKey"]
    runs = [sub(f"{_OWN}:stateMachine:${{AWS::StackName}}-archive-rerun")]
    each = [sub(f"{_OWN}:execution:${{AWS::StackName}}-archive-rerun/*")]
    deliveries = ("Create", "Get", "Update", "Delete")
    granted = policy(
        allow("Manifests", "s3:GetObject", sub("${Papers.Arn}/archive/*/manifest.jsonl")),
        allow("Stored", key, att("DataKey")),
        allow("Read", "lambda:InvokeFunction", [att("ReadArchive"), sub("${ReadArchive.Arn}:*")]),
        allow("Children", "states:StartExecution", runs),
        allow("ChildrenEnd", ["states:DescribeExecution", "states:StopExecution"], each),
        # Log deliveries and X-Ray know no resources.
        allow("Log", [f"logs:{d}LogDelivery" for d in deliveries] + ["logs:ListLogDeliveries"], "*"),
        allow("LogPolicies", ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"], "*"),
        allow("Trace", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    )  # fmt: skip
    return resource(
        "IAM::Role",
        AssumeRolePolicyDocument=policy(trusted),
        Policies=[{"PolicyName": "what-it-needs", "PolicyDocument": granted}],
    )
