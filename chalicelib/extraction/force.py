"""Which of the labels found are in force, section by section, and the item numbers printed before them.

In: a description, tokens, the hits of `labels.find`, the section open at the start. Out: hits with the number
of their item ('[09.1]', '3.'), without labels that their section does not have. Refuses nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.extraction.labels import Hit
from chalicelib.extraction.lines import Token
from chalicelib.extraction.papers import Label, Paper

_ITEM = re.compile(r"^[\[({|]?[\dlIOo]{1,2}(?:[.,][\dlI])?[\])}|.,:;]{1,3}$")
_FIGURE = re.compile(r"\W*(\d{1,2})\W*")
_IN_BRACKETS = re.compile(r"^\[\d{1,2}(?:\.\d)?\]$")
_BRACKETED = re.compile(r"^[\[({|lI].{1,5}[\])}|.]$")


def in_force(
    described: Paper, tokens: Sequence[Token], hits: Sequence[Hit], section: str
) -> Iterator[Hit]:
    """The hits that count, in reading order."""
    item, opened = 0, True
    for found in hits:
        label = _here(described, found.label, section)
        if label is None:
            continue
        hit = replace(found, label=label)
        section = label.opens or section
        if described.numbered:
            hit = _with_item(tokens, hit, item)
            figure = _figure(tokens[hit.start].text)
            again = figure == 1 < item and not opened  # under a heading that was not recognised
            if again or (not section and _asks_of_a_person(label)):
                section = _next_section(described, section)
                hit = replace(hit, label=replace(hit.label, opens=section))
            item, opened = figure or (item and item + 1), bool(label.opens)
        yield hit


def _asks_of_a_person(label: Label) -> bool:
    return any(field.startswith(".") for field in label.fields) and not label.within


def _next_section(described: Paper, section: str) -> str:
    """The section that opens after this one; the first if none is open."""
    order = [label.opens for label in described.labels if label.opens]
    later = order[order.index(section) + 1 :] if section in order else [] if section else order
    return later[0] if later else section


def _here(described: Paper, label: Label, section: str) -> Label | None:
    """The label, or the one that says the same in this section; None where nothing does."""
    if not label.within or section in label.within:
        return label
    twins = (n for n in described.labels if section in n.within and set(n.says) & set(label.says))
    return next(twins, None)


def _with_item(tokens: Sequence[Token], hit: Hit, last: int) -> Hit:
    """The hit from its item number on, so that the value before it ends there.

    A bare figure is a number of an item where it goes on from the `last` one: '4 Hộ chiếu số' after '3. CMND số'. A
    number in brackets may end the line before: '[09.3]'.
    """
    before = tokens[hit.start - 1] if hit.start else None
    if before is None:
        return hit
    if before.line != tokens[hit.start].line:
        return replace(hit, start=hit.start - 1) if _IN_BRACKETS.match(before.text) else hit
    is_item = _ITEM.match(before.text) or _BRACKETED.match(before.text)
    goes_on = last and _figure(before.text) == last + 1
    return replace(hit, start=hit.start - 1) if is_item or goes_on else hit


def _figure(text: str) -> int:
    """The number of an item, 0 where the text is none."""
    found = _FIGURE.fullmatch(text)
    return int(found[1]) if found else 0
