"""What the template of the stage `prod` says of sizes and amounts. In: `infra/`. Out: plain values for the sheet."""

from collections import Counter
from typing import Any

from infra import template
from infra.functions import FUNCTIONS
from infra.stages import STAGES
from infra.watch import TRACED

BOUGHT = {
    "kms_key_month": "AWS::KMS::Key",
    "secret_month": "AWS::SecretsManager::Secret",
    "alarm_month": "AWS::CloudWatch::Alarm",
    "dashboard_month": "AWS::CloudWatch::Dashboard",
    "waf_acl_month": "AWS::WAFv2::WebACL",
}


def told_by_template() -> dict[str, Any]:
    resources = template._others(STAGES["prod"]).values()
    kinds = Counter(r["Type"] for r in resources)
    rules = sum(
        len(r["Properties"]["Rules"]) for r in resources if r["Type"] == "AWS::WAFv2::WebACL"
    )
    fixed = {price: kinds[kind] for price, kind in BOUGHT.items()}
    return {
        "memory_mb": {f.name: f.memory for f in FUNCTIONS},
        "traced_share": TRACED,
        "fixed": {**fixed, "waf_rule_month": rules},
    }
