"""The sheet: counts times prices, nothing twice and nothing left out."""

import json

import pytest
from typer.testing import CliRunner

from chalicelib.cli.main import app
from chalicelib.costs import sheet
from chalicelib.costs.days import SIZES
from chalicelib.costs.quotas import quotas
from tests.costs.template import told_by_template

ASSUMED = sheet.assumed()
RUN = sheet.data("counted")["runs"][-1]


def test_every_price_names_its_unit_and_where_it_was_seen() -> None:
    found = sheet.data("prices")["prices"]
    assert all(
        p["usd"] > 0 and p["per"] >= 1 and p["unit"] and p["usage_type"] and p["seen"]
        for p in found.values()
    )
    used = {
        line.price
        for part in (sheet.present().each, sheet.present().kept, sheet.present().fixed)
        for line in part
    }
    assert set(found) - used == {"lambda_x86_gb_s", "s3_glacier_ir_gb_month"}


def test_every_request_that_was_counted_is_priced() -> None:
    named = {key.split()[1] for key in RUN["requests"] if key.startswith("s3")}
    assert named <= {*sheet.TIER_1, *sheet.TIER_2}
    assert {key.split()[0] for key in RUN["requests"]} <= {"dynamodb", "s3", "sqs", "ses"}
    by = {(x.service, x.what): x.amount for x in sheet.present().each}
    s3 = sum(n for key, n in RUN["requests"].items() if key.startswith("s3"))
    assert by["S3", "writes"] + by["S3", "reads"] == pytest.approx(s3)
    assert by["Lambda", "calls"] == pytest.approx(
        sum(u["calls"] for u in RUN["functions"].values())
    )


def test_sizes_and_amounts_are_those_of_the_template() -> None:
    assert sheet.data("template") == told_by_template()


@pytest.mark.parametrize(
    ("memory", "gb_s"), [(512, 1.7686 + 0.05), (1769, 1.7275 + 0.1728), (3538, 3.4551 + 0.3455)]
)
def test_seconds_of_cpu_cost_the_same_below_a_whole_one_and_more_above(
    memory: int, gb_s: float
) -> None:
    used = {"cpu_s": 1.0, "requests": {"ses": 1}}
    expected = sheet.gb_seconds(used, memory, ASSUMED)
    waited = ASSUMED["wait_s"]["ses"] * memory / 1024
    assert expected - waited == pytest.approx(max(1769, memory) / 1024, rel=1e-3)
    assert expected == pytest.approx(gb_s, rel=0.03)


def test_a_year_is_handling_keeping_and_the_fixed_part() -> None:
    found = sheet.present()
    twice = found.year(2000) - found.year(1000)
    assert twice == pytest.approx(found.per_1000() + 6 * found.kept_1000_months())
    assert found.year(1000) - twice == pytest.approx(12 * found.fixed_month())


def test_the_command_tells_the_same_in_words_and_as_json() -> None:
    runner = CliRunner()
    told = json.loads(runner.invoke(app, ["cost", "--dossiers", "17505", "--json"]).output)
    assert told["year"] == pytest.approx(sheet.present().year(17505))
    said = runner.invoke(app, ["cost", "--dossiers", "17505"]).output
    assert f"{told['per_1000']:.4f}" in said and f"{told['year']:,.2f}" in said


def test_quotas_grow_with_the_size_and_say_what_to_do() -> None:
    district, city, country = (quotas(RUN, ASSUMED, size) for size in SIZES)
    for small, middle, big in zip(district, city, country, strict=True):
        assert small.need < middle.need < big.need and big.answer
    assert not any(q.binds for q in district[:1]) and any(q.binds for q in country)
