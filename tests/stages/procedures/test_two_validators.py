"""jsonschema, which judges dossiers, and jsonschema-rs, written apart from it, agree on every verdict.

For each procedure: dossiers of what generated papers truly say, and thousands of spoilt ones, spoilt where schemas bite
(types, lengths at the limit, letters of other scripts, dates that don't exist, blanks).
"""

import json
import random

import jsonschema_rs
import pytest

from chalicelib.procedures.catalogue import FOLDER, every
from chalicelib.procedures.checks import validator
from tests.journeys.test_twelve import PAPERS, good

EACH = 150
# Values that schemas and their libraries are known to see differently, and common misreadings.
ODD = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 2**53, -(2**70), 1e300, "", " ", "a", "ạ",
    "a\u0323", "Ế" * 120, "ạ" * 121, "a" * 500, "a" * 501, "😀" * 120, "😀" * 121, "x\n",
    "\n", "NGUYỄN VĂN A\n", "NGUYỄN 4", "NGUYỄN ４", "MẪU٤", "001195000001",
    "001195000001\n", "٠٠١١٩٥٠٠٠٠٠١", "00119500000", "012345678", "B1234567",
    "b1234567", "2020", "2020-02", "2020-02-30", "2020-02-29", "2021-02-29",
    "2020-2-3", "20200312", "2020-W11-4", "2020-03-12\n", "２０２０-03-12", "0000-01-01",
    "9999-12-31", "2020-03-12T00:00:00", "2020-072", "+84 900 000 001",
    "0900000001", "a@b", "a@b@c", "@", "24:00", "23:59", "7:05", "23:59\n", "Nam",
    "Nữ", "nam", "Nu\u031b\u0303", "TE1012345678901", "TE1 01 2345678901", "0123456789",
    [], ["x"], ["x", "x"], {}, {"a": 1},
]  # fmt: skip


def theirs(procedure):
    """The procedure's schema in the other library, which gets the others by their `$id`."""
    schemas = [json.loads(p.read_text("utf-8")) for p in FOLDER.glob("*/**/dossier.schema.json")]
    registry = jsonschema_rs.Registry([(s["$id"], s) for s in schemas])
    own = next(s for s in schemas if f"/{procedure.key}/{procedure.version}/" in s["$id"])
    return jsonschema_rs.Draft202012Validator(
        own, registry=registry, validate_formats=True, formats={"date": is_date}
    )


DATE = jsonschema_rs.Draft202012Validator({"format": "date"}, validate_formats=True)


def is_date(text):
    """jsonschema-rs's own word, but for its slip (0.60.3): it reads a sign in the year (`20-2-11-28`, `+020-01-01`).

    The year 0, which RFC 3339 has and our calendar has not, is no date for us.
    """
    four = text[:4]
    return DATE.is_valid(text) and four.isascii() and four.isdigit() and four != "0000"


def true_dossier(procedure):
    """What the generated papers give the dossier, by its sources."""
    says = {
        f"{kind}:{field}": value
        for kind, truth in (good(procedure.key) if procedure.key in PAPERS else {}).items()
        for field, value in truth.items()
    }
    found = {}
    for key, refs in procedure.sources.items():
        values = [says[r] for r in (ref.replace("@", ":", 1) for ref in refs) if r in says]
        values += [says[ref] for ref in refs if ref in says]
        if values:
            found[key] = values[0]
    return found


def spoilt(dossier, fields, luck):
    """The dossier with one to three fields left out, made odd, or bent by a letter."""
    changed = dict(dossier)
    for key in luck.sample(sorted(fields), min(len(fields), luck.randint(1, 3))):
        how = luck.randrange(4)
        value = changed.get(key)
        if how == 0:
            changed.pop(key, None)
        elif how == 1 and isinstance(value, str) and value:
            at = luck.randrange(len(value))
            changed[key] = value[:at] + luck.choice("0aạ <>|#\n٤-") + value[at + 1 :]
        else:
            changed[key] = luck.choice(ODD)
    return changed


@pytest.mark.parametrize("procedure", every(), ids=lambda p: p.key)
def test_both_libraries_give_the_same_verdict(procedure):
    ours, others = validator(procedure.key, procedure.version), theirs(procedure)
    luck = random.Random(procedure.key)
    true = true_dossier(procedure)
    cases = [true, {}, *(spoilt(true, procedure.fields, luck) for _ in range(EACH))]
    cases += [{**true, key: odd} for key in procedure.fields for odd in ODD]
    apart = [c for c in cases if ours.is_valid(c) is not others.is_valid(c)]
    assert apart == []
    verdicts = [ours.is_valid(c) for c in cases]
    assert len(cases) > EACH
    # Of the twelve there are papers; a procedure added since has none drawn yet.
    assert 0.02 < sum(verdicts) / len(cases) < 0.98 or procedure.key not in PAPERS


@pytest.mark.parametrize("procedure", every(), ids=lambda p: p.key)
def test_both_libraries_blame_the_same_fields(procedure):
    ours, others = validator(procedure.key, procedure.version), theirs(procedure)
    luck = random.Random(procedure.version)
    true = true_dossier(procedure)
    for case in (spoilt(true, procedure.fields, luck) for _ in range(EACH)):
        blamed = {tuple(e.absolute_path) for e in ours.iter_errors(case)}
        assert blamed == {tuple(e.instance_path) for e in others.iter_errors(case)}, case
