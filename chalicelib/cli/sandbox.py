"""`motcua listen`: play the agencies beside a server that uses the same data folder, and answer it if asked to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from chalicelib import wiring
from chalicelib.cli.client import Client, ServerAway, ServerSaidNo
from chalicelib.cli.listen import Arrival, Register, listen
from chalicelib.errors import AgencyUnknown
from chalicelib.ports import AGENCIES


def play(
    agencies: list[str],
    port: int,
    data: Path,
    values: bool,
    answers_to: str | None,
    registers_at: str | None = None,
) -> None:
    """Register these agencies (all, unless named) and print what they receive, until Ctrl-C.

    `registers_at`: the address of a server elsewhere, which is asked by its API; else the server of the same `data`.
    `answers_to`: the server's address; then each gives its results at once, too.
    """
    unknown = [a for a in agencies if a not in AGENCIES]
    if unknown:
        raise AgencyUnknown(agency=unknown[0][:40], known=", ".join(AGENCIES))
    data.mkdir(parents=True, exist_ok=True)
    register = _by_api(registers_at, data) if registers_at else _by_file(data)
    work = _worker(answers_to, data) if answers_to else lambda _: None
    listen(agencies or list(AGENCIES), port, register, wiring.now, values, work=work)


def _by_file(data: Path) -> Register:
    def register(agency: str, url: str, secret: str, _: Callable[[str], None]) -> None:
        wiring.register_agency(data, agency, url, secret)

    return register


def _by_api(server: str, data: Path) -> Register:
    """As an agency itself would: an endpoint, its key, and a ping once the key is known here."""

    def register(agency: str, url: str, _: str, learn: Callable[[str], None]) -> None:
        client = Client(server, wiring.agency_key(data, agency))
        path = f"/v1/agencies/{agency}/endpoints"
        made = client.call("POST", path, {"url": url})
        learn(made["key"])
        client.call("POST", f"{path}/{made['id']}/ping")

    return register


def _worker(server: str, data: Path) -> Callable[[Arrival], None]:
    console = Console(highlight=False)

    def work(arrival: Arrival) -> None:
        e = arrival.envelope
        if e is None or arrival.repeated or e["type"] != "dossier.verified":
            return
        try:
            for words in answer(server, wiring.agency_key(data, arrival.agency), e):
                console.print(f"{arrival.agency}  {words}")
        except (ServerSaidNo, ServerAway) as no:
            console.print(f"[red]{arrival.agency}: {no}[/red]")

    return work


def answer(server: str, key: str, envelope: dict[str, Any] | Any) -> list[str]:
    """Give every result that the envelope asks of its agency; what was said."""
    client = Client(server, key)
    code, agency = envelope["dossier"]["code"], envelope["agency"]
    path = f"/v1/agencies/{agency}/dossiers/{code}"
    said = []
    for result in envelope["results"]:
        body = {
            "result": result["id"],
            "number": f"{code[-4:]}/{result['id'][:20]}",
            "date": wiring.now().date().isoformat(),
        }
        name = f"{envelope['id']}-{result['id']}"
        client.call("POST", f"{path}/result", body, {"Idempotency-Key": name})
        said.append(f"result {result['id']}")
    return said
