"""Fees: what a dossier costs, the request that the citizen pays by VietQR, and the provider's word that it was paid.

All of it stands in the dossier's history: `payment_asked`, `payment_confirmed`. Amounts are data
(`procedures/fees.py`). A fee of 0 asks for nothing. An amount that nobody has told us is not guessed
(`FeeNotKnown`). Paying stops no other step.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib import handover
from chalicelib.changes import NOTHING, Change, change, load
from chalicelib.dossier.case import Dossier
from chalicelib.dossier.states import State
from chalicelib.errors import FeeNotKnown, MoveNotAllowed, NoPaymentAsked, PaymentsNotOffered
from chalicelib.ports import Payments, World
from chalicelib.procedures import fees, merge, vietqr
from chalicelib.procedures.catalogue import Procedure

CHANNELS = {"mobile": "online", "desk": "desk", "archive": "desk"}
RECEIVED = frozenset({State.VERIFIED, State.HANDED_OVER, State.COMPLETED})


def ask_payment(world: World, code: str) -> Dossier:
    """The dossier with a payment request, if it costs anything; asked again: the same request.

    Raises:
        MoveNotAllowed: it is not received yet, so that nobody knows whether the fee will be due.
        FeeNotKnown: the amount is the council's, and we do not have it.
        PaymentsNotOffered: no provider is joined here.
    """

    def decide(dossier: Dossier) -> Change:
        if dossier.state not in RECEIVED:
            raise MoveNotAllowed(state=dossier.state.value)
        due, amount = fees_of(dossier)
        if amount is None:
            raise FeeNotKnown
        if dossier.payment or amount == 0:
            return NOTHING
        return [("payment_asked", _request(offered(world), dossier, due, amount))], ()

    return change(world, code, decide, "citizen")


def note_payment(world: World, body: bytes, headers: Mapping[str, str]) -> Dossier:
    """The dossier with what the provider says was paid. The same word again changes nothing.

    What was paid is written down whatever it is; `paid` is the request once it is covered.

    Raises:
        ConfirmationForged: not signed by the provider, or too old.
        NoPaymentAsked: this dossier waits for no payment.
    """
    paid = offered(world).confirmed(body, headers, world.clock.now())

    def decide(dossier: Dossier) -> Change:
        if dossier.payment is None:
            raise NoPaymentAsked
        if paid.id in dossier.payment["paid_by"]:
            return NOTHING
        facts = {"id": paid.id, "amount_vnd": paid.amount_vnd, "paid_at": paid.at}
        return [("payment_confirmed", facts)], ()

    return change(world, paid.dossier, decide, "payments")


def standing(world: World, code: str) -> dict[str, Any]:
    """How the dossier stands with its fee, before a request too: each part, the sum, what is paid, the QR's line.

    `amount_vnd` None: not known here, an officer says it. `state`: free, unknown, due, asked, partly_paid, paid.
    """
    dossier = load(world, code)
    due, amount = fees_of(dossier)
    told = {"items": [_item(a) for a in due], "amount_vnd": amount, "paid_vnd": 0}
    if dossier.payment:
        kept = ("items", "amount_vnd", "paid_vnd", "state", "payload", "payee")
        return {k: dossier.payment[k] for k in kept}
    return {**told, "state": {None: "unknown", 0: "free"}.get(amount, "due")}


def fees_of(dossier: Dossier) -> tuple[list[fees.Amount], int | None]:
    """The fees of this dossier by its day, place and channel, how many by what its papers say; and their sum.

    The sum is None if an amount is not known, or if it is still open whether a fee holds (late or not).
    """
    rules = handover.rules_of(dossier)
    outcomes = {f["rule"]: f["outcome"] for f in dossier.findings}
    is_open = any(outcomes.get(r) == "inconclusive" for fee in rules.fees for r in fee.when)
    failed = [rule for rule, outcome in outcomes.items() if outcome == "failed"]
    how_many = _quantities(rules, dossier)
    channel = CHANNELS[dossier.channel]
    due = fees.amounts_due(rules, _province(dossier), channel, how_many, failed)
    return due, None if is_open else fees.total(due)


def offered(world: World) -> Payments:
    """The provider. Raises PaymentsNotOffered."""
    if world.payments is None:
        raise PaymentsNotOffered
    return world.payments


def _province(dossier: Dossier) -> str:
    """H26 of a unit's code such as `H26.00.00.70` or `000.00.70.H26`."""
    found = re.search(r"[A-Z]\d{2}", handover.ward_of(dossier).unit_code)
    return found[0] if found else "*"


def _quantities(rules: Procedure, dossier: Dossier) -> dict[str, int]:
    """Pages as received, and numbers that the papers state for sure."""
    fields = merge.merged(rules, dossier)
    wanted = {f.quantity for f in rules.fees if f.quantity}
    stated = {k: fields[k].field.value for k in wanted if k in fields}
    pages = max(1, sum(p.pages for p in dossier.live_papers()))
    return {"page": pages, **{k: v for k, v in stated.items() if isinstance(v, int) and v > 0}}


def _request(
    provider: Payments, dossier: Dossier, due: Sequence[fees.Amount], amount: int
) -> dict[str, Any]:
    payee = provider.payee(handover.ward_of(dossier).unit_code)
    memo = (
        dossier.code if len(dossier.code) <= vietqr.LONGEST_MEMO else dossier.code.replace(".", "")
    )
    return {
        "items": [_item(a) for a in due],
        "amount_vnd": amount,
        "payee": asdict(payee),
        "memo": memo,
        "payload": vietqr.payload(payee.bin, payee.account, amount, memo),
    }


def _item(a: fees.Amount) -> dict[str, Any]:
    told = {"id": a.id, "title": a.title[0], "title_en": a.title[1]}
    return {**told, "quantity": a.quantity, "total_vnd": a.total_vnd, "source": a.source}
