"""Is the dossier whole and free of contradictions? Papers, fields by JSON Schema, cross-paper rules.

In: a procedure and a dossier. Out: findings, three outcomes each; a `warning` never stands in the way. Messages
name labels and papers, never values; what was read stands apart (`Finding.read`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from chalicelib.dossier.case import Dossier
from chalicelib.dossier.paper import Finding
from chalicelib.procedures import agreement, presence
from chalicelib.procedures.catalogue import (
    Pair,
    Procedure,
    folder_of,
    keys,
    newest,
    versions,
)
from chalicelib.procedures.data import load
from chalicelib.procedures.evidence import Evidence, Merged, ref_from
from chalicelib.procedures.explain import explained, read
from chalicelib.procedures.merge import merged_from
from chalicelib.procedures.messages import listed, said
from chalicelib.procedures.sureness import is_sure

Fields = Mapping[str, Merged]


def check(procedure: Procedure, dossier: Dossier) -> tuple[Finding, ...]:
    """Every finding at once: papers to submit, then fields, then rules. Passed ones are told too."""
    evidence = Evidence(procedure, dossier)
    fields = merged_from(procedure, evidence)
    return (
        *presence.look(procedure, dossier, evidence),
        *_fields(procedure, fields, evidence),
        *agreement.agree(procedure, evidence, fields),
    )


def _fields(procedure: Procedure, fields: Fields, evidence: Evidence) -> list[Finding]:
    unsure = list(_unsure(procedure, fields))
    told = {path for f in unsure for path in f.paths}
    findings = [
        *_absent(procedure, fields, evidence),
        *unsure,
        *_invalid(procedure, fields, told),
    ]
    whole = Finding("fields", "passed", (), said("schema", "passed"))
    return findings or [whole]


def _absent(procedure: Procedure, fields: Fields, evidence: Evidence) -> Iterator[Finding]:
    absent = [k for k in procedure.required if k not in fields]
    unread = [k for k in absent if _might_be_read(procedure, k, evidence)]
    missing = [k for k in absent if k not in unread]
    if missing:
        text = said("schema", "missing", labels=listed(procedure.label(k) for k in missing))
        yield Finding("field:required", "failed", tuple(missing), text)
    for key in unread:
        facts = {"label": procedure.label(key), "papers": _papers_of(procedure, key)}
        text = said("schema", "unread", **facts)
        yield Finding("field:unread", "inconclusive", (key,), text)


def _might_be_read(procedure: Procedure, key: str, evidence: Evidence) -> bool:
    return any(evidence.papers(ref_from(r)) for r in procedure.sources.get(key, ()))


def _papers_of(procedure: Procedure, key: str) -> Pair:
    kinds = [ref_from(r).kind for r in procedure.sources.get(key, ())]
    return listed(procedure.kind_title(k) for k in kinds)


def _unsure(procedure: Procedure, fields: Fields) -> Iterator[Finding]:
    for key, m in fields.items():
        if _must_be_sure(procedure, key, m) and not _is_sure(procedure, key, m):
            yield _doubt(procedure, key, m)


def _doubt(procedure: Procedure, key: str, m: Merged) -> Finding:
    paper = procedure.kind_title(m.kind or "khac")
    text = said("schema", "unsure", label=procedure.label(key), paper=paper)
    return Finding("field:unsure", "inconclusive", (key,), text, read=read(m.field.value))


def _must_be_sure(procedure: Procedure, key: str, m: Merged) -> bool:
    if key in procedure.required:
        return True
    # A blank that the law allows is not worth an officer's minute.
    told = procedure.fields.get(key, {})
    return m.field.value is not None and bool(told.get("x-must-be-sure"))


def _is_sure(procedure: Procedure, key: str, m: Merged) -> bool:
    # Thresholds are kept by the paper's own field keys, which may differ from the dossier's.
    refs = (ref_from(r) for r in procedure.sources.get(key, ()))
    return is_sure(m, next((r.field for r in refs if r.kind == m.kind), key))


def _invalid(procedure: Procedure, fields: Fields, told: set[str]) -> Iterator[Finding]:
    """Fields against the schema, one finding each; a value read in doubt is doubted, not blamed.

    What the schema asks of the dossier as a whole is told too, but for missing fields: `_absent` has told those.
    """
    told = set(told)
    values = {k: m.field.value for k, m in fields.items()}
    labels = {k: procedure.label(k) for k in procedure.fields}
    for error in validator(procedure.key, procedure.version).iter_errors(values):
        key = str(error.absolute_path[0]) if error.absolute_path else ""
        if key in told or (not key and error.validator == "required"):
            continue
        told.add(key)
        if key and not _is_sure(procedure, key, fields[key]):
            yield _doubt(procedure, key, fields[key])
        else:
            label = procedure.label(key) if key else said("words", "dossier")
            words = explained(error, label, labels)
            paths = (key,) if key else ()
            yield Finding(
                f"field:{error.validator}", "failed", paths, words.message, read=words.read
            )


@lru_cache(maxsize=128)
def validator(key: str, version: str | None = None) -> Any:
    """The validator of a version's dossier schema; schemas may refer to each other by `$id`."""
    kept = {(k, v): folder_of(k, v) / "dossier.schema.json" for k in keys() for v in versions(k)}
    schemas = {where: _undeclared(load(path)) for where, path in kept.items()}
    registry: Registry[Any] = Registry().with_resources(
        (s["$id"], DRAFT202012.create_resource(s)) for s in schemas.values()
    )
    checker = Draft202012Validator.FORMAT_CHECKER
    wanted = schemas[key, version or newest(key)]
    return _Strict(wanted, registry=registry, format_checker=checker)


def _undeclared(schema: Mapping[str, Any]) -> dict[str, Any]:
    # A schema that names its draft would be judged by the library's own class wherever another refers to it.
    return {k: v for k, v in schema.items() if k != "$schema"}


def _pattern(_: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    """The keyword by ECMA-262, as JSON Schema has it: `$` is the very end, where Python lets a line break follow."""
    if isinstance(value, str) and not re.search(_END.sub(r"\\Z", pattern), value, re.ASCII):
        yield ValidationError("not in the right form")


_END = re.compile(r"(?<!\\)\$(?=$|\)|\|)")
_Strict: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
