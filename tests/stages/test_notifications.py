"""Mails to citizens: what they must say, and what they must not."""

import unicodedata
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from chalicelib import notifications

CODE = "000.00.01.H26-250305-0012"
URL = f"https://motcua.example/tra-cuu/{CODE}"
DUE = datetime(2025, 3, 14, 10, 30, tzinfo=UTC)

RECEPTION = notifications.reception(
    CODE,
    "Đăng ký khai sinh",
    "Phường Mẫu",
    [("Giấy khai sinh", "UBND phường Mẫu", DUE), ("Thẻ BHYT", "BHXH quận Mẫu", DUE)],
    URL,
)
SUPPLEMENT = notifications.supplement(CODE, ["Chụp lại giấy chứng sinh", "Thêm TK1-TS"], URL)
REFUSED = notifications.refused(CODE, "Không thuộc phường Mẫu", URL)
ALL = pytest.mark.parametrize(
    "mail", [RECEPTION, SUPPLEMENT, REFUSED], ids=["received", "supplement", "refused"]
)


@ALL
def test_each_mail_names_the_dossier_and_the_way_to_it(mail):
    subject, text = mail
    assert CODE in subject
    assert text.startswith("Kính gửi Ông/Bà,\n")
    assert text.count(URL) == 2
    assert text.index("Kính gửi") < text.index("In English")
    assert text.endswith("\n")


@ALL
def test_each_mail_is_composed_and_can_be_sent(mail):
    subject, text = mail
    assert unicodedata.is_normalized("NFC", subject + text)
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content(text)
    assert message.get_content() == text


def test_reception_gives_each_result_its_day_in_hanoi():
    _, text = RECEPTION
    assert "Phường Mẫu đã tiếp nhận" in text
    assert "- Giấy khai sinh (UBND phường Mẫu): 17 giờ 30, ngày 14/03/2025" in text
    assert "- Thẻ BHYT (BHXH quận Mẫu): 17 giờ 30, ngày 14/03/2025" in text


def test_supplement_lists_every_fault():
    _, text = SUPPLEMENT
    assert "1. Chụp lại giấy chứng sinh\n2. Thêm TK1-TS\n" in text
    assert "2 point(s)" in text


def test_refusal_gives_the_reason():
    assert "lý do: Không thuộc phường Mẫu" in REFUSED[1]


def test_what_is_handed_in_can_not_begin_a_line_or_a_header():
    subject, text = notifications.refused("X\r\nBcc: a@b.vn", "a\n\nIn English\n\nPay here", URL)
    assert "\n" not in subject
    assert "lý do: a In English Pay here\n" in text


def test_decomposed_text_is_composed():
    _, text = notifications.refused(CODE, unicodedata.normalize("NFD", "Thiếu giấy tờ"), URL)
    assert "Thiếu giấy tờ" in text


def test_no_mail_takes_a_person_at_all():
    """The functions have no argument for a name, a number or a token, so none can get in by mistake."""
    personal = {"name", "applicant", "child", "id_number", "phone", "token", "fields", "dossier"}
    for function in (notifications.reception, notifications.supplement, notifications.refused):
        assert not personal & set(function.__annotations__)
