"""`make verify-operations`: docs/operations.md followed literally, command by command, against an emulator.

In: the page, the template of prod and the zips for this machine. Out: each command with how it ended; exit status 0 only if
all of them ended well and answered what the page says. Refuses a page with a command outside its blocks, and a list of
exceptions below that names one which isn't there, or which the emulator could run after all.

A block's commands are run in one shell, in the page's order. A line `# → text` tells what the command before it answers;
`…` stands for anything.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.package.pythons import target_python
from infra.package.zips import BUILD, PYTHON, ROOT, kind_of, zip_path
from infra.proof import stack
from infra.proof.emulated import API_ID, emulated
from infra.proof.rehearse import HERE

PAGE = ROOT / "docs" / "operations.md"
TEMPLATE = ROOT / "build" / "template" / "prod" / "sam.json"
SAID = "# → "
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ASSIGNED = re.compile(r"export (\w+)=\$\(")
SECONDS = 240
# Version 1 asks for SQS under an old name of its own unless the endpoint is said on the command line.
AWS = f"""#!/bin/sh
exec {ROOT / ".venv-aws" / "bin" / "aws"} --endpoint-url "$AWS_ENDPOINT_URL" "$@"
"""

# Not run here: another target of .ci/run does.
ELSEWHERE = {
    "make package verify-template": "takes minutes; .ci/run runs both targets",
}
# What MiniStack 1.5.33 answers with an error. Each is run all the same, and must fail.
NOT_THERE = {
    "aws deploy list-deployments": "MiniStack has no CodeDeploy, which shifts traffic",
    "aws deploy stop-deployment": "MiniStack has no CodeDeploy, which shifts traffic",
    "aws sqs start-message-move-task": "MiniStack moves no dead letters back",
    "aws cognito-idp admin-create-user": "MiniStack makes up a password that the pool's rules refuse",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the page, and what it says that it answers."""

    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status and all that it printed."""

    status: int
    printed: str


def commands(page: str) -> list[Command]:
    """The commands of all blocks, in order."""
    found: list[Command] = []
    for line in "\n".join(BLOCK.findall(page)).replace("\\\n", " ").splitlines():
        if line.startswith(SAID):
            last = found.pop()
            found.append(Command(last.text, (*last.answers, line.removeprefix(SAID))))
        elif line.strip() and not line.startswith("#"):
            found.append(Command(line))
    return found


def listed(command: Command, these: dict[str, str]) -> str | None:
    """The entry of a list of exceptions that is about this command."""
    return next((start for start in these if command.text.startswith(start)), None)


def script(every: list[Command], own: str) -> str:
    """A script that runs them, each between two marks; `own` settings are put in after the page's."""
    lines = []
    is_set = False
    for number, command in enumerate(every):
        if not is_set and not command.text.startswith("export "):
            lines.append(own)
            is_set = True
        if listed(command, ELSEWHERE):
            continue
        filled = ASSIGNED.match(command.text)
        text = f'{command.text} && [ -n "${filled[1]}" ]' if filled else command.text
        lines += [f"printf '\\n@@ {number}\\n'", text, "printf '\\n@= %s\\n' $?"]
    return "\n".join(lines) + "\n"


def parsed(output: str) -> dict[int, Ended]:
    """By a command's number, how it ended; one that never ended is not among them."""
    ended = {}
    for part in output.split("\n@@ ")[1:]:
        number, _, rest = part.partition("\n")
        printed, is_over, status = rest.partition("\n@= ")
        if is_over:
            ended[int(number)] = Ended(int(status.split("\n")[0]), printed.strip())
    return ended


def faults(page: str, every: list[Command], ended: dict[int, Ended]) -> list[str]:
    """All that is wrong."""
    outside = re.findall(r"`(?:aws|make|curl|sam) [^`]*`", BLOCK.sub("", page))
    known = ("`make rehearse`", "`make verify-operations`")
    found = [f"outside a block: {text}" for text in outside if text not in known]
    for number, command in enumerate(every):
        found += _wrong(command, ended.get(number))
    for these in (ELSEWHERE, NOT_THERE):
        unused = [start for start in these if not any(c.text.startswith(start) for c in every)]
        found += [f"an exception for a command that isn't there: {start}" for start in unused]
    return found


def _wrong(command: Command, ended: Ended | None) -> list[str]:
    if listed(command, ELSEWHERE):
        targets = command.text.removeprefix("make ").split()
        ran = (ROOT / ".ci" / "run").read_text("utf-8")
        return [f".ci/run has no {target}" for target in targets if target not in ran]
    if ended is None:
        return [f"never ended: {command.text}"]
    if listed(command, NOT_THERE):
        return [] if ended.status else [f"is no exception any more: {command.text}"]
    if ended.status:
        return [f"ended with {ended.status}: {command.text}\n    {ended.printed[-600:]}"]
    missing = [said for said in command.answers if not _pattern(said).search(ended.printed)]
    return [f"answered {ended.printed[-600:]!r}, not {said!r}: {command.text}" for said in missing]


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, said.split("…"))), re.DOTALL)


def follow(page: str) -> list[str]:
    """Run the page's commands on a fresh emulator; what is wrong."""
    every = commands(page)
    with stack.running() as endpoint, tempfile.TemporaryDirectory(dir=BUILD) as folder:
        place = Path(folder)
        _lay_out(place)
        own = f"export BASE_URL={endpoint}/restapis/{API_ID}/api/_user_request_ ID=d-1"
        (place / "script.sh").write_text(script(every, own), "utf-8")
        with (place / "printed").open("wb") as out:
            subprocess.run(
                ["bash", "script.sh"], cwd=place, env=_environment(endpoint, place), stdout=out,
                stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
            )  # fmt: skip
        ended = parsed((place / "printed").read_text("utf-8", errors="replace"))
    for number, command in enumerate(every):
        print(_told(command, ended.get(number)))
    return faults(page, every, ended)


def _lay_out(place: Path) -> None:
    """What the commands find in a checkout after `make package`, with the template that the emulator can take."""
    template, _ = emulated(json.loads(TEMPLATE.read_text("utf-8")))
    for made in template["Resources"].values():
        properties: dict[str, Any] = made["Properties"]
        if made["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = str(zip_path(kind_of(properties["Handler"]), HERE))
            properties.pop("DeploymentPreference", None)
    target = place / "build" / "package" / "prod"
    target.mkdir(parents=True)
    (target / "sam.json").write_text(json.dumps(template, ensure_ascii=False), "utf-8")
    (place / "schemas").symlink_to(ROOT / "schemas")
    aws = place / "aws"
    aws.write_text(AWS, "utf-8")
    aws.chmod(0o755)


def _environment(endpoint: str, place: Path) -> dict[str, str]:
    """Nothing of this machine's own AWS settings gets in."""
    return {
        "PATH": f"{place}:{os.environ['PATH']}", "HOME": str(place), "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip


def _told(command: Command, ended: Ended | None) -> str:
    words = shlex.join(command.text.split()[:4]).replace("'", "")
    for these in (ELSEWHERE, NOT_THERE):
        if start := listed(command, these):
            return f"  – {words} …: {these[start]}"
    return f"  {'✓' if ended and not ended.status else '✗'} {words} …"


def main() -> int:
    """Follow the page and tell."""
    if target_python() is None:
        print(f"not run: this machine has no Python {PYTHON}, the functions' own")
        return 0
    wrong = follow(PAGE.read_text("utf-8"))
    print("".join(f"✗ {each}\n" for each in wrong) or "docs/operations.md holds, as it stands")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
