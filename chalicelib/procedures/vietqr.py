"""The text of a VietQR: account, đồng and memo in; one line that every bank's app in Vietnam reads, out.

EMVCo QR for merchants (tag, two digits of length, value), with the account under NAPAS's application id, as NAPAS's
“VietQR IBFT” says. Refuses (`Broken`, for all of it comes from us) what does not fit the form.
"""

import re
from binascii import crc_hqx

from chalicelib.errors import Broken

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"  # transfer at once, around the clock, to an account
DYNAMIC = "12"  # for one payment, with its amount
DONG, VIETNAM = "704", "VN"  # ISO 4217, ISO 3166-1
LONGEST_MEMO = 25
LARGEST = 10**13 - 1


def payload(bin: str, account: str, amount_vnd: int, memo: str) -> str:
    """The line to draw as a QR code.

    `bin`: 6 digits of the bank; `account`: 1 to 19 letters and digits; `amount_vnd`: đồng, above 0; `memo`: ASCII,
    at most 25 (letters, digits, space, point, hyphen: what banks hand on).
    """
    if not re.fullmatch(r"\d{6}", bin, re.ASCII) or not re.fullmatch(r"[A-Za-z0-9]{1,19}", account):
        raise Broken("the payee's bank or account is not well formed")
    if not 0 < amount_vnd <= LARGEST or not re.fullmatch(r"[A-Za-z0-9 .-]{1,25}", memo):
        raise Broken("the amount or the memo of a VietQR is not well formed")
    bank = _tag(0, bin) + _tag(1, account)
    text = "".join(
        (
            _tag(0, "01"),
            _tag(1, DYNAMIC),
            _tag(38, _tag(0, NAPAS) + _tag(1, bank) + _tag(2, TO_ACCOUNT)),
            _tag(53, DONG),
            _tag(54, str(amount_vnd)),
            _tag(58, VIETNAM),
            _tag(62, _tag(8, memo)),
            "6304",
        )
    )
    return text + checksum(text)


def checksum(text: str) -> str:
    """CRC-16 (polynomial 1021, from FFFF) of all before it, its own tag and length included: four hex digits."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def _tag(number: int, value: str) -> str:
    return f"{number:02d}{len(value):02d}{value}"
