"""What an agency's answer to a webhook says: received, or nothing that counts."""

import json

import pytest

from chalicelib.dispatch import words


@pytest.mark.parametrize(
    ("number", "kept"),
    [("7/CA", "7/CA"), (" 7 ", "7"), ("", None), ("x" * 61, None), ("a\nb", None), (7, None), (None, None)],
)  # fmt: skip
def test_received_may_name_a_number_of_the_agencys_own(number, kept):
    body = json.dumps({"status": "received", "number": number}).encode()
    assert words.received(body) == {"number": kept}


@pytest.mark.parametrize(
    "body",
    [b"", b"OK", b"[]", b'"received"', b'{"status": "refused"}', b"\xff", b"[" * 1000,
     b'{"status": "received"}' + b" " * 1024],
)  # fmt: skip
def test_anything_else_says_nothing(body):
    assert words.received(body) is None


def test_the_digest_tells_words_apart():
    one, other = {"number": "1"}, {"number": "2"}
    assert words.digest("received", one) == words.digest("received", dict(one))
    assert words.digest("received", one) != words.digest("received", other)
