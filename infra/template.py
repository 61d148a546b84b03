"""The one template: what `chalice package` made of `app.py`, joined with everything else that AWS needs.

In: Chalice's template, a stage. Out: the whole. `python -m infra.template STAGE FOLDER` packages and writes FOLDER/sam.json.
The handlers, routes and events are Chalice's; sizes are in `.chalice/config.json`; the rest is made here, from the
code's own lists of queues and agencies. Refuses a function that `functions.py` doesn't know, and the other way round.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from chalicelib.adapters.dynamodb_blobs import PREFIX
from infra import api, archive, mails, pages, permissions, queues, storage, watch
from infra.functions import FUNCTIONS, Function
from infra.stages import CONDITIONS, PARAMETERS, REGION, RULES, STAGES, Stage
from infra.storage import secret_name, secret_settings
from infra.words import Resources, att, ref, sub

ROOT = Path(__file__).resolve().parents[1]
RUNTIME = "python3.13"


# New rows only; a batch that fails is halved, and tried until it is a day old.
_KEPT = [  # new events, and envelopes that are rows
    {"eventName": ["INSERT"], "dynamodb": {"Keys": {name: {"S": [{"prefix": prefix}]}}}}
    for name, prefix in (("sk", "event#"), ("pk", PREFIX))
]
HISTORY_STREAM: dict[str, Any] = {
    "Stream": att("Dossiers", "StreamArn"),
    "BisectBatchOnFunctionError": True,
    "FilterCriteria": {"Filters": [{"Pattern": json.dumps(each)} for each in _KEPT]},
}


# Our own lines, and what Lambda itself has to complain of: START, END and REPORT of every call would cost more than they
# tell (docs/costs.md). How long calls take and how many fail are metrics.
LOGGING = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"}


def joined(packaged: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """Chalice's template with everything else."""
    made: Resources = packaged["Resources"]
    known = {f.logical for f in FUNCTIONS}
    there = {n for n, r in made.items() if r["Type"] == "AWS::Serverless::Function"}
    if known != there:
        raise ValueError(f"infra/functions.py and app.py differ: {sorted(known ^ there)}")
    for function in FUNCTIONS:
        _finish(made[function.logical], function, stage)
    api.finish(made["RestAPI"], stage)
    if stage.shifting:
        _go_by_alias(packaged)
    return {
        **packaged,
        "Description": f"Một Cửa, stage {stage.name}",
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Rules": RULES,
        "Resources": {**made, **_others(stage)},
        "Outputs": {**packaged["Outputs"], **outputs()},
    }


def _others(stage: Stage) -> Resources:
    return {
        **storage.resources(stage),
        **queues.resources(),
        **permissions.resources(stage),
        **mails.resources(),
        **archive.resources(),
        **pages.resources(),
        **api.resources(stage),
        **watch.resources(stage),
    }


def _finish(made: Any, function: Function, stage: Stage) -> None:
    """What Chalice has no words for."""
    properties = made["Properties"]
    properties |= {
        "Runtime": RUNTIME,
        "Role": att(permissions.role_name(function)),
        "EphemeralStorage": {"Size": function.scratch},
        "LoggingConfig": {**LOGGING, "LogGroup": ref(permissions.log_name(function))},
    }
    properties.setdefault("Environment", {}).setdefault("Variables", {}).update(
        environment(function, stage)
    )
    for event in properties.get("Events", {}).values():
        if event["Type"] == "SQS":
            event["Properties"]["Queue"] = att(queues.queue_logical(function.queue))
        if event["Type"] == "DynamoDB":
            event["Properties"] |= HISTORY_STREAM
    if stage.shifting:
        alarm = ref(f"Errors{function.logical}")
        properties["AutoPublishAlias"] = "live"
        properties["DeploymentPreference"] = {"Type": stage.shifting, "Alarms": [alarm]}


def environment(function: Function, stage: Stage) -> dict[str, Any]:
    """The settings of a function: names of its stores, and where its secrets lie."""
    secrets = [s for s in function.secrets if s in secret_settings(stage)]
    return {
        "MOTCUA_BASE_URL": ref("BaseUrl"),
        "MOTCUA_TABLE": ref("Dossiers"),
        "MOTCUA_BUCKET": ref("Papers"),
        "MOTCUA_QUEUE_PREFIX": sub(queues.PREFIX),
        **({"MOTCUA_STORED_FORM": ref("StoredForm")} if "PutItem" in function.table else {}),
        **({"MOTCUA_EVIDENCE_BUCKET": ref("Evidence")} if function.keeps else {}),
        **({"MOTCUA_SENDER": sub("motcua@${MailDomain}")} if function.mails else {}),
        **{setting: ref(secret_name(setting)) for setting in secrets},
    }


def _go_by_alias(packaged: dict[str, Any]) -> None:
    """The API calls the alias `live`, so that CodeDeploy's shifting counts for it too (events do so by SAM)."""
    resources = packaged["Resources"]
    body = resources["RestAPI"]["Properties"]["DefinitionBody"]
    text = json.dumps(body, ensure_ascii=False)
    live = text.replace("${APIHandler.Arn}", "${APIHandlerAliaslive}")
    resources["RestAPI"]["Properties"]["DefinitionBody"] = json.loads(live)
    resources["APIHandlerInvokePermission"]["Properties"]["FunctionName"] = ref(
        "APIHandlerAliaslive"
    )


def outputs() -> dict[str, Any]:
    """What operators need to know of a stack."""
    told = {"Table": "Dossiers", "PapersBucket": "Papers", "OperatorsTopic": "Operators", "EvidenceBucket": "Evidence", "PagesBucket": "Pages",  "ArchiveRerunArn": "ArchiveRerun"}  # fmt: skip
    dkim = {
        f"Dkim{n}": {"Value": sub(f"${{MailIdentity.DkimDNSTokenName{n}}} CNAME ${{MailIdentity.DkimDNSTokenValue{n}}}")}
        for n in (1, 2, 3)
    }  # fmt: skip
    host = {"PagesHost": {"Value": att("PagesToEveryone", "DomainName")}}
    return {**host, **{name: {"Value": ref(logical)} for name, logical in told.items()}, **dkim}


def packaged(stage: str, folder: Path) -> dict[str, Any]:
    """Run `chalice package` on a copy that holds the code only, with no requirements; its template."""
    with tempfile.TemporaryDirectory() as staging:
        copy = Path(staging) / "motcua"
        leave = shutil.ignore_patterns("__pycache__", "deployments")
        for part in (".chalice", "chalicelib"):
            shutil.copytree(ROOT / part, copy / part, ignore=leave)
        shutil.copy(ROOT / "app.py", copy)
        (copy / "requirements.txt").touch()
        program = Path(sys.executable).with_name("chalice")
        command = [str(program), "package", "--stage", stage, "--template-format", "json"]
        env = {**os.environ, "AWS_DEFAULT_REGION": REGION}  # noqa: TID251 - a child process, no setting of ours
        subprocess.run([*command, str(folder)], cwd=copy, env=env, check=True, capture_output=True)  # noqa: S603 - Chalice
    made: dict[str, Any] = json.loads((folder / "sam.json").read_text("utf-8"))
    return made


def main(stage: str, folder: str) -> None:
    """Write FOLDER/sam.json and FOLDER/deployment.zip."""
    target = Path(folder).resolve()
    target.mkdir(parents=True, exist_ok=True)
    made = joined(packaged(stage, target), STAGES[stage])
    (target / "sam.json").write_text(json.dumps(made, indent=1, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
