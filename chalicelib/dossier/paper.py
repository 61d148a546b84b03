"""What stages hand to each other: words, fields, page quality, papers and findings. Plain frozen values.

Keys of fields and kinds of paper: `shared/domain/papers.md` (copied into `schemas/papers/`). Boxes are
`(x, y, width, height)` in pixels of the upright page; confidences are probabilities from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Box = tuple[int, int, int, int]
Value = str | int | list[Any] | None
Source = Literal["ocr", "qr", "mrz", "declared"]
Verdict = Literal["good", "doubtful", "retake"]
Outcome = Literal["passed", "failed", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the engine saw it. `line` numbers text lines from the top of the page."""

    text: str
    box: Box
    confidence: float
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class Field:
    """One field's value with its provenance. `value` None = the paper leaves it blank."""

    value: Value
    raw: str
    confidence: float
    page: int = 0
    box: Box | None = None
    source: Source = "ocr"
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class PageQuality:
    """Is the page fit to be read? `reasons` are codes of `REASONS`."""

    page: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperRead:
    """One paper found in a file: its kind, the pages it covers, its fields by key."""

    kind: str
    kind_confidence: float
    pages: tuple[int, ...]
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one file."""

    pages: int
    papers: tuple[PaperRead, ...]
    quality: tuple[PageQuality, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's outcome. `paths` name the fields or papers; `message` is (Vietnamese, English), no values.

    `read` says what was read, in both languages: for whoever may see the dossier, never for mails or agencies.
    """

    rule: str
    outcome: Outcome
    paths: tuple[str, ...]
    message: tuple[str, str]
    warning: bool = False
    read: tuple[str, str] | None = None


# Reasons for a page's verdict, in words: (Vietnamese, English).
REASONS: dict[str, tuple[str, str]] = {
    "blurred": (
        "Ảnh bị mờ, xin giữ chắc máy và chụp lại",
        "The picture is blurred; hold the phone still",
    ),
    "too_dark": ("Ảnh quá tối, xin chụp nơi đủ sáng", "The picture is too dark; find more light"),
    "too_bright": ("Ảnh quá sáng, chữ bị mất", "The picture is too bright; the print is lost"),
    "glare": (
        "Ảnh bị lóa, xin nghiêng giấy tránh đèn",
        "There is glare; tilt the paper away from the lamp",
    ),
    "low_contrast": ("Chữ quá nhạt so với nền", "The print is too faint"),
    "too_small": ("Chữ quá nhỏ, xin chụp gần hơn", "The print is too small; move closer"),
    "cut_off": ("Giấy bị cắt mất mép, xin chụp cả tờ", "An edge is cut off; show the whole paper"),
    "blank": ("Trang trắng, không thấy chữ", "The page is blank; no print was found"),
    "hard_to_read": ("Nhiều chữ đọc không chắc", "Many words could not be read for sure"),
    "not_recognised": ("Không nhận ra loại giấy tờ", "The kind of paper was not recognised"),
    "not_read": ("Chưa đọc được trang này", "This page could not be read"),
}


def field_from(d: Mapping[str, Any]) -> Field:
    """A `Field` out of its JSON form."""
    box = d.get("box")
    return Field(**{**d, "box": tuple(box) if box else None})


def reading_from(d: Mapping[str, Any]) -> Reading:
    """A `Reading` out of `as_plain(reading)`."""
    return Reading(
        pages=d["pages"],
        papers=tuple(
            PaperRead(
                kind=p["kind"],
                kind_confidence=p["kind_confidence"],
                pages=tuple(p["pages"]),
                fields={k: field_from(f) for k, f in p["fields"].items()},
            )
            for p in d["papers"]
        ),
        quality=tuple(
            PageQuality(q["page"], q["verdict"], tuple(q["reasons"])) for q in d["quality"]
        ),
        seconds=d["seconds"],
    )


def finding_from(d: Mapping[str, Any]) -> Finding:
    """A `Finding` out of its JSON form."""
    return Finding(
        d["rule"],
        d["outcome"],
        tuple(d["paths"]),
        (d["message"][0], d["message"][1]),
        d.get("warning", False),
        (d["read"][0], d["read"][1]) if d.get("read") else None,
    )


def as_plain(value: Any) -> Any:
    """A value of this module as JSON-ready dictionaries and lists."""
    return asdict(value)


def corrected(f: Field | None, value: Value, officer: str) -> Field:
    """The field as an officer typed it: certain, its raw text kept."""
    base = f or Field(value=None, raw="", confidence=0.0)
    return replace(base, value=value, confidence=1.0, confirmed_by=officer)


def as_line(file: str, reading: Reading) -> dict[str, Any]:
    """The reading as `motcua read --json` prints it; reasons in Vietnamese words."""
    return {
        "file": file,
        "pages": reading.pages,
        "papers": [_plain_paper(p) for p in reading.papers],
        "quality": [_plain_quality(q) for q in reading.quality],
        "seconds": reading.seconds,
    }


def _plain_paper(paper: PaperRead) -> dict[str, Any]:
    plain: dict[str, Any] = as_plain(replace(paper, fields={}))
    plain["kind_confidence"] = round(paper.kind_confidence, 4)
    plain["pages"] = list(paper.pages)
    plain["fields"] = {key: _plain_field(f) for key, f in paper.fields.items()}
    return plain


def _plain_field(field: Field) -> dict[str, Any]:
    return {
        "value": field.value,
        "raw": field.raw,
        "confidence": round(field.confidence, 4),
        "page": field.page,
        "box": list(field.box) if field.box else None,
        "source": field.source,
    }


def _plain_quality(q: PageQuality) -> dict[str, Any]:
    return {"page": q.page, "verdict": q.verdict, "reasons": [REASONS[r][0] for r in q.reasons]}
