"""`motcua procedures check`, `motcua due`: what officials and scripts get to see."""

import json

import pytest
from typer.testing import CliRunner

from chalicelib.cli.main import app
from chalicelib.errors import BodyInvalid, ProcedureUnknown

run = CliRunner()


def due(*words):
    done = run.invoke(app, ["due", *words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_check_of_the_data_says_that_all_is_well():
    done = run.invoke(app, ["procedures", "check"])
    assert done.exit_code == 0 and done.stdout.startswith("✓ ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--procedure", "khai_sinh", "--received", "2020-03-26T14:59"], "2020-03-26T17:30"),
        (["--procedure", "khai_sinh", "--received", "2020-03-26T15:01"], "2020-03-27T17:30"),
        (["--procedure", "khai_sinh", "--received", "2020-04-01T15:30"], "2020-04-03T17:30"),
        (["--procedure", "khai_sinh", "--received", "2020-04-01T08:30+00:00"], "2020-04-03T17:30"),
        (["--working-days", "3", "--received", "2020-04-27T09:00"], "2020-05-04T17:30"),
        (["--working-days", "5", "--received", "2020-08-31T09:00"], "2020-09-08T17:30"),
        (["--working-days", "1", "--received", "2024-05-03T09:00"], "2024-05-04T17:30"),
        (["--working-days", "1", "--received", "2025-04-25T09:00"], "2025-04-26T17:30"),
        (["--working-days", "1", "--received", "2026-08-21T09:00"], "2026-08-22T17:30"),
        (["--working-days", "1", "--received", "2026-01-09T09:00"], "2026-01-10T17:30"),
    ],
)
def test_the_official_cases(words, expected):
    (answer,) = due(*words)
    assert list(answer) == ["due", "steps", "calendar"]
    assert answer["due"] == expected
    assert answer["calendar"].startswith("vn_2020_2026+")
    assert answer["steps"][0].startswith("Tiếp nhận ")


def test_a_linked_procedure_gives_a_line_for_each_result():
    answers = due("--procedure", "lien_thong_ks_tt_bhyt", "--received", "2020-03-26T15:01")
    assert [a["due"] for a in answers] == [
        "2020-03-27T17:30",
        "2020-04-20T17:30",
        "2020-04-13T17:30",
    ]
    assert answers[0]["steps"][0] == "Kết quả: Giấy khai sinh"


def test_a_year_without_a_calendar_is_said_to_be_provisional():
    (answer,) = due("--working-days", "2", "--received", "2027-03-01T09:00")
    assert any(s.startswith("Tạm tính") for s in answer["steps"])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--working-days", "2", "--received", "hôm qua"], BodyInvalid),
        (["--received", "2020-04-01T15:30"], BodyInvalid),
        (["--procedure", "x", "--working-days", "1", "--received", "2020-04-01"], BodyInvalid),
        (["--procedure", "khong_co", "--received", "2020-04-01T15:30"], ProcedureUnknown),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_way_out(words, error):
    with pytest.raises(error):
        run.invoke(app, ["due", *words], catch_exceptions=False)
