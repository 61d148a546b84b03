"""What officials ask of the rules at the command line: is the data sound, when is something due, which procedure.

In: words of the command line. Out: lines on the screen and an exit status. Decides nothing itself.
"""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib.errors import BodyInvalid
from chalicelib.procedures import audit, catalogue, deadlines, finder
from chalicelib.procedures.calendar import HANOI, in_hanoi
from chalicelib.procedures.deadlines import Due, ResultDue


def check_procedures() -> int:
    """Print every complaint about the data under `schemas/`; 0 if there is none, else 1."""
    found = audit.problems()
    for line in found:
        sys.stdout.write(f"✗ {line}\n")
    if not found:
        sys.stdout.write(f"✓ {len(catalogue.keys())} procedures are sound\n")
    return 1 if found else 0


def tell_due(procedure: str | None, working_days: int | None, received: str, as_json: bool) -> int:
    """Print when what was received at this moment is due: one line, or one per result of the procedure.

    Raises:
        BodyInvalid: the moment is none, or not exactly one of procedure and working days is told.
        ProcedureUnknown: no such procedure on that day.
    """
    at = _moment(received)
    for answer in _answers(procedure, working_days, at):
        if as_json:
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join([f"→ {answer['due']}", *answer["steps"]]) + "\n")
    return 0


def _moment(text: str) -> datetime:
    try:
        return in_hanoi(datetime.fromisoformat(text))
    except ValueError as e:
        needed = ("a moment like 2020-04-01T15:30", "thời điểm dạng 2020-04-01T15:30")
        raise BodyInvalid(where="--received", needed=needed[0], needed_vi=needed[1]) from e


def _answers(procedure: str | None, working_days: int | None, at: datetime) -> list[dict[str, Any]]:
    if (procedure is None) == (working_days is None):
        needed = ("one of --procedure, --working-days", "một trong --procedure, --working-days")
        raise BodyInvalid(where="due", needed=needed[0], needed_vi=needed[1])
    if working_days is not None:
        return [_answer(deadlines.working_days_due(working_days, at))]
    found = deadlines.results_due(catalogue.procedure(procedure or "", at.date()), at)
    return [_answer(d, *_named(d, found)) for d in found]


def _named(due: ResultDue, among: list[ResultDue]) -> list[str]:
    # Only where there are several must a line say whose date it is.
    return [f"Kết quả: {due.name[0]}"] if len(among) > 1 else []


def _answer(due: Due | ResultDue, *first: str) -> dict[str, Any]:
    shown = due.due.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")
    return {"due": shown, "steps": [*first, *due.steps], "calendar": due.calendar}


def find_procedure(phrase: str, as_json: bool) -> int:
    """Print which procedures a phrase may mean; 1 if nothing fits and nobody else is known to be competent."""
    found = finder.find(phrase)
    if as_json:
        sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False) + "\n")
        return 0
    for hit in found.results:
        sys.stdout.write(f"{hit.code}  {hit.name}\n    không dùng nếu: {hit.not_if}\n")
    for question in found.ask:
        sys.stdout.write(f"? {question}\n")
    if found.out_of_scope:
        sys.stdout.write(f"✗ {found.out_of_scope.what} → {found.out_of_scope.who}\n")
    return 0 if found.results or found.out_of_scope else 1
