"""The words of `motcua archive`; what they do is in `cli/archive.py`, loaded when one is called."""

from pathlib import Path
from typing import Annotated

import typer

archive = typer.Typer(
    help="Archives in bulk: a folder in, searchable papers out.", no_args_is_help=True
)
Out = Annotated[Path, typer.Option("--out", help="The batch's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
Workers = Annotated[int, typer.Option(min=1, help="Reader processes, one engine thread each.")]


_SOURCE = "A folder, a manifest (.csv, .jsonl), or s3://bucket/prefix."


def _there(source: str | None) -> str | None:
    if source and not source.startswith("s3://") and not Path(source).exists():
        raise typer.BadParameter(f"{source} is not there")
    return source


@archive.command("plan")
def plan_archive(
    source: Annotated[str, typer.Argument(callback=_there, help=_SOURCE)],
    sample: Annotated[int, typer.Option(min=0, help="Pages to read for the guess.")] = 8,
    workers: Workers = 2,
    as_json: AsJson = False,
) -> None:
    """Show files, pages, sizes, kinds guessed on a sample, time and money expected. Writes nothing."""
    from chalicelib.cli.archive_plan import plan

    raise typer.Exit(plan(source, sample, workers, as_json))


@archive.command("run")
def run_archive(
    out: Out,
    source: Annotated[
        str | None, typer.Argument(callback=_there, help=f"{_SOURCE} None to go on.")
    ] = None,
    workers: Workers = 2,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a run was stopped.")
    ] = False,
) -> None:
    """Read all that is not read yet. May be stopped or killed at any time. Exit status 1: some pages were refused."""
    from chalicelib.cli.archive import run

    if source and Path(source).resolve() == out.resolve():
        raise typer.BadParameter("the batch's folder can't be the source")
    raise typer.Exit(run(source, out, workers, resume))


@archive.command("status")
def show_archive(out: Out, as_json: AsJson = False) -> None:
    """Show where a batch stands, while it runs or after. Exit status 1: pages are open."""
    from chalicelib.cli.archive import status

    raise typer.Exit(status(out, as_json))


@archive.command("retry")
def retry_archive(
    out: Out,
    reason: Annotated[str | None, typer.Option(help="Only pages refused for this reason.")] = None,
) -> None:
    """Queue files with refused pages anew; then `run --resume`."""
    from chalicelib.cli.archive import retry

    raise typer.Exit(retry(out, reason))


@archive.command("report")
def report_archive(out: Out) -> None:
    """Write index, doubts and report anew and print the report. Exit status 1: pages are open or were refused."""
    from chalicelib.cli.archive import told

    raise typer.Exit(told(out))


@archive.command("sample")
def sample_archive(
    out: Out,
    level: Annotated[
        str, typer.Option(help="Inspection level of ISO 2859-1: I, II or III.")
    ] = "II",
    aql: Annotated[str, typer.Option(help="Most faulty papers in a hundred.")] = "0.65",
) -> None:
    """Draw the papers that officers check before the batch is released; they fill in OUT/sample.csv."""
    from chalicelib.cli.archive_gate import draw

    raise typer.Exit(draw(out, level, aql))


@archive.command("judge")
def judge_archive(out: Out) -> None:
    """Release the batch, or not, by the filled-in sample. Exit status 1: not released."""
    from chalicelib.cli.archive_gate import judge

    raise typer.Exit(judge(out))


@archive.command("key")
def key_archive(
    out: Out,
    officer: Annotated[str, typer.Option(help="Who types: letters, digits, underscores.")],
    everything: Annotated[
        bool, typer.Option("--all", help="All fields of the kind, not only the doubtful ones.")
    ] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind, e.g. muc_khai_sinh.")] = None,
    most: Annotated[int, typer.Option(min=1, help="At most so many fields.")] = 200,
    back: Annotated[
        bool, typer.Option("--back", help="Give to others what this officer has not typed.")
    ] = False,
) -> None:
    """Double keying: write OUT/keying/OFFICER.csv, the fields this officer is to type, with nobody's values."""
    from chalicelib.cli.archive_gate import key, key_back

    if back:
        raise typer.Exit(key_back(out, officer))
    raise typer.Exit(key(out, officer, everything, kind, most))


@archive.command("keyed")
def keyed_archive(
    out: Out, officer: Annotated[str, typer.Option(help="Whose sheet is filled in.")]
) -> None:
    """Take in what the officer typed. Exit status 1: fields still want another officer."""
    from chalicelib.cli.archive_gate import keyed

    raise typer.Exit(keyed(out, officer))


@archive.command("doubts")
def doubts_of_archive(
    out: Out,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="Data of the officers' server; else as the MOTCUA_* variables say."
        ),
    ] = None,
    papers: Annotated[int, typer.Option(min=1, max=100, help="At most so many in a pile.")] = 25,
) -> None:
    """Put doubtful papers on the officers' worklist, in piles of one kind, and take in what officers decided.

    Again: only what is new. Exit status 1: officers have not decided all yet.
    """
    from chalicelib.cli.archive_gate import doubts

    raise typer.Exit(doubts(out, data, papers))


@archive.command("send")
def send_archive(
    manifest: Annotated[
        Path, typer.Argument(exists=True, help='JSONL: {"key": …} of each file in the bucket.')
    ],
    batch: Annotated[str, typer.Option(help="What the batch is called; letters, digits, dashes.")],
) -> None:
    """Hand a manifest to the readers on AWS (settings as in docs/settings.md); again: show how far they are."""
    from chalicelib.cli.archive import send

    raise typer.Exit(send(manifest, batch))


@archive.command("search")
def search_archive(
    out: Out,
    name: Annotated[str | None, typer.Option(help="A name; marks may be left out.")] = None,
    place: Annotated[str | None, typer.Option(help="A place; marks may be left out.")] = None,
    date: Annotated[
        str | None, typer.Option(help="A day (1996-08-17 or 17/8/1996) or a year.")
    ] = None,
    number: Annotated[str | None, typer.Option(help="The paper's number.")] = None,
    book: Annotated[str | None, typer.Option(help="The register's book.")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit that the manifest named.")] = None,
    kind: Annotated[str | None, typer.Option(help="The kind of paper.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Find papers; everything that is given must be on them. Exit status 1: none found."""
    from chalicelib.cli.archive import search

    asked = {"name": name, "place": place, "date": date, "number": number}
    more = {"book": book, "unit": unit, "kind": kind}
    if not any((*asked.values(), *more.values())):
        raise typer.BadParameter("give a name, place, date, number, book, unit or kind")
    raise typer.Exit(search(out, {**asked, **more}, limit, as_json))
