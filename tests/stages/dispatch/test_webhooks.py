"""Signatures against the standard's vector and its reference library; the schedule as printed."""

import base64
import json
import random
import shutil
import string
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chalicelib.dispatch import webhooks
from chalicelib.dispatch.webhooks import Verdict
from chalicelib.errors import Broken

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
NOW = datetime(2025, 3, 5, 1, 30, tzinfo=UTC)
keys = st.binary(min_size=24, max_size=64).map(webhooks.new_secret)


def signed(body=BODY, secrets=(SECRET,), at=NOW):
    return webhooks.signed_headers("msg_1", at, body, secrets)


# ---- signing -----------------------------------------------------------------------------------


def test_the_vector_that_all_reference_libraries_share():
    headers = webhooks.signed_headers(ID, AT, BODY, [SECRET])
    assert headers == {
        "content-type": "application/json",
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(body=st.binary(max_size=400), secret=keys)
@settings(max_examples=200, deadline=None)
def test_the_reference_library_accepts_what_we_sign(body, secret):
    text = json.dumps({"x": base64.b64encode(body).decode()}).encode()
    headers = webhooks.signed_headers("msg_1", datetime.now(UTC), text, [secret])
    assert Webhook(secret).verify(text, headers) == json.loads(text)


@given(body=st.text(max_size=200), secret=keys)
@settings(max_examples=100, deadline=None)
def test_we_accept_what_the_reference_library_signs(body, secret):
    signature = Webhook(secret).sign("msg_1", NOW, body)
    seconds = str(int(NOW.timestamp()))
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": signature,
    }
    assert webhooks.verify(headers, body.encode(), [secret], NOW) is Verdict.GENUINE


def test_a_time_in_hanoi_signs_the_same_second_as_in_utc():
    hanoi = NOW.astimezone(timezone(timedelta(hours=7)))
    assert signed(at=hanoi) == signed(at=NOW)


@pytest.mark.parametrize("secrets", [[], ["whsec_"], ["whsec_%%%"], ["whsec_ắ"]])
def test_no_usable_secret_is_our_fault(secrets):
    with pytest.raises(Broken):
        signed(secrets=secrets)


def test_a_time_without_zone_is_not_signed():
    with pytest.raises(Broken):
        signed(at=datetime(2025, 3, 5, 1, 30))


@pytest.mark.parametrize("size", [0, 23, 65])
def test_secrets_are_24_to_64_bytes(size):
    with pytest.raises(Broken):
        webhooks.new_secret(b"x" * size)


def test_a_secret_without_padding_works():
    padded = webhooks.new_secret(b"k" * 25)
    assert padded.endswith("=")
    assert webhooks.verify(signed(secrets=[padded]), BODY, [padded.rstrip("=")], NOW)


# ---- verifying ---------------------------------------------------------------------------------


def test_rotation_leaves_no_gap():
    old, new = webhooks.new_secret(b"o" * 32), webhooks.new_secret(b"n" * 32)
    both = signed(secrets=[new, old], at=datetime.now(UTC))
    assert len(both["webhook-signature"].split(" ")) == 2
    for held in (old, new):
        assert Webhook(held).verify(BODY, both)
    stranger = webhooks.new_secret(b"s" * 32)
    with pytest.raises(WebhookVerificationError):
        Webhook(stranger).verify(BODY, both)
    assert webhooks.verify(both, BODY, [stranger], datetime.now(UTC)) is Verdict.NOT_SIGNED_BY_US
    assert webhooks.verify(both, BODY, [stranger, old], datetime.now(UTC))


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (-301, Verdict.TOO_NEW),
        (-300, Verdict.GENUINE),
        (0, Verdict.GENUINE),
        (300, Verdict.GENUINE),
        (301, Verdict.TOO_OLD),
    ],
)
def test_five_minutes_are_tolerated_and_not_a_second_more(seconds, verdict):
    found = webhooks.verify(signed(), BODY, [SECRET], NOW + timedelta(seconds=seconds))
    assert found is verdict
    assert bool(found) is (verdict is Verdict.GENUINE)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed_and_signed(name):
    headers = signed()
    without = {k: v for k, v in headers.items() if k != name}
    assert webhooks.verify(without, BODY, [SECRET], NOW) is Verdict.HEADERS_WRONG
    other = {**headers, name: headers[name][:-1] + ("1" if headers[name][-1] != "1" else "2")}
    assert not webhooks.verify(other, BODY, [SECRET], NOW)


def test_one_other_byte_in_the_body_is_found():
    assert not webhooks.verify(signed(), BODY + b" ", [SECRET], NOW)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "v1",
        "v1,",
        ",",
        "v1,,",
        "v2,abc",
        "v1a,abc",
        "v1,ắ",
        "\x00",
        "v1,\ud800",
        " " * 9000,
        "é,é",
    ],
)
def test_broken_signatures_get_a_verdict(value):
    headers = {**signed(), "webhook-signature": value}
    assert not webhooks.verify(headers, BODY, [SECRET], NOW)


@pytest.mark.parametrize(
    "value", ["", "x", "-5", "1e9", "1.5", "٣٤", " 5", "9" * 40, "\ud800", "NaN"]
)
def test_broken_times_get_a_verdict(value):
    headers = {**signed(), "webhook-timestamp": value}
    assert not webhooks.verify(headers, BODY, [SECRET], NOW)


@pytest.mark.parametrize("seed", range(5))
def test_600_mutilated_headers_never_raise_and_never_pass(seed):
    rng = random.Random(seed)
    letters = string.printable + "ắ\ud800é\x00"
    for _ in range(120):
        headers = signed()
        name = rng.choice([n for n in headers if n.startswith("webhook")])
        chars = list(headers[name])
        for _ in range(rng.randint(1, 6)):
            chars.insert(rng.randrange(len(chars) + 1), rng.choice(letters))
            if rng.random() < 0.5:
                del chars[rng.randrange(len(chars))]
        mutilated = {**headers, name: "".join(chars)}
        genuine_left = headers["webhook-signature"] in mutilated["webhook-signature"].split(" ")
        if mutilated == headers or (name == "webhook-signature" and genuine_left):
            continue
        assert not webhooks.verify(mutilated, BODY, [SECRET], NOW), mutilated


# ---- the schedule ------------------------------------------------------------------------------


def test_ten_tries_over_75_hours_35_minutes_exactly_as_printed():
    now, waits, attempt = NOW, [], 1
    while True:
        outcome = webhooks.after(attempt, 500, None, now, 0.5)
        if outcome.state != "waiting":
            break
        waits.append((outcome.next_at - now).total_seconds())
        now, attempt = outcome.next_at, attempt + 1
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert (attempt, outcome.state, outcome.reason) == (10, "dead", "exhausted")
    assert now - NOW == timedelta(hours=75, minutes=35, seconds=5)


@given(attempt=st.integers(1, 9), spread=st.floats(0, 1))
def test_jitter_stays_within_ten_percent(attempt, spread):
    wait = webhooks.after(attempt, 500, None, NOW, spread).next_at - NOW
    assert webhooks.SCHEDULE[attempt] * 0.899 <= wait <= webhooks.SCHEDULE[attempt] * 1.101


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_delivered(status):
    assert webhooks.after(10, status, None, NOW, 0.5) == webhooks.Outcome(
        "delivered", None, "taken"
    )


@pytest.mark.parametrize("status", [100, 301, 302, 307, 308, 400, 401, 404, 422, 500, 502, 504])
def test_anything_else_is_tried_again_redirects_too(status):
    outcome = webhooks.after(1, status, None, NOW, 0.5)
    assert (outcome.state, outcome.reason) == ("waiting", "refused")
    assert webhooks.after(10, status, None, NOW, 0.5).state == "dead"


def test_nothing_answered_is_tried_again():
    assert webhooks.after(1, None, None, NOW, 0.5).reason == "unreachable"


def test_410_is_dead_at_once():
    assert webhooks.after(1, 410, None, NOW, 0.5) == webhooks.Outcome("dead", None, "gone")


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(None, 5), (0, 5), (-9, 5), (3, 5), (60, 60), (10**9, 86400)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept_to_at_most_a_day_and_never_shortens(status, asked, waits):
    outcome = webhooks.after(1, status, asked, NOW, 0.5)
    assert outcome == webhooks.Outcome("waiting", NOW + timedelta(seconds=waits), "busy")


def test_retry_after_of_another_status_changes_nothing():
    assert webhooks.after(1, 500, 9999, NOW, 0.5).next_at == NOW + timedelta(seconds=5)


def test_the_schedule_in_the_documents_is_the_one_we_keep():
    text = (Path(__file__).parents[3] / "docs" / "agencies.md").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| wait before it"))
    units = {"s": 1, "min": 60, "h": 3600}
    waits = [cell.split() for cell in row.strip("| ").split(" | ")[2:]]
    printed = [0, *(int(number) * units[unit] for number, unit in waits)]
    assert printed == [w.total_seconds() for w in webhooks.SCHEDULE]


# ---- ed25519 -----------------------------------------------------------------------------------

NODE = """
const [id, at, signature, key, body] = JSON.parse(process.argv[1]);
const { createPublicKey, verify } = require("node:crypto");
const raw = Buffer.from(key.slice(5), "base64");
const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
const content = Buffer.from(`${id}.${at}.${body}`);
console.log(verify(null, content, publicKey, Buffer.from(signature.slice(4), "base64")));
"""


def test_the_published_vector_of_v1a():
    """Standard Webhooks, asymmetric: the same event as in the vector of v1."""
    key = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc="
    at, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    headers = webhooks.signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [key])
    assert headers["webhook-signature"] == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )
    assert webhooks.verify(headers, body, [webhooks.public_key(key)], at)


def test_the_rfc_8032_key_makes_the_rfc_8032_public_key():
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    _, public = webhooks.new_key_pair(seed)
    raw = base64.b64decode(public.removeprefix("whpk_"))
    assert raw.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_node_verifies_what_we_sign_with_ed25519():
    if not shutil.which("node"):
        pytest.skip("node is not here")
    private, public = webhooks.new_key_pair(b"k" * 32)
    body = '{"tên": "Mẫu"}'
    h = webhooks.signed_headers("msg_1", NOW, body.encode(), [private])
    told = [h["webhook-id"], h["webhook-timestamp"], h["webhook-signature"], public, body]
    for sent, verdict in ((told, "true"), ([*told[:4], body + " "], "false")):
        done = subprocess.run(
            ["node", "-e", NODE, json.dumps(sent)], capture_output=True, text=True
        )
        assert done.stdout.strip() == verdict, done.stderr


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_no_malformed_signature_passes_a_public_key_or_raises(given):
    _, public = webhooks.new_key_pair(b"k" * 32)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": f"v1a,{given}",
    }
    assert not webhooks.verify(headers, b"{}", [public], NOW)
