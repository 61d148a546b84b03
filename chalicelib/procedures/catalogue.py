"""Procedures as the official wrote them: folders under `schemas/procedures/`, resolved to the rules of one day.

In: a key and a day. Out: a `Procedure`. Refuses a key that has no folder, or none in force on that day.
How a folder is written: `schemas/procedures/README.md`. Pairs of text are (Vietnamese, English).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from chalicelib.errors import ProcedureUnknown
from chalicelib.procedures.data import SCHEMAS, in_force, load

FOLDER = SCHEMAS / "procedures"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One kind of paper that meets a need; `officer_decides`: only an officer can tell whether it does."""

    kind: str
    title: Pair
    officer_decides: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Papers to submit, one of the alternatives."""

    id: str
    title: Pair
    required: bool
    one_of: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper to present: the officer looks at it, a copy must never be demanded."""

    id: str
    title: Pair
    kind: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one agency gets: keys of dossier fields, kinds of papers."""

    id: str
    name: Pair
    fields: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """How long a result may take. `kind`: same_day (till `received_by`, HH:MM), working_days or days."""

    kind: str
    days: int = 0
    received_by: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A result with its national code ("": not known); it is begun when the result named `after` is there."""

    id: str
    code: str
    name: Pair
    agency: str
    term: Term
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount by place and channel. `amount_vnd` None: not known here. From unit `then_from` on it is `then_vnd`.

    `per`: dossier, copy, page or person; `quantity`: the dossier field that says how many; `when`: rules that must
    have failed (a late registration); `most_vnd`: never more than this.
    """

    id: str
    title: Pair
    places: tuple[str, ...]
    channel: str
    amount_vnd: int | None
    per: str
    source: str
    quantity: str | None = None
    then_vnd: int | None = None
    then_from: int = 0
    most_vnd: int | None = None
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as in force on the day `on`. `sources`: where each dossier field comes from, best first."""

    key: str
    version: str
    on: date
    code: str
    name: Pair
    authority: Pair
    level: Pair
    submit: tuple[Need, ...]
    present: tuple[Shown, ...]
    agencies: tuple[Share, ...]
    results: tuple[Result, ...]
    kinds: Mapping[str, Pair]
    persons: Mapping[str, Mapping[str, tuple[str, ...]]]
    sources: Mapping[str, tuple[str, ...]]
    rules: tuple[Mapping[str, Any], ...]
    labels: Mapping[str, Pair]
    schema: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    fees: tuple[Fee, ...] = ()

    def label(self, field: str) -> Pair:
        """The label of a dossier field, or of another that only rules name; else the key itself."""
        told = self.fields.get(field)
        if told is None:
            return self.labels.get(field, (field, field))
        return told["title"], told["x-title-en"]

    def kind_title(self, kind: str) -> Pair:
        """The title of a kind of paper."""
        return self.kinds.get(kind, (kind, kind))

    def share(self, agency: str) -> Share | None:
        """What this agency gets, if it is one of the procedure's."""
        return next((a for a in self.agencies if a.id == agency), None)


@lru_cache(maxsize=512)
def procedure(key: str, on: date, version: str | None = None) -> Procedure:
    """The procedure as in force on that day, by the newest version of its data unless one is told.

    Raises:
        ProcedureUnknown: no such key or version, or not in force on that day.
    """
    if key not in keys() or (version or newest(key)) not in versions(key):
        raise ProcedureUnknown(procedure=key, known=", ".join(keys()))
    told = written(key, version)
    if not in_force(told["codes"], on):
        raise ProcedureUnknown(procedure=key, known=", ".join(keys()))
    return _resolved(told, on)


def every(on: date = date.max) -> list[Procedure]:
    """All procedures in force on that day (unless told: by the newest rules), by key."""
    return [procedure(k, on) for k in keys() if in_force(written(k)["codes"], on)]


@lru_cache(maxsize=1)
def keys() -> tuple[str, ...]:
    """Keys of all procedures there are: the names of the folders."""
    return tuple(sorted(p.parent.name for p in FOLDER.glob("*/procedure.json")))


@lru_cache(maxsize=64)
def newest(key: str) -> str:
    """The version that new dossiers get."""
    return str(load(FOLDER / key / "procedure.json")["version"])


@lru_cache(maxsize=64)
def versions(key: str) -> tuple[str, ...]:
    """All versions that are kept, oldest first."""
    older = {p.parent.name for p in FOLDER.glob(f"{key}/versions/*/procedure.json")}
    return tuple(sorted({*older, newest(key)}, key=int))


def folder_of(key: str, version: str | None = None) -> Path:
    """Where the files of a version lie: the newest in the procedure's folder, older ones under `versions/`."""
    here = FOLDER / key
    return here if version in (None, newest(key)) else here / "versions" / str(version)


@lru_cache(maxsize=128)
def written(key: str, version: str | None = None) -> Mapping[str, Any]:
    """`procedure.json` of this version, joined onto what it is `based_on`, with `x-schemas`, base first."""
    folder = folder_of(key, version)
    own = dict(load(folder / "procedure.json"))
    own["x-schemas"] = [load(folder / "dossier.schema.json")]
    base, _, base_version = own.get("based_on", "").partition("/")
    return _joined(written(base, base_version or None), own) if base else own


def _joined(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**base, **own}
    for name in ("kinds", "persons", "sources", "labels"):
        joined[name] = {**base.get(name, {}), **own.get(name, {})}
    for name in ("submit", "present", "results", "rules", "fees", "x-schemas"):
        joined[name] = [*base.get(name, ()), *own.get(name, ())]
    joined["agencies"] = _joined_agencies(base["agencies"], own["agencies"])
    return joined


def _joined_agencies(base: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id: dict[str, dict[str, Any]] = {a["id"]: a for a in base}
    for agency in own:
        before = by_id.get(agency["id"], {"fields": [], "papers": []})
        more = {n: [*before[n], *agency[n]] for n in ("fields", "papers")}
        by_id[agency["id"]] = {**agency, **more}
    return list(by_id.values())


def _resolved(d: Mapping[str, Any], on: date) -> Procedure:
    kinds = {k: pair(t) for k, t in d["kinds"].items()}
    return Procedure(
        key=d["key"],
        version=d["version"],
        on=on,
        code=str(_one(d["codes"], on)["code"]),
        name=pair(_one(d["names"], on)),
        authority=pair(_one(d["authorities"], on)),
        level=pair(_one(d["levels"], on)),
        submit=tuple(_need(n, kinds) for n in in_force(d["submit"], on)),
        present=tuple(
            Shown(s["id"], pair(s["title"]), s["kind"]) for s in in_force(d["present"], on)
        ),
        agencies=tuple(_share(a, on) for a in d["agencies"]),
        results=tuple(_result(r, on) for r in in_force(d["results"], on)),
        kinds=kinds,
        persons={p: {n: tuple(refs) for n, refs in how.items()} for p, how in d["persons"].items()},
        sources={k: tuple(refs) for k, refs in d["sources"].items()},
        rules=tuple(in_force(d["rules"], on)),
        labels={k: pair(t) for k, t in d.get("labels", {}).items()},
        schema=d["x-schemas"][-1],
        fields={k: f for s in d["x-schemas"] for k, f in s["properties"].items()},
        required=tuple(k for s in d["x-schemas"] for k in s.get("required", ())),
        fees=tuple(_fee(f) for f in in_force(d.get("fees", ()), on)),
    )


def _one(items: list[Mapping[str, Any]], on: date) -> Mapping[str, Any]:
    # The last that has begun: data with a gap (problems() tells) still gives an answer.
    return (in_force(items, on) or items)[-1]


def pair(d: Mapping[str, Any]) -> Pair:
    """(Vietnamese, English) out of {"vi": …, "en": …}."""
    return cast(str, d["vi"]), cast(str, d["en"])


def _need(d: Mapping[str, Any], kinds: Mapping[str, Pair]) -> Need:
    one_of = tuple(
        Alternative(
            a["kind"],
            pair(a["title"]) if "title" in a else kinds[a["kind"]],
            a.get("officer_decides", False),
        )
        for a in d["one_of"]
    )
    return Need(d["id"], pair(d["title"]), d["required"], one_of)


def _share(d: Mapping[str, Any], on: date) -> Share:
    return Share(d["id"], pair(_one(d["names"], on)), tuple(d["fields"]), tuple(d["papers"]))


def _result(d: Mapping[str, Any], on: date) -> Result:
    t = _one(d["terms"], on)
    term = Term(t["kind"], t.get("days", 0), t.get("received_by"), t.get("source", ""))
    return Result(d["id"], d.get("code", ""), pair(d["name"]), d["agency"], term, d.get("after"))


def _fee(d: Mapping[str, Any]) -> Fee:
    own = {k: v for k, v in d.items() if k not in ("valid_from", "valid_to")}
    own |= {
        "title": pair(d["title"]),
        "places": tuple(d["places"]),
        "when": tuple(d.get("when", ())),
    }
    return Fee(**own)
