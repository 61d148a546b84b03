"""Fields that no label announces: the letterhead above a title, the line of place and date below.

In: description, tokens, hits, what was found already. Out: (key, span). Absent where nothing stands there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, takewhile

from chalicelib.dossier.paper import Field
from chalicelib.extraction.below import cleaned
from chalicelib.extraction.labels import Hit
from chalicelib.extraction.letters import fold
from chalicelib.extraction.lines import Token, height_of
from chalicelib.extraction.papers import Loose, Paper
from chalicelib.extraction.values import Span, one_column

_DATELINE = re.compile(r"ng[a-z]y\W*\w{1,3}\W*th[a-z]ng\W*\w{1,3}\W*n[a-z]m\W*\w{4}")


def find(
    paper: Paper, tokens: Sequence[Token], hits: Sequence[Hit], found: Mapping[str, Field]
) -> Iterator[tuple[str, Span]]:
    """The loose fields of the kind that are there and not yet found."""
    for one in paper.loose:
        if one.field in found and found[one.field].value is not None:
            continue
        span = _dateline(tokens, hits) if one.dateline else _letterhead(one, tokens, hits)
        if span:
            yield one.field, span


def _free(tokens: Sequence[Token], hits: Sequence[Hit]) -> list[list[Token]]:
    """Lines, each up to its first label."""
    starts = {tokens[h.start].line: tokens[h.start].box[0] for h in reversed(hits)}
    lines = []
    for number, line in groupby(tokens, key=lambda t: t.line):
        edge = starts.get(number)
        lines.append([t for t in line if edge is None or t.right <= edge])
    return lines


def _letterhead(one: Loose, tokens: Sequence[Token], hits: Sequence[Hit]) -> Span | None:
    """The lines in the left half from the first that starts as it should, above other labels."""
    first_field = next((h.start for h in hits if h.label.fields), len(tokens))
    limit = tokens[first_field].line if first_field < len(tokens) else tokens[-1].line
    taken: list[Token] = []
    for line in _free(tokens, hits):
        if not line or line[0].line >= limit:
            if taken or (line and line[0].line >= limit):
                break
            continue
        said = "".join(t.letters for t in line)
        if taken or said.startswith(one.starts):
            taken += line
    taken = one_column(cleaned(taken), height_of(tokens))
    return Span(tuple(taken), None, taken[0].page) if taken else None


def _dateline(tokens: Sequence[Token], hits: Sequence[Hit]) -> Span | None:
    """The last line that says 'ngày … tháng … năm …' under no label."""
    before_end = takewhile(lambda h: h.label.role != "end", hits)
    last_field = max((h.end for h in before_end if h.label.fields), default=0)
    for line in reversed(_free(tokens, hits)):
        if not line or line[0].line <= (tokens[last_field - 1].line if last_field else -1):
            continue
        span = Span(tuple(line), None, line[0].page)
        if _DATELINE.search(fold(span.raw)):
            return span
    return None
