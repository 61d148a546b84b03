"""Is the data under `schemas/procedures`, `units` and `calendar` sound? Nothing in, a list of complaints out.

Held here: the form (meta-schema), that nothing dangles, that every dated list covers each day once, that every message
exists, and that each rule's examples pass and fail as they say. An empty list means all is well.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.procedures.agreement import OWN_KINDS, label_key
from chalicelib.procedures.catalogue import FOLDER, Procedure, every, keys, written
from chalicelib.procedures.data import SCHEMAS, load, rows
from chalicelib.procedures.evidence import ref_from
from chalicelib.procedures.explain import explained
from chalicelib.procedures.rules import TAKES_BLANKS, VOCABULARY
from chalicelib.procedures.units import all_wards
from chalicelib.procedures.versions import changed_versions

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

OUR_KEYWORDS = frozenset({"title", "x-title-en", "x-must-be-sure", "x-messages", "description"})
MESSAGES_OF_RULES = ("passed", "failed", "absent", "blank", "unsure", "unclear")


def problems() -> list[str]:
    """Everything wrong with the data, one line each, beginning with where."""
    # The form comes first: what isn't well formed can't be looked into any further.
    found = [*_forms(), *_tables()]
    if found:
        return found
    return [
        *changed_versions(),
        *_dates(),
        *(f"{p.key}: {line}" for p in every() for line in _dangling(p)),
        *(f"{p.key}: {line}" for p in every() for line in _examples(p)),
        *(f"{p.key}: {line}" for p in every() for line in _messages(p)),
    ]


def _forms() -> Iterator[str]:
    from jsonschema import Draft202012Validator as Validator

    form = Validator(
        load(FOLDER / "procedure.schema.json"), format_checker=Validator.FORMAT_CHECKER
    )
    for key in keys():
        raw = load(FOLDER / key / "procedure.json")
        if raw.get("key") != key:
            yield f"{key}: its key is not the folder's name"
        for error in form.iter_errors(raw):
            yield f"{key}: {_complaint(error)}"
        yield from _schema_form(key, raw, Validator)


def _complaint(error: "ValidationError") -> str:
    # An official who writes data may know the keyword; it stands behind the words.
    told = explained(error, (error.json_path, error.json_path))
    asked = str(error.validator_value)[:80]
    return f"{error.json_path}: {told.message[1]} {told.read[1]} ({error.validator}: {asked})"


def _schema_form(key: str, raw: Mapping[str, Any], validator: Any) -> Iterator[str]:
    schema = load(FOLDER / key / "dossier.schema.json")
    for error in validator(validator.META_SCHEMA).iter_errors(schema):
        yield f"{key}: dossier.schema.json {_complaint(error)}"
    if f"/{key}/{raw.get('version')}/" not in schema.get("$id", ""):
        yield f"{key}: the dossier schema's $id does not carry key and version"
    for field, told in schema.get("properties", {}).items():
        if not {"title", "x-title-en"} <= told.keys():
            yield f"{key}: {field} lacks its title in Vietnamese or English"


def _dates() -> Iterator[str]:
    for key in keys():
        d = written(key)
        start = min(c["valid_from"] for c in d["codes"])
        dated = {name: d[name] for name in ("codes", "names", "authorities", "levels")}
        dated |= {f"agency {a['id']}": a["names"] for a in d["agencies"]}
        dated |= {f"result {r['id']}": r["terms"] for r in d["results"]}
        for name, items in dated.items():
            yield from (f"{key}: {name}: {line}" for line in _gaps(items, start))


def _gaps(items: Iterable[Mapping[str, Any]], start: str) -> Iterator[str]:
    ordered = sorted(items, key=lambda i: i["valid_from"])
    if ordered[0]["valid_from"] > start:
        yield f"begins after {start}"
    for one, following in pairwise(ordered):
        last = one.get("valid_to")
        next_day = (date.fromisoformat(last) + timedelta(1)).isoformat() if last else None
        if next_day != following["valid_from"]:
            yield f"gap or overlap before {following['valid_from']}"


def _dangling(p: Procedure) -> Iterator[str]:
    yield from (f"field {k} has no source" for k in p.fields.keys() - p.sources.keys())
    yield from (f"source of unknown field {k}" for k in p.sources.keys() - p.fields.keys())
    yield from (f"required field {k} is unknown" for k in set(p.required) - p.fields.keys())
    for refs in [*p.sources.values(), *(r for how in p.persons.values() for r in how.values())]:
        yield from _dangling_refs(p, refs)
    for agency in p.agencies:
        yield from (
            f"{agency.id} gets unknown field {k}" for k in set(agency.fields) - p.fields.keys()
        )
        yield from (
            f"{agency.id} gets unknown kind {k}" for k in set(agency.papers) - p.kinds.keys()
        )
    yield from _dangling_results(p)
    for rule in p.rules:
        named = [
            *rule["of"],
            *rule.get("or", ()),
            *([rule["when"]["ref"]] if "when" in rule else ()),
        ]
        yield from (f"rule {rule['id']}: {line}" for line in _dangling_refs(p, named))
        yield from _unlabelled(p, rule)


def _dangling_results(p: Procedure) -> Iterator[str]:
    seen: set[str] = set()
    for result in p.results:
        if p.share(result.agency) is None:
            yield f"result {result.id}: agency {result.agency} gets no share"
        if result.after is not None and result.after not in seen:
            yield f"result {result.id}: comes after {result.after}, which is not before it"
        seen.add(result.id)


def _dangling_refs(p: Procedure, refs: Iterable[str]) -> Iterator[str]:
    for text in refs:
        ref = ref_from(text)
        if ref.kind in OWN_KINDS:
            if ref.field not in p.fields:
                yield f"{text}: no such dossier field"
        elif ref.kind not in p.kinds:
            yield f"{text}: kind without a title in `kinds`"
        elif ref.person and (ref.kind != "cccd" or ref.person not in p.persons):
            yield f"{text}: no such person"
        elif not _is_printed(ref.kind, ref.field):
            yield f"{text}: no such field on that paper"


def _is_printed(kind: str, field: str) -> bool:
    # schemas/papers is the reader's; kinds it does not read yet have no fields there.
    path: Path = SCHEMAS / "papers" / f"{kind}.json"
    fields = load(path).get("fields", {}) if path.exists() else {}
    return not fields or field in fields


def _unlabelled(p: Procedure, rule: Mapping[str, Any]) -> Iterator[str]:
    for text in rule["of"]:
        key = label_key(ref_from(text), p)
        if key not in p.fields and key not in p.labels:
            yield f"rule {rule['id']}: {text} has no label"


def _examples(p: Procedure) -> Iterator[str]:
    ids = [r["id"] for r in p.rules]
    yield from (f"rule {i} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1}))
    for rule in p.rules:
        for expected, name in ((True, "passes"), (False, "fails")):
            for values in rule["examples"][name]:
                if example_verdict(rule, values) is not expected:
                    yield f"rule {rule['id']}: example {values} does not do what `{name}` says"


def example_verdict(rule: Mapping[str, Any], values: list[Any]) -> bool | None:
    """What the rule says of an example's values."""
    if rule["rule"] not in TAKES_BLANKS and None in values:
        return None
    return VOCABULARY[rule["rule"]](values, rule)


def _messages(p: Procedure) -> Iterator[str]:
    messages = load(FOLDER / "messages.json")
    for section in (*MESSAGES_OF_RULES, "schema"):
        if "other" not in messages.get(section, {}):
            yield f"messages.json: section {section} lacks `other`"
    used = {word for told in p.fields.values() for word in told} - OUR_KEYWORDS
    yield from (
        f"messages.json: no message for {w}" for w in sorted(used - messages["schema"].keys())
    )
    for field, told in p.fields.items():
        pattern = told.get("pattern")
        if pattern not in (None, *messages["patterns"]) and "pattern" not in told.get(
            "x-messages", {}
        ):
            yield f"{field}: no words for its pattern, in messages.json or in x-messages"
    for section, texts in messages.items():
        for name, told in texts.items() if isinstance(texts, Mapping) else ():
            if set(told) != {"vi", "en"} or not all(told.values()):
                yield f"messages.json: {section}.{name} lacks a language"


def _tables() -> Iterator[str]:
    for name in ("vn_2020_2026.csv", "overrides.csv"):
        for n, row in enumerate(rows(SCHEMAS / "calendar" / name), 2):
            if row["kind"] not in ("off", "work") or not _is_date(row["date"]):
                yield f"calendar/{name}, line {n}: date or kind is wrong"
    for version in ("2020", "2025"):
        wards = all_wards(version)
        for what in ("code", "unit_code"):
            if len({getattr(w, what) for w in wards}) < len(wards):
                yield f"units of {version}: a {what} stands twice"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
