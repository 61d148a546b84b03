"""A field's fault in words: what jsonschema found goes in; label, what was read and what is needed come out.

The only place where a jsonschema error becomes a message. All words are data (`messages.json`); the library's own
text, which is English and quotes the citizen, is never used. Whatever keyword fails, there are words for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jsonschema.exceptions import ValidationError

from chalicelib.procedures.catalogue import FOLDER, Pair, pair
from chalicelib.procedures.data import load
from chalicelib.procedures.messages import filled, listed, said

LONGEST = 80  # of what was read, as much is repeated


@dataclass(frozen=True, slots=True)
class Told:
    """A fault, (Vietnamese, English) each. `message`: label and what is needed, no value; `read`: what was read."""

    message: Pair
    read: Pair


def explained(
    error: ValidationError, label: Pair, labels: Mapping[str, Pair] | None = None
) -> Told:
    """The fault in words.

    `label` names the field; `labels` name what may be missing inside. A field may have own words for a keyword
    (`x-messages` in its schema); they win.
    """
    keyword = str(error.validator or "false")
    facts: dict[str, Pair | str] = {"label": label, "needed": needed(error, labels or {})}
    schema: Any = error.schema
    own: Mapping[str, Any] = schema.get("x-messages", {}) if isinstance(schema, Mapping) else {}
    if error.instance is None and keyword != "not":
        message = said("schema", "blank_text" if keyword == "type" else "blank", **facts)
    elif keyword in own:
        message = filled(pair(own[keyword]), **facts)
    else:
        message = said("schema", keyword, **facts)
    return Told(message, read(error.instance))


def read(value: Any) -> Pair:
    """What was read, as a sentence of its own: it is the citizen's, so it never stands in a message."""
    if value is None:
        return said("read", "blank")
    return said("read", "value", read=shown(value))


def shown(value: Any) -> str:
    """A value as people write it: dates with the day first, lists and groups in a row, cut where it gets long."""
    if isinstance(value, Mapping):
        value = list(value)
    if isinstance(value, list):
        text = "; ".join(map(shown, value))
    else:
        text = _day_first(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _day_first(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}" if len(text) == 10 else text
    except ValueError:
        return text


def needed(error: ValidationError, labels: Mapping[str, Pair]) -> Pair:
    """What the schema asks, in words; it comes from our data, not from the citizen."""
    keyword = str(error.validator or "false")
    asked: Any = error.validator_value
    there: Any = error.instance
    match keyword:
        case "required":
            return _named((k for k in asked if k not in there), labels)
        case "dependentRequired":
            missing = (k for one, more in asked.items() if one in there for k in more)
            return _named((k for k in missing if k not in there), labels)
        case "anyOf" | "oneOf":
            return _ways(asked)
        case "additionalProperties" | "unevaluatedProperties":
            return said("needed", "no_more")
        case _:
            return _asked(keyword, asked)


def _named(keys: Iterable[str], labels: Mapping[str, Pair]) -> Pair:
    return listed(labels.get(k, (k, k)) for k in keys)


def _ways(schemas: Iterable[Any]) -> Pair:
    ways = [wanted(s) for s in schemas]
    vi, en = said("needed", "or")
    return vi.join(w[0] for w in ways), en.join(w[1] for w in ways)


def wanted(schema: Any) -> Pair:
    """What a whole schema asks, by the first of its keywords that says something."""
    told = schema if isinstance(schema, Mapping) else {}
    for keyword in _IN_FEW_WORDS:
        if keyword in told:
            return _asked(keyword, told[keyword], in_few_words=True)
    return said("needed", "right_form")


def _asked(keyword: str, asked: Any, *, in_few_words: bool = False) -> Pair:
    if in_few_words and isinstance(_IN_FEW_WORDS[keyword], str):
        return said("needed", str(_IN_FEW_WORDS[keyword]), needed=str(asked))
    words = _WORDS.get(keyword)
    return words(asked) if words else (str(asked), str(asked))


def _types(asked: Any) -> Pair:
    names = [asked] if isinstance(asked, str) else [n for n in asked if n != "null"]
    return listed(said("types", str(n)) for n in names)


def _one_of(asked: Any) -> Pair:
    plain = ", ".join(str(v) for v in asked if v is not None)
    return plain, plain


def _pattern(asked: Any) -> Pair:
    known = load(FOLDER / "messages.json")["patterns"]
    return pair(known[asked]) if asked in known else said("needed", "right_form")


def _fixed(name: str) -> Callable[[Any], Pair]:
    return lambda _: said("needed", name)


_WORDS: dict[str, Callable[[Any], Pair]] = {
    "type": _types,
    "enum": _one_of,
    "const": lambda v: said("needed", "blank") if v is None else (shown(v), shown(v)),
    "pattern": _pattern,
    "format": lambda v: said("formats", str(v)),
    "contains": wanted,
    "not": wanted,
    "uniqueItems": _fixed("once"),
    "items": _fixed("no_more"),
    "unevaluatedItems": _fixed("no_more"),
    "false": _fixed("blank"),
}
# Most telling first; a string names the words of `needed` for a bare number.
_IN_FEW_WORDS: dict[str, str | None] = {
    "const": None,
    "enum": None,
    "pattern": None,
    "format": None,
    "minimum": "at_least",
    "exclusiveMinimum": "more_than",
    "maximum": "at_most",
    "exclusiveMaximum": "less_than",
    "minLength": "longer",
    "maxLength": "shorter",
    "type": None,
}
