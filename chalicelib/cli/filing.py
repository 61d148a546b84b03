"""`motcua submit` and `motcua show`: file a dossier at a running server, and look where it stands."""

import json
import os
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from chalicelib.cli.client import Client, ServerAway, ServerSaidNo

console = Console(highlight=False)
REFUSED, AWAY = 1, 3


def parsed_papers(given: list[str]) -> list[tuple[str, Path]]:
    """(kind, file) pairs out of `kind=FILE`. Raises typer.BadParameter."""
    pairs = []
    for each in given:
        kind, equals, name = each.partition("=")
        if not equals or not Path(name).is_file():
            raise typer.BadParameter(
                f"“{each}” is not kind=FILE with a file that is there", param_hint="--paper"
            )
        pairs.append((kind, Path(name)))
    return pairs


def file_dossier(
    server: str,
    data: Path,
    procedure: str,
    ward: str,
    channel: str,
    applicant: dict[str, Any],
    papers: list[tuple[str, Path]],
) -> int:
    """Open, upload, read, submit, wait; prints each step. The exit status."""
    client = Client(server)
    try:
        code = client.open(procedure, ward, channel, applicant)
        remember(data, code, client.token or "")
        console.print(f"Mã hồ sơ: [bold]{code}[/bold]\nMã bí mật: {client.token}")
        with waiting("Đang gửi …"):
            sent = client.upload_all(code, papers)
        for (kind, file), paper in zip(papers, sent, strict=True):
            with waiting(f"Đang đọc {file.name} …"):
                found = client.wait_read(code, paper)
            tell_read(found, kind, file)
        with waiting("Đang kiểm tra …"):
            decided = client.submit(code)
    except (ServerAway, ServerSaidNo) as e:
        return told(e)
    show(decided)
    return REFUSED if decided["state"] in ("supplement", "refused") else 0


def bring(client: Client, code: str, kind: str, file: Path) -> dict[str, Any]:
    """Upload one file, wait until it is read, and print what was seen."""
    with waiting(f"Đang gửi và đọc {file.name} …"):
        paper = client.wait_read(code, client.upload(code, file, kind))
    tell_read(paper, kind, file)
    return paper


def tell_read(paper: dict[str, Any], kind: str, file: Path) -> None:
    """Print what was seen in a paper."""
    if paper["state"] == "unreadable":
        console.print(
            f"  [red]✗[/red] {file.name}: {paper['problem']['title']}. {paper['problem']['detail']}"
        )
        return
    mark = "[green]✓[/green]" if paper["kind"] == kind else "[yellow]?[/yellow]"
    verdicts = ", ".join(p["verdict"] for p in paper["pages"])
    console.print(
        f"  {mark} {file.name}: {paper['kind']} ({verdicts}), {len(paper['fields'])} trường"
    )


def waiting(words: str) -> Progress:
    """A spinner on the error stream."""
    bar = Progress(SpinnerColumn(), TextColumn(words), console=Console(stderr=True), transient=True)
    bar.add_task("")
    return bar


def told(error: ServerAway | ServerSaidNo) -> int:
    """Print why it did not work and how to mend it; the exit status."""
    if isinstance(error, ServerAway):
        console.print(f"[red]✗[/red] Không có máy chủ tại {error}. Chạy: motcua serve")
        return AWAY
    console.print(f"[red]✗[/red] {error}")
    console.print(f"  {error.problem.get('title_en')}. {error.problem.get('detail_en')}")
    return REFUSED


def show_dossier(server: str, data: Path, code: str, token: str | None, as_json: bool) -> int:
    """Print where a dossier stands; the exit status."""
    try:
        found = Client(server, token or remembered(data).get(code)).call(
            "GET", f"/v1/dossiers/{code}"
        )
    except (ServerAway, ServerSaidNo) as e:
        return told(e)
    if as_json:
        console.print_json(json.dumps(found, ensure_ascii=False))
    else:
        show(found)
    return 0


def play_the_bank(server: str, data: Path, code: str, amount: int) -> int:
    """Send the sandbox's signed word that so many đồng were paid; the exit status."""
    from chalicelib import wiring
    from chalicelib.ports import Paid

    now = wiring.now()
    paid = Paid(f"sandbox-{now.timestamp():.6f}", code, amount, now.isoformat())
    body, headers = wiring.sandbox_bank(data).confirm(paid, now)
    try:
        found = Client(server).send("/v1/payments/confirmations", body, headers)
    except (ServerAway, ServerSaidNo) as e:
        return told(e)
    show(found)
    return 0


def show(d: dict[str, Any]) -> None:
    """Print a dossier for people."""
    console.print(f"[bold]{d['code']}[/bold]  {d['procedure']['name']}  ({d['ward']['name']})")
    console.print(f"Trạng thái: [bold]{d['state_label']}[/bold]")
    for f in d.get("findings", []):
        if f["outcome"] != "passed":
            console.print(
                f"  {'⚠' if f['warning'] else '✗' if f['outcome'] == 'failed' else '?'} {f['message']}"
                f"{' ' + f['read'] if f.get('read') else ''}",
                markup=False,
            )
    for r in d["results"]:
        console.print(f"  {r['name']}: hẹn trả {r['due'][:16].replace('T', ' ')}")
    if d.get("payment"):
        fee = d["payment"]
        console.print(f"  lệ phí: {fee['paid_vnd']:,}/{fee['amount_vnd']:,} đ".replace(",", "."))
    for agency, state in d["agencies"].items():
        console.print(f"  → {agency}: {state}")
    for address in d.get("slips", []):
        console.print(f"  giấy hẹn: {address}", soft_wrap=True)


def remember(data: Path, code: str, token: str) -> None:
    """Keep a dossier's token in DATA/tokens.json, readable by its owner only."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "tokens.json"
    tokens = {**remembered(data), code: token}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(tokens, out)


def remembered(data: Path) -> dict[str, str]:
    """Tokens of the dossiers filed from here."""
    file = data / "tokens.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}
