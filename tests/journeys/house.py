"""A whole house for tests: a world of real SQLite and files with hand-moved clock, and agencies that can be told how
to answer. `run` works the queues off as the runner does, without waiting.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import requests
from requests import PreparedRequest

import app as doors
from chalicelib import journey, wiring
from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.mails import FileMails
from chalicelib.adapters.sandbox_payments import SandboxPayments
from chalicelib.adapters.sqlite import SqliteDossiers
from chalicelib.adapters.sqlite_queues import SqliteQueues
from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.adapters.sqlite_subscriptions import SqliteSubscriptions
from chalicelib.adapters.system import RandomIds
from chalicelib.changes import load
from chalicelib.doors.runner import handlers, work_once
from chalicelib.dossier.case import Dossier
from chalicelib.dossier.paper import Field, PageQuality, PaperRead, Reading, as_plain
from chalicelib.errors import AgencyUnreachable
from chalicelib.intake import Announced
from chalicelib.ports import AGENCIES, PICK_UP_QUEUES, QUEUES, Answer, Endpoint, World
from tests.bad_days.clock import HandClock

SECRET = "whsec_" + "bW90Y3Vh" * 5 + "bW8="
OFFICER_KEY = "khoa-cua-can-bo"


class ListedAgencies:
    """The port `Agencies`: answers as told, remembers what came."""

    def __init__(self) -> None:
        self.answers: dict[str, list[int | None]] = {}
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.absent: set[str] = set()

    def endpoint(self, agency: str) -> Endpoint | None:
        return None if agency in self.absent else Endpoint(f"http://{agency}.test/", (SECRET,))

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        agency = endpoint.url.removeprefix("http://").removesuffix(".test/")
        self.came.append((agency, headers, body))
        planned = self.answers.get(agency) or [204]
        status = planned.pop(0) if len(planned) > 1 else planned[0]
        if status is None:
            raise AgencyUnreachable
        return Answer(status)

    def ids(self, agency: str) -> list[str]:
        return [headers["webhook-id"] for name, headers, _ in self.came if name == agency]


class House:
    """The world and what tests do in it."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.store = SqliteStore(folder / "motcua.db")
        self.agencies = ListedAgencies()
        self.folder = folder
        self.blobs = FileBlobs(folder / "blobs", "http://store.test", b"s" * 32, self.clock)
        self.world = World(
            dossiers=SqliteDossiers(self.store),
            blobs=self.blobs,
            queues=SqliteQueues(self.store, self.clock, (*QUEUES, *PICK_UP_QUEUES)),
            mails=FileMails(folder / "mails"),
            agencies=self.agencies,
            subscriptions=SqliteSubscriptions(self.store),
            clock=self.clock,
            ids=RandomIds(),
            base_url="http://motcua.test",
            officers={hashlib.sha256(OFFICER_KEY.encode()).hexdigest(): "lan"},
            agency_keys={hashlib.sha256(f"khoa-{a}".encode()).hexdigest(): a for a in AGENCIES},
            payments=SandboxPayments(SECRET),
            contacts={a: (f"{a}@example.vn", f"{a}.head@example.vn") for a in AGENCIES},
            together=self.store.together,
        )
        wiring.use(self.world)

    def with_ports(self, **ports: object) -> World:
        """The same house with some ports on a bad day."""
        self.world = replace(self.world, **ports)  # type: ignore[arg-type]
        wiring.use(self.world)
        return self.world

    def open(self, procedure: str = "lien_thong_ks_tt_bhyt", ward: str = "Phường Hoàn Kiếm") -> str:
        applicant = {"name": "Nguyễn Thị Mẫu", "phone": "0900000001", "email": "mau@example.vn"}
        dossier, self.token = journey.open_dossier(
            self.world, procedure, ward, "mobile", applicant, {}
        )
        return dossier.code

    def bring(
        self, code: str, data: bytes, content_type: str = "image/jpeg", upto: int | None = None
    ) -> str:
        """Announce, send (the first `upto` parts of) and complete a file; the paper's id."""
        wish = Announced("giay.jpg", len(data), content_type, hashlib.sha256(data).hexdigest())
        _, paper = journey.announce_paper(self.world, self.dossier(code), wish, None)
        _, missing = journey.missing_parts(self.world, paper)
        for part in missing[:upto]:
            piece = data[part.offset : part.offset + part.size]
            self.put(part.url, piece, part.headers)
        if upto is None:
            journey.complete_paper(self.world, code, paper.id)
        return paper.id

    def put(self, url: str, piece: bytes, headers: dict[str, str]) -> None:
        import io

        request: PreparedRequest = requests.Request(
            "PUT", url, data=piece, headers=headers
        ).prepare()
        sent = {k.lower(): v for k, v in request.headers.items()}
        self.blobs.put_part(request.path_url, sent, io.BytesIO(piece))

    def note(
        self,
        code: str,
        paper: str,
        kind: str,
        values: dict[str, object],
        confidence: float = 0.9999,
    ) -> None:
        """As if the reader had read these values in the paper."""
        fields = {
            k: Field(v, str(v or ""), confidence, 1, (10, 10, 100, 20)) for k, v in values.items()
        }  # type: ignore[arg-type]
        reading = Reading(1, (PaperRead(kind, 0.99, (1,), fields),), (PageQuality(1, "good"),), 0.1)
        journey._note_reading(self.world, code, paper, "paper_read", {"reading": as_plain(reading)})

    def drop_reads(self) -> None:
        """Throw away the reader's messages: this test says itself what was read."""
        while taken := self.world.queues.take("papers-to-read", 10):
            for message in taken:
                self.world.queues.done("papers-to-read", message)

    def run(self, rounds: int = 60) -> None:
        """Work all queues off."""
        served = handlers(doors.app)
        for _ in range(rounds):
            journey.tick(self.world)
            if not any([work_once(self.world, q, h) for q, h in served.items()]):
                return

    def dossier(self, code: str) -> Dossier:
        return load(self.world, code)

    def letters(self) -> list[Path]:
        return sorted((self.folder / "mails").glob("*.eml"))


MOTHER = {"full_name": "TRẦN THỊ MẪU", "birth_date": "1995-04-12", "id_number": "001195000001"}
CHILD = {"full_name": "NGUYỄN AN MẪU", "birth_date": "2026-11-10", "gender": "Nữ"}

DECLARATION: dict[str, object] = {
    "authority": "Ủy ban nhân dân phường Hoàn Kiếm",
    "requester.full_name": "NGUYỄN VĂN MẪU",
    "requester.residence": "Số 1 Hàng Bạc, phường Hoàn Kiếm, thành phố Hà Nội",
    "requester.id_document": "Căn cước công dân số 001093000002",
    "requester.id_number": "001093000002",
    "requester.relationship": "Cha",
    "child.full_name": CHILD["full_name"],
    "child.birth_date": CHILD["birth_date"],
    "child.birth_date_in_words": "Ngày mười tháng mười một năm hai nghìn không trăm hai mươi sáu",
    "child.gender": CHILD["gender"],
    "child.ethnicity": "Kinh",
    "child.nationality": "Việt Nam",
    "child.birth_place": "Bệnh viện Mẫu, phường Hoàn Kiếm, thành phố Hà Nội",
    "child.hometown": "xã Mẫu, thành phố Hà Nội",
    "mother.full_name": MOTHER["full_name"],
    "mother.birth_year": 1995,
    "mother.birth_date": MOTHER["birth_date"],
    "mother.ethnicity": "Kinh",
    "mother.nationality": "Việt Nam",
    "mother.residence": "Số 1 Hàng Bạc, phường Hoàn Kiếm, thành phố Hà Nội",
    "father.full_name": "NGUYỄN VĂN MẪU",
    "father.birth_year": 1993,
    "father.birth_date": "1993-01-02",
    "father.ethnicity": "Kinh",
    "father.nationality": "Việt Nam",
    "father.residence": "Số 1 Hàng Bạc, phường Hoàn Kiếm, thành phố Hà Nội",
    "declared_at": "phường Hoàn Kiếm",
    "declared_on": "2026-11-20",
    "copies": 2,
}
BIRTH_NOTE: dict[str, object] = {
    "facility": "Bệnh viện Mẫu",
    "number": "101",
    "book": "01",
    "mother.full_name": MOTHER["full_name"],
    "mother.birth_year": 1995,
    "mother.id_number": MOTHER["id_number"],
    "mother.ethnicity": "Kinh",
    "father.full_name": "NGUYỄN VĂN MẪU",
    "child.birth_date": CHILD["birth_date"],
    "child.birth_time": "08:15",
    "child.birth_place": "Bệnh viện Mẫu",
    "child.gender": CHILD["gender"],
    "child.weight_g": 3200,
    "child.intended_name": CHILD["full_name"],
    "children_count": 1,
    "issued_on": "2026-11-12",
}
CARD: dict[str, object] = {
    **MOTHER,
    "gender": "Nữ",
    "nationality": "Việt Nam",
    "hometown": "xã Mẫu, Hà Nội",
    "residence": "Số 1 Hàng Bạc, Hoàn Kiếm, Hà Nội",
    "issued_on": "2021-05-15",
    "expires_on": "2035-04-12",
}
PAPERS = {"to_khai_khai_sinh": DECLARATION, "giay_chung_sinh": BIRTH_NOTE, "cccd": CARD}
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 200


def bring_all(house: House, code: str, **changed: dict[str, object]) -> dict[str, str]:
    """The three papers of a birth, read without fault unless `changed` says otherwise; ids by kind."""
    ids = {}
    for kind, values in PAPERS.items():
        ids[kind] = house.bring(code, JPEG + kind.encode())
        house.drop_reads()
        own = {"number": code} if kind == "giay_chung_sinh" else {}  # no two notes are the same
        house.note(code, ids[kind], kind, {**values, **own, **changed.get(kind, {})})
    return ids


def bodies(house: House) -> list[dict[str, object]]:
    """Envelopes as the agencies got them."""
    return [json.loads(body) for _, _, body in house.agencies.came]
