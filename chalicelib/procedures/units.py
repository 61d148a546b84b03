"""Wards of Hanoi by date: a code or a name in, the `Ward` in force on that day out.

Codes are only unique within a version (00070 was Hàng Trống and is Hoàn Kiếm), so a code is read by the version of
the day; an old name is taken to today's ward where all of the old one went to a single new one. Refuses the rest,
and names the candidates. Data: `schemas/units/` (facts §5); marks and `hòa/hoà` make no difference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chalicelib.errors import WardUnknown
from chalicelib.procedures.data import SCHEMAS, rows
from chalicelib.procedures.letters import folded, unmarked

FOLDER = SCHEMAS / "units"
TWO_LEVELS_FROM = date(2025, 7, 1)
CITY = "Thành phố Hà Nội"
DISTRICT_TYPES = {"quan": "Quận", "huyen": "Huyện", "thi_xa": "Thị xã"}
WARD_TYPES = {"phuong": "Phường", "xa": "Xã", "thi_tran": "Thị trấn"}

_PREFIX = re.compile(r"^(?:phuong|xa|thi tran|p\.|x\.|tt\.?|p|x)\s+|^(?:p\.|x\.|tt\.)")
_DISTRICT_PREFIX = re.compile(r"^(?:quan|huyen|thi xa|q\.|h\.|tx\.?)\s*")
_CITY = re.compile(r"[\s,]*(?:thanh pho|tp\.?|t\.p\.)?\s*ha noi\s*$")
_INNER_DISTRICT = re.compile(r"\s(?=(?:quan|huyen|thi xa|q\.|h\.)\s)")


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward: `code` (5 digits) within `version`, names, and the agency code for dossier codes.

    `district` is None since 1/7/2025; `kind` is Phường, Xã or Thị trấn; `parent` what stands above it on a slip.
    """

    code: str
    version: str
    kind: str
    short: str
    district: str | None
    unit_code: str

    @property
    def name(self) -> str:
        """`Phường Hàng Bạc`."""
        return f"{self.kind} {self.short}"

    @property
    def parent(self) -> str:
        """The unit above: its district until 30/6/2025, the city since."""
        return self.district or CITY

    @property
    def full_name(self) -> str:
        """`Phường Hàng Bạc, Quận Hoàn Kiếm, Thành phố Hà Nội`."""
        return ", ".join(p for p in (self.name, self.district, CITY) if p)


@dataclass(frozen=True, slots=True)
class _Asked:
    ward: str  # without its kind
    kind: str  # "phuong", "xa", "thi tran", or "" where it was not said
    district: str | None


def find_ward(text: str, on: date) -> Ward:
    """The ward with this code, or of this name, on that day.

    Raises:
        WardUnknown: none, or several that fit; the candidates are told.
    """
    version = version_on(on)
    text = text.strip()
    if text.isascii() and text.isdigit():
        return _by_code(text, version)
    found = _named(text, version)
    if not found and version == "2025":
        return _by_old_name(text)
    return _only(text, found, version)


def version_on(on: date) -> str:
    """Which list of units holds on that day: `2020` or `2025`."""
    return "2025" if on >= TWO_LEVELS_FROM else "2020"


@lru_cache(maxsize=2)
def all_wards(version: str) -> tuple[Ward, ...]:
    """All wards of a version, by code."""
    if version == "2025":
        new = rows(FOLDER / "hanoi_units_2025.csv")
        return tuple(_ward(r["ward_code"], "2025", r["type"], r["short"], None) for r in new)
    return tuple(_old_ward(r) for r in rows(FOLDER / "hanoi_units_2020.csv"))


def _old_ward(r: dict[str, str]) -> Ward:
    _, district, _ = r["full_name"].split(", ")
    kind = r["full_name"].removesuffix(f" {r['ward_name']}, {district}, {CITY}")
    return _ward(r["ward_code"], "2020", kind, r["ward_name"], district)


def _ward(code: str, version: str, kind: str, short: str, district: str | None) -> Ward:
    return Ward(code, version, kind, short, district, unit_code(code, version))


def unit_code(code: str, version: str) -> str:
    """The ward's agency code: the official one of `agency_codes.csv`, else a provisional one (facts §4.3)."""
    official = _agency_codes().get((version, code))
    if official:
        return official
    six = code.zfill(6)
    if version == "2025":
        return f"H26.{six[:2]}.{six[2:4]}.{six[4:]}"
    return f"000.{six[:3]}.{six[3:]}.H26"


@lru_cache(maxsize=1)
def _agency_codes() -> dict[tuple[str, str], str]:
    table = rows(FOLDER / "agency_codes.csv")
    return {(r["version"], r["ward_code"]): r["agency_code"] for r in table}


def _by_code(code: str, version: str) -> Ward:
    for ward in all_wards(version):
        if ward.code == code:
            return ward
    heirs = _heirs(code) if version == "2025" else []
    raise WardUnknown(ward=code, near=_told(heirs))


def _by_old_name(text: str) -> Ward:
    old = _named(text, "2020")
    heirs = list({h.code: h for o in old for h in _heirs(o.code)}.values())
    if len(old) > 1 and len(heirs) > 1:
        raise WardUnknown(ward=text, near=_told(old))
    return _only(text, heirs, "2025")


def _heirs(old_code: str) -> list[Ward]:
    now = {w.code: w for w in all_wards("2025")}
    for r in rows(FOLDER / "hanoi_ward_2020_to_2025.csv"):
        if r["ward_code_2020"] == old_code:
            return [now[c] for c in r["new_ward_codes"].split()]
    return []


def _only(text: str, found: Sequence[Ward], version: str) -> Ward:
    if len(found) == 1:
        return found[0]
    raise WardUnknown(ward=text, near=_told(found or _close(text, version)))


def _told(wards: Sequence[Ward]) -> str:
    return "; ".join(f"{w.code} {w.full_name}" for w in wards[:6]) or "–"


def _named(text: str, version: str) -> list[Ward]:
    """Wards of that name; with marks if the text has any that tell them apart, else without."""
    asked = _asked(text)
    fitting = [w for w in _by_name(version).get(asked.ward, ()) if _fits(asked, w)]
    exact = [w for w in fitting if folded(w.short) in folded(text)]
    return exact if len(exact) == 1 or (_has_marks(text) and exact) else fitting


@lru_cache(maxsize=2)
def _by_name(version: str) -> dict[str, list[Ward]]:
    index: dict[str, list[Ward]] = {}
    for ward in all_wards(version):
        index.setdefault(unmarked(ward.short), []).append(ward)
    return index


def _has_marks(text: str) -> bool:
    return folded(text) != unmarked(text)


def _fits(asked: _Asked, ward: Ward) -> bool:
    if asked.kind and asked.kind != unmarked(ward.kind):
        return False
    return asked.district is None or (
        ward.district is not None
        and asked.district == _DISTRICT_PREFIX.sub("", unmarked(ward.district))
    )


def _asked(text: str) -> _Asked:
    plain = re.sub(r"\s*[-–]\s*", " - ", unmarked(text).replace("–", "-"))
    plain = _CITY.sub("", plain) or plain
    kind = next((k for k in ("phuong", "xa", "thi tran") if plain.startswith(f"{k} ")), "")
    # The kind goes first: in “phường Quán Thánh” no district begins at “Quán”.
    named = _INNER_DISTRICT.sub(",", _PREFIX.sub("", plain))
    ward, *above = [p.strip() for p in named.split(",") if p.strip()] or [""]
    return _Asked(ward, kind, _DISTRICT_PREFIX.sub("", above[0]) if above else None)


def _close(text: str, version: str) -> list[Ward]:
    """Wards whose names look alike: the ones a typing error may have meant."""
    from rapidfuzz import fuzz, process

    names = list(_by_name(version))
    hits = process.extract(_asked(text).ward, names, scorer=fuzz.ratio, limit=4, score_cutoff=70)
    return [ward for name, _, _ in hits for ward in _by_name(version)[name]]
