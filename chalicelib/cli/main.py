"""The command line `motcua`: words in, the work of other modules out.

Exit codes: 0 done; 1 something was refused or could not be read; 2 wrong usage; 3 the server could not be used.
"""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chalicelib.cli import costs, upkeep
from chalicelib.cli.archive_commands import archive
from chalicelib.cli.desk import desk
from chalicelib.errors import DossierError

app = typer.Typer(
    help="Một Cửa: photographs of papers in, verified dossiers to every agency.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
procedures = typer.Typer(help="The procedures that are written as data.", no_args_is_help=True)
app.add_typer(procedures, name="procedures")
app.add_typer(archive, name="archive")
app.add_typer(desk, name="desk")
app.command("backup")(upkeep.back_up)
app.command("restore")(upkeep.restore)
app.command("audit")(upkeep.audit)
app.command("migrate")(upkeep.migrate)
app.command("cost")(costs.cost)
Data = Annotated[Path, typer.Option("--data", help="Where everything is kept.")]
Server = Annotated[str, typer.Option("--server", help="Address of a running `motcua serve`.")]
HERE = "http://127.0.0.1:8000"
VAR = Path("var")


@app.command()
def serve(
    data: Data = VAR,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    aws_endpoint: Annotated[
        str | None,
        typer.Option(help="Use the AWS adapters against this emulator instead of files."),
    ] = None,
    readers: Annotated[int, typer.Option(min=1, help="Reader processes.")] = 1,
    base_url: Annotated[str | None, typer.Option(help="Where citizens reach us.")] = None,
) -> None:
    """Start API, pages and workers; stays up until Ctrl-C."""
    from chalicelib.cli.serving import run

    run(data, host, port, aws_endpoint, readers, base_url)


@app.command(hidden=True)
def work() -> None:
    """Read papers until the server that started this process is gone."""
    from chalicelib.cli.serving import read_papers

    read_papers()


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Pictures or PDFs.")],
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per file.")] = False,
) -> None:
    """Read papers and print what stands in them. Exit status 1 if any file could not be read."""
    from chalicelib.cli.files import read_files

    raise typer.Exit(read_files(files, as_json))


@app.command()
def submit(
    procedure: Annotated[str, typer.Option(help="Key of the procedure, such as khai_sinh.")],
    ward: Annotated[str, typer.Option(help="Code or name of the ward.")],
    paper: Annotated[list[str], typer.Option(help="kind=FILE; again for every file.")],
    name: Annotated[str, typer.Option(help="Applicant's name.")] = "Người nộp thử",
    phone: Annotated[str | None, typer.Option(help="Applicant's phone.")] = None,
    email: Annotated[str | None, typer.Option(help="Where the slip goes.")] = None,
    channel: Annotated[str, typer.Option(help="mobile, desk or archive.")] = "mobile",
    server: Server = HERE,
    data: Data = VAR,
) -> None:
    """File a dossier at a running server and follow it until it is decided."""
    from chalicelib.cli.filing import file_dossier, parsed_papers

    papers = parsed_papers(paper)
    applicant = {"name": name, "phone": phone, "email": email}
    raise typer.Exit(file_dossier(server, data, procedure, ward, channel, applicant, papers))


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The dossier's code.")],
    token: Annotated[
        str | None, typer.Option(help="Its token; known if it was filed here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False,
    server: Server = HERE,
    data: Data = VAR,
) -> None:
    """Show where a dossier stands."""
    from chalicelib.cli.filing import show_dossier

    raise typer.Exit(show_dossier(server, data, code, token, as_json))


@app.command()
def pay(
    code: Annotated[str, typer.Argument(help="The dossier's code.")],
    amount: Annotated[int, typer.Option(min=1, help="How many đồng.")],
    server: Server = HERE,
    data: Data = VAR,
) -> None:
    """Play the bank: confirm to the server of the same --data that so much was paid. No money moves."""
    from chalicelib.cli.filing import play_the_bank

    raise typer.Exit(play_the_bank(server, data, code, amount))


@app.command()
def listen(
    agency: Annotated[
        list[str] | None, typer.Option(help="Agencies to play; all unless told.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8100,
    values: Annotated[bool, typer.Option(help="Print the fields' values too.")] = False,
    answers_to: Annotated[
        str | None, typer.Option(help="Address of the server; then results are given back at once.")
    ] = None,
    registers_at: Annotated[
        str | None,
        typer.Option(help="Address of a server elsewhere; endpoints are registered by its API."),
    ] = None,
    data: Data = VAR,
) -> None:
    """Play agencies: verify and print the dossiers that a server using the same --data delivers."""
    from chalicelib.cli.sandbox import play

    play(agency or [], port, data, values, answers_to, registers_at)


endpoints = typer.Typer(help="An agency's endpoints at a running server.", no_args_is_help=True)
app.add_typer(endpoints, name="endpoints")
Agency = Annotated[str, typer.Option("--agency", help="ward, police or social_insurance.")]
Key = Annotated[str | None, typer.Option("--key", help="Its key; that of --data unless given.")]


@endpoints.command("list")
def list_endpoints(
    agency: Agency,
    page: Annotated[bool, typer.Option("--page", help="A link for a browser instead.")] = False,
    server: Server = HERE,
    data: Data = VAR,
    key: Key = None,
) -> None:
    """Show the agency's endpoints with their health."""
    from chalicelib.cli.agency import call

    method, path = ("POST", "health-links") if page else ("GET", "endpoints")
    raise typer.Exit(call(server, data, agency, key, method, path))


@endpoints.command("add")
def add_endpoint(
    url: Annotated[str, typer.Argument(help="Where events are to go.")],
    agency: Agency,
    signature: Annotated[str, typer.Option(help="v1 (HMAC) or v1a (ed25519).")] = "v1",
    thin: Annotated[
        bool, typer.Option(help="Send no personal data, only where to fetch it.")
    ] = False,
    kind: Annotated[
        list[str] | None, typer.Option(help="Kinds of events; all unless told.")
    ] = None,
    procedure: Annotated[
        list[str] | None, typer.Option(help="Procedures; all unless told.")
    ] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Codes of wards; all unless told.")] = None,
    server: Server = HERE,
    data: Data = VAR,
    key: Key = None,
) -> None:
    """Register an endpoint; it is pinged at once. Its key is printed this once."""
    from chalicelib.cli.agency import call

    asked = {"kinds": kind or [], "procedures": procedure or [], "units": unit or []}
    payload = "thin" if thin else "full"
    body = {"url": url, "signature": signature, "payload": payload, **asked}
    raise typer.Exit(call(server, data, agency, key, "POST", "endpoints", body))


@endpoints.command("do")
def change_endpoint(
    action: Annotated[str, typer.Argument(help="ping, pause, resume, rotate or delete.")],
    endpoint: Annotated[str, typer.Argument(help="Its id.")],
    agency: Agency,
    server: Server = HERE,
    data: Data = VAR,
    key: Key = None,
) -> None:
    """Ping, pause, resume or delete an endpoint, or give it a new key."""
    from chalicelib.cli.agency import call

    method, rest = ("DELETE", "") if action == "delete" else ("POST", f"/{action}")
    raise typer.Exit(call(server, data, agency, key, method, f"endpoints/{endpoint}{rest}"))


@app.command()
def replay(
    agency: Agency,
    id: Annotated[str | None, typer.Option(help="One event.")] = None,
    dossier: Annotated[str | None, typer.Option(help="All events of a dossier.")] = None,
    after: Annotated[int, typer.Option(help="Events behind this cursor …")] = 0,
    until: Annotated[int | None, typer.Option(help="… up to this one.")] = None,
    server: Server = HERE,
    data: Data = VAR,
    key: Key = None,
) -> None:
    """Have events sent anew to the agency's endpoints: same ids, new signatures."""
    from chalicelib.cli.agency import call

    body = {"id": id, "dossier": dossier, "after": after, "until": until}
    raise typer.Exit(call(server, data, agency, key, "POST", "replays", body))


@app.command()
def conform(
    url: Annotated[str, typer.Argument(help="The endpoint to try.")],
    secret: Annotated[str, typer.Option(help="The secret it verifies with: whsec_ or whsk_.")],
    agency: Agency = "ward",
) -> None:
    """Try an agency's endpoint with what the network does to webhooks, and print a verdict."""
    from chalicelib.cli.conform import conform_to

    raise typer.Exit(conform_to(url, secret, agency))


@app.command()
def demo(
    data: Annotated[
        Path, typer.Option(help="Each run keeps its things in a folder of its own here.")
    ] = Path("var/demo"),
    port: Annotated[int, typer.Option(help="Port for the demo's server.")] = 8790,
    server: Annotated[
        str | None,
        typer.Option(help="Address of a server that runs already, with the keys of --data."),
    ] = None,
) -> None:
    """Walk the linked birth of a child from three photographs to three agencies, then end."""
    from chalicelib.cli.demo import walk

    own = data / time.strftime("%Y%m%d-%H%M%S")
    raise typer.Exit(walk(data if server else own, port, server))


@procedures.command("check")
def check_procedures() -> None:
    """Is everything under schemas/ sound? Every complaint is printed; exit status 1 if there is one."""
    from chalicelib.cli.rules import check_procedures as look

    raise typer.Exit(look())


@procedures.command("publish")
def publish_procedures() -> None:
    """Lock the versions that are not yet: from now on they never change."""
    from chalicelib.procedures.versions import publish

    for name in publish():
        sys.stdout.write(f"✓ {name}\n")


@procedures.command("begin")
def begin_version(
    key: Annotated[str, typer.Argument(help="The procedure to write a new version of.")],
) -> None:
    """Keep the present version of a procedure, and start the next one in its place."""
    from chalicelib.procedures.versions import begin

    sys.stdout.write(f"✓ {key}/{begin(key)}\n")


@app.command()
def due(
    received: Annotated[str, typer.Option(help="When it was received, such as 2020-04-01T15:30.")],
    procedure: Annotated[str | None, typer.Option(help="Key of the procedure.")] = None,
    working_days: Annotated[int | None, typer.Option(min=0, help="Instead: so many days.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per result.")] = False,
) -> None:
    """Tell when something is due in Hanoi, and how that was reckoned."""
    from chalicelib.cli.rules import tell_due

    raise typer.Exit(tell_due(procedure, working_days, received, as_json))


@app.command()
def find(
    phrase: Annotated[str, typer.Argument(help="What you want, in your own words.")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Find the procedure somebody means; asks back where that is not clear."""
    from chalicelib.cli.rules import find_procedure

    raise typer.Exit(find_procedure(phrase, as_json))


def printed(value: Any) -> None:
    """Print a value as JSON, Vietnamese letters readable."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def main() -> None:
    """Run the command; errors of ours become one readable line and exit status 1."""
    try:
        app()
    except DossierError as e:
        console = Console(stderr=True)
        console.print(f"[red]✗[/red] {e.text(0)}", highlight=False)
        console.print(f"  {e.text(1)}", highlight=False)
        if e.detail:
            console.print(f"  ({e.detail})", highlight=False, markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
