"""The door on the Internet: answers of API Gateway itself in our form, limits, log, firewall, domain; officers' sign-in.

In: Chalice's API and a stage. Out: the API's body changed, and resources. Routes stay as `app.py` says.
"""

import json
from typing import Any

from chalicelib.errors import (
    BodyInvalid,
    Broken,
    ContentTypeNotTaken,
    DossierError,
    OfficerUnknown,
    RouteUnknown,
    StorageBusy,
    problem,
)
from infra.stages import Stage
from infra.words import Resource, Resources, att, ref, resource, sub

STEADY, BURST = 200, 400  # requests a second
PER_ADDRESS = 2000  # requests of one address in five minutes; a desk of ten files fewer than 600

# Where API Gateway answers without us: the status, and which of our problems that is. An unknown route is 403 by its habit.
SAID: dict[str, tuple[int, DossierError]] = {
    "MISSING_AUTHENTICATION_TOKEN": (404, RouteUnknown()),
    "RESOURCE_NOT_FOUND": (404, RouteUnknown()),
    "UNAUTHORIZED": (401, OfficerUnknown()),
    "ACCESS_DENIED": (403, OfficerUnknown()),
    "EXPIRED_TOKEN": (401, OfficerUnknown()),
    "UNSUPPORTED_MEDIA_TYPE": (415, ContentTypeNotTaken()),
    "REQUEST_TOO_LARGE": (
        413,
        BodyInvalid(where="body", needed="10 MB at most", needed_vi="tối đa 10 MB"),
    ),
    "THROTTLED": (429, StorageBusy()),
    "QUOTA_EXCEEDED": (429, StorageBusy()),
    "WAF_FILTERED": (403, StorageBusy()),
    "INTEGRATION_TIMEOUT": (504, StorageBusy()),
    "DEFAULT_4XX": (
        400,
        BodyInvalid(
            where="body", needed="as in /v1/openapi.json", needed_vi="như /v1/openapi.json"
        ),
    ),
    "DEFAULT_5XX": (500, Broken()),
}


def answers() -> dict[str, Any]:
    """API Gateway's own answers as problem details, in both languages."""
    return {kind: _answer(status, error) for kind, (status, error) in SAID.items()}


def _answer(status: int, error: DossierError) -> dict[str, Any]:
    headers = {"Content-Type": "'application/problem+json'", "Cache-Control": "'no-store'"}
    if error.retry:
        headers["Retry-After"] = "'5'"
    body = json.dumps({**problem(error), "status": status}, ensure_ascii=False)
    return {
        "statusCode": str(status),
        "responseParameters": {f"gatewayresponse.header.{n}": v for n, v in headers.items()},
        "responseTemplates": {"application/json": body},
    }


def finish(api: Resource, stage: Stage) -> None:
    """Chalice's API with our answers, limits, log and tracing."""
    body, properties = api["Properties"]["DefinitionBody"], api["Properties"]
    body["x-amazon-apigateway-gateway-responses"] = answers()
    if stage.officers_by == "cognito":
        _officers_sign_in(body)
    properties |= {
        "EndpointConfiguration": {"Type": "REGIONAL"},
        "TracingEnabled": True,
        "AccessLogSetting": {"DestinationArn": att("ApiLog"), "Format": json.dumps(LOGGED)},
        "MethodSettings": [
            {
                "ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True, "LoggingLevel": "ERROR",
                "DataTraceEnabled": False, "ThrottlingRateLimit": STEADY, "ThrottlingBurstLimit": BURST,
            }
        ],
    }  # fmt: skip


# No path, no address of a visitor: paths hold codes of dossiers. `resourcePath` is the route with {code} in it.
LOGGED = {
    "request": "$context.requestId", "at": "$context.requestTime", "method": "$context.httpMethod",
    "route": "$context.resourcePath", "status": "$context.status", "ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency", "bytes": "$context.responseLength",
    "error": "$context.error.responseType", "trace": "$context.xrayTraceId",
}  # fmt: skip


def _officers_sign_in(body: dict[str, Any]) -> None:
    body.setdefault("securityDefinitions", {})["officers"] = {
        "type": "apiKey", "name": "Authorization", "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [att("Officers")]},
    }  # fmt: skip
    for path, methods in body["paths"].items():
        if path.startswith("/v1/desk/"):
            for method in methods.values():
                method["security"] = [{"officers": []}]


def resources(stage: Stage) -> Resources:
    """What stands around the API."""
    made = {
        "ApiLog": resource(
            "Logs::LogGroup", LogGroupName=sub("/motcua/${AWS::StackName}/api-requests"),
            RetentionInDays=stage.log_days, KmsKeyId=att("DataKey"),
        ),
        "Firewall": _firewall(),
        "FirewallOfApi": resource(
            "WAFv2::WebACLAssociation", WebACLArn=att("Firewall"),
            ResourceArn=sub("arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${RestAPI}/stages/${RestAPI.Stage}"),
        ),
        "ApiDomain": _if_domain(resource(
            "ApiGateway::DomainName", DomainName=ref("Domain"), RegionalCertificateArn=ref("CertificateArn"),
            EndpointConfiguration={"Types": ["REGIONAL"]}, SecurityPolicy="TLS_1_2",
        )),
        "ApiOfDomain": _if_domain(resource(
            "ApiGateway::BasePathMapping", DomainName=ref("ApiDomain"), RestApiId=ref("RestAPI"), Stage=ref("RestAPI.Stage"),
        )),
    }  # fmt: skip
    return {**made, **(officers() if stage.officers_by == "cognito" else {})}


def _if_domain(made: Resource) -> Resource:
    return {**made, "Condition": "HasDomain"}


def _firewall() -> Resource:
    """Known bad requests, and whoever asks far too often. Bodies are JSON of ours: no rule looks for SQL in them."""
    limit = {"RateBasedStatement": {"Limit": PER_ADDRESS, "AggregateKeyType": "IP"}}
    return resource(
        "WAFv2::WebACL", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=_seen("Firewall"),
        Rules=[
            {"Name": "TooMany", "Priority": 0, "Statement": limit, "Action": {"Block": {}}, "VisibilityConfig": _seen("TooMany")},
            *(_managed(name, n) for n, name in enumerate(("KnownBadInputs", "AmazonIpReputationList"), start=1)),
        ],
    )  # fmt: skip


def _managed(name: str, priority: int) -> Any:
    group = {
        "VendorName": "AWS",
        "Name": f"AWSManagedRules{name}" + ("" if "List" in name else "RuleSet"),
    }
    return {
        "Name": name, "Priority": priority, "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": group}, "VisibilityConfig": _seen(name),
    }  # fmt: skip


def _seen(name: str) -> Any:
    return {"CloudWatchMetricsEnabled": True, "MetricName": name, "SampledRequestsEnabled": False}


def officers() -> Resources:
    """Officers sign in with a second factor; accounts are made by an administrator only."""
    words = {
        "MinimumLength": 14,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireUppercase": False,
        "RequireSymbols": False,
    }
    pool = resource(
        "Cognito::UserPool", UserPoolName=sub("${AWS::StackName}-officers"), MfaConfiguration="ON",
        EnabledMfas=["SOFTWARE_TOKEN_MFA"], AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        Policies={"PasswordPolicy": words}, DeletionProtection="ACTIVE",
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    )  # fmt: skip
    client = resource(
        "Cognito::UserPoolClient", UserPoolId=ref("Officers"), GenerateSecret=False,
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], PreventUserExistenceErrors="ENABLED",
        AccessTokenValidity=15, IdTokenValidity=15, RefreshTokenValidity=10, EnableTokenRevocation=True,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"},
    )  # fmt: skip
    return {"Officers": pool, "OfficersClient": client}
