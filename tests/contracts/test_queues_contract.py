"""What workers rely on in any queue."""

import pytest

from chalicelib.errors import Broken
from chalicelib.ports import Queues
from tests.contracts.conftest import SETS, QueuesAndTime
from tests.contracts.people_at_work import SPEC, at_once

Q = SPEC.name
A_BIT = 0.1


@SETS
class TestTaking:
    def test_a_message_is_taken_as_it_was_put(self, queues: Queues) -> None:
        queues.put(Q, '{"hồ sơ": "H-1"}')
        (message,) = queues.take(Q)

        assert message.body == '{"hồ sơ": "H-1"}'
        assert message.receives == 1

    def test_an_empty_queue_gives_nothing(self, queues: Queues) -> None:
        assert queues.take(Q, 10) == []

    def test_a_taken_message_is_hidden_until_its_time_is_up(
        self, queues_and_time: QueuesAndTime
    ) -> None:
        queues = queues_and_time.queues
        queues.put(Q, "a")
        (first,) = queues.take(Q)
        assert queues.take(Q) == []
        queues_and_time.pass_by(SPEC.visibility + A_BIT)
        (second,) = queues.take(Q)

        assert (second.id, second.receives) == (first.id, 2)
        assert second.receipt != first.receipt

    def test_ten_at_most_come_at_once(self, queues: Queues) -> None:
        for n in range(12):
            queues.put(Q, str(n))
        taken = queues.take(Q, 50)

        assert len(taken) == 10
        assert len({m.id for m in taken}) == 10

    def test_eight_workers_take_each_message_once(self, queues: Queues) -> None:
        for n in range(40):
            queues.put(Q, str(n))

        def work(_: int) -> list[str]:
            got: list[str] = []
            while batch := queues.take(Q, 3):
                for message in batch:
                    got.append(message.body)
                    queues.done(Q, message)
            return got

        got = [body for each in at_once(work) for body in each]
        assert sorted(got, key=int) == [str(n) for n in range(40)]
        assert queues.depth(Q) == 0

    def test_a_queue_that_does_not_exist_is_a_fault_of_ours(self, queues: Queues) -> None:
        with pytest.raises(Broken):
            queues.put("no-such-queue", "a")
        with pytest.raises(Broken):
            queues.take("no-such-queue")

    def test_a_message_over_256_kib_is_a_fault_of_ours(self, queues: Queues) -> None:
        with pytest.raises(Broken):
            queues.put(Q, "ế" * 90_000)
        assert queues.depth(Q) == 0


@SETS
class TestEnding:
    def test_a_done_message_never_comes_back(self, queues_and_time: QueuesAndTime) -> None:
        queues = queues_and_time.queues
        queues.put(Q, "a")
        queues.done(Q, queues.take(Q)[0])
        queues_and_time.pass_by(SPEC.visibility + A_BIT)

        assert queues.take(Q) == []
        assert queues.depth(Q) == 0

    def test_done_twice_is_harmless(self, queues: Queues) -> None:
        queues.put(Q, "a")
        queues.put(Q, "b")
        (message,) = queues.take(Q)
        queues.done(Q, message)
        queues.done(Q, message)

        assert queues.depth(Q) == 1

    def test_a_message_given_back_comes_at_once(self, queues: Queues) -> None:
        queues.put(Q, "a")
        queues.give_back(Q, queues.take(Q)[0])

        assert [m.receives for m in queues.take(Q)] == [2]

    def test_a_message_given_back_with_a_delay_comes_later(
        self, queues_and_time: QueuesAndTime
    ) -> None:
        queues = queues_and_time.queues
        queues.put(Q, "a")
        queues.give_back(Q, queues.take(Q)[0], seconds=2)
        queues_and_time.pass_by(SPEC.visibility + A_BIT)
        assert queues.take(Q) == []
        queues_and_time.pass_by(1)

        assert [m.body for m in queues.take(Q)] == ["a"]

    def test_a_message_done_cannot_be_given_back(self, queues: Queues) -> None:
        queues.put(Q, "a")
        (message,) = queues.take(Q)
        queues.done(Q, message)
        queues.give_back(Q, message)

        assert queues.depth(Q) == 0

    def test_depth_counts_hidden_messages_too(self, queues: Queues) -> None:
        for body in "abc":
            queues.put(Q, body)
        queues.take(Q, 2)

        assert queues.depth(Q) == 3


@SETS
class TestStaleReceipts:
    def test_a_late_worker_removes_nothing(
        self, where: str, queues_and_time: QueuesAndTime
    ) -> None:
        if where == "aws":
            pytest.skip(
                "moto removes a message by any of its receipts; SQS says only that it may not"
            )
        queues = queues_and_time.queues
        queues.put(Q, "a")
        (late,) = queues.take(Q)
        queues_and_time.pass_by(SPEC.visibility + A_BIT)
        queues.take(Q)
        queues.done(Q, late)

        assert queues.depth(Q) == 1

    def test_a_late_workers_message_ends_as_no_error(self, queues_and_time: QueuesAndTime) -> None:
        queues = queues_and_time.queues
        queues.put(Q, "a")
        (late,) = queues.take(Q)
        queues_and_time.pass_by(SPEC.visibility + A_BIT)
        (now,) = queues.take(Q)
        queues.done(Q, now)
        queues.done(Q, late)
        queues.give_back(Q, late)

        assert queues.depth(Q) == 0


@SETS
class TestDeadLetters:
    def test_a_poison_message_lies_in_the_dead_letters_after_its_tries(
        self, queues_and_time: QueuesAndTime
    ) -> None:
        queues = queues_and_time.queues
        queues.put(Q, "poison")
        tries = [len(queues.take(Q))]
        for _ in range(SPEC.max_receives):
            queues_and_time.pass_by(SPEC.visibility + A_BIT)
            tries.append(len(queues.take(Q)))

        assert tries == [1, 1, 0]
        assert queues.depth(Q) == 0
        assert [m.body for m in queues.take(SPEC.dead)] == ["poison"]

    def test_good_messages_pass_by_a_poisoned_one(self, queues: Queues) -> None:
        queues.put(Q, "poison")
        for _ in range(SPEC.max_receives):
            queues.give_back(Q, queues.take(Q)[0])
        queues.put(Q, "good")

        assert [m.body for m in queues.take(Q, 10)] == ["good"]
        assert queues.depth(SPEC.dead) == 1
