"""What is kept of all that labels announced: the first place of a field, a second one where that was blank.

In: labels with the fields read after them, in reading order. Out: fields and spans by key. Lines that together
make up one field (an address tier by tier) are joined; a joined field has no span of its own to look at again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.dossier.paper import Box, Field
from chalicelib.extraction import blanks, normalise
from chalicelib.extraction.confidence import UNREAD
from chalicelib.extraction.papers import Label
from chalicelib.extraction.values import Span


@dataclass(slots=True)
class Taken:
    """The fields so far, and the place of each that may be read again."""

    grammars: Mapping[str, str]
    fields: dict[str, Field] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def add(self, label: Label, key: str, read: Field, span: Span) -> None:
        """Takes one more reading in."""
        before = self.fields.get(key)
        second = label.again or label.joins
        if before is None or (second and before.value is None and read.value is not None):
            self.fields[key], self.spans[key] = read, span
        elif label.joins and read.value is not None:
            self.fields[key] = self._joined(key, before, read)
            self.spans.pop(key, None)

    def _joined(self, key: str, before: Field, after: Field) -> Field:
        grammar = self.grammars[key]
        parts = (blanks.without_dirt(f.raw, grammar) for f in (before, after))
        raw = ", ".join(part.strip(" .,;:-–—_") for part in parts)
        value, _ = normalise.typed(grammar, raw)
        sure = min(before.confidence, after.confidence) if value is not None else UNREAD
        return replace(before, value=value, raw=raw, confidence=sure, box=_around(before, after))


def _around(one: Field, other: Field) -> Box | None:
    if one.box is None or other.box is None or one.page != other.page:
        return one.box or other.box
    left, top = min(one.box[0], other.box[0]), min(one.box[1], other.box[1])
    right = max(one.box[0] + one.box[2], other.box[0] + other.box[2])
    low = max(one.box[1] + one.box[3], other.box[1] + other.box[3])
    return left, top, right - left, low - top
