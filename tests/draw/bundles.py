"""Several papers in one PDF, and one paper over two pages: what citizens and their scanners make of papers.

In: a seed. Out: the PDF's bytes and, page by page, what stands on them. The same seed gives the same bytes.
"""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from PIL import Image

from tests.draw.cards import draw_copy
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.drawn import Box, Drawn, Truth
from tests.draw.holders import holder_of
from tests.draw.moves import CT01_FROM
from tests.draw.occasions import Couple, make_couple, make_death
from tests.draw.people import Family, Person, make_family, make_name
from tests.draw.seats import seat_of
from tests.draw.sheet import A4

DPI = {"clean": 300, "scan": 200, "photocopy": 150, "phone": 250}
LONG_KINDS = (
    "to_khai_khai_sinh", "to_khai_ct01", "phieu_bao_hk02", "to_khai_tk1_ts", "to_khai_xac_nhan_hon_nhan",
)  # fmt: skip
NEW_YEAR = time.gmtime(1_577_836_800)  # PDFs carry a date; this one never changes


@dataclass(frozen=True, slots=True)
class Spread:
    """One paper over several pages; `boxes` are (page from 1, box)."""

    images: tuple[Image.Image, ...]
    kind: str
    truth: Truth
    boxes: dict[str, tuple[int, Box]]

    def degraded(self, style: str, seed: int) -> tuple[bytes, ...]:
        """One picture a page: the two files of a citizen who photographs page by page."""
        return tuple(
            degrade(Drawn(image, self.kind, {}), style, seed + i)
            for i, image in enumerate(self.images)
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """One paper of a bundle and the pages it covers, from 1."""

    kind: str
    truth: Truth
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    data: bytes
    papers: tuple[Bound, ...]

    @property
    def page_count(self) -> int:
        return sum(len(paper.pages) for paper in self.papers)


def draw_spread(kind: str, seed: int, **how: object) -> Spread:
    """A paper that was printed on two sheets: cut between two lines, in the middle third of its text."""
    page = draw(kind, seed, **how)
    cut = _blank_row(page.image)
    margin, boxes = 210, {}
    for key, (x, y, w, h) in page.boxes.items():
        boxes[key] = (1, (x, y, w, h)) if y + h / 2 < cut else (2, (x, y - cut + margin, w, h))
    first, second = Image.new("RGB", A4, "white"), Image.new("RGB", A4, "white")
    first.paste(page.image.crop((0, 0, A4[0], cut)), (0, 0))
    second.paste(page.image.crop((0, cut, A4[0], A4[1] - margin)), (0, margin))
    return Spread((first, second), kind, page.truth, boxes)


def _blank_row(image: Image.Image) -> int:
    """The middle of the highest white band in the middle third of what is printed."""
    ink = (np.asarray(image.convert("L"))[:, 130:-130] < 160).any(axis=1)
    rows = np.flatnonzero(ink)
    top, low = rows[0], rows[-1]
    best, start, at = 0, None, int((top + low) // 2)
    for y in range(int(top + (low - top) * 0.35), int(top + (low - top) * 0.7)):
        if ink[y]:
            start = None
            continue
        start = y if start is None else start
        if y - start > best:
            best, at = y - start, (y + start) // 2
    return at


def write_pdf(pictures: Sequence[bytes], dpi: int) -> bytes:
    """One picture (JPEG or PNG bytes) a page."""
    pages = [Image.open(io.BytesIO(p)).convert("RGB") for p in pictures]
    out = io.BytesIO()
    pages[0].save(
        out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=82,
        creationDate=NEW_YEAR, modDate=NEW_YEAR,
    )  # fmt: skip
    return out.getvalue()


def bind(papers: Sequence[Drawn | Spread], style: str, seed: int) -> Bundle:
    """Degrade the papers page by page and put them into one PDF in this order."""
    pictures: list[bytes] = []
    bound = []
    for i, paper in enumerate(papers):
        images = paper.images if isinstance(paper, Spread) else (paper.image,)
        first = len(pictures) + 1
        for image in images:
            page = Drawn(image, paper.kind, {})
            pictures.append(degrade(page, style, seed * 100 + i * 10 + len(pictures)))
        bound.append(Bound(paper.kind, paper.truth, tuple(range(first, len(pictures) + 1))))
    return Bundle(write_pdf(pictures, DPI[style]), tuple(bound))


def draw_bundle(seed: int, style: str = "scan", plan: str = "") -> Bundle:
    """Papers that go together, in one PDF. `plan`: a key of `PLANS`, by the seed in turn if empty."""
    rng = Random(f"bundle-{seed}")
    plan = plan or list(PLANS)[seed % len(PLANS)]
    papers = PLANS[plan](seed, rng)
    if rng.random() < 0.2:
        papers.append(draw("khac", seed))
    if rng.random() < 0.3:
        rng.shuffle(papers)
    return bind(papers, style, seed)


# --- what goes together --------------------------------------------------------------------------
def _linked_birth(seed: int, rng: Random) -> list[Drawn | Spread]:
    """Birth, residence and health card of one child."""
    family = make_family(f"bundle-{seed}")
    residence = "to_khai_ct01" if family.declared_on >= CT01_FROM else "phieu_bao_hk02"
    kinds = ("to_khai_khai_sinh", "giay_chung_sinh", residence, "to_khai_tk1_ts")
    return [draw(kind, seed, about=family) for kind in kinds]


def _death(seed: int, rng: Random) -> list[Drawn | Spread]:
    death = make_death(f"bundle-{seed}")
    card = _card(death.requester, seed)
    return [*(draw(k, seed, about=death) for k in ("to_khai_khai_tu", "giay_bao_tu")), *card]


def _marriage(seed: int, rng: Random) -> list[Drawn | Spread]:
    couple = make_couple(f"bundle-{seed}")
    cards = _card(couple.wife, seed) + _card(couple.husband, seed + 1)
    return [draw("to_khai_ket_hon", seed, about=couple), *cards]


def _certificate_and_note(seed: int, rng: Random) -> list[Drawn | Spread]:
    family = _with_father(f"bundle-{seed}")
    papers = [draw("giay_chung_nhan_ket_hon", seed, about=couple_of(family))]
    return [*papers, draw("giay_chung_sinh", seed, about=family)]


def _twins(seed: int, rng: Random) -> list[Drawn | Spread]:
    """Two notes of one birth: same mother, same day, other child, other number."""
    first = replace(make_family(f"bundle-{seed}"), children_count=2)
    child = first.child
    name = make_name(rng, child.gender, "Kinh", child.full_name.split()[0])
    second = replace(
        first,
        child=replace(child, full_name=name),
        intended_name=name if first.intended_name else None,
        note_number=f"{first.note_number}B",
        weight_g=first.weight_g - 150,
    )
    return [draw("giay_chung_sinh", seed, about=family) for family in (first, second)]


def _two_pages(seed: int, rng: Random) -> list[Drawn | Spread]:
    """A declaration over two pages, and a certificate behind it."""
    kind = rng.choice(LONG_KINDS)
    return [draw_spread(kind, seed), draw("giay_khai_sinh", seed)]


def _with_father(seed: str) -> Family:
    found = (make_family(f"{seed}-{i}") for i in range(30))
    return next(family for family in found if family.father)


def couple_of(family: Family) -> Couple:
    """The parents, married at the office where the child is declared, two years before it was born."""
    made = make_couple(f"parents-{family.mother.full_name}")
    born = family.child.birth_date
    day = born.replace(year=born.year - 2, day=min(born.day, 28))
    return replace(
        made, wife=family.mother, husband=family.father, counts=(1, 1), declared_on=day,
        registered_on=day, seat=seat_of(family.authority),
    )  # fmt: skip


def _card(person: Person, seed: int) -> list[Drawn | Spread]:
    """A copy of the card, for those who have one."""
    if person.identity is None or person.identity.kind not in ("cccd", "can_cuoc"):
        return []
    return [draw_copy(seed, holder_of(person))]


PLANS = {
    "linked_birth": _linked_birth, "death": _death, "marriage": _marriage,
    "certificate_and_note": _certificate_and_note, "twins": _twins, "two_pages": _two_pages,
}  # fmt: skip
