"""Drawn register pages read and compared with their truth: for bench and tests, and to fit what agreement is worth.

`python -m tests.register_truth` reads tuning seeds and writes `schemas/registers/confidence.json`: the share of values
right by grammar, where both readers said the same and ours was certain, where both were sure, where they only said the
same, where the engine's second look bore ours out, where ours stood alone.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from chalicelib import reading, registers
from chalicelib.dossier.register import BookPage
from chalicelib.extraction.registers import FOLDER, USUAL, layouts
from chalicelib.procedures.sureness import threshold
from tests.draw.degrade import degrade
from tests.draw.register_book import REGISTERS, draw_book
from tests.side_by_side import side_by_side
from tests.tally import share

STYLES = ("scan", "clean")
FIT = range(100, 400)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, what was read, how sure; `value` is `...` where the entry was not found."""

    seed: int
    field: str
    grammar: str
    truth: str | None
    value: object
    confidence: float

    @property
    def right(self) -> bool:
        """Letter for letter; print in capitals says the same."""
        return str(self.value).casefold() == str(self.truth).casefold()


def read_book(
    seed: int, pages: int = 1, style: str = ""
) -> Iterator[tuple[BookPage | None, dict[str, object]]]:
    """Pages of one book as they were read, each with its truth."""
    style = style or STYLES[seed % 5 == 4]
    for drawn in draw_book(REGISTERS[seed % 2], seed, pages, facing=seed % 3 == 0):
        seen = reading.see_page(degrade(drawn, style, seed), 1)
        yield registers.read_page(seen)[1], drawn.truth


def cells(seeds: Sequence[int]) -> Iterator[Cell]:
    """Every cell of the first pages of these books."""
    for seed in seeds:
        for page, truth in read_book(seed):
            yield from _compared(seed, page, truth["entries"])


def _cells_of(seed: int) -> list[Cell]:
    return list(cells([seed]))


def _compared(
    seed: int, page: BookPage | None, entries: list[dict[str, str | None]]
) -> Iterator[Cell]:
    found = page.entries if page and len(page.entries) == len(entries) else [{}] * len(entries)
    grammars = {c.field: c.grammar for layout in layouts() for c in layout.columns}
    for own, truth in zip(found, entries, strict=True):
        for key, value in truth.items():
            f = own.get(key)
            told = (f.value, f.confidence) if f else (..., 0.0)
            yield Cell(seed, key, grammars[key], value, *told)


def measure(seeds: Sequence[int]) -> Iterator[tuple[object, object, object]]:
    """What the bench says of registers: pages found, cells right, sure ones wrong, by grammar."""
    start, pages, lost, found = time.process_time(), 0, 0, []
    for seed in seeds:
        for page, truth in read_book(seed):
            pages += 1
            lost += page is None or len(page.entries) != len(truth["entries"])
            found += _compared(seed, page, truth["entries"])
    spent = (time.process_time() - start) / max(1, pages)
    yield (
        f"register pages, entries split right ({len(seeds)} books)",
        share(pages - lost, pages),
        "",
    )
    yield (
        f"their cells read right ({len(found)})",
        share(sum(c.right for c in found), len(found)),
        "",
    )
    sure = [c for c in found if c.confidence >= threshold("", c.field)]
    yield "cells that no officer looks at", share(len(sure), len(found)), ""
    yield "of these wrong", share(sum(not c.right for c in sure), len(sure), 2), ""
    for grammar in sorted({c.grammar for c in found}):
        own = [c for c in found if c.grammar == grammar]
        sure_of = [c for c in own if c in sure]
        wrong = sum(not c.right for c in sure_of)
        yield f"… {grammar}: right; sure; sure and wrong", (
            f"{sum(c.right for c in own)} of {len(own)}; {len(sure_of)}; {wrong}"
        ), ""  # fmt: skip
    yield "CPU s a register page, drawing it included", f"{spent:.2f}", ""


def fit() -> None:
    path = Path(FOLDER / "confidence.json")
    path.rename(
        before := path.with_suffix(".before")
    )  # without it a confidence tells how it was come by
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for cell in chain.from_iterable(side_by_side(_cells_of, FIT, workers=2)):
        how = {worth: how for how, worth in USUAL.items()}.get(cell.confidence)
        if how:
            counts[how][cell.grammar][cell.right] += 1
    shares = {
        how: {
            g: round((right + 1) / (wrong + right + 2), 4)
            for g, (wrong, right) in sorted(by.items())
        }
        for how, by in counts.items()
    }
    seen = {how: {g: sum(n) for g, n in sorted(by.items())} for how, by in counts.items()}
    note = f"Written by tests/register_truth.py, seeds {FIT.start} to {FIT.stop - 1}; `seen`: how many values."
    path.write_text(json.dumps({"note": note, **shares, "seen": seen}, indent=1) + "\n")
    before.unlink()


if __name__ == "__main__":
    fit()
