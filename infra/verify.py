"""Hold the written templates to what AWS and good custom ask: cfn-lint on each, before and after SAM; checkov after.

In: folders with sam.json, as `infra.template` writes them. Out: nothing, exit 0, translated.json beside each; or every
finding, exit 1. What checkov asks and we don't follow stands with its reason in checkov-skips.json; a reason that nothing
asks for any more is a finding too. Runs in .venv-infra: knows nothing of the product.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

REGION = "ap-southeast-1"
SKIPS = Path(__file__).with_name("checkov-skips.json")
BIN = Path(sys.executable).parent
Failures = list[tuple[str, str, str]]  # (check, resource, title)


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


def lint(template: Path) -> list[str]:
    """cfn-lint's findings."""
    done = _run("cfn-lint", "--format", "parseable", "--regions", REGION, "--", template)
    return done.stdout.splitlines()


def judged(failures: dict[Path, Failures]) -> list[str]:
    """Checkov's findings that have no reason, and reasons that no finding has."""
    reasons = json.loads(SKIPS.read_text("utf-8"))
    findings, used = [], set()
    for template, failed_there in failures.items():
        for check, name, title in failed_there:
            if is_excused(reasons, check, name):
                used.add(check)
            else:
                findings.append(f"{template}: {check} {name}: {title}")
    return findings + [f"{SKIPS}: nothing needs {check}" for check in sorted(set(reasons) - used)]


def failed(template: Path) -> Failures:
    """(check, resource, title) of what checkov finds fault with."""
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
        return [("checkov", str(template), "checked nothing")]
    return sorted((f["check_id"], f["resource"], f["check_name"]) for f in results["failed_checks"])


def is_excused(reasons: dict[str, Any], check: str, name: str) -> bool:
    """Is there a reason for this check, on all resources or on this one?"""
    reason = reasons.get(check)
    only = reason.get("only") if reason else None
    return bool(reason) and (only is None or name.rsplit(".", 1)[-1] in only)


def _run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    # Without forks: a child of checkov was once seen dead and never waited for.
    told = {"LOG_LEVEL": "ERROR", "CHECKOV_PARALLELIZATION_TYPE": "none"}
    env = {**os.environ, "AWS_DEFAULT_REGION": REGION, **told}  # noqa: TID251 - a child process
    return subprocess.run([BIN / program, *arguments], env=env, capture_output=True, text=True)  # noqa: S603 - pinned


def main(folders: list[str]) -> int:
    """All findings of all folders; 1 if there are any."""
    plain = [Path(folder) / "translated.json" for folder in folders]
    for path in plain:
        sam = json.loads(path.with_name("sam.json").read_text("utf-8"))
        path.write_text(json.dumps(translated(sam), indent=1), "utf-8")
    both = [*plain, *(path.with_name("sam.json") for path in plain)]
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        faults = hands.map(failed, plain)  # they take longest
        findings = [found for each in hands.map(lint, both) for found in each]
        findings += judged(dict(zip(plain, faults, strict=True)))
    sys.stdout.write(
        "".join(f"{f}\n" for f in findings) or f"{len(folders)} templates: nothing found\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
