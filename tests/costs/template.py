"""What the template of the stage `prod` says of sizes and amounts. In: `infra/`. Out: plain values for the sheet."""

import json
from collections import Counter
from typing import Any

from infra import template
from infra.api import LOGGED
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


# A line that API Gateway writes of a request; each line of a log is charged with 26 bytes of its own.
LINE = 26
FILLED = {
    "request": "0" * 36, "at": "28/Nov/2026:00:00:00 +0000", "method": "POST",
    "route": "/v1/agencies/{id}/dossiers/{code}/{answer}", "status": "200", "ms": "1000",
    "function_ms": "1000", "bytes": "10000", "error": "-", "trace": "Root=1-00000000-000000000000000000000000",
}  # fmt: skip
REQUEST = {name: FILLED[name] for name in LOGGED}


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
        "request_log_bytes": len(json.dumps(REQUEST)) + LINE,
        "fixed": {**fixed, "waf_rule_month": rules},
    }
