"""Payments without money: the port's sandbox. A made-up account, and confirmations signed with a secret of ours.

`confirm` plays the bank: it makes the signed word that a real provider would send. Signatures are those of Standard
Webhooks 1.0.0. Refuses (`ConfirmationForged`) what is not signed so, or is more than five minutes off.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from chalicelib.errors import ConfirmationForged
from chalicelib.ports import Paid, Payee

TOLERANCE = 300.0  # seconds; the standard's word on replays
PREFIX = "whsec_"
# 970400 is no bank: nothing can be sent there
PAYEE = Payee("970400", "0000000000", "TAI KHOAN THU NGHIEM")


class SandboxPayments:
    """The port `Payments` on one machine and in tests. `secret`: `whsec_` and base64."""

    def __init__(self, secret: str, payee: Payee = PAYEE) -> None:
        self._key = base64.b64decode(secret.removeprefix(PREFIX))
        self._payee = payee

    def payee(self, unit: str) -> Payee:
        """The one account of the sandbox, whatever the unit."""
        return self._payee

    def confirmed(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Paid:
        """What the body says was paid, once its signature is found right."""
        id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        given = [s.removeprefix("v1,") for s in headers.get("webhook-signature", "").split()]
        expected = self._signature(id, sent_at, body)
        is_ours = any(hmac.compare_digest(expected.encode(), g.encode()) for g in given)
        if not is_ours or not sent_at.isdecimal() or _off(now, sent_at) > TOLERANCE:
            raise ConfirmationForged
        return _paid(body)

    def confirm(self, paid: Paid, now: datetime) -> tuple[bytes, dict[str, str]]:
        """The bank's part: body and headers that say so much was paid."""
        body = json.dumps(
            {
                "id": paid.id,
                "dossier": paid.dossier,
                "amount_vnd": paid.amount_vnd,
                "paid_at": paid.at,
            }
        ).encode()
        sent_at = str(int(now.timestamp()))
        return body, {
            "content-type": "application/json",
            "webhook-id": paid.id,
            "webhook-timestamp": sent_at,
            "webhook-signature": f"v1,{self._signature(paid.id, sent_at, body)}",
        }

    def _signature(self, id: str, sent_at: str, body: bytes) -> str:
        signed = b".".join((id.encode(), sent_at.encode(), body))
        return base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()


def _off(now: datetime, sent_at: str) -> float:
    return abs(now.timestamp() - int(sent_at))


def _paid(body: bytes) -> Paid:
    try:
        d = json.loads(body)
        paid = Paid(str(d["id"]), str(d["dossier"]), d["amount_vnd"], str(d["paid_at"]))
    except (ValueError, KeyError, TypeError) as e:
        raise ConfirmationForged from e
    if type(paid.amount_vnd) is not int or paid.amount_vnd <= 0:
        raise ConfirmationForged
    return paid
