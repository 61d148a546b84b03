"""A worker as the pool starts it, with a weak heart: a page of a file called `deadly…` takes it away.

`python -m tests.archives.hand_that_dies FOLDER`. All other pages are read as ever.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.bulk import hand


def lines() -> Iterator[str]:
    for line in iter(sys.stdin.readline, ""):
        if Path(json.loads(line)["path"]).name.startswith("deadly"):
            os.kill(os.getpid(), signal.SIGKILL)
        yield line


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for answer in hand.answers(lines(), Path(sys.argv[1])):
        out.write(json.dumps(answer) + "\n")
