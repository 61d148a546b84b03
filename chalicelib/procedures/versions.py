"""Versions of the data: published ones never change, old dossiers keep theirs, and the difference can be shown.

`schemas/procedures/published.json` holds a SHA-256 of every published version (of all it says, what it is based on
included). In: keys and versions. Out: complaints, hashes, lines of difference.
"""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from chalicelib.errors import Broken
from chalicelib.procedures.catalogue import (
    FOLDER,
    Procedure,
    folder_of,
    keys,
    newest,
    versions,
    written,
)
from chalicelib.procedures.data import load

LOCK = FOLDER / "published.json"
FILES = ("procedure.json", "dossier.schema.json")


def fingerprint(key: str, version: str) -> str:
    """SHA-256 (hex) over everything this version says, in canonical JSON."""
    # How the base is named isn't what is said; what the base says is in there.
    says = {k: v for k, v in written(key, version).items() if k not in ("based_on", "$schema")}
    told = json.dumps(says, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()


def changed_versions() -> Iterator[str]:
    """A complaint for every published version that is gone or no longer says what it said."""
    locked: dict[str, dict[str, str]] = load(LOCK) if LOCK.exists() else {}
    for key, hashes in locked.items():
        for version, told in hashes.items():
            if key not in keys() or version not in versions(key):
                yield f"{key}: version {version} was published and is gone"
            elif fingerprint(key, version) != told:
                yield f"{key}: version {version} was published and has changed; begin a new version"


def publish() -> list[str]:
    """Lock every version that is not locked yet; the names of those. Locked ones stay as they are.

    Raises:
        Broken: a published version has changed.
    """
    if faults := list(changed_versions()):
        raise Broken("; ".join(faults))
    locked: dict[str, dict[str, str]] = dict(load(LOCK)) if LOCK.exists() else {}
    new = [(k, v) for k in keys() for v in versions(k) if v not in locked.get(k, {})]
    for key, version in new:
        locked[key] = {**locked.get(key, {}), version: fingerprint(key, version)}
    LOCK.write_text(json.dumps(locked, indent=2, sort_keys=True) + "\n", "utf-8")
    return [f"{k}/{v}" for k, v in new]


def begin(key: str) -> str:
    """Start the next version of a procedure: the present one moves to `versions/`; the new one's number.

    Procedures based on it are held to the version they were published with, so that theirs doesn't change.
    """
    old = newest(key)
    new = str(int(old) + 1)
    kept = FOLDER / key / "versions" / old
    kept.mkdir(parents=True)
    for name in FILES:
        shutil.copy(FOLDER / key / name, kept / name)
    _renumber(key, old, new)
    for path in FOLDER.glob("*/**/procedure.json"):
        text = path.read_text("utf-8")
        path.write_text(text.replace(f'"based_on": "{key}"', f'"based_on": "{key}/{old}"'), "utf-8")
    return new


def _renumber(key: str, old: str, new: str) -> None:
    for name, before, after in (
        (FILES[0], f'"version": "{old}"', f'"version": "{new}"'),
        (FILES[1], f"/{key}/{old}/dossier", f"/{key}/{new}/dossier"),
    ):
        path = folder_of(key) / name
        path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")


def difference(old: Procedure, new: Procedure) -> list[str]:
    """What changes for a dossier that goes from the old rules to the new ones, a line each, Vietnamese."""
    lines = [
        f"{what}: {getattr(old, name)[0]} → {getattr(new, name)[0]}"
        for what, name in (("Tên", "name"), ("Cơ quan", "authority"), ("Mức độ", "level"))
        if getattr(old, name) != getattr(new, name)
    ]
    if old.code != new.code:
        lines.append(f"Mã thủ tục: {old.code} → {new.code}")
    for what, before, after in (
        ("giấy phải nộp", _titles(old, required=True), _titles(new, required=True)),
        ("mục bắt buộc", _labels(old), _labels(new)),
        ("quy tắc", {r["id"]: r for r in old.rules}, {r["id"]: r for r in new.rules}),
        ("kết quả", {r.id: r for r in old.results}, {r.id: r for r in new.results}),
        ("lệ phí", {f.id: f for f in old.fees}, {f.id: f for f in new.fees}),
    ):
        lines += _changes(what, before, after)
    return lines


def _changes(what: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    yield from (f"Thêm {what}: {_said(after[k], k)}" for k in after.keys() - before.keys())
    yield from (f"Bỏ {what}: {_said(before[k], k)}" for k in before.keys() - after.keys())
    same = before.keys() & after.keys()
    yield from (f"Đổi {what}: {_said(after[k], k)}" for k in same if before[k] != after[k])


def _said(item: Any, key: str) -> str:
    if isinstance(item, str):
        return item
    told = getattr(item, "name", None) or getattr(item, "title", None)
    return told[0] if told else key


def _titles(p: Procedure, *, required: bool) -> dict[str, str]:
    return {n.id: n.title[0] for n in p.submit if n.required is required}


def _labels(p: Procedure) -> dict[str, str]:
    return {k: p.label(k)[0] for k in p.required}
