"""Our words to people about findings, in Vietnamese and English, out of `schemas/procedures/messages.json`.

Templates know labels, titles of papers and what is needed; values never come near them.
"""

from collections.abc import Iterable
from typing import Any

from chalicelib.procedures.catalogue import FOLDER, Pair, pair
from chalicelib.procedures.data import load


def said(section: str, name: str, **facts: Pair | str) -> Pair:
    """The message `name` of a section, both languages, its placeholders filled from pairs (or plain text).

    A name the catalogue lacks gives the section's `other`.
    """
    messages: dict[str, Any] = load(FOLDER / "messages.json")[section]
    return filled(pair(messages[name if name in messages else "other"]), **facts)


def filled(template: Pair, **facts: Pair | str) -> Pair:
    """The template's two texts with the facts of their language."""
    vi, en = (
        template[n].format(**{k: v if isinstance(v, str) else v[n] for k, v in facts.items()})
        for n in (0, 1)
    )
    return vi, en


def listed(pairs: Iterable[Pair]) -> Pair:
    """Pairs joined by commas, each named once."""
    distinct = list(dict.fromkeys(pairs))
    return ", ".join(p[0] for p in distinct), ", ".join(p[1] for p in distinct)
