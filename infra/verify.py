"""Hold the written templates to what AWS and good custom ask: cfn-lint on each, before and after SAM; checkov after.

In: folders with sam.json, as `infra.template` writes them. Out: nothing, exit 0, translated.json beside each; or every
finding, exit 1. What checkov asks and we don't follow stands with its reason in checkov-skips.json; a reason that nothing
asks for any more is a finding too. Runs in .venv-infra: knows nothing of the product.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REGION = "ap-southeast-1"
SKIPS = Path(__file__).with_name("checkov-skips.json")
BIN = Path(sys.executable).parent


def translated(template: dict[str, Any]) -> dict[str, Any]:
    """What SAM makes of the template, offline."""
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # noqa: TID251 - SAM asks for it
    for made in template["Resources"].values():
        if "CodeUri" in made.get("Properties", {}):
            made["Properties"]["CodeUri"] = "s3://code/deployment.zip"
    plain: dict[str, Any] = Translator({}, Parser()).translate(template, {"AWS::Region": REGION})
    return plain


def lint(*templates: Path) -> list[str]:
    """cfn-lint's findings."""
    done = _run("cfn-lint", "--format", "parseable", "--regions", REGION, "--", *templates)
    return done.stdout.splitlines()


def judged(template: Path) -> list[str]:
    """Checkov's findings that have no reason, and reasons that no finding has."""
    done = _run(
        "checkov",
        "--framework",
        "cloudformation",
        "--file",
        template,
        "--output",
        "json",
        "--compact",
    )
    results = json.loads(done.stdout)["results"]
    if not results["passed_checks"]:
        return [f"{template}: checkov checked nothing"]
    reasons = json.loads(SKIPS.read_text("utf-8"))
    found = {(f["check_id"], f["resource"]): f["check_name"] for f in results["failed_checks"]}
    return [
        f"{template}: {check} {resource}: {name}"
        for (check, resource), name in sorted(found.items())
        if not is_excused(reasons, check, resource)
    ]


def is_excused(reasons: dict[str, Any], check: str, resource: str) -> bool:
    """Is there a reason for this check, on all resources or on this one?"""
    reason = reasons.get(check)
    only = reason.get("only") if reason else None
    return bool(reason) and (only is None or resource.rsplit(".", 1)[-1] in only)


def _run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "AWS_DEFAULT_REGION": REGION, "LOG_LEVEL": "ERROR"}  # noqa: TID251 - a child process
    return subprocess.run([BIN / program, *arguments], env=env, capture_output=True, text=True)  # noqa: S603 - pinned


def main(folders: list[str]) -> int:
    """All findings of all folders; how many were there."""
    findings: list[str] = []
    for folder in map(Path, folders):
        plain = folder / "translated.json"
        sam = folder / "sam.json"
        plain.write_text(
            json.dumps(translated(json.loads(sam.read_text("utf-8"))), indent=1), "utf-8"
        )
        findings += [*lint(sam, plain), *judged(plain)]
    sys.stdout.write(
        "".join(f"{f}\n" for f in findings) or f"{len(folders)} templates: nothing found\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
