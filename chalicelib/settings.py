"""The environment, read once into a frozen value. The only module that may look at `os.environ`.

Names, meanings and defaults stand in docs/settings.md. Refuses to start without a setting it needs. A setting that is
secret may be the ARN of a secret (AWS Secrets Manager) instead of the value: an adapter fetches it when it is needed.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.errors import SettingMissing

# fields of Settings whose variable may hold a secret's ARN
_MAY_BE_KEPT = {
    "officers": "MOTCUA_OFFICERS",
    "agency_keys": "MOTCUA_AGENCY_KEYS",
    "contacts": "MOTCUA_AGENCY_CONTACTS",
    "agencies_file": "MOTCUA_AGENCIES_FILE",
    "payments_secret": "MOTCUA_PAYMENTS_SECRET",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. `data` set: one machine, SQLite and files there. Else: AWS."""

    base_url: str
    data: Path | None = None
    table: str = "motcua"
    bucket: str = "motcua"
    evidence_bucket: str = "motcua-evidence"
    queue_prefix: str = "motcua-"
    sender: str = "motcua@example.vn"
    aws_endpoint: str | None = None
    # sha256 (hex) of an officer's key → the officer's name in the history
    officers: Mapping[str, str] = field(default_factory=dict)
    # sha256 (hex) of an agency's key → the agency; agency → (mail of its desk, mail of its head)
    agency_keys: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # agency → ARN of its AWS account or role, which may take its events from their queue
    agency_principals: Mapping[str, str] = field(default_factory=dict)
    # a JSON file, agency → {"url": …, "secrets": [whsec_…]}; DATA/agencies.json on one machine
    agencies_file: Path | None = None
    allow_private: bool = False
    # whsec_…, shared with the sandbox of payments; none: nothing can be paid. On one machine: DATA/payments.secret
    payments_secret: str | None = None
    # field → ARN of the secret that holds its value; the field itself is empty then
    secrets: Mapping[str, str] = field(default_factory=dict)
    # the form that events are stored in; the one before while code that can't read the newest still runs
    stored_form: int = 3

    @classmethod
    def from_environment(cls) -> "Settings":
        """Settings out of `MOTCUA_*` variables.

        Raises:
            SettingMissing: MOTCUA_BASE_URL is not there.
        """
        env = {n: v for n, v in os.environ.items() if not _is_arn(v)}
        data, agencies = env.get("MOTCUA_DATA"), env.get("MOTCUA_AGENCIES_FILE")
        return cls(
            base_url=_needed("MOTCUA_BASE_URL").rstrip("/"),
            data=Path(data) if data else None,
            table=env.get("MOTCUA_TABLE", "motcua"),
            bucket=env.get("MOTCUA_BUCKET", "motcua"),
            evidence_bucket=env.get("MOTCUA_EVIDENCE_BUCKET", "motcua-evidence"),
            queue_prefix=env.get("MOTCUA_QUEUE_PREFIX", "motcua-"),
            sender=env.get("MOTCUA_SENDER", "motcua@example.vn"),
            aws_endpoint=env.get("MOTCUA_AWS_ENDPOINT") or None,
            officers=json.loads(env.get("MOTCUA_OFFICERS", "{}")),
            agency_keys=json.loads(env.get("MOTCUA_AGENCY_KEYS", "{}")),
            contacts=json.loads(env.get("MOTCUA_AGENCY_CONTACTS", "{}")),
            agency_principals=json.loads(env.get("MOTCUA_AGENCY_PRINCIPALS", "{}")),
            agencies_file=Path(agencies) if agencies else None,
            payments_secret=env.get("MOTCUA_PAYMENTS_SECRET") or None,
            allow_private=env.get("MOTCUA_ALLOW_PRIVATE", "") == "1",
            secrets={
                f: os.environ[n] for f, n in _MAY_BE_KEPT.items() if _is_arn(os.environ.get(n, ""))
            },
            stored_form=int(env.get("MOTCUA_STORED_FORM") or 3),
        )


def _is_arn(value: str) -> bool:
    return value.startswith("arn:") and ":secretsmanager:" in value


def export(values: Mapping[str, str]) -> dict[str, str]:
    """The present environment with `values` added: for child processes."""
    return {**os.environ, **values}


def _needed(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingMissing(name=name)
    return value


def aws_endpoint() -> str | None:
    """The emulator in place of AWS, if one is set: for commands that need no other setting."""
    return os.environ.get("MOTCUA_AWS_ENDPOINT") or None
