"""One function of the stack as a process: the unpacked zip, Lambda's own runtime client, an environment of nothing else.

In: a handler and its settings. Out: a running function that can be invoked, with its times and its memory. Whatever
the machine has is out of reach: no inherited variable, no program on the path, no library but those that `intruders`
would name.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.package.zips import AT_HOME, BUILD, ROOT, kind_of
from infra.proof.runtime_api import RuntimeApi, serving

CLIENT = ROOT / ".venv-lambda"
PYTHON = CLIENT / "bin" / "python"
EMPTY = BUILD / "nothing"  # where the path leads: no system program may be found


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: by the clock, which other work on the machine lengthens, and of the processor."""

    clock: float
    processor: float


@dataclass
class Running:
    """A function that waits for events. `init`: from the process's start to its first request for work."""

    process: "subprocess.Popen[bytes]"
    api: RuntimeApi
    folder: Path
    init: Took

    def invoke(self, event: Any) -> tuple[Any, Took]:
        """(its answer, what it took). Raises InvocationFailed."""
        began, used = time.monotonic(), processor_seconds(self.process.pid)
        answer = self.api.invoke(event)
        took = time.monotonic() - began
        return answer, Took(took, processor_seconds(self.process.pid) - used)

    def peak_megabytes(self) -> float:
        """The most memory it has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000

    def intruders(self) -> list[str]:
        """Libraries in its memory that are neither the zip's, nor Python's, nor at home on Lambda."""
        mapped = Path(f"/proc/{self.process.pid}/maps").read_text().splitlines()
        paths = {Path(line.split(maxsplit=5)[5]) for line in mapped if ".so" in line}
        return sorted(str(p) for p in paths - _of_python() if not self._belongs(p))

    def _belongs(self, path: Path) -> bool:
        return path.is_relative_to(self.folder) or bool(AT_HOME.fullmatch(path.name))


@contextmanager
def started(handler: str, settings: Mapping[str, str], architecture: str) -> Iterator[Running]:
    """The function once its init phase has ended. Raises InvocationFailed if it doesn't."""
    folder = BUILD / f"{kind_of(handler)}-{architecture}"
    EMPTY.mkdir(exist_ok=True)
    with serving() as api, (BUILD / "functions.log").open("ab") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            [PYTHON, "-m", "awslambdaric", handler], cwd=folder, stdout=log, stderr=log,
            env=_environment(handler, folder, api.address, settings),
        )  # fmt: skip
        try:
            clock = api.await_ready() - began
            yield Running(process, api, folder, Took(clock, processor_seconds(process.pid)))
        finally:
            process.kill()
            process.wait()


def processor_seconds(process: int) -> float:
    """What a process has used of the processor, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment(
    handler: str, folder: Path, address: str, settings: Mapping[str, str]
) -> dict[str, str]:
    """What Lambda sets, and the function's own settings."""
    return {
        "AWS_LAMBDA_RUNTIME_API": address, "_HANDLER": handler, "LAMBDA_TASK_ROOT": str(folder),
        "LAMBDA_RUNTIME_DIR": str(CLIENT), "AWS_REGION": "ap-southeast-1",
        "AWS_DEFAULT_REGION": "ap-southeast-1", "AWS_LAMBDA_FUNCTION_NAME": handler,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/proof", "AWS_LAMBDA_LOG_STREAM_NAME": "proof",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "PATH": str(EMPTY), "LANG": "en_US.UTF-8", "TZ": ":UTC", "PYTHONDONTWRITEBYTECODE": "1",
        **settings,
    }  # fmt: skip


def _of_python() -> set[Path]:
    """Libraries that the interpreter, its standard library and the runtime client load by themselves."""
    words = "import awslambdaric.bootstrap, bz2, ctypes, lzma, sqlite3, ssl, uuid, zlib; print(open('/proc/self/maps').read())"
    told = subprocess.run([PYTHON, "-c", words], check=True, capture_output=True, text=True).stdout
    own = {Path(line.split(maxsplit=5)[5]) for line in told.splitlines() if ".so" in line}
    inside = (p for p in Path(_prefix()).rglob("*.so*"))
    return own | set(inside) | set(CLIENT.rglob("*.so*"))


def _prefix() -> str:
    words = [str(PYTHON), "-c", "import sys; print(sys.base_prefix)"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
