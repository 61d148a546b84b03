"""What the journey and its clients rely on in any store of bytes."""

import random
from collections.abc import Callable
from hashlib import sha256

import pytest

from chalicelib.adapters.parts import PART_BYTES
from chalicelib.errors import BlobUnknown, Broken, PartsMissing, UploadRefused
from chalicelib.ports import Blobs, PartAddress, Stored
from tests.contracts.conftest import ONE_MACHINE, SETS, only_on
from tests.contracts.people_at_work import at_once

KEY = "originals/p_thu"
DATA = random.Random(7).randbytes(2 * PART_BYTES + 1000)  # three parts
WHOLE = Stored(len(DATA), sha256(DATA).hexdigest())
Send = Callable[[PartAddress, bytes], bool]
Fetch = Callable[[str], tuple[bytes, str]]


def begun(blobs: Blobs, data: bytes = DATA) -> str:
    return blobs.begin(KEY, len(data), "image/jpeg")


def send_parts(
    blobs: Blobs, send: Send, upload: str, *numbers: int, data: bytes = DATA
) -> list[bool]:
    addresses = blobs.addresses(KEY, upload, len(data), numbers)
    return [send(a, data[a.offset : a.offset + a.size]) for a in addresses]


@SETS
class TestUploads:
    def test_parts_are_joined_in_order_whatever_order_they_came_in(
        self, blobs: Blobs, send: Send
    ) -> None:
        upload = begun(blobs)
        assert send_parts(blobs, send, upload, 3, 1, 2) == [True] * 3

        assert blobs.complete(KEY, upload, len(DATA)) == WHOLE
        assert blobs.read(KEY) == DATA

    def test_a_file_smaller_than_a_part(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs, b"small")
        send_parts(blobs, send, upload, 1, data=b"small")

        assert blobs.complete(KEY, upload, 5).sha256 == sha256(b"small").hexdigest()

    def test_a_client_that_comes_back_sends_only_what_is_missing(
        self, blobs: Blobs, send: Send
    ) -> None:
        upload = begun(blobs)
        assert blobs.parts(KEY, upload, len(DATA)) == []
        send_parts(blobs, send, upload, 1, 3)
        assert blobs.parts(KEY, upload, len(DATA)) == [1, 3]
        with pytest.raises(PartsMissing) as missing:
            blobs.complete(KEY, upload, len(DATA))
        assert missing.value.facts == {"missing": "2"}
        send_parts(blobs, send, upload, 2)

        assert blobs.complete(KEY, upload, len(DATA)) == WHOLE

    def test_nothing_can_be_read_before_completion(self, blobs: Blobs, send: Send) -> None:
        send_parts(blobs, send, begun(blobs), 1, 2, 3)
        with pytest.raises(BlobUnknown):
            blobs.read(KEY)

    def test_a_part_sent_again_replaces_the_first(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs)
        send_parts(blobs, send, upload, 1, data=bytes(len(DATA)))
        send_parts(blobs, send, upload, 1, 2, 3)

        assert blobs.complete(KEY, upload, len(DATA)) == WHOLE

    def test_of_a_single_part_sent_twice_one_is_told_truly(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs, b"right")
        send_parts(blobs, send, upload, 1, data=b"first")
        is_replaced = send_parts(blobs, send, upload, 1, data=b"right") == [True]
        stored = blobs.complete(KEY, upload, 5)

        assert blobs.read(KEY) == stored.head == (b"right" if is_replaced else b"first")
        assert stored.sha256 == sha256(stored.head).hexdigest()

    def test_completing_again_gives_the_same_answer(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs)
        send_parts(blobs, send, upload, 1, 2, 3)
        first = blobs.complete(KEY, upload, len(DATA))

        assert blobs.complete(KEY, upload, len(DATA)) == first
        assert blobs.parts(KEY, upload, len(DATA)) == [1, 2, 3]

    def test_eight_calls_complete_the_same_upload(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs)
        send_parts(blobs, send, upload, 1, 2, 3)

        assert at_once(lambda _: blobs.complete(KEY, upload, len(DATA))) == [WHOLE] * 8

    def test_a_part_sent_too_late_is_not_taken(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs, b"right")
        send_parts(blobs, send, upload, 1, data=b"right")
        address = blobs.addresses(KEY, upload, 5, [1])[0]
        blobs.complete(KEY, upload, 5)

        assert not send(address, b"wrong")
        assert blobs.read(KEY) == b"right"

    def test_an_abandoned_upload_is_gone(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs)
        send_parts(blobs, send, upload, 1, 2, 3)
        blobs.abandon(KEY, upload)
        blobs.abandon(KEY, upload)
        for use in (blobs.complete, blobs.parts):
            with pytest.raises(BlobUnknown):
                use(KEY, upload, len(DATA))

    def test_addresses_tell_what_to_send(self, blobs: Blobs) -> None:
        addresses = blobs.addresses(KEY, begun(blobs), len(DATA), [1, 2, 3])

        spans = [(a.number, a.offset, a.size) for a in addresses]
        assert spans == [
            (1, 0, PART_BYTES),
            (2, PART_BYTES, PART_BYTES),
            (3, 2 * PART_BYTES, 1000),
        ]

    @pytest.mark.parametrize("number", [0, 4, -1])
    def test_a_part_that_the_file_does_not_have_gets_no_address(
        self, blobs: Blobs, number: int
    ) -> None:
        upload = begun(blobs)
        with pytest.raises(UploadRefused):
            blobs.addresses(KEY, upload, len(DATA), [number])

    def test_a_part_of_another_length_does_not_count(
        self, where: str, blobs: Blobs, send: Send
    ) -> None:
        upload = begun(blobs, b"right")
        address = blobs.addresses(KEY, upload, 5, [1])[0]
        taken = send(address, b"too long")
        if where == ONE_MACHINE:  # S3 refuses it too; moto takes it: it checks no signed header
            assert not taken

        assert blobs.parts(KEY, upload, 5) == []
        with pytest.raises(PartsMissing):
            blobs.complete(KEY, upload, 5)

    def test_parts_cut_for_another_size_do_not_count(self, blobs: Blobs, send: Send) -> None:
        upload = begun(blobs, b"right")
        send_parts(blobs, send, upload, 1, data=b"right")

        assert blobs.parts(KEY, upload, 6) == []
        with pytest.raises(PartsMissing):
            blobs.complete(KEY, upload, 6)

    def test_an_expired_address_is_refused(
        self, where: str, blobs: Blobs, send: Send, request: pytest.FixtureRequest
    ) -> None:
        only_on(where, ONE_MACHINE, "moto checks neither expiry nor signature: test_presigned.py")
        upload = begun(blobs, b"right")
        address = blobs.addresses(KEY, upload, 5, [1])[0]
        request.getfixturevalue("clock").pass_by(901)

        assert not send(address, b"right")
        assert blobs.parts(KEY, upload, 5) == []


@SETS
class TestWholeBlobs:
    def test_a_blob_is_read_as_it_was_written(self, blobs: Blobs) -> None:
        blobs.write("slips/H-1.pdf", b"%PDF-", "application/pdf")

        assert blobs.read("slips/H-1.pdf") == b"%PDF-"

    def test_a_blob_never_changes(self, blobs: Blobs, send: Send) -> None:
        blobs.write(KEY, b"first", "image/jpeg")
        blobs.write(KEY, b"other", "image/png")
        upload = begun(blobs, b"third")
        send_parts(blobs, send, upload, 1, data=b"third")
        found = blobs.complete(KEY, upload, 5)

        assert blobs.read(KEY) == b"first"
        assert found.sha256 == sha256(b"first").hexdigest()

    def test_of_eight_writers_one_wins(self, blobs: Blobs) -> None:
        at_once(lambda who: blobs.write(KEY, str(who).encode() * 1000, "text/plain"))
        found = blobs.read(KEY)

        assert found in [str(who).encode() * 1000 for who in range(8)]

    def test_unknown_keys_are_said_to_be_unknown(self, blobs: Blobs) -> None:
        with pytest.raises(BlobUnknown):
            blobs.read("originals/p_404")

    def test_a_signed_address_gives_bytes_and_type(self, blobs: Blobs, fetch: Fetch) -> None:
        blobs.write("pages/p_thu/1.jpg", b"\xff\xd8\xff", "image/jpeg")

        url = blobs.address("pages/p_thu/1.jpg", 60)
        assert fetch(url) == (b"\xff\xd8\xff", "image/jpeg")

    def test_an_uploaded_blob_keeps_the_type_it_was_begun_with(
        self, blobs: Blobs, send: Send, fetch: Fetch
    ) -> None:
        upload = begun(blobs, b"right")
        send_parts(blobs, send, upload, 1, data=b"right")
        blobs.complete(KEY, upload, 5)

        assert fetch(blobs.address(KEY, 60)) == (b"right", "image/jpeg")

    @pytest.mark.parametrize(
        "key", ["../motcua.db", "a/../../b", "/etc/passwd", "a//b", "a/.hidden", "", "ảnh", "a\n"]
    )
    def test_keys_that_are_no_plain_paths_are_a_fault_of_ours(self, blobs: Blobs, key: str) -> None:
        for use in (blobs.read, lambda k: blobs.write(k, b"", "text/plain")):
            with pytest.raises(Broken):
                use(key)
