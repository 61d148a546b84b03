"""The bench's page says of each figure whether it is reached, and on how much, by its numbers alone."""

from pathlib import Path

import pytest

from chalicelib.bulk import sources
from tests.archives import small_pages
from tests.bench_archive import link_samples
from tests.bench_page import Figure, page


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure("speed", "2.1"), ""),
        (Figure("kills", "0, 0", "0, 0", True, 500, 500), "reached"),
        (Figure("kills", "1, 0", "0, 0", False, 500, 500), "**not reached**"),
        (Figure("memory", "9", "flat", True, 60, 5000), "reached, cut down: 60 of 5,000"),
    ],
)
def test_a_verdict_tells_on_how_much_it_rests(figure: Figure, verdict: str) -> None:
    assert figure.verdict == verdict
    assert f"| {figure.what} | {figure.measured} | {figure.wanted} | {verdict} |" in page(
        [figure], "make bench-archive", 1
    )


def test_a_page_names_what_was_cut_down() -> None:
    whole, less = Figure("a", 1, 1, True, 2, 2), Figure("memory", 9, "flat", True, 60, 5000)
    assert "memory: 60 instead of 5,000." in page([whole, less], "make bench-archive", 1)
    assert "Cut down" not in page([whole], "make bench-archive", 1)


def test_a_folder_of_samples_may_be_missing(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "samples" / "deep", singles=1, books=1, pages=2)
    (tmp_path / "in").mkdir()
    link_samples(tmp_path / "in", tmp_path / "missing", 1)
    assert list(sources.find(tmp_path / "in")) == []
    link_samples(tmp_path / "in", tmp_path / "samples", 0)
    assert sum(s.pages for s in sources.find(tmp_path / "in")) == 3
