"""A fee asked, paid and confirmed: the same on both stores, and the sandbox believes nobody but its bank."""

import base64
import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from chalicelib import journey, payments
from chalicelib.adapters.sandbox_payments import SandboxPayments
from chalicelib.changes import change, load
from chalicelib.dossier.case import broken_link
from chalicelib.errors import (
    ConfirmationForged,
    FeeNotKnown,
    MoveNotAllowed,
    NoPaymentAsked,
    PaymentsNotOffered,
)
from chalicelib.ports import Paid
from tests.contracts.conftest import SETS
from tests.journeys.house import JPEG, House

SECRET = "whsec_" + base64.b64encode(b"khoa-thu-nghiem-cua-ngan-hang-mau").decode()
BANK = SandboxPayments(SECRET)
_ids = itertools.count(1)


@pytest.fixture
def house(dossiers, tmp_path):
    house = House(tmp_path / "house") if (tmp_path / "house").mkdir() is None else None
    house.with_ports(dossiers=dossiers, payments=BANK)
    return house


def received(house, procedure="ban_sao_trich_luc", copies=3, findings=(), channel="mobile"):
    """A dossier that an officer's desk has received, as far as fees care."""
    applicant = {"name": "Nguyễn Thị Mẫu"}
    opened, house.token = journey.open_dossier(
        house.world, procedure, "Phường Hoàn Kiếm", channel, applicant, {}
    )
    code = opened.code
    paper = house.bring(code, JPEG + str(next(_ids)).encode())
    house.note(code, paper, "to_khai_ban_sao_trich_luc", {"copies": copies})
    drafts = [
        ("submitted", {}),
        ("checked", {"findings": [f.copy() for f in findings]}),
        ("verified", {"received_at": opened.opened_at, "results": [], "deliveries": []}),
    ]
    change(house.world, code, lambda _: (drafts, ()), "officer:lan")
    return code


def finding(rule, outcome):
    return {"rule": rule, "outcome": outcome, "paths": [], "message": ["", ""], "warning": True}


def word(house, code, amount, id=None):
    now = house.clock.now()
    return BANK.confirm(Paid(id or f"pay-{next(_ids)}", code, amount, now.isoformat()), now)


@SETS
def test_a_fee_is_asked_once_and_paid(house):
    code = received(house)
    assert payments.standing(house.world, code)["state"] == "due"
    asked = journey.ask_payment(house.world, code).payment
    assert asked["amount_vnd"] == 24000 and asked["memo"] == code
    assert journey.ask_payment(house.world, code).payment == asked
    body, headers = word(house, code, 24000)
    paid = journey.note_payment(house.world, body, headers).payment
    assert (paid["state"], paid["paid_vnd"]) == ("paid", 24000)
    journey.note_payment(house.world, body, headers)
    assert load(house.world, code).payment == paid
    history = house.world.dossiers.history(code)
    kinds = [e.kind for e in history]
    assert kinds.count("payment_asked") == kinds.count("payment_confirmed") == 1
    assert [e.actor for e in history if e.kind == "payment_confirmed"] == ["payments"]
    assert broken_link(history) is None


@SETS
def test_a_part_is_written_down_and_the_rest_still_asked(house):
    code = received(house, copies=2)
    journey.ask_payment(house.world, code)
    journey.note_payment(house.world, *word(house, code, 6000))
    standing = payments.standing(house.world, code)
    assert (standing["state"], standing["paid_vnd"], standing["amount_vnd"]) == (
        "partly_paid",
        6000,
        16000,
    )
    journey.note_payment(house.world, *word(house, code, 10000))
    assert payments.standing(house.world, code)["state"] == "paid"


@SETS
def test_a_fee_of_nothing_asks_for_nothing(house):
    code = received(house, "ket_hon")
    assert journey.ask_payment(house.world, code).payment is None
    assert payments.standing(house.world, code)["state"] == "free"
    with pytest.raises(NoPaymentAsked):
        journey.note_payment(house.world, *word(house, code, 1000))
    assert "payment_asked" not in [e.kind for e in house.world.dossiers.history(code)]


@pytest.fixture
def alone(tmp_path):
    house = House(tmp_path)
    house.with_ports(payments=BANK)
    return house


def test_an_amount_nobody_told_us_is_not_guessed(alone):
    code = received(alone, "xac_nhan_hon_nhan")
    assert payments.standing(alone.world, code)["state"] == "unknown"
    with pytest.raises(FeeNotKnown):
        journey.ask_payment(alone.world, code)


@pytest.mark.parametrize(
    ("outcome", "state"), [("passed", "free"), ("failed", "unknown"), ("inconclusive", "unknown")]
)
def test_whether_it_is_late_decides_and_an_open_question_is_no_answer(alone, outcome, state):
    code = received(alone, "khai_sinh", findings=[finding("registered_within_60_days", outcome)])
    assert payments.standing(alone.world, code)["state"] == state


@pytest.mark.parametrize(("channel", "amount"), [("mobile", 10000), ("desk", 20000)])
def test_online_costs_what_the_circular_says_of_online(alone, channel, amount):
    code = received(alone, "thuong_tru", channel=channel)
    assert journey.ask_payment(alone.world, code).payment["amount_vnd"] == amount


def test_pages_are_those_that_came(alone):
    code = received(alone, "chung_thuc_ban_sao")
    assert journey.ask_payment(alone.world, code).payment["amount_vnd"] == 2000


def test_nothing_is_asked_before_the_dossier_is_received(alone):
    with pytest.raises(MoveNotAllowed):
        journey.ask_payment(alone.world, alone.open("ban_sao_trich_luc"))


def test_without_a_provider_it_says_so(alone):
    code = received(alone)
    alone.with_ports(payments=None)
    with pytest.raises(PaymentsNotOffered):
        journey.ask_payment(alone.world, code)
    with pytest.raises(PaymentsNotOffered):
        journey.note_payment(alone.world, b"{}", {})


NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
PAID = Paid("pay-7", "H26.00.00.70-261124-0001", 24000, "2026-11-24T10:00:00+07:00")


def test_what_the_standards_own_library_signs_is_believed():
    body, _ = BANK.confirm(PAID, NOW)
    signature = Webhook(SECRET).sign("pay-7", NOW, body.decode())
    headers = {
        "webhook-id": "pay-7",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": f"v1,AAAA {signature}",
    }
    assert BANK.confirmed(body, headers, NOW) == PAID


def test_what_the_sandbox_signs_the_standards_own_library_believes():
    now = datetime.now(UTC)
    body, headers = BANK.confirm(PAID, now)
    assert Webhook(SECRET).verify(body.decode(), headers)["amount_vnd"] == 24000


BODY, HEADERS = BANK.confirm(PAID, NOW)
FORGED = {
    "nothing": (b"{}", {}),
    "other amount": (BODY.replace(b"24000", b"94000"), HEADERS),
    "other id": (BODY, {**HEADERS, "webhook-id": "pay-8"}),
    "no signature": (BODY, {**HEADERS, "webhook-signature": ""}),
    "odd letters": (BODY, {**HEADERS, "webhook-signature": "v1,é"}),
    "time moved": (BODY, {**HEADERS, "webhook-timestamp": str(int(NOW.timestamp()) + 1)}),
    "other bank": SandboxPayments("whsec_" + base64.b64encode(b"x" * 32).decode()).confirm(PAID, NOW),
    "nothing paid": BANK.confirm(replace(PAID, amount_vnd=0), NOW),
    "less than nothing": BANK.confirm(replace(PAID, amount_vnd=-24000), NOW),
    "no number": BANK.confirm(replace(PAID, amount_vnd="24000"), NOW),
    "yes": BANK.confirm(replace(PAID, amount_vnd=True), NOW),
}  # fmt: skip


@pytest.mark.parametrize("how", sorted(FORGED))
def test_what_is_not_signed_by_the_bank_is_refused(how):
    with pytest.raises(ConfirmationForged):
        BANK.confirmed(*FORGED[how], NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_word_said_again_is_refused(seconds):
    late = datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)
    with pytest.raises(ConfirmationForged):
        BANK.confirmed(BODY, HEADERS, late)
