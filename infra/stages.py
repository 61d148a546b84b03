"""What differs between the stages dev, staging and prod, and the parameters that a city sets.

In: a stage's name. Out: its values. Refuses stages it does not know (KeyError).
"""

from dataclasses import dataclass
from typing import Any

from chalicelib.adapters.rows import FORMS, NEWEST
from chalicelib.ports import AGENCIES
from infra.functions import camel

REGION = (
    "ap-southeast-1"  # Singapore: the nearest region to Việt Nam that has every service used here
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`shifting`: how CodeDeploy moves traffic to a new version; None: at once, without an alias."""

    name: str
    shifting: str | None
    officers_by: str  # "keys": MOTCUA_OFFICERS; "cognito": the user pool
    log_days: int
    locked_days: int  # how long histories can't be changed


_STAGES = (
    Stage("dev", None, "keys", 14, 1),
    Stage("staging", "Linear10PercentEvery1Minute", "cognito", 30, 7),
    Stage("prod", "Canary10Percent10Minutes", "cognito", 365, 3650),
)
STAGES = {stage.name: stage for stage in _STAGES}


def _text(said: str, default: str, **more: Any) -> dict[str, Any]:
    return {"Type": "String", "Description": said, "Default": default, **more}


PARAMETERS: dict[str, Any] = {
    "HomeRegion": _text("Where all data lie; the stack refuses any other region.", REGION, AllowedValues=[REGION]),
    "BaseUrl": _text("Where citizens reach us; in QR codes and links.", "https://motcua.example.vn"),
    "Domain": _text("The host of BaseUrl; used with CertificateArn.", "motcua.example.vn"),
    "CertificateArn": _text("ACM certificate of Domain, in this region. Empty: no domain of our own yet.", ""),
    "MailDomain": _text("Domain that mails come from; SES asks for its DKIM records.", "motcua.example.vn"),
    "OperatorsMail": _text("Who is told when an alarm rings.", "truc@motcua.example.vn"),
    "StoredForm": _text(
        "The form that events are stored in; the older one while code that can't read the newest may come back.",
        str(NEWEST), AllowedValues=[str(form) for form in FORMS],
    ),
    "EvidenceMode": _text(
        "GOVERNANCE: the account's root may still end the lock, should a court order it. COMPLIANCE: nobody.",
        "GOVERNANCE", AllowedValues=["GOVERNANCE", "COMPLIANCE"],
    ),
    "MonthlyBudget": {"Type": "Number", "Description": "USD a month; operators are told at 80 % and when 100 % is forecast.", "Default": 500},
    **{
        f"{camel(agency)}Principal": _text(f"ARN that may take the events of {agency} from their queue. Empty: nobody.", "")
        for agency in AGENCIES
    },
}  # fmt: skip
CONDITIONS: dict[str, Any] = {
    "HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]},
    **{
        f"{camel(a)}TakesEvents": {"Fn::Not": [{"Fn::Equals": [{"Ref": f"{camel(a)}Principal"}, ""]}]}
        for a in AGENCIES
    },
}  # fmt: skip
RULES: dict[str, Any] = {
    "DataStayInTheirRegion": {
        "Assertions": [
            {
                "Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "HomeRegion"}]},
                "AssertDescription": "This stack holds citizens' data: it may only stand in HomeRegion.",
            }
        ]
    }
}
