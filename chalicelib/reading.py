"""One file in; what stands on it out: kinds of paper, fields with provenance, quality, pictures.

Joins the stages imaging, ocr and extraction. Codes (QR, machine-readable zone) come first and
beat what was read from print. Refuses what `imaging.pages` refuses; whatever else goes wrong ends
as `Broken`, so that a caller need know no library of ours.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, reduce
from statistics import median

from chalicelib import second_looks, small_cards
from chalicelib.dossier.paper import Field, PageQuality, PaperRead, Reading, Value, Word
from chalicelib.errors import Broken, DossierError
from chalicelib.extraction import cccd, fields, kinds
from chalicelib.imaging import cleanup, codes, pages, quality
from chalicelib.ocr import code_modules, first_look, mrz, parts, recogniser, tesseract

_UNKNOWN = "khac"


@dataclass(frozen=True, slots=True)
class FileReading:
    """`images`: the upright pages for people, JPEG, in order; boxes of fields are their pixels."""

    reading: Reading
    images: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as far as it is kept: words, texts of codes, verdict; its pictures packed.

    `back` takes pixels of words to those of the picture as it came, `size` (width, height) is that
    picture's. `closer`: the words in pixels of the `small_cards` spread out of it, if it shows nothing else.
    A page that could not be read has no words and no pictures (`unread`).
    """

    words: list[Word]
    qr: list[str]
    quality: PageQuality
    clean: bytes
    jpeg: bytes
    back: tuple[float, ...] = ()
    size: tuple[int, int] = (0, 0)
    closer: tuple[Word, ...] = ()


def read_file(data: bytes) -> FileReading:
    """Read all pages of one file (JPEG, PNG, WebP, HEIC, TIFF or PDF).

    Raises:
        FileEmpty, TypeNotTaken, FileBroken, FileLocked, TooManyPages, PictureTooLarge: refused.
        ReadingTookTooLong: try again. EngineGaveNothing, Broken: our fault.
    """
    start = time.monotonic()
    with _in_our_words():
        seen = see_pages(data)
        reading = read_pages(seen)
    seconds = round(time.monotonic() - start, 2)
    return FileReading(replace(reading, seconds=seconds), tuple(s.jpeg for s in seen))


def see_pages(data: bytes) -> list[Seen]:
    """All pages of a file, for `read_pages`; packed tightly but the last. Errors as `read_file`."""
    seen: list[Seen] = []
    with _in_our_words():
        for number, picture in enumerate(pages.pictures(data), start=1):
            seen[-1:] = map(_tightened, seen[-1:])
            seen.append(_see(picture, number))
    return seen


def see_page(data: bytes, number: int) -> Seen:
    """One page of a file, counted from 1, for `read_pages`. Errors as `read_file`."""
    with _in_our_words():
        (picture,) = pages.pictures(data, only=number)
        return _tightened(_see(picture, number))


def unread(number: int) -> Seen:
    """Stands for a page that could not be read, so that the others keep their numbers."""
    return Seen([], [], PageQuality(number, "retake", ("not_read",)), b"", b"")


def read_pages(seen: Sequence[Seen]) -> Reading:
    """What stands on a file's pages, given in order; papers of unread pages alone are left out.

    Raises:
        EngineGaveNothing, ReadingTookTooLong, Broken: as `read_file`.
    """
    start = time.monotonic()
    with _in_our_words():
        groups = kinds.split([s.words for s in seen])
        read = [g for g in groups if any(seen[n - 1].jpeg for n in g.pages)]
        papers = tuple(_read_paper(g, seen) for g in read)
    seconds = round(time.monotonic() - start, 2)
    return Reading(len(seen), papers, _verdicts(seen, papers), seconds)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except DossierError:
        raise
    except Exception as e:  # the edge to OpenCV and Tesseract: their errors must not pass
        raise Broken(f"reading failed: {type(e).__name__}") from e


def _see(picture: pages.Picture, number: int) -> Seen:
    page = cleanup.clean_page(picture, first_look.which_way_up)
    words, closer = small_cards.words_of(page, number)
    if not words:
        words = parts.words_in_cells(page.clean, _words_on(page.clean, number), page.cells)
    qr = _codes_on(page, words)
    verdict = quality.judge(page, words, number)
    size = (page.photo.shape[1], page.photo.shape[0])
    clean = cleanup.pack(page.clean, tight=False)
    return Seen(words, qr, verdict, clean, page.jpeg, page.back, size, tuple(closer))


def _codes_on(page: cleanup.Page, words: Sequence[Word]) -> list[str]:
    """Texts of its QR codes; that of a card copied too small for the library is read module by module."""
    qr = codes.find_codes(page.photo) or (codes.find_codes(page.upright) if page.on_desk else [])
    if qr or not small_cards.are_shown(page, words):
        return qr
    return code_modules.read_small_card(page, words)


def _tightened(page: Seen) -> Seen:
    """The page, so small that many can be kept."""
    return replace(page, clean=cleanup.pack(cleanup.unpack(page.clean)))


def _words_on(clean: cleanup.Grey, number: int) -> list[Word]:
    """The page's words; where our own reader makes little of it, as Tesseract reads them if that is surer.

    Small cards on a page are looked at closer later on.
    """
    words = first_look.words(clean, number)
    if not recogniser.is_here() or first_look.reads_well(words, first_look.LITTLE):
        return words
    if kinds.split([words])[0].kind == cccd.KIND:
        return words
    other = tesseract.words(clean, number)
    return max(words, other, key=first_look.sureness)


def _read_paper(group: kinds.Group, seen: Sequence[Seen]) -> PaperRead:
    if group.kind in (cccd.KIND, _UNKNOWN):
        return _read_card(group, seen)
    return PaperRead(group.kind, group.confidence, group.pages, _read_print(group, seen, {}))


def _read_card(group: kinds.Group, seen: Sequence[Seen]) -> PaperRead:
    """An identity card, or what may be one: its codes tell, and beat the print."""
    qr = [text for number in group.pages for text in seen[number - 1].qr]
    rows = {n: _rows_of(seen[n - 1]) for n in group.pages}
    page, best = next(((n, r) for n, r in rows.items() if r), (group.pages[0], None))
    told = cccd.kind_from_codes(qr, best)
    if told:
        group = replace(group, kind=told[0], confidence=max(told[1], group.confidence))
    if group.kind != cccd.KIND:
        return PaperRead(group.kind, group.confidence, group.pages, _read_print(group, seen, {}))
    known = cccd.told_by_codes(qr, best)
    found = _card_print(group, seen, known, has_codes=bool(qr and told))
    return PaperRead(
        group.kind, group.confidence, group.pages, cccd.read_card(found, qr, best, page)
    )


def _card_print(
    group: kinds.Group, seen: Sequence[Seen], known: Mapping[str, Value], *, has_codes: bool
) -> Mapping[str, Field]:
    """What is printed on a card; of cards that lie small on their pages what a closer look shows comes first.

    The pages' own words then need no second looks; beside a code that tells nearly all, no reading at all. Print that
    says what is `known` from the codes is never looked at twice.
    """
    closer = [_looked_closer(seen, number, known) for number in group.pages]
    if not all(closer):
        apart = [_columns_apart(s) if s.quality.page in group.pages else s for s in seen]
        found = _read_print(group, apart, known)
    else:
        words = [] if has_codes else [w for n in group.pages for w in _at_own_size(seen[n - 1])]
        found = fields.read_fields(group.kind, words)
    return reduce(cccd.surer, closer, found)


def _at_own_size(page: Seen) -> Sequence[Word]:
    """The words of a page as large as they stand there: where no code speaks a second opinion is worth its time."""
    if not page.closer:
        return page.words
    return first_look.words(cleanup.unpack(page.clean), page.quality.page)


def _looked_closer(
    seen: Sequence[Seen], number: int, known: Mapping[str, Value]
) -> dict[str, Field]:
    """What stands on the small cards of a page, each straightened and enlarged; nothing if there are none."""
    page = seen[number - 1]
    small = small_cards.spread_of(page.jpeg)
    if small is None:
        return {}
    words = list(page.closer) or first_look.words(small.picture, number)
    clean = cleanup.pack(small.picture, tight=False)
    jpeg = cleanup.jpeg_of(small.picture)
    closer = _columns_apart(replace(page, words=words, clean=clean, jpeg=jpeg))
    group = kinds.Group(cccd.KIND, 1.0, (number,))
    found = _read_print(group, [*seen[: number - 1], closer], known)
    return {
        key: replace(f, box=small.box_on_page(f.box) if f.box else None) for key, f in found.items()
    }


def _columns_apart(page: Seen) -> Seen:
    """The page with the two columns at a card's foot read one after the other."""
    foot = cccd.crowded_foot(page.words)
    if foot is None:
        return page
    clean, letter = cleanup.unpack(page.clean), foot[0][3] // 9
    return replace(page, words=parts.words_apart(clean, page.words, foot, letter))


def _rows_of(page: Seen) -> list[str] | None:
    """The machine-readable rows; a page as wordy as a letter shows none and isn't searched."""
    if len(page.words) > small_cards.MOST_WORDS or not page.jpeg:
        return None
    return mrz.read_mrz(cleanup.grey_of(page.jpeg))


def _read_print(
    group: kinds.Group, seen: Sequence[Seen], known: Mapping[str, Value]
) -> dict[str, Field]:
    """The fields as printed or written, doubtful ones, unless they say what is `known`, after second looks."""
    views = cache(lambda number: _views(seen[number - 1]))
    words = words_of(group.pages, seen)
    draft = fields.read_draft(group.kind, words, lambda n, place: views(n).is_ink_left(place))
    looks = [k for k in draft.looks if not _says(draft.fields[k.key], known.get(k.key))]
    for look in looks:
        field = draft.fields[look.key]
        opinions = second_looks.opinions(group.kind, look, views(look.page), field)
        draft.fields[look.key] = fields.settle(group.kind, look.key, field, opinions)
    return fields.finish(group.kind, draft.fields, apart=draft.apart)


def _says(field: Field, known: Value) -> bool:
    return known is not None and field.value == known


def words_of(numbers: Sequence[int], seen: Sequence[Seen]) -> list[Word]:
    """The words of these pages of a file, one page after the other."""
    return [w for number in numbers for w in seen[number - 1].words]


def _views(page: Seen) -> second_looks.Views:
    boxes = [w.box for w in page.words]
    letter = median(box[3] for box in boxes) if boxes else 0.0
    return second_looks.Views(cleanup.unpack(page.clean), page.jpeg, letter, boxes)


def _verdicts(seen: Sequence[Seen], papers: Sequence[PaperRead]) -> tuple[PageQuality, ...]:
    """Verdicts in the light of what was found: see `_verdict`."""
    paper_of = {number: p for p in papers for number in p.pages}
    return tuple(_verdict(s.quality, paper_of.get(s.quality.page)) for s in seen)


def _verdict(q: PageQuality, paper: PaperRead | None) -> PageQuality:
    """A good page of no known kind is doubtful; print needs no reading where codes speak."""
    if q.reasons == ("not_read",):
        return q
    unknown = paper is None or paper.kind == _UNKNOWN
    if unknown and q.verdict == "good":
        return replace(q, verdict="doubtful", reasons=("not_recognised",))
    if q.reasons == ("hard_to_read",) and paper and _has_codes(paper, q.page):
        return PageQuality(q.page, "good")
    return q


def _has_codes(paper: PaperRead, page: int) -> bool:
    return any(f.source in ("qr", "mrz") and f.page == page for f in paper.fields.values())
