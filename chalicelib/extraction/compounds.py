"""Values that hold several facts under one label, taken apart.

In: the shape's name and the raw text. Out: (grammar-ready raw text) per part, '' for a part left blank. A part is
None where the printed words that set it apart were not read: it is unread then, never blank.
"""

import re
from collections.abc import Callable

from chalicelib.extraction.letters import compose, fold

Parts = tuple[str | None, ...]
_DAY = re.compile(
    r"[\W_]*\b(?:ng[a-z]y(?![a-z](?!\d))|\w{0,3}ay(?=\W*\w{1,3}\W*t\w{1,4}\W*\w{1,3}\W*n\w{0,3}\W*\d))"
)
"""A day, also where only its end is legible and figures follow: 'Tây Hồ, thành' is none."""


def parts_of(shape: str, raw: str) -> Parts:
    """The parts of a compound in the order of the label's fields; KeyError for unknown shapes."""
    shapes: dict[str, Callable[[str], Parts]] = {
        "place_and_date": _place_and_date,
        "time_and_date": _time_and_date,
        "date_of_making": lambda text: _place_and_date(text)[1:],
        "number_issuer_date": _number_issuer_date,
        "place_from_to": _place_from_to,
    }
    return shapes[shape](compose(raw))


def _place_and_date(raw: str) -> Parts:
    low = fold(raw)
    cuts = [m.start() for m in _DAY.finditer(low)]
    if not cuts:
        found = re.search(r"[,;]?\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}", raw)
        if found:
            return raw[: found.start()], found[0]
        return raw, None if re.search(r"\d", raw) else ""
    return raw[: cuts[-1]], _filled(raw[cuts[-1] :])


def _time_and_date(raw: str) -> Parts:
    low = fold(raw)
    found = re.search(r"ng[a-z]y(?![a-z](?!\d))", low) or re.search(
        r"\d{1,2}\s*[/-]\s*\d{1,2}\s*[/-]\s*\d{4}", low
    )
    if not found:
        return (raw, None) if re.search(r"\d", raw) else ("", "")
    head, tail = raw[: found.start()], raw[found.start() :]
    return (head if re.search(r"\d", head) else ""), _filled(tail)


def _number_issuer_date(raw: str) -> Parts:
    """'12/2020 do Bệnh viện … cấp ngày 05 tháng 03 năm 2020'."""
    low = fold(raw)
    by = re.search(r"(?:^|[\s.,])[dqc][o0]\b[\s:.]*", low)
    at = by.end() if by else len(raw)
    cuts = list(
        re.finditer(r"[\s,.;]*(?<![a-z])c[a-z]p[\s.:]+(?:vao\s+)?(?=ng[a-z]y|\d)", low[at:])
    )
    end = at + (cuts[-1].start() if cuts else len(raw))
    number = raw[: by.start()] if by else raw
    if not by and not cuts:
        return raw, *((None, None) if _filled(raw) else ("", ""))
    day = _filled(raw[end:]) if cuts else None
    return number.strip(" ,;"), raw[at:end].strip(" ,;"), day


def _place_from_to(raw: str) -> Parts:
    """'xã X, huyện Y từ ngày 01/02/2003 đến ngày 04/05/2006'."""
    low = fold(raw)
    start = re.search(r"[\s,;(]*(?<![a-z])t[a-z]\s*ng[a-z]y(?![a-z])", low)
    until = re.search(r"[\s,;]*(?<![a-z])d[a-z]n\s*(?:ng[a-z]y|nay)(?![a-z])", low)
    first = start.start() if start else until.start() if until else len(raw)
    last = until.start() if until else len(raw)
    tail = re.sub(r"[\s(\[]*\(?\d\)\W*$", "", raw[last:])
    since, to = _filled(raw[first:last]), _filled(tail)
    return raw[:first], since if start else None, to if until else None


def _filled(text: str) -> str:
    """'' where only the printed words of a date stand."""
    parted = re.sub(r"\b(tu|den)(?=ngay)", r"\1 ", fold(text))
    bare = re.sub(r"\b(?:ngay|thang|nam|gio|phut|tu|den|cap)\b|[\W_]", "", parted)
    return text if bare else ""
