"""What the drawers of forms share: a sheet being filled in, with the truth growing beside it.

In: a `Sheet` and a lot; out: rows of labels and values on the sheet, keys and values of `truth`. The heads,
identity lines, places and days, signatures and requests for copies of the civil-status forms are here once.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.draw.drawn import Truth
from tests.draw.ink import draw_signature, draw_stamp, draw_tick_box
from tests.draw.people import Identity, Person
from tests.draw.sheet import Label, Sheet, Value
from tests.draw.wording import say_date, say_identity, say_phone

PLEDGE = (
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan "
    "của mình.",
    "Tôi cam đoan nội dung đề nghị trên đây là đúng sự thật và chịu hoàn toàn trách nhiệm trước pháp luật về nội "
    "dung cam đoan của mình.",
)
NOTES = (
    "Chú thích:",
    "(1) Ghi rõ tên cơ quan đăng ký.",
    "(2) Ghi theo nơi đăng ký thường trú; không có thì ghi nơi tạm trú, không có cả hai thì ghi nơi đang sinh sống.",
    "(3) Ghi rõ loại giấy tờ, số, cơ quan cấp, ngày cấp; ví dụ: Căn cước công dân số 001089000999 do Cục Cảnh sát "
    "QLHC về TTXH cấp ngày 20/11/2021.",
)


@dataclass(slots=True)
class Filling:
    sheet: Sheet
    rng: Random
    truth: Truth = field(default_factory=dict)
    own_papers: str = "tùy thân"

    def __post_init__(self) -> None:
        self.own_papers = self.rng.choice(("tùy thân", "tùy thân", "tuỳ thân"))

    # --- values ----------------------------------------------------------------------------
    def value(self, key: str, text: str | None, share: float = 1.0, least: int = 0) -> Value:
        self.truth[key] = text
        return Value(key, text or "", share, least)

    def other(self, text: str | None, share: float = 1.0, least: int = 0) -> Value:
        """A printed value that the list of fields doesn't know."""
        return Value("other", text or "", share, least)

    def name(self, key: str, text: str | None, share: float = 1.0) -> Value:
        return self.value(
            key, text.upper() if text and self.sheet.style.names_upper else text, share
        )

    def day(self, key: str, day: date | None, keeps: str = "day", share: float = 1.0) -> Value:
        """A day in one slot; `keeps`: day, month or year, as much of it as the paper says."""
        if day is None:
            return self.value(key, None, share)
        form = {"month": "%m/%Y", "year": "%Y"}.get(keeps)
        text = day.strftime(form) if form else say_date(day, self.sheet.style.date_form)
        self.truth[key] = day.isoformat()[: {"month": 7, "year": 4}.get(keeps, 10)]
        return Value(key, text, share)

    def slots(self, key: str, day: date | None, lead: str = "ngày") -> tuple[Label | Value, ...]:
        """`ngày … tháng … năm …`, each with its own leaders."""
        self.truth[key] = day and day.isoformat()
        texts = (f"{day:%d}", f"{day:%m}", f"{day:%Y}") if day else ("", "", "")
        words = (lead, "tháng", "năm")
        pairs = [(Label(w), Value(key, t, 0.15, 70)) for w, t in zip(words, texts, strict=True)]
        return tuple(part for pair in pairs for part in pair)

    def clock(self, key: str, time: str | None) -> tuple[Label | Value, ...]:
        """`… giờ … phút`."""
        self.truth[key] = time
        hour, minute = (time or ":").split(":")
        return (
            Value(key, hour, 0.15, 80), Label("giờ"), Value(key, minute, 0.15, 80), Label("phút,"),
        )  # fmt: skip

    def phone(self, key: str, number: str | None, share: float = 1.0) -> Value:
        self.truth[key] = number
        return Value(key, say_phone(number, self.rng) if number else "", share)

    def identity(self, who: str, paper: Identity | None, keeps_number: bool = True) -> Value:
        """The whole string of an identity paper, and what it says."""
        key = f"{who}.id_document"
        if paper is None:
            if keeps_number:
                self.truth[f"{who}.id_number"] = None
            return self.value(key, None)
        text, full = say_identity(paper, self.rng)
        if keeps_number:
            self.truth[f"{who}.id_number"] = paper.number
        if full:
            self.truth[f"{who}.id_issued_on"] = paper.issued_on.isoformat()
            self.truth[f"{who}.id_issued_by"] = paper.issued_by
        return self.value(key, text)

    # --- rows ------------------------------------------------------------------------------
    def line(self, label: str, value: Value, mark: str = "", bold: bool = False) -> None:
        heavy = bold and self.sheet.style.heads_bold
        label = label.replace("tùy thân", self.own_papers)
        self.sheet.row(Label(label, "Bold" if heavy else "Regular", mark), value)

    def ask(self, text: str) -> None:
        weight = "Bold" if self.sheet.style.heads_bold else "Regular"
        self.sheet.row(Label(text, weight), indent=self.rng.choice((0, 90)))

    def trio(self, who: str, person: Person | None, first: str = "gender") -> None:
        """Sex (or year of birth), ethnicity, nationality on one line."""
        label, text = ("Giới tính:", person and person.gender)
        if first == "birth_year":
            label, text = "Năm sinh:", person and str(person.birth_date.year)
        self.sheet.row(
            Label(label), self.value(f"{who}.{first}", text, least=240),
            Label("Dân tộc:"), self.value(f"{who}.ethnicity", person and person.ethnicity, least=240),
            Label("Quốc tịch:"), self.value(f"{who}.nationality", person and person.nationality, least=240),
        )  # fmt: skip

    def maybe(self, text: str | None, blank: float) -> str | None:
        return None if self.rng.random() < blank else text

    # --- heads -----------------------------------------------------------------------------
    def head(self, title: str, under: str = "") -> None:
        sheet, rng, size = self.sheet, self.rng, self.sheet.style.size
        sheet.centre(
            rng.choice(("CỘNG HÒA", "CỘNG HÒA", "CỘNG HOÀ")) + " XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        )
        sheet.centre("Độc lập - Tự do - Hạnh phúc", rule=rng.choice((1.0, 0.6)))
        sheet.y += size * rng.uniform(0.5, 1.1)
        self.title(title, under)

    def title(self, title: str, under: str = "", scale: float = 1.15) -> None:
        sheet, size = self.sheet, self.sheet.style.size
        big = int(size * self.rng.choice((1.0, scale)))
        width = sheet.style.right - sheet.style.left
        for text in split_to_width(sheet, title, "Bold", big, width):
            sheet.centre(text, size=big)
        if under:
            weight = self.rng.choice(("Bold", "Regular"))
            sheet.centre(under, weight, size)
        sheet.y += size * self.rng.uniform(0.3, 0.9)

    def letterhead(self, lines: list[str], key: str = "") -> float:
        """The office at the left, the republic at the right; gives the y under both."""
        sheet, small = self.sheet, int(self.sheet.style.size * 0.82)
        top, width = sheet.y, sheet.style.right - sheet.style.left
        sheet.centre("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=small, x=0.72)
        sheet.centre("Độc lập - Tự do - Hạnh phúc", size=small, x=0.72, rule=0.9)
        low, sheet.y = sheet.y, top
        for i, line in enumerate(lines):
            weight = "Bold" if i == len(lines) - 1 else "Regular"
            for text in split_to_width(sheet, line, weight, small, width * 0.38):
                if key and i == len(lines) - 1:
                    self._box_centred(key, text, weight, small, 0.2)
                sheet.centre(text, weight, small, x=0.2)
        return max(low, sheet.y)

    def _box_centred(self, key: str, text: str, weight: str, size: int, x: float) -> None:
        sheet, face = self.sheet, self.sheet.face(weight, size)
        at = sheet.style.left + (sheet.style.right - sheet.style.left) * x
        sheet.mark_box(key, (at - face.getlength(text) / 2, sheet.y), text, face)

    # --- ends ------------------------------------------------------------------------------
    def pledge(self, texts: tuple[str, ...] = PLEDGE) -> None:
        self.sheet.paragraph(self.rng.choice(texts), indent=90)

    def made_at(self, place: str | None, day: date | None, known_place: bool = True) -> None:
        style = self.sheet.style
        width = style.right - style.left
        indent = int(width * self.rng.choice((0.0, 0.12, 0.3)))
        at = self.value("declared_at", place) if known_place else self.other(place)
        parts = (Label("Làm tại:"), at, *self.slots("declared_on", day, ", ngày"))
        self.sheet.row(
            *parts, indent=indent if self.sheet.fits(*parts, width=width - indent) else 0
        )

    def sign(self, *signers: tuple[str, str, str], stamp: str = "") -> None:
        """Columns of (who, how, name) with a scrawl over each name; a stamp over the last one."""
        sheet, style = self.sheet, self.sheet.style
        top, width, n = sheet.y, style.right - style.left, len(signers)
        for i, (who, how, name) in enumerate(signers):
            sheet.y, x = top, (i + 0.5) / n if n > 1 else 0.74
            scale = 1.0 if n < 3 else 0.72
            for text in split_to_width(
                sheet,
                who,
                "Bold",
                int(style.size * scale),
                width * 0.46 if n < 3 else width / n - 20,
            ):
                sheet.centre(text, size=int(style.size * scale), x=x)
            sheet.centre(how, "Italic", int(style.size * 0.86 * scale), x=x)
            sheet.y += style.size * 0.5
            if name:
                draw_signature(sheet, style.left + width * x, sheet.y, self.rng)
                sheet.y += style.size * 3
                sheet.centre(name, "Regular", int(style.size * scale), x=x)
        sheet.y = top + style.size * 7.4
        if stamp:
            x = (n - 0.5) / n if n > 1 else 0.74
            draw_stamp(
                sheet, style.left + width * x - 150, sheet.y - style.size * 3, stamp, self.rng
            )

    def copies(self, wanted: int | None) -> None:
        """`Đề nghị cấp bản sao: Có ☐, Không ☐`, and how many."""
        sheet, face, x = self.sheet, self.sheet.face(), float(self.sheet.style.left)
        refused = wanted is None and self.rng.random() < 0.7  # else neither box is ticked
        words = (
            ("Đề nghị cấp bản sao:", None), ("Có", wanted is not None), (", Không", refused),
        )  # fmt: skip
        for text, ticked in words:
            sheet.pen.text((x, sheet.y), text, font=face, fill=(10, 10, 10))
            x += face.getlength(text + " ")
            if ticked is not None:
                x = draw_tick_box(sheet, x, ticked)
        sheet.y += sheet.step
        text = f"{wanted:02d}" if wanted else None
        right = sheet.style.left + int(face.getlength("Số lượng: bản")) + 330
        sheet.row(Label("Số lượng:"), self.value("copies", text), Label("bản"), right=right)
        self.truth["copies"] = wanted

    def notes(self, texts: tuple[str, ...] = NOTES) -> None:
        """The form's own footnotes, where they fit."""
        sheet, size = self.sheet, self.sheet.style.size
        if sheet.style.footnotes and sheet.y + size * 7 < sheet.size[1] - 60:
            sheet.pen.line((sheet.style.left, sheet.y, sheet.style.left + 500, sheet.y), "black", 2)
            for text in texts:
                sheet.paragraph(text, "Italic", int(size * 0.74))


def split_to_width(sheet: Sheet, text: str, weight: str, size: int, width: float) -> list[str]:
    """Break a heading into lines no wider than `width` pixels."""
    face, lines = sheet.face(weight, size), [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], joined] if face.getlength(joined) <= width else [*lines, word]
    return [line for line in lines if line]
