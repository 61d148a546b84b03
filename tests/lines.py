"""Single lines read by Tesseract and by our reader: fonts and words that nobody trained on. `python -m tests.lines`.

In: the landed weights and the fonts of `tests/draw` whose families training holds out; nothing is downloaded.
Out: a section of docs/accuracy.md, which `make card` writes too. Every reader gets the same crops, on one thread.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tests.tally import share, table
from training.reader import fonts, text
from training.reader.ink import crop
from training.reader.measure import PRODUCT, Line, Tally, readers, tally
from training.reader.pages import between, fill

PAGE = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"
DRAWN = Path(__file__).parent / "draw" / "fonts"
NAME, SEED, LINES = "single lines", 9000, 300

Text = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of lines: how they look and what they say."""

    name: str
    hand: bool
    worn: bool
    text: Text
    wanted: str = "–"


def held_out(hand: bool) -> tuple[str, ...]:
    """Font files of tests/draw in families that no training line is drawn in."""
    families = fonts.HELD_OUT_HANDS if hand else fonts.HELD_OUT_PRINTS
    return tuple(str(p) for p in sorted(DRAWN.glob("*.ttf")) if family(p) in families)


def family(path: Path) -> str:
    """`PatrickHand-Regular.ttf` is patrick-hand."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", path.stem.partition("-")[0]).lower()


def value(lots: random.Random) -> str:
    """A value of forms in which every word that can be held out is."""
    return text.line(lots, held_out=True)


FOREIGN = tuple(
    [
        "Schmidt",
        "Wojciech",
        "Johnson",
        "Nakamura",
        "Fernandez",
        "Kowalski",
        "Dubois",
        "Okafor",
        "Gustavsson",
    ]
)
HIGHLAND = ("H'Yéo", "Y Bhăm", "H'Brang", "Blăng", "Êđrơng", "Ktlă", "Krajăn", "Mjâo", "Drao")


def strange(lots: random.Random) -> str:
    """A made-up name of words that no list of ours has and Vietnamese can't have."""
    pool = lots.choice((FOREIGN, HIGHLAND))
    return " ".join(lots.sample(pool, lots.randint(2, 3)))


KINDS = (
    Kind("handwriting-like, worn", True, True, value, "85 %"),
    Kind("print, worn", False, True, value, "96 %"),
    Kind("print, clean", False, False, value, "99 %"),
    Kind("handwriting-like, names of no list", True, True, strange),
    Kind("print, worn, names of no list", False, True, strange),
)


def drawn(kind: Kind, lines: int) -> Iterator[Line]:
    """Crops, what stands on them, and in which font; the same every time."""
    at = SEED + KINDS.index(kind)
    rng, lots = np.random.default_rng([at, SEED]), random.Random(at)
    faces, prints = held_out(kind.hand), held_out(hand=False)
    for n in range(lines):
        said = kind.text(lots)
        font = faces[n % len(faces)]
        yield crop(said, font, kind.hand, prints, rng, worn=kind.worn), said, font


def section(lines: int = LINES) -> str:
    """The table with its marks."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    rows = []
    for kind in KINDS:
        crops = list(drawn(kind, lines))
        rows += [row(kind, name, tally(read, crops)) for name, read in readers().items()]
    told = table(("lines", "reader", "read exactly", "wanted", "letters wrong", "ms a line"), rows)
    return between(NAME, "tests/lines.py", f"{opening(lines)}\n\n{told}")


def row(kind: Kind, reader: str, found: Tally) -> tuple[str, ...]:
    exact = share(sum(found.right), len(found.right))
    wanted = kind.wanted if reader == PRODUCT else ""
    return kind.name, reader, exact, wanted, f"{found.wrong_letters:.4f}", f"{found.ms:.1f}"


def opening(lines: int) -> str:
    hands, prints = (
        ", ".join(sorted({family(Path(f)) for f in held_out(hand)})) for hand in (True, False)
    )
    return (
        f"{lines} lines of each sort, each whole line letter for letter, one thread, CPU time. Drawn here, by the "
        "training's own pen with seeds of their own, in the fonts of `tests/draw` (SIL Open Font License) that "
        f"training holds out: {hands}; print: {prints}. Words are held out too (a third of all names, streets, "
        "wards); closed lists can't be. What is wanted was set on other crops, of which Tesseract read 0.14, 0.79 and "
        "0.96: its rows tell how much harder these are. At most 10 ms a line were wanted. What the rows of ours differ "
        "in: [words are weighed in the beam](adr/2026-11-27-words-are-weighed-in-the-beam.md)."
    )


def main() -> None:
    made = section()
    fill(PAGE, NAME, made.partition("\n")[2].rpartition("\n")[0])
    print(made)


if __name__ == "__main__":
    main()
