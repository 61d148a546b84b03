"""Administrative units of the country, and which one a part of an address must be.

In: the text of one part ('quân Hoàn Kiêm') and where to look. Out: the part mended ('quận Hoàn Kiếm') and
the unit, or None. The type word and the name are judged together; nothing is mended where two units are
as near. Units of 2020–2024 and of July 2025 are both known, for papers of both times.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chalicelib.extraction.letters import VOCABULARY, cased, fold, is_syllable, same_word, strokes

_SHORT = {
    "phường": ("P.", "P", "Phường"),
    "xã": ("X.", "Xã"),
    "thị trấn": ("TT.", "TT", "Thị trấn"),
    "quận": ("Q.", "Q", "Quận"),
    "huyện": ("H.", "Huyện"),
    "thị xã": ("TX.", "TX", "Thị xã"),
    "thành phố": ("TP.", "TP", "T.P", "Tp.", "Tp", "Thành phố"),
    "tỉnh": ("T.", "Tỉnh"),
    "đặc khu": ("Đặc khu",),
}
_KIN = {
    "province": ("tỉnh", "thành phố"),
    "district": ("quận", "huyện", "thị xã", "thành phố"),
    "commune": ("phường", "xã", "thị trấn"),
}
_CITIES = ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Huế")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its type in words, its name, the level (province, district, commune), its parents."""

    type: str
    name: str
    level: str
    province: str = ""
    district: str = ""


def _csv(name: str) -> list[dict[str, str]]:
    with (VOCABULARY / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def provinces() -> tuple[Unit, ...]:
    """Provinces in all printed spellings."""
    found = []
    for row in _csv("provinces.csv"):
        for name in (row["name"], *filter(None, row["variants"].split("|"))):
            kind = "thành phố" if row["name"] in _CITIES else "tỉnh"
            found.append(Unit(kind, name, "province", row["name"]))
    return tuple(found)


@cache
def _old() -> dict[str, tuple[Unit, ...]]:
    """Districts by province (key: province) and communes by district (key: province/district)."""
    tree: dict[str, list[Unit]] = {}
    for row in _csv("units_2020.csv"):
        kind, name = _type_and_name(row["district"])
        district = Unit(kind, name, "district", row["province"], name)
        tree.setdefault(row["province"], []).append(district)
        tree[f"{row['province']}/{row['district']}"] = list(_communes(row, name))
    return {key: tuple(units) for key, units in tree.items()}


@cache
def _new() -> dict[str, tuple[Unit, ...]]:
    """Communes of July 2025 by province."""
    return {row["province"]: tuple(_communes(row, "")) for row in _csv("units_2025.csv")}


def _communes(row: dict[str, str], district: str) -> Iterable[Unit]:
    for group in filter(None, row["communes"].split(";")):
        kind, _, names = group.partition(":")
        for name in names.split("|"):
            yield Unit(kind, name, "commune", row["province"], district)


def _type_and_name(text: str) -> tuple[str, str]:
    kind = next(k for k in _SHORT if text.startswith(k + " "))
    return kind, text[len(kind) + 1 :]


@cache
def below(unit: Unit | None) -> tuple[Unit, ...]:
    """Units that a smaller part of the address may name."""
    if unit is None:
        return tuple(u for key, units in _old().items() if "/" not in key for u in units)
    if unit.level == "province":
        old, new = ("Thừa Thiên Huế", "Huế") if "Huế" in unit.province else (unit.province,) * 2
        return (*_old().get(old, ()), *_new().get(new, ()))
    if unit.level == "district":
        inside = _old().get(f"{unit.province}/{unit.type} {unit.name}", ())
        return (*inside, *_new()["Huế"]) if unit.name == "Huế" else inside  # a province since 2025
    return ()


@cache
def communes_of(province: str) -> tuple[Unit, ...]:
    """All communes of a province, of both times."""
    old = (u for key, us in _old().items() if key.startswith(province + "/") for u in us)
    return (*old, *_new().get(province, ()))


def _spellings(units: tuple[Unit, ...]) -> dict[str, tuple[str, Unit]]:
    """The spellings of one of this module's own lists; made once a list, found by the list's identity."""
    # hashing thousands of units at each look cost more than the look
    if id(units) not in _tables:
        _tables[id(units)] = units, _spelt(units)
    return _tables[id(units)][1]


_tables: dict[int, tuple[tuple[Unit, ...], dict[str, tuple[str, Unit]]]] = {}


def _spelt(units: tuple[Unit, ...]) -> dict[str, tuple[str, Unit]]:
    """Every way to print each unit, keyed by its strokes."""
    table: dict[str, tuple[str, Unit]] = {}
    for unit in units:
        own = [f"{t} {unit.name}" for t in (unit.type, *_SHORT[unit.type])]
        for form in own if unit.name[:1].isdigit() else (*own, unit.name):
            table.setdefault(strokes(form), (form, unit))
    for (
        unit
    ) in units:  # towns are raised, papers lag; but 'thị xã Kỳ Anh' is not 'huyện Kỳ Anh' beside it
        for kin in (k for k in _KIN[unit.level] if k != unit.type):
            for form in (f"{t} {unit.name}" for t in (kin, *_SHORT[kin])):
                table.setdefault(strokes(form), (form, unit))
    return table


def named(part: str, units: tuple[Unit, ...]) -> Unit | None:
    """The unit that the part names letter for letter."""
    found = _spellings(units).get(strokes(part))
    return found[1] if found else None


def is_cut(part: str, units: tuple[Unit, ...]) -> bool:
    """Is the part no unit's name, but what the names of some begin with: 'phường Trần Hưng'?"""
    spelt, known = strokes(part), _spellings(units)
    return " " in spelt and spelt not in known and any(s.startswith(spelt + " ") for s in known)


def great(part: str) -> Unit | None:
    """The province, or else the district, that the part names letter for letter."""
    return named(part, provinces()) or named(part, below(None))


def find(part: str, units: tuple[Unit, ...], slack: float = 0.22) -> tuple[str, Unit] | None:
    """(the part mended, its unit) where exactly one of the units is near enough."""
    exact = named(part, units)
    if exact:
        return with_capitals(part, exact), exact
    most = max(1, slack * len(part))
    ranked = _ranked(strokes(part), _spellings(units), int(most))
    if not ranked:
        return None
    nearest = _nearest(part, ranked)
    if len({unit.name for _, unit in nearest}) > 1:
        return None
    form, unit = nearest[0]
    return (_dressed(part, form), unit) if _is_misread(part, form) else None


def _nearest(part: str, ranked: list[tuple[float, str, Unit]]) -> list[tuple[str, Unit]]:
    """Those at the least distance; of these rather those of the same letters: marks get lost, letters hardly."""
    near = [(form, unit) for far, form, unit in ranked if far <= ranked[0][0]]
    return [n for n in near if fold(n[0]) == fold(part)] or near


def with_capitals(part: str, unit: Unit) -> str:
    """'xã Minh châu' is 'xã Minh Châu': a name that begins with a capital goes on with them."""
    words, name = part.split(), unit.name.split()
    tail = words[-len(name) :]
    if len(words) < len(name) or not any(w[:1].isupper() for w in tail):
        return part
    same = (w.lower() == n.lower() and w.islower() for w, n in zip(tail, name, strict=True))
    raised = [n if s else w for s, w, n in zip(same, tail, name, strict=True)]
    return " ".join(words[: -len(name)] + raised)


def _is_misread(part: str, form: str) -> bool:
    """Could an engine read the form as the part? Lost marks everywhere, few wrong letters."""
    old, new = fold(part).split(), fold(form).split()
    if len(old) != len(new):
        return OSA.distance("".join(old), "".join(new)) <= 1
    slips = [OSA.distance(o, n) for o, n in zip(old, new, strict=True)]
    wrong = [n for n, s in enumerate(slips) if s]
    if any(slips[n] > (1 if len(new[n]) < 6 else 2) for n in wrong):
        return False
    words = part.split()
    impossible = all(not is_syllable(words[n].strip(".,")) for n in wrong)
    return impossible or (len(wrong) == 1 and len(new) - len(wrong) >= 2)


def _ranked(
    key: str, table: dict[str, tuple[str, Unit]], most: int
) -> list[tuple[float, str, Unit]]:
    """The four nearest spellings at most so many slips away."""
    found = process.extract(key, table.keys(), scorer=OSA.distance, score_cutoff=most, limit=4)
    return [(float(score), *table[text]) for text, score, _ in found]


def _dressed(part: str, form: str) -> str:
    """The right words in the paper's case; words that are right already stay as printed."""
    old, new = part.split(), form.split()
    if len(old) != len(new):
        return cased(form, part) if part.isupper() else form
    return " ".join(o if same_word(o, n) else _one(o, n) for o, n in zip(old, new, strict=True))


def _one(old: str, new: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    if fold(old) == fold(new) and old[:1].islower() and new[:1].islower():
        return new
    return new[:1].upper() + new[1:] if old[:1].isupper() and not new[:1].isupper() else new
