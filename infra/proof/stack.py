"""MiniStack, an AWS on this machine, for the rehearsal: started on a free port of 127.0.0.1, gone afterwards.

In: a template and its parameters. Out: the deployed stack's outputs. Refuses a stack that doesn't come up, with the
reasons of the resources that failed. MiniStack runs the handlers in its own Python: architecture and runtime of the
template count for nothing there, so the zips must be those built for this machine.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.package.zips import BUILD, ROOT

PYTHON = ROOT / ".venv-stack" / "bin" / "python"
REGION = "ap-southeast-1"
NAME = "motcua"
CODE_BUCKET = "motcua-code"
SECONDS_TO_START, SECONDS_TO_DEPLOY = 30, 120


class StackFailed(Exception):
    """MiniStack or the stack on it did not come up."""


@contextmanager
def running() -> Iterator[str]:
    """The endpoint of a fresh MiniStack; what it leaves behind is removed at the end."""
    port = free_port()
    place = Path(tempfile.mkdtemp(prefix="ministack-", dir=BUILD))
    with (BUILD / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "ministack"], cwd=place, env=_environment(port, place),
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            endpoint = f"http://127.0.0.1:{port}"
            _wait_until_up(endpoint)
            yield endpoint
        finally:
            process.terminate()
            process.wait(30)
            shutil.rmtree(place, ignore_errors=True)


def client(endpoint: str, service: str) -> Any:
    """A boto3 client of the emulator."""
    return boto3.client(
        service, region_name=REGION, endpoint_url=endpoint,
        aws_access_key_id="test", aws_secret_access_key="test",
    )  # fmt: skip


def upload(endpoint: str, zips: Mapping[str, Path]) -> None:
    """Put the code where the template's CodeUri will look for it: `s3://CODE_BUCKET/KEY`."""
    s3 = client(endpoint, "s3")
    where = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    s3.create_bucket(Bucket=CODE_BUCKET, **where)
    for key, path in zips.items():
        s3.upload_file(str(path), CODE_BUCKET, key)


def deploy(endpoint: str, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Create the stack (or bring it up to date) and wait; its outputs. Raises StackFailed."""
    cloud = client(endpoint, "cloudformation")
    there = bool(_status(cloud))
    act = cloud.update_stack if there else cloud.create_stack
    key = f"template-{len(template)}.json"
    client(endpoint, "s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=template.encode())
    act(
        StackName=NAME, TemplateURL=f"{endpoint}/{CODE_BUCKET}/{key}",
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )  # fmt: skip
    for _ in range(SECONDS_TO_DEPLOY * 2):
        if not _status(cloud).endswith("IN_PROGRESS"):
            break
        time.sleep(0.5)
    if _status(cloud) not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise StackFailed("\n".join(_reasons(cloud)))
    [stack] = cloud.describe_stacks(StackName=NAME)["Stacks"]
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


def _status(cloud: Any) -> str:
    stacks = cloud.list_stacks()["StackSummaries"]
    return next((s["StackStatus"] for s in stacks if s["StackName"] == NAME), "")


def _reasons(cloud: Any) -> list[str]:
    events = cloud.describe_stack_events(StackName=NAME)["StackEvents"]
    return [
        f"{e['LogicalResourceId']} ({e['ResourceType']}): {e.get('ResourceStatusReason', '?')}"
        for e in events
        if "FAILED" in e["ResourceStatus"]
    ] or [_status(cloud)]


def _environment(port: int, place: Path) -> dict[str, str]:
    """Nothing of ours gets in: MiniStack hands its whole environment to the handlers."""
    return {
        "PATH": os.environ["PATH"], "HOME": str(place), "TMPDIR": str(place), "LANG": "C.UTF-8",
        "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION,
        "PYTHONDONTWRITEBYTECODE": "1", "LAMBDA_WARM_TTL_SECONDS": "600",
        # these two would listen on every interface, whatever BIND_HOST says
        "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",
    }  # fmt: skip


def _wait_until_up(endpoint: str) -> None:
    for _ in range(SECONDS_TO_START * 5):
        try:
            urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise StackFailed(f"MiniStack did not start; see {BUILD / 'ministack.log'}")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def two_quiet_ports() -> int:
    """The first of two neighbouring ports that are free, below those that the kernel gives to clients."""
    pairs = range(18_790, 30_000, 2)
    return next(port for port in pairs if _is_free(port) and _is_free(port + 1))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
