"""The gate before release: the standard's numbers, a sample nobody can choose, a verdict by count."""

import csv
from pathlib import Path

import pytest

from chalicelib.archive import sampling
from chalicelib.cli import archive_gate
from chalicelib.dossier.batch import Row, Source
from chalicelib.errors import SampleUnjudged, SamplingUnknown
from chalicelib.wiring import ledger as ledger_at


# cells of ISO 2859-1, tables 1 and 2-A: lot, level, AQL → letter, sample, accept
@pytest.mark.parametrize(
    ("lot", "level", "aql", "cell"),
    [
        (1000, "II", "1.0", ("J", 80, 2)),
        (1000, "II", "0.65", ("J", 80, 1)),
        (1000, "II", "2.5", ("J", 80, 5)),
        (1000, "II", "4.0", ("J", 80, 7)),
        (500, "II", "1.0", ("H", 50, 1)),
        (3200, "II", "1.0", ("K", 125, 3)),
        (10_000, "II", "0.65", ("L", 200, 3)),
        (280, "II", "1.0", ("G", 50, 1)),  # arrow down: the next larger sample
        (150, "II", "1.0", ("F", 13, 0)),  # arrow up: the next smaller one
        (35_000, "II", "0.10", ("M", 500, 1)),
        (200, "I", "1.0", ("E", 13, 0)),
        (3, "II", "0.65", ("A", 3, 0)),  # the whole lot
    ],
)
def test_plans_are_the_standards(lot, level, aql, cell):
    plan = sampling.plan(lot, level, aql)
    assert (plan.letter, plan.sample, plan.accept) == cell


def test_what_the_tables_do_not_have_is_refused():
    for level, aql in (("IV", "1.0"), ("II", "0.7")):
        with pytest.raises(SamplingUnknown):
            sampling.plan(100, level, aql)


def test_larger_lots_never_ask_for_smaller_samples_at_the_same_letter_or_accept_all():
    for row in sampling._rows("normal"):
        assert 0 <= int(row["accept"]) < int(row["sample"])


def batch(folder: Path, papers: int) -> Path:
    ledger = ledger_at(folder / "ledger.db")
    ledger.enter([Source("book.pdf", "0" * 64, 1, papers)])
    rows = []
    for n in range(papers):
        task = ledger.claim()
        assert task
        ledger.seen(task)
        record = f"{n}.json"
        (folder / record).write_text('{"fields": {"number": {"value": "7"}}}')
        files = {"pdf": f"{n}.pdf", "record": record, "thumbnail": f"{n}.jpg"}
        size = {"pdf": 1, "source": 1}
        rows.append(
            Row(f"{n:016x}", "khac", "", (n + 1,), 1, (), "", "", "", {}, files, size, True)
        )
    task = ledger.claim()
    assert task
    ledger.put_together(task, rows)
    return folder


def fill_in(folder: Path, faulty: int) -> None:
    with (folder / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for n, line in enumerate(lines):
        line["right"] = "n" if n < faulty else "y"
    with (folder / "sample.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, lines[0])
        table.writeheader()
        table.writerows(lines)


@pytest.mark.parametrize(("faulty", "status"), [(0, 0), (1, 0), (2, 1)])
def test_a_batch_is_released_by_count(tmp_path, faulty, status):
    folder = batch(tmp_path, 300)
    assert archive_gate.draw(folder, "II", "1.0") == 0  # letter H: 50 papers, one may be faulty
    fill_in(folder, faulty)
    assert archive_gate.judge(folder) == status


def test_blank_lines_and_other_papers_are_no_verdict(tmp_path):
    folder = batch(tmp_path, 60)
    with pytest.raises(SampleUnjudged):
        archive_gate.judge(folder)
    archive_gate.draw(folder, "II", "1.0")
    with pytest.raises(SampleUnjudged):
        archive_gate.judge(folder)
    fill_in(folder, 0)
    sheet = folder / "sample.csv"
    sheet.write_text("\n".join(sheet.read_text("utf-8-sig").splitlines()[:-1]), "utf-8-sig")
    with pytest.raises(SampleUnjudged):
        archive_gate.judge(folder)


def test_a_sample_drawn_again_keeps_what_officers_wrote(tmp_path):
    folder = batch(tmp_path, 30)
    archive_gate.draw(folder, "II", "1.0")
    fill_in(folder, 1)
    before = (folder / "sample.csv").read_text("utf-8-sig")
    archive_gate.draw(folder, "II", "1.0")
    assert (folder / "sample.csv").read_text("utf-8-sig").split() == before.split()


def test_the_same_lot_gives_the_same_sample_and_another_another():
    ids = [f"{n:04d}" for n in range(500)]
    seed = sampling.seed_of(ids)
    first = sampling.chosen(ids, 50, seed)
    assert first == sampling.chosen(reversed(ids), 50, seed) and len(set(first)) == 50
    assert first != sampling.chosen(ids, 50, sampling.seed_of(ids[1:]))


@pytest.mark.parametrize(("mark", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16")])
def test_a_sample_is_judged_as_spreadsheets_save_it(tmp_path, mark, encoding):
    folder = batch(tmp_path, 30)
    archive_gate.draw(folder, "II", "1.0")
    with (folder / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert all(line[0].startswith("#") for line in lines[1:])  # 0000000000000012 is no number
    with (folder / "sample.csv").open("w", encoding=encoding, newline="") as file:
        table = csv.writer(file, delimiter=mark, lineterminator="\r\n")
        table.writerows([lines[0], *([*line[:-1], "Y"] for line in lines[1:]), [""] * 5])
    assert archive_gate.judge(folder) == 0


def test_a_sample_in_another_encoding_is_refused_in_words(tmp_path):
    folder = batch(tmp_path, 30)
    archive_gate.draw(folder, "II", "1.0")
    (folder / "sample.csv").write_bytes(b"id,right\n\xd0\xf5,y\n")
    with pytest.raises(SampleUnjudged):
        archive_gate.judge(folder)
