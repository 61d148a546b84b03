"""`motcua backup｜restore｜audit｜migrate`: one machine's data copied, put back, looked through, brought to a new form.

Audit and migrate work on AWS too: without --data, where the MOTCUA_* variables say.
"""

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chalicelib import upkeep, wiring
from chalicelib.settings import Settings

console = Console(highlight=False)
UNUSABLE = 3
DATABASE = "motcua.db"
Data = Annotated[Path, typer.Option("--data", help="Where everything is kept.")]
Here = Annotated[
    Path | None,
    typer.Option("--data", help="Where everything is kept; else as the MOTCUA_* variables say."),
]
VAR = Path("var")


def back_up(
    to: Annotated[Path, typer.Option("--to", help="Folder of the copy, on another disk.")],
    data: Data = VAR,
) -> None:
    """Copy all data while the server runs. Again into the same folder: only what is new is copied."""
    _must_hold_data(data)
    begin = time.monotonic()
    wiring.back_up(data, to)
    said = _audited(Settings(base_url="http://127.0.0.1", data=to))
    console.print(f"Bản sao / copy: {to} ({time.monotonic() - begin:.1f} s)")
    raise typer.Exit(said)


def restore(
    source: Annotated[Path, typer.Option("--from", help="Folder of a copy.")],
    data: Data = VAR,
) -> None:
    """Put a copy in place, into a folder that holds no data yet, and look whether all of it is whole."""
    _must_hold_data(source)
    if (data / DATABASE).exists():
        console.print(
            f"[red]✗[/red] {data} holds data. Move it away first; nothing is overwritten."
        )
        raise typer.Exit(UNUSABLE)
    begin = time.monotonic()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(source, data, dirs_exist_ok=True)
    said = _audited(Settings(base_url="http://127.0.0.1", data=data))
    console.print(f"Đã phục hồi / restored: {data} ({time.monotonic() - begin:.1f} s)")
    raise typer.Exit(said)


def audit(data: Here = None) -> None:
    """Is every history unbroken, and every blob that one names whole? Exit status 1 if not."""
    raise typer.Exit(_audited(settings_of(data)))


def migrate(
    form: Annotated[int, typer.Option(help="The stored form to bring all events to.")] = 2,
    data: Here = None,
) -> None:
    """Bring all stored events to a form, beside people at work. Killed: run it again. Run it until it finds nothing."""
    stock = wiring.stock(settings_of(data))
    done = upkeep.migrate(stock, form, lambda p: console.print(f"  {p.dossiers} hồ sơ …"))
    console.print(
        f"Xong: {done.rewritten} sự kiện của {done.dossiers} hồ sơ"
        f" / {done.rewritten} events of {done.dossiers} dossiers are now in form {form}."
    )


def settings_of(data: Path | None) -> Settings:
    """Of the data in this folder; None: as the MOTCUA_* variables say."""
    if data is None:
        return Settings.from_environment()
    _must_hold_data(data)
    return Settings(base_url="http://127.0.0.1", data=data)


def _must_hold_data(folder: Path) -> None:
    if not (folder / DATABASE).exists():
        console.print(f"[red]✗[/red] {folder} holds no {DATABASE}.")
        raise typer.Exit(UNUSABLE)


def _audited(settings: Settings) -> int:
    found = upkeep.audit(wiring.join(settings), wiring.stock(settings))
    for fault in found.faults:
        console.print(f"[red]✗[/red] {fault}")
    console.print(
        f"{len(found.ends)} hồ sơ / dossiers, {found.events} sự kiện / events, {found.blobs} tệp / files,"
        f" digest {found.digest()[:16]}"
    )
    return 1 if found.faults else 0
