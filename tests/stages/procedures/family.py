"""A made-up family's papers, sure and in agreement, to be spoilt one by one by the tests."""

from dataclasses import replace

from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import Field, PageQuality, PaperRead

DECLARATION = {
    "authority": "Ủy ban nhân dân phường Hàng Bạc",
    "requester.full_name": "TRẦN THỊ HÒA",
    "requester.residence": "1 Phố Mẫu, Hàng Bạc, Hoàn Kiếm, Hà Nội",
    "requester.id_number": "001195000001",
    "requester.relationship": "Mẹ",
    "child.full_name": "LÊ THỬ AN",
    "child.birth_date": "2020-03-12",
    "child.birth_date_in_words": "Ngày mười hai tháng ba năm hai nghìn không trăm hai mươi",
    "child.gender": "Nam",
    "child.ethnicity": "Kinh",
    "child.nationality": "Việt Nam",
    "child.birth_place": "Bệnh viện Mẫu, Hà Nội",
    "child.hometown": "Hà Nội",
    "mother.full_name": "TRẦN THỊ HÒA",
    "mother.birth_year": "1995",
    "mother.ethnicity": "Kinh",
    "mother.residence": "1 Phố Mẫu, Hàng Bạc, Hoàn Kiếm, Hà Nội",
    "father.full_name": "LÊ VĂN THỬ",
    "father.birth_year": "1990",
    "declared_on": "2020-03-20",
}
NOTE = {
    "facility": "Bệnh viện Mẫu",
    "number": "12",
    "mother.full_name": "Trần Thị Hoà",
    "mother.birth_year": "1995",
    "mother.id_number": "001195000001",
    "mother.residence": "Số 1 phố Mẫu",
    "father.full_name": "Lê Văn Thử",
    "child.birth_date": "2020-03-12",
    "child.birth_time": "08:15",
    "child.birth_place": "Bệnh viện Mẫu, quận Hoàn Kiếm, Hà Nội",
    "child.gender": "Nam",
    "child.weight_g": 3200,
    "child.intended_name": "Lê Thử An",
    "children_count": 1,
    "issued_on": "2020-03-14",
}
CARD = {
    "id_number": "001195000001",
    "full_name": "Trần Thị Hòa",
    "birth_date": "1995-02-03",
    "gender": "Nữ",
    "nationality": "Việt Nam",
    "residence": "2 Phố Cũ, Hà Nội",
}
KINDS = {"to_khai_khai_sinh": DECLARATION, "giay_chung_sinh": NOTE, "cccd": CARD}
ABSENT = object()


def read(kind, changes=None, *, source="ocr", confidence=0.9999, doubtful=(), pages=(1,)):
    """A paper as read: `changes` replace values (ABSENT: not read); `doubtful` keys get a low confidence."""
    values = {**KINDS.get(kind, {}), **(changes or {})}
    fields = {
        k: Field(v, str(v or ""), 0.4 if k in doubtful else confidence, 1, source=source)
        for k, v in values.items()
        if v is not ABSENT
    }
    return PaperRead(kind, 0.98, pages, fields)


def upload(id, *papers, state="read", verdict="good", reasons=(), claimed=None):
    """An uploaded file holding these papers."""
    quality = (PageQuality(1, verdict, reasons),)
    return Paper(id, "x.jpg", 9, "image/jpeg", "0" * 64, "u", state, claimed, 1, papers, quality)


def dossier(*uploads, declared=None, procedure="khai_sinh"):
    """A dossier with these files, oldest first."""
    return Dossier(
        code="H26.00.00.70-260101-0001",
        procedure=procedure,
        ward="00061",
        channel="mobile",
        applicant={"name": "Trần Thị Hòa"},
        token_hash="",
        opened_at="2020-03-21T02:00:00.000+00:00",
        declared=declared or {},
        papers={u.id: u for u in uploads},
    )


def whole(declaration=None, note=None, card=None, **changes):
    """The three papers, each with these values changed."""
    return dossier(
        upload("p1", read("to_khai_khai_sinh", declaration)),
        upload("p2", read("giay_chung_sinh", note)),
        upload("p3", read("cccd", card, source="qr")),
        **changes,
    )


def with_paper(d, paper):
    """The dossier with one more file."""
    return replace(d, papers={**d.papers, paper.id: paper})
