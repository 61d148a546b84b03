"""The bench's page says of each figure whether it is reached, and on how much, by its numbers alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.bulk import sources
from tests.archives import small_pages
from tests.bench_archive import link_samples
from tests.bench_memory import halves, lives
from tests.bench_page import Figure, Part, keep, kept, page
from tests.bench_pool import Watch

WHOLE, LESS = (
    Figure("a", 1, 1, True, 2, 2),
    Figure("memory", 9, "flat", True, 60, 5000),
)


def part(*figures: Figure) -> Part:
    return Part(figures, "make bench-archive", 1.0, "2026-11-28 01:00 UTC", "abc", "2 cores")


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure("speed", "2.1"), ""),
        (Figure("kills", "0, 0", "0, 0", True, 500, 500), "reached"),
        (Figure("kills", "1, 0", "0, 0", False, 500, 500), "**not reached**"),
        (LESS, "reached, cut down: 60 of 5,000"),
    ],
)
def test_a_verdict_tells_on_how_much_it_rests(figure: Figure, verdict: str) -> None:
    assert figure.verdict == verdict
    line = f"| {figure.what} | {figure.measured} | {figure.wanted} | {verdict} |"
    assert line in page({"kills": part(figure)})


def test_a_page_names_what_was_cut_down_and_what_is_missing() -> None:
    told = page({"memory": part(WHOLE, LESS)})
    assert "memory: 60 instead of 5,000." in told and "Not measured yet: Killed on the way." in told
    assert "Cut down" not in page({"memory": part(WHOLE)})


def test_parts_not_measured_again_stay_as_they_were(tmp_path: Path) -> None:
    at, later = tmp_path / "page.md", replace(part(WHOLE), commit="def")
    keep(at, {"memory": part(LESS), "kills": part(WHOLE)})
    keep(at, {"kills": later})
    assert {n: p.commit for n, p in kept(at).items()} == {"memory": "abc", "kills": "def"}
    assert kept(at)["memory"] == replace(part(LESS), figures=[LESS])
    assert at.read_text() == page(kept(at)) + "\n"


def test_a_part_says_what_it_was_measured_with() -> None:
    made = Part.of([WHOLE], "make bench-archive", 1.26)
    assert made.minutes == 1.3 and "cores, load at the end" in made.machine and made.commit


def test_the_page_in_docs_is_what_was_measured() -> None:
    at = Path(__file__).parents[2] / "docs" / "bench-archive.md"
    assert at.read_text("utf-8") == page(kept(at)) + "\n"


def test_a_worker_ends_where_another_begins() -> None:
    watch = Watch(peaks=[100, 200, 110, 210, 120, 90], hands=[1, 2, 1, 2, 1, 1])
    assert lives(watch) == [[100, 110, 120], [90], [200, 210]]
    assert halves(watch.peaks) == (200, 210)


def test_a_folder_of_samples_may_be_missing(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "samples" / "deep", singles=1, books=1, pages=2)
    (tmp_path / "in").mkdir()
    link_samples(tmp_path / "in", tmp_path / "missing", 1)
    assert list(sources.find(tmp_path / "in")) == []
    link_samples(tmp_path / "in", tmp_path / "samples", 0)
    assert sum(s.pages for s in sources.find(tmp_path / "in")) == 3
