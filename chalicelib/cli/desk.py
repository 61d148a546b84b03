"""`motcua desk …`: the desk's own papers, fetched from a running server with the officer's key."""

from pathlib import Path
from typing import Annotated

import typer

from chalicelib import wiring
from chalicelib.cli.client import Client, ServerAway, ServerSaidNo
from chalicelib.procedures.calendar import HANOI

desk = typer.Typer(help="The desk's own papers, as PDF.", no_args_is_help=True)
Server = Annotated[str, typer.Option("--server", help="Address of a running `motcua serve`.")]
Data = Annotated[Path, typer.Option("--data", help="Where the officer's key lies.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write.")]
HERE = "http://127.0.0.1:8000"
VAR = Path("var")


@desk.command("control-slip")
def control_slip(
    code: Annotated[str, typer.Argument(help="The dossier's code.")],
    out: Out = None,
    server: Server = HERE,
    data: Data = VAR,
) -> None:
    """Phiếu kiểm soát: who gave the dossier to whom, when, and whether in time."""
    path = f"/v1/desk/dossiers/{code}/control-slip"
    raise typer.Exit(_fetch(server, data, path, out or Path(f"control-{code}.pdf")))


@desk.command("register")
def register(
    ward: Annotated[str, typer.Option(help="Code or name of the ward.")],
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str | None, typer.Option("--to", help="Last day; today unless told.")] = None,
    out: Out = None,
    server: Server = HERE,
    data: Data = VAR,
) -> None:
    """Sổ theo dõi hồ sơ: what a ward received from one day to another, 31 days at most."""
    until = last or wiring.now().astimezone(HANOI).date().isoformat()
    asked = {"ward": ward, "from": first, "to": until}
    name = out or Path(f"register-{first}-{until}.pdf")
    raise typer.Exit(_fetch(server, data, "/v1/desk/register", name, asked))


def _fetch(
    server: str, data: Path, path: str, out: Path, asked: dict[str, str] | None = None
) -> int:
    from chalicelib.cli.filing import told

    try:
        pdf = Client(server, wiring.officer_key(data)).fetch(path, asked)
    except (ServerAway, ServerSaidNo) as no:
        return told(no)
    out.write_bytes(pdf)
    typer.echo(f"✓ {out}")
    return 0
