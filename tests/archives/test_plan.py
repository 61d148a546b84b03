"""What `plan` expects: pages that will be read, time, officers' time, money by the prices that are data."""

from collections import Counter
from pathlib import Path

import pytest

from chalicelib.bulk import sources
from chalicelib.cli import archive_plan
from chalicelib.cli.archive_plan import Sample, expected, totals
from chalicelib.costs import sheet
from chalicelib.dossier.batch import Source
from tests.archives import small_pages


def test_double_scans_and_refused_files_are_not_expected_to_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    small_pages.fill(folder, singles=2, books=1, pages=3)
    (folder / "again.png").write_bytes(small_pages.png(1))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    told = totals(sources.find(folder))
    assert (told["files"], told["pages"], told["double_scans"], told["pages_to_read"]) == (
        5,
        7,
        1,
        5,
    )
    assert told["refused"] == {"file_broken": 1}


def test_time_and_money_are_what_the_sample_says_times_the_prices() -> None:
    sample = Sample(10, 20.0, 10.0, 100, 5, 30, 2_000_000, Counter({"khac": 10}))
    told = expected(1_000_000, 1_000_000, sample, workers=2)
    assert told["hours_here"] == pytest.approx(1e6 * 2.0 / 2 / 3600, abs=0.01)
    assert told["doubts"] == 500_000
    price = sheet.data("prices")["prices"]["lambda_arm_gb_s"]["usd"]
    memory = sheet.memory_of("read_archive", sheet.assumed())
    reading = told["usd_by_part"]["Lambda: reading"]
    assert reading == pytest.approx(1e6 * 1.0 * memory / 1024 * price, rel=1e-4)
    assert told["usd_on_aws"] == pytest.approx(sum(told["usd_by_part"].values()), abs=0.01)


def test_without_a_sample_nothing_is_expected() -> None:
    assert expected(10, 10, Sample(), 2) == {}


@pytest.mark.parametrize(
    "name", ["lambda_arm_gb_s", "lambda_request", "s3_tier1", "s3_tier2", "sqs_request"]
)
def test_every_price_says_where_it_was_seen(name: str) -> None:
    assert sheet.data("prices")["prices"][name]["seen"]


@pytest.mark.eyes
def test_the_sample_is_read_and_its_kinds_are_told(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "in", singles=3, books=0, pages=0)
    sample = archive_plan._sampled(list(sources.find(tmp_path / "in")), most=2)
    assert (sample.pages, dict(sample.kinds)) == (2, {"khac": 2})
    assert sample.cpu > 0 and sample.bytes > 0


def test_the_sample_is_spread_over_pages_not_over_first_files() -> None:
    book, cards = Source("book.pdf", "0", 1, 12), [Source(f"{n}.png", "0", 1, 1) for n in range(4)]
    spread = [(s.path, n) for s, n in archive_plan._spread([book, *cards], 4)]
    assert spread == [("book.pdf", 3), ("book.pdf", 7), ("book.pdf", 11), ("2.png", 1)]
    assert len(list(archive_plan._spread(cards, 8))) == 4
    assert not list(archive_plan._spread([], 8)) and not list(archive_plan._spread(cards, 0))


@pytest.mark.eyes
def test_a_page_in_the_middle_of_a_book_is_read_alone(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "in", singles=0, books=1, pages=3)
    (source,) = sources.find(tmp_path / "in")
    (row,) = archive_plan._read(source, 2)
    assert row.pages == (2,)
