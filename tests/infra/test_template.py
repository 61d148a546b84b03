"""The template has all that the code uses, and nothing that it doesn't. Each check is also shown a template gone wrong.

What the code uses is taken from the code: settings from `settings.py`, queues from `ports.py` and `app.py`, operations
from the adapters' syntax trees. What the roles need in earnest is recorded in `test_permissions.py`.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import app as doors
from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES
from infra.functions import BY_QUEUE, CONFIG, FUNCTIONS, config
from infra.permissions import role_name
from infra.queues import queue_logical
from infra.stages import STAGES
from infra.storage import secret_settings
from infra.template import LOGGING, joined, packaged
from infra.watch import ALARMS
from tests.infra.actions import IN_TRANSACTION, ITEMS, OBJECT, QUEUE
from tests.infra.grants import LAMBDAS_OWN, granted, listed, statements

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = ROOT / "chalicelib" / "adapters"
Template = dict[str, Any]


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> dict[str, Template]:
    folder = tmp_path_factory.mktemp("packaged")
    return {s: joined(packaged(s, folder / s), STAGES[s]) for s in STAGES}


def of_type(template: Template, kind: str) -> dict[str, Any]:
    return {n: r["Properties"] for n, r in template["Resources"].items() if r["Type"] == kind}


def functions(template: Template) -> dict[str, Any]:
    return of_type(template, "AWS::Serverless::Function")


# ---- what must hold: each yields what is wrong ---------------------------------------------------


def settings_unread(template: Template) -> Iterator[str]:
    """Variables of functions that no setting reads."""
    text = (ROOT / "chalicelib" / "settings.py").read_text("utf-8")
    known = {*re.findall(r"MOTCUA_\w+", text), "OMP_THREAD_LIMIT"}
    for name, made in functions(template).items():
        yield from (f"{name} {v}" for v in made["Environment"]["Variables"] if v not in known)


# Settings of one machine and of emulators, which a function never has.
NOT_ON_AWS = {
    "MOTCUA_DATA", "MOTCUA_AWS_ENDPOINT", "MOTCUA_ALLOW_PRIVATE", "MOTCUA_AGENCY_PRINCIPALS", "MOTCUA_",
}  # fmt: skip


def settings_missing(template: Template) -> Iterator[str]:
    """Settings that no function has."""
    text = (ROOT / "chalicelib" / "settings.py").read_text("utf-8")
    given = {v for f in functions(template).values() for v in f["Environment"]["Variables"]}
    by_cognito = {"MOTCUA_OFFICERS"} if of_type(template, "AWS::Cognito::UserPool") else set()
    yield from sorted(set(re.findall(r"MOTCUA_\w*", text)) - given - NOT_ON_AWS - by_cognito)


def queues_wrong(template: Template) -> Iterator[str]:
    """Queues that the code names and the template lacks, or the other way round."""
    named = {n for q in (*QUEUES, *PICK_UP_QUEUES) for n in (q.name, q.dead)}
    there = {
        q["QueueName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
        for q in of_type(template, "AWS::SQS::Queue").values()
    }
    yield from sorted(named ^ there)


def visibility_wrong(template: Template) -> Iterator[str]:
    """Queues that hide a message for less than six times their function's time, or forget dead letters too soon."""
    made = of_type(template, "AWS::SQS::Queue")
    for name, function in BY_QUEUE.items():
        hidden = made[queue_logical(name)]["VisibilityTimeout"]
        if hidden < 6 * functions(template)[function.logical]["Timeout"]:
            yield f"{name} {hidden}"
    for name, queue in made.items():
        if queue["MessageRetentionPeriod"] != 14 * 86_400:
            yield f"{name} keeps too short"
        if name.endswith("DeadQueue") == ("RedrivePolicy" in queue):
            yield f"{name} redrive"


def events_wrong(template: Template) -> Iterator[str]:
    """Sources of events that are not the handler's own queue, or take many messages without saying which failed."""
    wanted = {app_name: queue for queue, app_name in served().items()}
    for function in FUNCTIONS:
        for event in functions(template)[function.logical].get("Events", {}).values():
            told = event["Properties"]
            if event["Type"] != "SQS":
                continue
            if told["Queue"] != {"Fn::GetAtt": [queue_logical(wanted[function.name]), "Arn"]}:
                yield f"{function.name} listens to {told['Queue']}"
            partial = "ReportBatchItemFailures" in told.get("FunctionResponseTypes", [])
            if told["BatchSize"] > 1 and not partial:
                yield f"{function.name} takes {told['BatchSize']} at once, all or nothing"


def served() -> dict[str, str]:
    """Queue → name of its handler, as app.py says."""
    sources = [s for s in doors.app.event_sources if getattr(s, "queue_arn", None)]
    return {s.queue_arn: s.name for s in sources}


def stars(template: Template) -> Iterator[str]:
    """Actions or resources without limits, other than where AWS has none."""
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            actions, resources = listed(statement["Action"]), listed(statement["Resource"])
            if any("*" in a for a in actions):
                yield f"{name} {actions}"
            if "*" in resources and not set(actions) <= NO_RESOURCES:
                yield f"{name} {actions} on *"


NO_RESOURCES = {  # AWS's authorization reference names no resource type for them
    "xray:PutTraceSegments", "xray:PutTelemetryRecords", "logs:CreateLogDelivery", "logs:GetLogDelivery",
    "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies", "logs:PutResourcePolicy",
}  # fmt: skip


def actions_uncalled(template: Template) -> Iterator[str]:
    """Actions that no adapter's operation needs."""
    needed = {a for o in operations() for a in actions_of(o)}
    for function in FUNCTIONS:
        for action, resource in granted(template, role_name(function)):
            if action not in needed | LAMBDAS_OWN:
                yield f"{function.name} {action} {resource}"


def actions_missing(template: Template) -> Iterator[str]:
    """Actions that an adapter's operation needs and no function has."""
    have = {a for f in FUNCTIONS for a, _ in granted(template, role_name(f))}
    for operation in operations():
        yield from (f"{operation}: {a}" for a in sorted(actions_of(operation) - have))


# Tools of operators, who come with rights of their own: no function has these.
OPERATORS = {"provision.py", "dynamodb_stock.py"}
CLIENTS = {"_db", "_s3", "_sqs", "_ses"}
NO_OPERATIONS = {"generate_presigned_url", "get_paginator", "exceptions"}  # they name one, or none
NAMED = {snake: snake.title().replace("_", "") for snake in (
    "receive_message", "delete_message", "get_queue_attributes", "change_message_visibility", "get_object",
    "upload_part", "list_parts", "get_secret_value",
)}  # fmt: skip


def operations() -> set[str]:
    """The boto3 operations in the adapters' syntax trees: attributes of their clients, and those named by a text.

    From the text, not from a run: so an operation in a branch that no test walks is found too.
    """
    found: set[str] = set()
    for path in [p for p in ADAPTERS.glob("*.py") if p.name not in OPERATORS]:
        text = path.read_text("utf-8")
        if ".client(" in text:
            found |= {name for node in ast.walk(ast.parse(text)) for name in named(node)}
    return found


def named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and node.value in NAMED:
        yield NAMED[node.value]
    if not isinstance(node, ast.Attribute) or node.attr in NO_OPERATIONS:
        return
    of_client = isinstance(node.value, ast.Attribute) and node.value.attr in CLIENTS
    if of_client or node.attr in NAMED:
        yield node.attr.title().replace("_", "")


def actions_of(operation: str) -> set[str]:
    if operation == "TransactWriteItems":
        return {f"dynamodb:{a}" for a in IN_TRANSACTION.values()}
    if operation in ITEMS:
        return {f"dynamodb:{operation}"}
    if operation in OBJECT:
        return {
            f"s3:{OBJECT[operation]}",
            *({"s3:ListBucket"} if OBJECT[operation] == "GetObject" else ()),
        }
    if operation == "SendEmail":
        return {"ses:SendEmail", "ses:SendRawEmail"}
    if operation == "GetSecretValue":
        return {"secretsmanager:GetSecretValue"}
    if operation in QUEUE_OPERATIONS:
        return {f"sqs:{operation}"}
    raise ValueError(f"which action does {operation} need?")


QUEUE_OPERATIONS = (*QUEUE, "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def resources_unused(template: Template) -> Iterator[str]:
    """Stores, secrets, roles and log groups that nothing in the template refers to."""
    kinds = (
        "DynamoDB::Table",
        "S3::Bucket",
        "KMS::Key",
        "SecretsManager::Secret",
        "IAM::Role",
        "Logs::LogGroup",
        "SNS::Topic",
    )
    for name, made in template["Resources"].items():
        if made["Type"].removeprefix("AWS::") in kinds:
            others = {
                n: r
                for n, r in template["Resources"].items()
                if n != name and not n.startswith(f"{name}Policy")
            }
            if not re.search(rf'"{name}"|\$\{{{name}[.}}]', json.dumps(others)):
                yield name


def unprotected(template: Template) -> Iterator[str]:
    """Stores without what protects them."""
    for name, table in of_type(template, "AWS::DynamoDB::Table").items():
        wanted = (table["SSESpecification"]["SSEEnabled"], table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
                  table["TimeToLiveSpecification"]["Enabled"], table["DeletionProtectionEnabled"])  # fmt: skip
        if not all(wanted) or table["StreamSpecification"]["StreamViewType"] != "NEW_IMAGE":
            yield name
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    tls = {p["Bucket"]["Ref"] for p in policies if "aws:SecureTransport" in json.dumps(p)}
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        aborts = "AbortIncompleteMultipartUpload" in json.dumps(
            bucket.get("LifecycleConfiguration")
        )
        versions = bucket["VersioningConfiguration"]["Status"] == "Enabled"
        if not (name in tls and aborts and versions and bucket["BucketEncryption"]):
            yield name
    for name in ("Papers", "Evidence"):
        (rule,) = of_type(template, "AWS::S3::Bucket")[name]["BucketEncryption"][
            "ServerSideEncryptionConfiguration"
        ]
        if rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] != "aws:kms":
            yield name
    if "DefaultRetention" not in json.dumps(
        of_type(template, "AWS::S3::Bucket")["Evidence"].get("ObjectLockConfiguration")
    ):
        yield "Evidence"
    yield from (
        n for n, k in of_type(template, "AWS::KMS::Key").items() if not k["EnableKeyRotation"]
    )


def unwatched(template: Template) -> Iterator[str]:
    """Functions and queues that no alarm watches, and alarms without a meaning."""
    made = of_type(template, "AWS::CloudWatch::Alarm")
    for function in FUNCTIONS:
        if f"Errors{function.logical}" not in made:
            yield function.name
    for spec in (*QUEUES, *PICK_UP_QUEUES):
        watched = f"Dead{queue_logical(spec.name)}" in made or spec.dead in BY_QUEUE
        if not watched:
            yield spec.name
    kinds = [k.name for k in ALARMS]
    yield from (n for n in made if not any(n.startswith(k) for k in kinds))
    yield from (k for k in kinds if not any(n.startswith(k) for n in made))
    yield from (n for n, a in made.items() if a["AlarmActions"] != [{"Ref": "Operators"}])


def not_at_home(template: Template) -> Iterator[str]:
    """A template that could stand in another region."""
    if template["Parameters"]["HomeRegion"]["AllowedValues"] != ["ap-southeast-1"]:
        yield "HomeRegion"
    if "AWS::Region" not in json.dumps(template["Rules"]):
        yield "Rules"


def noisy(template: Template) -> Iterator[str]:
    """Functions whose log holds Lambda's own lines of every call, or not ours: what logs cost is counted without them."""
    for name, function in functions(template).items():
        told = function["LoggingConfig"]
        if {k: told[k] for k in LOGGING} != LOGGING:
            yield name


CHECKS = (
    settings_unread, settings_missing, queues_wrong, visibility_wrong, events_wrong, stars, actions_uncalled,
    actions_missing, resources_unused, unprotected, unwatched, not_at_home, noisy,
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_nothing_is_wrong(templates, stage, check):
    assert list(check(templates[stage])) == []


# ---- each check finds what it is for -------------------------------------------------------------


def spoilt(path: str, change: Callable[[Any], None]) -> Callable[[Template], None]:
    """A change of what lies under the path in the template's resources."""

    def spoil(template: Template) -> None:
        place = template["Resources"]
        for step in path.split("/"):
            place = place[int(step) if step.isdecimal() else step]
        change(place)

    return spoil


def without(name: str) -> Callable[[Any], None]:
    return lambda place: place.pop(name)


def having(**values: Any) -> Callable[[Any], None]:
    return lambda place: place.update(values)


ROLE = "TickRole/Properties/Policies/0/PolicyDocument/Statement"
WRONG: dict[str, tuple[Callable[[Template], Iterator[str]], Callable[[Template], None]]] = {
    "a variable that nobody reads": (settings_unread, spoilt("Tick/Properties/Environment/Variables", having(MOTCUA_NEW="1"))),
    "a setting that is nowhere": (settings_missing, lambda t: [f["Environment"]["Variables"].pop("MOTCUA_BUCKET") for f in functions(t).values()]),
    "a line of Lambda's own for every call": (noisy, spoilt("Tick/Properties/LoggingConfig", having(SystemLogLevel="INFO"))),
    "a queue too few": (queues_wrong, lambda t: t["Resources"].pop("MailsToSendQueue")),
    "a queue too many": (queues_wrong, lambda t: t["Resources"].update(Extra={"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${AWS::StackName}-x"}}})),
    "messages come back too soon": (visibility_wrong, spoilt("PapersToReadQueue/Properties", having(VisibilityTimeout=900))),
    "dead letters are forgotten": (visibility_wrong, spoilt("PapersToReadDeadQueue/Properties", having(MessageRetentionPeriod=345_600))),
    "a queue without dead letters": (visibility_wrong, spoilt("PapersToReadQueue/Properties", without("RedrivePolicy"))),
    "another queue's handler": (events_wrong, spoilt("SendMail/Properties/Events/SendMailSqsEventSource/Properties", having(Queue={"Fn::GetAtt": ["PapersToReadQueue", "Arn"]}))),
    "a batch, all or nothing": (events_wrong, spoilt("SendMail/Properties/Events/SendMailSqsEventSource/Properties", having(BatchSize=10))),
    "any action": (stars, spoilt(f"{ROLE}/0", having(Action="logs:*"))),
    "any resource": (stars, spoilt(f"{ROLE}/0", having(Resource="*"))),
    "an action that nobody calls": (actions_uncalled, spoilt(f"{ROLE}/0", having(Action=["dynamodb:Scan"]))),
    "an action taken from all": (actions_missing, lambda t: [s.update(Action=[]) for f in FUNCTIONS for s in statements(t, role_name(f)) if s["Sid"] == "Mail"]),
    "a secret that nobody reads": (resources_unused, lambda t: t["Resources"].update(OldSecret={"Type": "AWS::SecretsManager::Secret", "Properties": {}})),
    "a table without a way back": (unprotected, spoilt("Dossiers/Properties/PointInTimeRecoverySpecification", having(PointInTimeRecoveryEnabled=False))),
    "a bucket without TLS": (unprotected, lambda t: t["Resources"].pop("PapersPolicy")),
    "evidence that can be changed": (unprotected, spoilt("Evidence/Properties", without("ObjectLockConfiguration"))),
    "a function nobody watches": (unwatched, lambda t: t["Resources"].pop("ErrorsTick")),
    "an alarm without a meaning": (unwatched, lambda t: t["Resources"].update(Odd={"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmActions": [{"Ref": "Operators"}]}})),
    "any region": (not_at_home, lambda t: t["Parameters"]["HomeRegion"].update(AllowedValues=["eu-west-1"])),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_found(templates, name):
    check, spoil = WRONG[name]
    template = deepcopy(templates["dev"])
    assert list(check(template)) == []
    spoil(template)
    assert list(check(template)) != []


def test_every_check_is_shown_to_fail():
    assert {check for check, _ in WRONG.values()} == set(CHECKS)


def test_every_client_of_the_adapters_is_looked_at():
    made = {
        name
        for path in ADAPTERS.glob("*.py")
        for name in re.findall(r"self\.(\w+)(?:: Any)? = place\.client\(", path.read_text("utf-8"))
    }
    assert made == CLIENTS


# ---- single facts --------------------------------------------------------------------------------


def test_the_functions_are_those_of_app_py_with_their_queues():
    assert served() == {q: f.name for q, f in BY_QUEUE.items()}
    assert {f"deliver_to_{a}" for a in AGENCIES} <= {f.name for f in FUNCTIONS}


def test_chalice_s_config_is_as_the_functions_say():
    assert json.loads(CONFIG.read_text("utf-8")) == config()


def test_a_function_that_infra_does_not_know_is_refused(tmp_path):
    made = packaged("dev", tmp_path)
    made["Resources"]["New"] = {"Type": "AWS::Serverless::Function", "Properties": {}}
    with pytest.raises(ValueError, match="New"):
        joined(made, STAGES["dev"])


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_traffic_is_shifted_by_the_alias_and_goes_back_by_alarm(templates, stage):
    template = templates[stage]
    for name, made in functions(template).items():
        assert made["AutoPublishAlias"] == "live"
        assert made["DeploymentPreference"]["Alarms"] == [{"Ref": f"Errors{name}"}]
        assert f"Errors{name}" in template["Resources"]
    body = json.dumps(template["Resources"]["RestAPI"])
    assert "${APIHandlerAliaslive}" in body and "${APIHandler.Arn}" not in body


def test_officers_come_by_cognito_at_every_desk_route_in_prod(templates):
    paths = templates["prod"]["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path, methods in paths.items():
        for method in methods.values():
            assert (method.get("security") == [{"officers": []}]) == path.startswith("/v1/desk/")
    assert "MOTCUA_OFFICERS" not in secret_settings(STAGES["prod"])


def test_api_gateway_answers_in_problem_details(templates):
    body = templates["prod"]["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    said = body["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "MISSING_AUTHENTICATION_TOKEN"} <= set(said)
    for answer in said.values():
        problem = json.loads(answer["responseTemplates"]["application/json"])
        assert problem["title"] != problem["title_en"] and "mục …" not in problem["detail"]
        assert str(problem["status"]) == answer["statusCode"]
        told = answer["responseParameters"]["gatewayresponse.header.Content-Type"]
        assert told == "'application/problem+json'"


def test_no_log_of_the_api_holds_a_path_or_an_address(templates):
    log = templates["prod"]["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]["Format"]
    assert not re.search(r"context\.path|sourceIp|requestOverride|authorizer", log)


def test_operators_read_of_every_alarm_what_it_means_and_what_to_do():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for kind in ALARMS:
        assert f"| {kind.name} | {kind.rings} | {kind.means} | {kind.do} |" in page
