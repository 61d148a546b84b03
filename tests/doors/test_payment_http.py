"""A citizen pays a fee: the VietQR over HTTP, the bank's word, what stands on the status page and in the history."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import requests
from PIL import Image, ImageDraw
from typer.testing import CliRunner
from zxingcpp import read_barcodes

from chalicelib import wiring
from chalicelib.cli.main import app
from chalicelib.ports import Paid
from tests.contracts.test_payments_contract import received
from tests.doors.test_http import assert_problem


def key(house):
    return {"Authorization": f"Bearer {house.token}"}


def filed(house, procedure="ban_sao_trich_luc"):
    """A received dossier; its token is kept in the house."""
    code = received(house, procedure)
    return code, f"{house.url}/v1/dossiers/{code}/payment"


def drawn(svg):
    """The code of an SVG as a picture: its path is rows of horizontal strokes."""
    root = ElementTree.fromstring(svg)
    path = root.find(".//{*}path")
    scale = 4
    side = int(root.get("width"))
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    x = y = 0.0
    for step, numbers in re.findall(r"([Mmh])([-\d. ]+)", path.get("d")):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if step == "h":
            top = (y - 0.5) * scale
            pen.rectangle((x * scale, top, (x + values[0]) * scale - 1, top + scale - 1), fill=0)
            x += values[0]
        else:
            x, y = values if step == "M" else (x + values[0], y + values[1])
    return picture


def confirmed(house, code, amount, now=None):
    now = now or house.clock.now()
    body, headers = house.world.payments.confirm(Paid("pay-1", code, amount, now.isoformat()), now)
    return requests.post(
        f"{house.url}/v1/payments/confirmations", data=body, headers=headers, timeout=10
    )


def test_a_fee_is_shown_asked_drawn_paid_and_told(served):
    code, address = filed(served)
    before = requests.get(address, headers=key(served), timeout=10).json()
    assert (before["state"], before["amount_vnd"]) == ("due", 24000)
    assert before["items"][0]["source"] == "Thông tư 281/2016/TT-BTC"
    answer = requests.post(address, headers=key(served), timeout=10)
    assert answer.status_code == 201 and answer.json()["state"] == "asked"
    (read,) = read_barcodes(drawn(answer.json()["qr_svg"]))
    assert read.text == answer.json()["payload"] and "540524000" in read.text
    page = requests.get(f"{served.url}/tra-cuu/{code}", timeout=10).text
    assert "Chờ nộp 24.000 đ" in page
    paid = confirmed(served, code, 24000)
    assert paid.status_code == 200, paid.text
    assert paid.json()["payment"] == {"amount_vnd": 24000, "paid_vnd": 24000, "state": "paid"}
    assert "Đã nộp đủ 24.000 đ" in requests.get(f"{served.url}/tra-cuu/{code}", timeout=10).text
    whole = requests.get(f"{served.url}/v1/dossiers/{code}", headers=key(served), timeout=10).json()
    assert [e["kind"] for e in whole["history"]][-2:] == ["payment_asked", "payment_confirmed"]
    assert requests.get(address, headers=key(served), timeout=10).json()["state"] == "paid"


def test_nobody_but_the_citizen_sees_or_asks_it(served):
    _, address = filed(served)
    assert_problem(requests.get(address, timeout=10), 401, "token_wrong")
    assert_problem(requests.post(address, timeout=10), 401, "token_wrong")


def test_a_forged_word_is_refused_and_nothing_is_paid(served):
    code, address = filed(served)
    requests.post(address, headers=key(served), timeout=10)
    body, headers = served.world.payments.confirm(
        Paid("pay-1", code, 24000, ""), served.clock.now()
    )
    forged = requests.post(
        f"{served.url}/v1/payments/confirmations",
        data=body.replace(b"24000", b"99000"),
        headers=headers,
        timeout=10,
    )
    assert_problem(forged, 401, "confirmation_forged")
    assert requests.get(address, headers=key(served), timeout=10).json()["paid_vnd"] == 0


def test_errors_say_what_to_do(served):
    code, address = filed(served, "xac_nhan_hon_nhan")
    assert_problem(requests.post(address, headers=key(served), timeout=10), 409, "fee_not_known")
    assert_problem(confirmed(served, code, 5000), 409, "no_payment_asked")
    assert_problem(confirmed(served, "H26.99.99.99-200101-0001", 5000), 404, "dossier_unknown")
    _, address = filed(served, "ket_hon")
    told = requests.post(address, headers=key(served), timeout=10).json()
    assert (told["state"], told["amount_vnd"]) == ("free", 0) and "payload" not in told


def test_the_bank_can_be_played_from_the_command_line(served, tmp_path):
    served.with_ports(payments=wiring.sandbox_bank(tmp_path))
    served.clock.pass_by((datetime.now(UTC) - served.clock.now()).total_seconds())
    code, address = filed(served)
    requests.post(address, headers=key(served), timeout=10)
    words = ["pay", code, "--amount", "24000", "--server", served.url, "--data", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert requests.get(address, headers=key(served), timeout=10).json()["state"] == "paid"
    other = CliRunner().invoke(app, [*words[:-1], str(tmp_path / "other")])
    assert other.exit_code == 1
