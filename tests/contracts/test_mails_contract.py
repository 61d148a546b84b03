"""What the journey relies on in any way of sending mail."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.mails import FileMails
from chalicelib.adapters.provision import create_resources
from chalicelib.adapters.ses import SesMails
from chalicelib.errors import Broken, MailRefused
from chalicelib.ports import Mail, Mails
from tests.contracts.conftest import AWS, ONE_MACHINE, SETS, only_on

SENDER = "motcua@example.vn"
SLIP = Mail(
    "m_thu",
    "nguoi.thu@example.vn",
    "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "Kính gửi bà Nguyễn Thị Thử,\nHồ sơ đã được tiếp nhận.\n",
    (("giay-hen.pdf", "application/pdf", b"%PDF-\x00\xff"),),
)
Sent = Callable[[], list[EmailMessage]]


@pytest.fixture
def mails(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> Mails:
    if where == ONE_MACHINE:
        return FileMails(tmp_path, SENDER)
    place: AwsPlace = request.getfixturevalue("place")
    requests.post(f"{place.endpoint}/moto-api/reset", timeout=10)
    create_resources(place, "mail-table", "mail-bucket", "mail-", SENDER, ())
    return SesMails(SENDER, place)


@pytest.fixture
def sent(where: str, tmp_path: Path, mails: Mails, request: pytest.FixtureRequest) -> Sent:
    def in_folder() -> list[EmailMessage]:
        return [_parsed(path.read_bytes()) for path in tmp_path.glob("*.eml")]

    def in_moto() -> list[EmailMessage]:
        data = requests.get(f"{request.getfixturevalue('moto')}/moto-api/data.json", timeout=10)
        rows = data.json()["sesv2"]["RawMessage"] if "sesv2" in data.json() else []
        rows = rows or data.json()["ses"]["RawMessage"]
        return [_parsed(row["raw_data"].encode()) for row in rows]

    return in_folder if where == ONE_MACHINE else in_moto


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


@SETS
class TestMails:
    def test_a_mail_arrives_with_its_letters_and_its_attachment(
        self, mails: Mails, sent: Sent
    ) -> None:
        mails.send(SLIP)
        (message,) = sent()

        assert message["To"] == SLIP.to
        assert message["From"] == SENDER
        assert message["Subject"] == SLIP.subject
        body = message.get_body()
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == SLIP.text
        (slip,) = message.iter_attachments()
        assert (slip.get_filename(), slip.get_content()) == ("giay-hen.pdf", b"%PDF-\x00\xff")

    @pytest.mark.parametrize(
        "to",
        [
            "a@example.vn\r\nBcc: b@example.vn",
            "a@example.vn, b@example.vn",
            "a@example.vn b@example.vn",
            "",
            "khong-phai-dia-chi",
        ],
    )
    def test_what_is_not_one_address_is_refused(self, mails: Mails, sent: Sent, to: str) -> None:
        with pytest.raises(MailRefused) as refused:
            mails.send(Mail("m", to, "x", "y"))

        assert "example" not in str(refused.value)
        assert sent() == []

    def test_no_header_can_be_smuggled_into_the_subject(self, mails: Mails, sent: Sent) -> None:
        with pytest.raises(MailRefused):
            mails.send(Mail("m", SLIP.to, "x\nBcc: b@example.vn", "y"))
        assert sent() == []

    @pytest.mark.parametrize("name", ["a\r\nX-Evil: 1.pdf", "../a.pdf"])
    def test_no_header_or_path_can_be_smuggled_into_a_file_name(
        self, mails: Mails, sent: Sent, name: str
    ) -> None:
        with pytest.raises(MailRefused):
            mails.send(Mail("m", SLIP.to, "x", "y", ((name, "application/pdf", b""),)))
        assert sent() == []

    def test_the_same_mail_again_goes_out_once(self, where: str, mails: Mails, sent: Sent) -> None:
        only_on(where, ONE_MACHINE, "SES knows no ids of ours: a retry may send twice")
        mails.send(SLIP)
        mails.send(SLIP)

        assert len(sent()) == 1

    def test_a_sender_unknown_to_ses_is_a_fault_of_ours(
        self, where: str, mails: Mails, request: pytest.FixtureRequest
    ) -> None:
        only_on(where, AWS, "a folder takes any sender")
        stranger = SesMails("nguoi-la@example.vn", request.getfixturevalue("place"))
        with pytest.raises(Broken):
            stranger.send(SLIP)


def test_an_id_that_is_no_file_name_stays_in_the_folder(tmp_path: Path) -> None:
    mails = FileMails(tmp_path / "mails")
    mails.send(Mail("../../outside", SLIP.to, "x", "y"))

    assert [p.parent for p in tmp_path.rglob("*.eml")] == [tmp_path / "mails"]
