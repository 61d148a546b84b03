"""The map is true: queues, states, events, errors and routes are all there, handled and explained."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import app as doors
from chalicelib import fanout, journey
from chalicelib.doors.runner import handlers
from chalicelib.dossier.case import _EFFECTS, EVENT_KINDS
from chalicelib.dossier.paper import REASONS
from chalicelib.dossier.states import MOVES, NATIONAL, State
from chalicelib.errors import every_error
from chalicelib.ports import AGENCIES, QUEUES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]


def text_of_all_sources() -> str:
    return "\n".join(p.read_text("utf-8") for p in SOURCES)


def test_every_queue_has_a_handler():
    served = set(handlers(doors.app))
    assert {q.name for q in QUEUES} | {"papers-to-read-dead", "archive-to-read-dead"} == served


def test_every_agency_has_a_queue():
    assert {f"deliveries-{a.replace('_', '-')}" for a in AGENCIES} <= {q.name for q in QUEUES}


def test_every_step_is_a_function_of_the_journey_and_every_handler_calls_one():
    steps = {s.name for s in journey.STEPS}
    assert all(callable(getattr(journey, name, None)) for name in steps)
    called = set(re.findall(r"journey\.(\w+)\(", (ROOT / "app.py").read_text("utf-8")))
    assert called <= steps


def test_every_handler_of_archives_calls_a_function_of_the_fan_out():
    called = set(re.findall(r"fanout\.(\w+)\(", (ROOT / "app.py").read_text("utf-8")))
    assert called and all(callable(getattr(fanout, name, None)) for name in called)


def test_every_state_can_be_reached_and_has_a_label():
    reached = {State.OPEN} | {to for targets in MOVES.values() for to in targets}
    assert reached == set(State) == set(MOVES) == set(NATIONAL)


def test_every_event_kind_is_written_somewhere_and_has_an_effect():
    written = text_of_all_sources()
    unwritten = [k for k in EVENT_KINDS if written.count(f'"{k}"') < (1 if k == "opened" else 2)]
    assert unwritten == []
    assert len(_EFFECTS) == len(EVENT_KINDS) - 1


def test_every_error_is_raised_somewhere():
    sources = text_of_all_sources()
    unraised = [
        e.__name__
        for e in every_error()
        if len(re.findall(rf"\b{e.__name__}\b", sources)) < 2 and not e.__name__.startswith("_")
    ]
    assert unraised == []


def test_every_error_has_its_own_code_and_both_languages():
    codes = [e.code for e in every_error()]
    assert len(codes) == len(set(codes))
    for error in every_error():
        assert all(part.strip() for part in (*error.title, *error.mend)), error.code
        assert error.title[0] != error.title[1], error.code
        assert 400 <= error.status < 600


@pytest.mark.parametrize(
    "page", ["docs/errors.md", "docs/journey.md", "docs/openapi.json", "docs/procedures.md"]
)
def test_generated_pages_are_as_the_code_says(page):
    from tests.write_docs import PAGES

    assert (ROOT / page).read_text("utf-8") == PAGES[page]()


def test_every_reason_of_a_verdict_is_said_in_both_languages():
    assert all(vi and en and vi != en for vi, en in REASONS.values())


def test_every_route_answers_in_problem_details():
    """Each route's view is wrapped by `answers`, or is a page."""
    for path, methods in doors.app.routes.items():
        for entry in methods.values():
            assert path.startswith("/v1") == hasattr(entry.view_function, "__wrapped__"), path


def test_opening_the_door_does_not_load_the_eyes():
    """The API must start without OpenCV, numpy, Tesseract, Pillow, boto3 or reportlab."""
    heavy = ["cv2", "numpy", "tesserocr", "pytesseract", "PIL", "pypdfium2", "boto3", "reportlab"]
    check = f"import app, sys; found = [m for m in {heavy} if m in sys.modules]; assert not found, found"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_app_imports_only_doors_and_the_journey():
    tree = ast.parse((ROOT / "app.py").read_text("utf-8"))
    modules = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    ours = {m for m in modules if m and m.startswith("chalicelib.")}
    assert all(
        m.startswith(("chalicelib.doors", "chalicelib.errors", "chalicelib.wiring")) for m in ours
    )


# Files that may be longer than 300 lines, each with its reason.
LONG_FILES = {
    "chalicelib/journey.py": "the whole way on one page is worth more than the limit",
    "chalicelib/cli/main.py": "every command with its words, one short function each",
    "chalicelib/errors.py": "a table of error classes, five lines each",
    "chalicelib/ports.py": "protocols with their promises written out",
    "chalicelib/dossier/case.py": "one short function per kind of event",
}


def test_files_and_functions_stay_small():
    too_long = []
    for path in SOURCES:
        name, text = str(path.relative_to(ROOT)), path.read_text("utf-8")
        if text.count("\n") > 300 and name not in LONG_FILES:
            too_long.append(f"{name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 40:
                    too_long.append(f"{name}:{node.name}: {length} lines")
    assert too_long == []


def test_no_test_patches():
    patched = [
        str(p)
        for p in (ROOT / "tests").rglob("*.py")
        if re.search(r"mock\.patch|monkeypatch\.setattr|@patch\(", p.read_text("utf-8"))
        and p.name != "test_the_map.py"
    ]
    assert patched == []
