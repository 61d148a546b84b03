"""The template as the emulator can take it: what is left out or put in is listed here, and told at every rehearsal.

In: a stage's template. Out: the template for MiniStack, and in words what differs from what a city deploys.
"""

import json
from typing import Any

from infra.package.zips import kind_of
from infra.proof.stack import CODE_BUCKET

FUNCTION = "AWS::Serverless::Function"
SECRET = "AWS::SecretsManager::Secret"
SECRET_ARN = "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
API_ID = "motcua"
# Types that MiniStack 1.5.33 doesn't make.
UNKNOWN_THERE = {
    "AWS::Budgets::Budget": "budgets",
    "AWS::WAFv2::WebACLAssociation": "the firewall's tie to the API",
    "AWS::XRay::SamplingRule": "how many calls are traced",
    "AWS::CodeDeploy::Application": "shifting of traffic",
    "AWS::CodeDeploy::DeploymentGroup": "shifting of traffic",
}
# MiniStack signs no mail domain, so it has no tokens to tell.
UNTOLD = ("Dkim",)


def emulated(template: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(the template, what differs)."""
    told = _without_unknown(template)
    secrets = {n for n, r in template["Resources"].items() if r["Type"] == SECRET}
    for made in template["Resources"].values():
        if made["Type"] == FUNCTION:
            _finish(made["Properties"], secrets)
    _name_api(template["Resources"]["RestAPI"]["Properties"])
    told += [
        "code: the zips for this machine's processor, under its own Python; Architectures and Runtime count for nothing",
        f"the API's id is “{API_ID}”, so that BaseUrl can be said beforehand",
        "ARNs of secrets are put together: MiniStack's Ref gives a secret's name",
        "MOTCUA_ALLOW_PRIVATE=1: the agencies that are played listen on 127.0.0.1, over plain http",
    ]
    return template, told


def _without_unknown(template: dict[str, Any]) -> list[str]:
    resources = template["Resources"]
    gone = {name: r["Type"] for name, r in resources.items() if r["Type"] in UNKNOWN_THERE}
    for name in gone:
        del resources[name]
    outputs = template["Outputs"]
    for name in [n for n in outputs if n.startswith(UNTOLD) or _names(outputs[n], set(gone))]:
        del outputs[name]
    return [f"left out: {name} ({kind}): {UNKNOWN_THERE[kind]}" for name, kind in gone.items()]


def _names(part: Any, gone: set[str]) -> bool:
    return any(f'"{name}"' in json.dumps(part) for name in gone)


def _finish(properties: dict[str, Any], secrets: set[str]) -> None:
    properties["CodeUri"] = f"s3://{CODE_BUCKET}/{kind_of(properties['Handler'])}.zip"
    variables = properties["Environment"]["Variables"]
    for name, value in variables.items():
        if isinstance(value, dict) and value.get("Ref") in secrets:
            variables[name] = {"Fn::Sub": f"{SECRET_ARN}${{{value['Ref']}}}"}
    variables["MOTCUA_ALLOW_PRIVATE"] = "1"


def _name_api(properties: dict[str, Any]) -> None:
    properties.setdefault("Tags", {})["ms-custom-id"] = API_ID
    properties["PropagateTags"] = True
