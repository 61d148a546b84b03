"""`motcua endpoints`, `motcua replay`: an agency's requests to a running server, answers printed as JSON."""

from pathlib import Path
from typing import Any

from chalicelib import wiring
from chalicelib.cli.client import Client, ServerAway, ServerSaidNo
from chalicelib.cli.filing import told
from chalicelib.cli.main import printed


def call(
    server: str, data: Path, agency: str, key: str | None, method: str, path: str, body: Any = None
) -> int:
    """One request under /v1/agencies/AGENCY/ with the given key or that of `data`; the exit status."""
    client = Client(server, key or wiring.agency_key(data, agency))
    try:
        printed(client.call(method, f"/v1/agencies/{agency}/{path}", body))
    except (ServerSaidNo, ServerAway) as no:
        return told(no)
    return 0
