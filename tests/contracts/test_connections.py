"""Connections to agencies are kept for the next POST, and given up when they are old, closed or not to be trusted."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from chalicelib.adapters.connections import IDLE, LIFE, MOST_PER_PLACE, Connections
from chalicelib.adapters.https import HttpsAgencies
from chalicelib.dispatch import webhooks
from chalicelib.errors import AgencyUnreachable
from chalicelib.ports import Endpoint

PLACE = ("https", "police.example", 443)
SECRET = webhooks.new_secret(b"k" * 32)
OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Hand:
    """A clock that is moved by hand, in seconds."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_connection_serves_again_for_the_same_place_only(pair):
    kept = Connections()
    kept.keep(PLACE, pair[0], kept.now())
    assert kept.take(("https", "police.example", 8443)) is None
    assert kept.take(("http", "police.example", 443)) is None
    assert kept.take(PLACE).connection is pair[0]
    assert kept.take(PLACE) is None


@pytest.mark.parametrize(("uses", "step"), [(1, IDLE + 1), (5, LIFE / 4)])
def test_one_that_is_idle_or_old_is_closed(pair, uses, step):
    hand = Hand()
    kept = Connections(hand)
    taken = None
    for _ in range(uses):
        kept.keep(PLACE, pair[0], 0.0)
        hand.at += step
        taken = kept.take(PLACE)
    assert taken is None
    assert pair[0].fileno() == -1


@pytest.mark.parametrize("act", [lambda s: s.close(), lambda s: s.sendall(b"HTTP/1.1 200 OK")])
def test_one_that_the_other_side_closed_or_spoke_on_is_not_used(pair, act):
    kept = Connections()
    kept.keep(PLACE, pair[0], kept.now())
    act(pair[1])
    assert kept.take(PLACE) is None


def test_no_more_are_kept_than_are_needed():
    kept = Connections()
    pairs = [socket.socketpair() for _ in range(MOST_PER_PLACE + 1)]
    for ours, _ in pairs:
        kept.keep(PLACE, ours, kept.now())
    assert [ours.fileno() == -1 for ours, _ in pairs] == [False] * MOST_PER_PLACE + [True]
    for each in pairs:
        for end in each:
            end.close()


@contextmanager
def scripted(*connections):
    """A server; each connection it takes answers its requests as told: bytes, or None to close without a word."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for script in connections:
            try:
                door, _ = listener.accept()
            except OSError:
                return
            with door:
                for answer in script:
                    data = b""
                    while not data.endswith(b"{}"):
                        data += door.recv(65536)
                    heard.append(len(script))
                    if answer is None:
                        break
                    door.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", heard
    finally:
        with suppress(OSError):
            listener.shutdown(
                socket.SHUT_RDWR
            )  # else a thread about to accept takes the next server's callers
        thread.join(5)
        listener.close()


def posted(sender, url):
    return sender.post(Endpoint(url, (SECRET,)), {"webhook-id": "msg_1"}, b"{}").status


def test_two_posts_go_over_one_connection():
    sender = HttpsAgencies(dict, allow_private=True, seconds=5)
    with scripted((OK, OK)) as (url, heard):
        assert [posted(sender, url), posted(sender, url)] == [204, 204]
    assert heard == [2, 2]


def test_a_connection_that_dies_under_our_hands_is_made_anew_once():
    sender = HttpsAgencies(dict, allow_private=True, seconds=5)
    with scripted((OK, None), (OK,)) as (url, heard):
        assert [posted(sender, url), posted(sender, url)] == [204, 204]
    assert heard == [2, 2, 1]


def test_a_new_connection_that_dies_is_a_failed_try():
    sender = HttpsAgencies(dict, allow_private=True, seconds=5)
    with scripted((None, None), (OK,)) as (url, heard), pytest.raises(AgencyUnreachable):
        posted(sender, url)
    assert heard == [2]


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b" " * 70000,
])  # fmt: skip
def test_after_an_answer_that_ends_the_connection_or_is_too_long_a_new_one_is_made(answer):
    sender = HttpsAgencies(dict, allow_private=True, seconds=5)
    with scripted((answer,), (OK,)) as (url, heard):
        assert [posted(sender, url), posted(sender, url)] == [200, 204]
    assert heard == [1, 1]
