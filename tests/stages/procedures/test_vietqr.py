"""The VietQR's line by published samples, an independent reader of its code, and a reader of tags written here."""

import io

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.errors import Broken
from chalicelib.procedures.vietqr import checksum, payload


def tags(text):
    """Tag → value of one level, by EMVCo's rule: two digits of tag, two of length."""
    found = {}
    while text:
        length = int(text[2:4])
        found[text[:2]] = text[4 : 4 + length]
        assert len(found[text[:2]]) == length
        text = text[4 + length :]
    return found


def crc_bit_by_bit(data):
    """CRC-16/CCITT-FALSE as its definition says, bit by bit."""
    register = 0xFFFF
    for byte in data:
        for bit in range(8):
            top = (register >> 15) ^ (byte >> (7 - bit) & 1)
            register = (register << 1 & 0xFFFF) ^ (0x1021 if top else 0)
    return register


# NAPAS's own two samples, and samples that other programs publish with their tests.
PUBLISHED = [
    "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5",
    "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
    "00020101021138530010A0000007270123000697041501091234567890208QRIBFTTA53037045802VN63046376",
    "00020101021238570010A00000072701270006970436011300710012345670208QRIBFTTA530370454068500005802VN62120808DH4821136304E529",
    "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8",  # noqa: E501
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C",  # noqa: E501
]


@pytest.mark.parametrize("line", PUBLISHED)
def test_the_checksum_is_that_of_published_samples(line):
    assert checksum(line[:-4]) == line[-4:]


def test_the_checksum_is_the_catalogued_one():
    assert checksum("123456789") == "29B1"


def test_a_whole_line_is_as_others_write_it():
    assert payload("970436", "0071001234567", 850000, "DH482113") == PUBLISHED[3]
    assert payload("970416", "257678859", 1000, "Chuyen tien") == PUBLISHED[4]
    assert payload("970415", "0011001932418", 120000, "ung ho lu lut") == PUBLISHED[5]


def test_a_drawn_code_is_read_back_by_another_program_and_its_tags_say_what_was_asked():
    line = payload("970400", "0000000000", 24000, "H26.00.00.70-261124-0001")
    drawn = io.BytesIO()
    segno.make(line, error="m").save(drawn, kind="png", scale=4, border=4)
    (read,) = zxingcpp.read_barcodes(Image.open(drawn))
    assert read.text == line and "QRCode" in str(read.format).replace(" ", "")
    told = tags(read.text)
    assert list(told) == ["00", "01", "38", "53", "54", "58", "62", "63"]
    assert (told["00"], told["01"], told["53"], told["58"]) == ("01", "12", "704", "VN")
    assert told["54"] == "24000"
    to = tags(told["38"])
    assert (to["00"], to["02"]) == ("A000000727", "QRIBFTTA")
    assert tags(to["01"]) == {"00": "970400", "01": "0000000000"}
    assert tags(told["62"]) == {"08": "H26.00.00.70-261124-0001"}
    assert f"{crc_bit_by_bit(read.text[:-4].encode()):04X}" == told["63"]


@given(
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
    st.integers(1, 10**13 - 1),
    st.from_regex(r"[A-Za-z0-9 .-]{1,25}", fullmatch=True),
)
def test_whatever_is_asked_can_be_read_again(bin, account, amount, memo):
    told = tags(payload(bin, account, amount, memo))
    assert tags(tags(told["38"])["01"]) == {"00": bin, "01": account}
    assert (int(told["54"]), tags(told["62"])["08"]) == (amount, memo)


@pytest.mark.parametrize(
    "given",
    [
        ("97040", "1", 1, "x"),
        ("９７０４００", "1", 1, "x"),
        ("970400", "", 1, "x"),
        ("970400", "1" * 20, 1, "x"),
        ("970400", "1", 0, "x"),
        ("970400", "1", -5, "x"),
        ("970400", "1", 10**13, "x"),
        ("970400", "1", 1, ""),
        ("970400", "1", 1, "lệ phí"),
        ("970400", "1", 1, "x" * 26),
    ],
)
def test_what_does_not_fit_the_form_is_never_drawn(given):
    with pytest.raises(Broken):
        payload(*given)
