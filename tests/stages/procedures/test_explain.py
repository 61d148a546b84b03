"""A fault is told in words: for every keyword of JSON Schema that can fail, in both languages."""

import json
import unicodedata

import pytest
from jsonschema import Draft202012Validator

from chalicelib.procedures.catalogue import FOLDER
from chalicelib.procedures.explain import explained, read, shown

LABEL = ("Mục thử nghiệm", "The trial field")
LABELS = {"name": ("Họ tên", "The name"), "day": ("Ngày sinh", "The birth date")}

# keyword, what a field must be, a wrong value, what is needed (vi, en), what was read
FAULTS = [
    ("type", {"type": "integer"}, "mười hai", ("số nguyên", "a whole number"), "mười hai"),
    ("enum", {"enum": ["Nam", "Nữ"]}, "Nuz", ("Nam, Nữ", "Nam, Nữ"), "Nuz"),
    ("const", {"const": "Việt Nam"}, "Viet", ("Việt Nam", "Việt Nam"), "Viet"),
    ("multipleOf", {"multipleOf": 1000}, 1500, ("1000", "1000"), "1500"),
    ("minimum", {"minimum": 200}, 30, ("200", "200"), "30"),
    ("maximum", {"maximum": 8000}, 32000, ("8000", "8000"), "32000"),
    ("exclusiveMinimum", {"exclusiveMinimum": 0}, -7, ("0", "0"), "-7"),
    ("exclusiveMaximum", {"exclusiveMaximum": 99}, 173, ("99", "99"), "173"),
    ("minLength", {"minLength": 2}, "Ế", ("2 chữ", "2 letters"), "Ế"),
    ("maxLength", {"maxLength": 3}, "Nguyễn", ("3 chữ", "3 letters"), "Nguyễn"),
    (
        "pattern",
        {"pattern": "^([0-9]{9}|[0-9]{12}|[A-Z][0-9]{7,8})$"},
        "00119",
        ("12 chữ số", "12 digits"),
        "00119",
    ),
    ("format", {"format": "date"}, "2020-03", ("đủ ngày, tháng, năm", "day, month"), "2020-03"),
    ("minItems", {"minItems": 2}, ["một"], ("2", "2"), "một"),
    ("maxItems", {"maxItems": 1}, ["một", "hai"], ("1", "1"), "một; hai"),
    ("uniqueItems", {"uniqueItems": True}, ["đôi", "đôi"], ("một lần", "once"), "đôi; đôi"),
    ("contains", {"contains": {"const": "Mẹ"}}, ["Cha"], ("Mẹ", "Mẹ"), "Cha"),
    (
        "minContains",
        {"contains": {"const": "A"}, "minContains": 2},
        ["A", "B"],
        ("2", "2"),
        "A; B",
    ),
    (
        "maxContains",
        {"contains": {"const": "A"}, "maxContains": 1},
        ["A", "A"],
        ("1", "1"),
        "A; A",
    ),
    (
        "items",
        {"prefixItems": [{"type": "string"}], "items": False},
        ["x", "y"],
        ("bỏ mục thừa", "take it out"),
        "x; y",
    ),
    (
        "unevaluatedItems",
        {"prefixItems": [{"type": "string"}], "unevaluatedItems": False},
        ["x", "y"],
        ("bỏ mục thừa", "take it out"),
        "x; y",
    ),
    ("required", {"required": ["name", "day"]}, {"name": 1}, ("Ngày sinh", "birth date"), "name"),
    (
        "dependentRequired",
        {"dependentRequired": {"name": ["day"]}},
        {"name": 1},
        ("Ngày sinh", "birth date"),
        "name",
    ),
    ("minProperties", {"minProperties": 2}, {"name": 1}, ("2", "2"), "name"),
    ("maxProperties", {"maxProperties": 1}, {"name": 1, "day": 2}, ("1", "1"), "name; day"),
    (
        "additionalProperties",
        {"properties": {"name": True}, "additionalProperties": False},
        {"age": 1},
        ("bỏ mục thừa", "take it out"),
        "age",
    ),
    (
        "unevaluatedProperties",
        {"properties": {"name": True}, "unevaluatedProperties": False},
        {"age": 1},
        ("bỏ mục thừa", "take it out"),
        "age",
    ),
    (
        "anyOf",
        {"anyOf": [{"type": "integer"}, {"pattern": "^[^@]+@[^@]+$"}]},
        "ở đây",
        ("số nguyên; hoặc địa chỉ thư", "whole number; or an e-mail"),
        "ở đây",
    ),
    (
        "oneOf",
        {"oneOf": [{"minimum": 3}, {"maximum": 9}]},
        5,
        ("từ 3 trở lên; hoặc không quá 9", "3 or more; or 9 at most"),
        "5",
    ),
    ("not", {"not": {"enum": ["Không rõ"]}}, "Không rõ", ("Không rõ", "Không rõ"), "Không rõ"),
    ("false", False, "gì đó", ("để trống", "blank"), "gì đó"),
]
# These never fail themselves: what they lead to does.
LEAD_ON = {
    "properties": ({"properties": {"day": {"minimum": 5}}}, {"day": 1}, "minimum"),
    "patternProperties": ({"patternProperties": {"^d": {"minimum": 5}}}, {"day": 1}, "minimum"),
    "propertyNames": ({"propertyNames": {"maxLength": 2}}, {"day": 1}, "maxLength"),
    "prefixItems": ({"prefixItems": [{"minimum": 5}]}, [1], "minimum"),
    "allOf": ({"allOf": [{"minimum": 5}]}, 1, "minimum"),
    "$ref": ({"$ref": "#/$defs/five", "$defs": {"five": {"minimum": 5}}}, 1, "minimum"),
    "then": ({"if": {"type": "integer"}, "then": {"minimum": 5}}, 1, "minimum"),
    "else": ({"if": {"type": "string"}, "else": {"minimum": 5}}, 1, "minimum"),
    "dependentSchemas": ({"dependentSchemas": {"day": {"required": ["name"]}}}, {"day": 1}, "required"),
}  # fmt: skip
SAY_NOTHING = {"$schema", "$id", "$defs", "if", "title", "description", "x-title-en", "x-messages"}


def faults_of(schema, value):
    checker = Draft202012Validator.FORMAT_CHECKER
    return list(Draft202012Validator(schema, format_checker=checker).iter_errors(value))


def tell(error):
    return explained(error, LABEL, LABELS)


@pytest.mark.parametrize(
    ("keyword", "schema", "value", "wanted", "seen"), FAULTS, ids=[f[0] for f in FAULTS]
)
def test_every_keyword_says_label_what_was_read_and_what_is_needed(
    keyword, schema, value, wanted, seen
):
    (error,) = faults_of(schema, value)
    assert (error.validator or "false") == keyword
    told = tell(error)
    for n in (0, 1):
        assert LABEL[n] in told.message[n]
        assert wanted[n] in told.message[n]
        assert f"“{seen}”" in told.read[n]
        assert error.message not in told.message[n]
        assert not {"{", "}", "[", "]"} & set(told.message[n])
    assert told.message[0] != told.message[1] and told.read[0] != told.read[1]
    assert unicodedata.normalize("NFC", told.message[0]) == told.message[0]


@pytest.mark.parametrize("keyword", sorted(LEAD_ON))
def test_what_only_leads_on_is_told_by_where_it_leads(keyword):
    schema, value, at = LEAD_ON[keyword]
    (error,) = faults_of(schema, value)
    assert error.validator == at
    assert all(tell(error).message)


def words_in(schema):
    """Every keyword of a schema and of the schemas in it."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema)
    for name in ("properties", "patternProperties", "$defs", "dependentSchemas"):
        for inner in schema.get(name, {}).values():
            found |= words_in(inner)
    for name in ("items", "contains", "not", "if", "then", "else", "additionalProperties"):
        found |= words_in(schema.get(name))
    for name in ("allOf", "anyOf", "oneOf", "prefixItems"):
        for inner in schema.get(name, ()):
            found |= words_in(inner)
    return found


def test_no_schema_uses_a_keyword_that_is_not_tried_here():
    used = set()
    for path in [*FOLDER.glob("*/**/dossier.schema.json"), FOLDER / "procedure.schema.json"]:
        used |= words_in(json.loads(path.read_text("utf-8")))
    assert {"pattern", "enum", "$ref"} <= used  # the walk goes down
    tried = {f[0] for f in FAULTS} | set(LEAD_ON) | SAY_NOTHING
    ours = {w for w in used if w.startswith(("x-", "$comment"))}
    assert used - tried - ours == set()
    assert len(FAULTS) >= 25


def test_every_keyword_has_words_of_its_own():
    words = json.loads((FOLDER / "messages.json").read_text("utf-8"))["schema"]
    assert {f[0] for f in FAULTS} <= words.keys()


def test_a_keyword_nobody_thought_of_still_gets_words():
    (error,) = faults_of({"minimum": 5}, 1)
    error.validator = "maxSomething"
    told = tell(error)
    assert LABEL[0] in told.message[0] and error.message not in told.message[0]


def test_a_blank_is_asked_for_not_blamed():
    (error,) = faults_of({"type": "string"}, None)
    told = tell(error)
    assert "để trống: xin ghi vào" in told.message[0]
    (which,) = faults_of({"enum": ["Nam", "Nữ"]}, None)
    assert "xin ghi Nam, Nữ" in tell(which).message[0]
    assert told.read == ("Chỗ này đang để trống.", "It is left blank.")


def test_own_words_of_a_field_win():
    own = {"pattern": {"vi": "“{label}”: chỉ chữ.", "en": "“{label}”: letters only."}}
    (error,) = faults_of({"pattern": "^[a-z]+$", "x-messages": own}, "a1")
    assert tell(error).message == ("“Mục thử nghiệm”: chỉ chữ.", "“The trial field”: letters only.")


def test_what_was_read_is_shown_as_people_write_it():
    assert shown("2020-03-12") == "12/03/2020"
    assert shown("2020-03") == "2020-03"
    assert shown("2020-13-45") == "2020-13-45"
    assert shown(["2020-03-12", 3]) == "12/03/2020; 3"
    assert len(shown("ạ" * 500)) == 81
    assert read(None)[1] == "It is left blank."
