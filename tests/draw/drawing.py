"""`draw(kind, seed)`: one filled-in paper with its truth. The same arguments give the same pixels."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from tests.draw import fonts
from tests.draw.birth_certificate import draw_birth_certificate
from tests.draw.birth_note import draw_birth_note
from tests.draw.business_paper import draw_business_request
from tests.draw.death_papers import draw_death_declaration, draw_death_extract, draw_death_notice
from tests.draw.declaration import draw_declaration
from tests.draw.drawn import Drawn, Truth
from tests.draw.insurance_paper import draw_tk1
from tests.draw.marriage_papers import draw_marriage_certificate, draw_marriage_declaration
from tests.draw.moves import make_business, make_ct01, make_hk02, make_insurance
from tests.draw.occasions import make_couple, make_death, make_request, make_status
from tests.draw.other_papers import DRAWERS as OTHERS
from tests.draw.other_papers import draw_other
from tests.draw.people import TWO_TIERS, make_family
from tests.draw.requests import draw_extract_request, draw_status_request
from tests.draw.residence_papers import draw_ct01, draw_hk02
from tests.draw.sheet import Sheet, Style, pick_style


def pick_declaration(family: Any, rng: Random) -> str:
    """Mostly the print in force that day; old stock is used up afterwards."""
    old = family.declared_on < date(2020, 7, 16)
    return "tt15" if old or rng.random() < 0.35 else "tt04"


def pick_birth_note(family: Any, rng: Random) -> str:
    new = 0.6 if family.declared_on > date(2024, 1, 1) else 0.1
    return "new" if rng.random() < new else "old"


def pick_edition(about: Any, rng: Random) -> str:
    """The civil-status declarations: TT 15/2015, TT 04/2020, and as amended by TT 04/2024."""
    old = pick_declaration(about, rng)
    return "tt04_2024" if old == "tt04" and about.declared_on > date(2024, 7, 1) else old


def pick_notice(death: Any, _: Random) -> str:
    return "tt24" if death.notice_issued_on >= date(2021, 2, 1) else "old"


def pick_original(_: Any, rng: Random) -> str:
    return "copy" if rng.random() < 0.4 else "original"


def pick_columns(_: Any, rng: Random) -> str:
    return rng.choice(("ruled", "ruled", "boxed", "open"))


def pick_open(_: Any, rng: Random) -> str:
    return rng.choice(("open", "open", "boxed"))


def pick_ct01(move: Any, _: Random) -> str:
    on = move.declared_on
    return "tt53" if on >= TWO_TIERS else "tt66" if on >= date(2024, 1, 1) else "tt56"


def pick_tk1(about: Any, rng: Random) -> str:
    return "qd595" if about.declared_on < date(2020, 5, 1) or rng.random() < 0.25 else "qd505"


def pick_business(it: Any, _: Random) -> str:
    on = it.declared_on
    return "nd168" if on >= TWO_TIERS else "nd01" if on >= date(2021, 1, 4) else "nd78"


def pick_other(_: Any, rng: Random) -> str:
    return rng.choice(list(OTHERS))


def pick_only(*_: Any) -> str:
    return "only"


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind is drawn: by whom, for whose occasion, in which layout."""

    draw: Callable[[Sheet, Any, Random, str], Truth]
    make: Callable[[str], Any]
    pick_layout: Callable[[Any, Random], str]


WAYS = {
    "to_khai_khai_sinh": Way(draw_declaration, make_family, pick_declaration),
    "giay_chung_sinh": Way(draw_birth_note, make_family, pick_birth_note),
    "giay_khai_sinh": Way(draw_birth_certificate, make_family, pick_original),
    "to_khai_khai_tu": Way(draw_death_declaration, make_death, pick_edition),
    "giay_bao_tu": Way(draw_death_notice, make_death, pick_notice),
    "trich_luc_khai_tu": Way(draw_death_extract, make_death, pick_original),
    "to_khai_ket_hon": Way(draw_marriage_declaration, make_couple, pick_columns),
    "giay_chung_nhan_ket_hon": Way(draw_marriage_certificate, make_couple, pick_open),
    "to_khai_ban_sao_trich_luc": Way(draw_extract_request, make_request, pick_declaration),
    "to_khai_xac_nhan_hon_nhan": Way(draw_status_request, make_status, pick_declaration),
    "phieu_bao_hk02": Way(draw_hk02, make_hk02, pick_only),
    "to_khai_ct01": Way(draw_ct01, make_ct01, pick_ct01),
    "to_khai_tk1_ts": Way(draw_tk1, make_insurance, pick_tk1),
    "giay_de_nghi_ho_kinh_doanh": Way(draw_business_request, make_business, pick_business),
    "khac": Way(draw_other, make_family, pick_other),
}
KINDS = tuple(WAYS)
UNSEEN = 9000  # from here on seeds are the accuracy card's, with hands of their own
FIRST_KINDS = ("to_khai_khai_sinh", "giay_chung_sinh")  # their pixels have been measured on


def draw(
    kind: str,
    seed: int,
    *,
    layout: str = "",
    hand: bool = False,
    family: Any = None,
    about: Any = None,
) -> Drawn:
    """Draw the paper of a seed on A4 at 300 dpi.

    `layout`: one of the kind's layouts (README), by lot if empty. `hand`: values in handwriting-like type.
    `about` (or `family`, the same): whose paper, an occasion of the kind; the seed's own if None.
    """
    rng, way = Random(f"{kind}-{seed}"), WAYS[kind]
    style = pick_style(rng, hand)
    if hand and seed >= UNSEEN:
        style = replace(
            style, value_family=Random(f"hand-{kind}-{seed}").choice(fonts.UNSEEN_HANDS)
        )
    about = about or family or way.make(f"{kind}-{seed}")
    layout = layout or way.pick_layout(about, rng)
    sheet, truth = _fit(kind, seed, style, about, layout)
    if kind not in FIRST_KINDS and sheet.y < sheet.size[1] * 0.6 and rng.random() < 0.6:
        sheet, truth = _fit(kind, seed, _loosened(style), about, layout)
    boxes = {k: b for k, b in sheet.boxes.items() if k in truth}
    return Drawn(sheet.image, kind, truth, boxes, style.value_family if hand else "")


def _fit(kind: str, seed: int, style: Style, about: Any, layout: str) -> tuple[Sheet, Truth]:
    """Draw smaller and tighter until the paper ends on its page."""
    for _ in range(14):
        sheet = Sheet(style, Random(f"ink-{kind}-{seed}"))
        truth = WAYS[kind].draw(sheet, about, Random(f"text-{kind}-{seed}"), layout)
        if sheet.y < sheet.size[1] - 70:
            break
        style = replace(
            style,
            size=style.size - 1,
            value_size=style.value_size - 1,
            gap=max(1.24, style.gap - 0.06),
        )
    return sheet, truth


def _loosened(style: Style) -> Style:
    """Short papers are often set large."""
    return replace(
        style, size=style.size + 4, value_size=style.value_size + 4, gap=style.gap * 1.25
    )
