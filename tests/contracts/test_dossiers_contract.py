"""What the journey relies on in any store of dossiers."""

from datetime import date, timedelta, timezone

import pytest

from chalicelib.dossier.case import Event, Outgoing, broken_link, bundles, fold, sealed
from chalicelib.dossier.states import State
from chalicelib.errors import Broken, DossierMovedMeanwhile, DossierUnknown
from chalicelib.ports import Dossiers
from tests.contracts.conftest import SETS
from tests.contracts.people_at_work import MORNING, at_once, looks, opened, outgoing


def due_ids(dossiers: Dossiers, minute: float = 0, limit: int = 100) -> list[str]:
    return [o.id for o in dossiers.due(MORNING + timedelta(minutes=minute), limit)]


@SETS
class TestHistory:
    def test_events_come_back_as_they_were_written(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)
        rest = looks(fold([first]), 3)
        dossiers.append("H-1", 1, rest, State.OPEN)

        assert dossiers.history("H-1") == [first, *rest]

    def test_hundreds_of_events_stay_in_order_without_a_gap(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN)
        for _ in range(3):
            history = dossiers.history("H-1")
            dossiers.append("H-1", len(history), looks(fold(history), 40), State.OPEN)

        history = dossiers.history("H-1")
        assert [e.seq for e in history] == list(range(1, 122))
        assert broken_link(history) is None

    def test_an_event_larger_than_any_row_comes_back_whole(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)
        envelope = "Giấy khai sinh số 😀 " * 50_000
        big = sealed([("mailed", {"mail": envelope})], fold([first]), MORNING, "system")
        dossiers.append("H-1", 1, big, State.OPEN)

        history = dossiers.history("H-1")
        assert history[1].facts["mail"] == envelope
        assert broken_link(history) is None

    def test_a_history_of_several_pages_is_read_to_its_end(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN)
        for _ in range(5):
            now = fold(dossiers.history("H-1"))
            drafts = [("mailed", {"mail": "m" * 300_000})]
            dossiers.append("H-1", now.version, sealed(drafts, now, MORNING, "system"), State.OPEN)

        history = dossiers.history("H-1")
        assert [e.seq for e in history] == [1, 2, 3, 4, 5, 6]

    def test_histories_do_not_mix(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN)
        dossiers.open("H-10", opened("H-10"), State.OPEN)

        assert [e.facts["code"] for e in dossiers.history("H-1")] == ["H-1"]

    def test_an_unknown_code_is_said_to_be_unknown(self, dossiers: Dossiers) -> None:
        with pytest.raises(DossierUnknown):
            dossiers.history("H-404")


@SETS
class TestConditionalWrites:
    def test_a_code_is_opened_once(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)
        with pytest.raises(DossierMovedMeanwhile):
            dossiers.open("H-1", opened("H-1", minute=5), State.OPEN, [outgoing("late")])

        assert dossiers.history("H-1") == [first]
        assert due_ids(dossiers) == []

    @pytest.mark.parametrize("version", [1, 3])
    def test_a_lost_race_writes_nothing(self, dossiers: Dossiers, version: int) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)
        dossiers.append("H-1", 1, looks(fold([first])), State.OPEN)
        before = dossiers.history("H-1")
        late = [_numbered(e, version + 1) for e in looks(fold([first]), by="late")]

        with pytest.raises(DossierMovedMeanwhile):
            dossiers.append("H-1", version, late, State.SUBMITTED, [outgoing("late")])

        assert dossiers.history("H-1") == before
        assert due_ids(dossiers) == []
        assert dossiers.in_state(State.SUBMITTED) == []

    def test_nothing_is_added_to_a_dossier_that_is_not_there(self, dossiers: Dossiers) -> None:
        with pytest.raises(DossierMovedMeanwhile):
            dossiers.append("H-404", 1, looks(fold([opened("H-404")])), State.OPEN)
        with pytest.raises(DossierUnknown):
            dossiers.history("H-404")

    def test_a_gap_is_a_fault_of_ours(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)
        with pytest.raises(Broken):
            dossiers.append("H-1", 1, looks(fold([first]), 2)[1:], State.OPEN)

        assert dossiers.history("H-1") == [first]

    def test_eight_writers_lose_no_update(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN)

        def write_three(who: int) -> None:
            for turn in range(3):
                _until_written(dossiers, f"{who}-{turn}")

        at_once(write_three)

        history = dossiers.history("H-1")
        assert broken_link(history) is None
        assert sorted(e.facts["by"] for e in history[1:]) == sorted(
            f"{who}-{turn}" for who in range(8) for turn in range(3)
        )

    def test_of_eight_with_the_same_version_one_wins(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN)

        def attempt(who: int) -> bool:
            mine = looks(fold([first]), by=str(who))
            try:
                dossiers.append("H-1", 1, mine, State.OPEN, [outgoing(f"by-{who}")])
            except DossierMovedMeanwhile:
                return False
            return True

        won = at_once(attempt)

        assert sum(won) == 1
        assert due_ids(dossiers) == [f"by-{won.index(True)}"]
        assert dossiers.history("H-1")[1].facts["by"] == str(won.index(True))


@SETS
class TestStates:
    def test_the_longest_waiting_comes_first(self, dossiers: Dossiers) -> None:
        for minute, code in enumerate(["H-3", "H-1", "H-2"]):
            dossiers.open(code, opened(code, minute), State.OPEN)

        assert dossiers.in_state(State.OPEN) == ["H-3", "H-1", "H-2"]
        assert dossiers.in_state(State.OPEN, limit=2) == ["H-3", "H-1"]

    def test_a_look_does_not_cost_the_place_in_line(self, dossiers: Dossiers) -> None:
        for minute, code in enumerate(["H-1", "H-2"]):
            dossiers.open(code, opened(code, minute), State.OPEN)
        dossiers.append("H-1", 1, looks(fold([opened("H-1")]), minute=9), State.OPEN)

        assert dossiers.in_state(State.OPEN) == ["H-1", "H-2"]

    def test_a_move_goes_to_the_end_of_the_other_line(self, dossiers: Dossiers) -> None:
        for minute, code in enumerate(["H-1", "H-2"]):
            dossiers.open(code, opened(code, minute), State.OPEN)
        for minute, code in [(7, "H-2"), (8, "H-1")]:
            seen = looks(fold(dossiers.history(code)), minute=minute)
            dossiers.append(code, 1, seen, State.SUBMITTED)

        assert dossiers.in_state(State.OPEN) == []
        assert dossiers.in_state(State.SUBMITTED) == ["H-2", "H-1"]


@SETS
class TestNumbers:
    def test_numbers_count_from_one_per_unit_and_day(self, dossiers: Dossiers) -> None:
        monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)

        assert [dossiers.next_number("H26.1", monday) for _ in range(3)] == [1, 2, 3]
        assert dossiers.next_number("H26.1", tuesday) == 1
        assert dossiers.next_number("H26.2", monday) == 1

    def test_eight_clerks_never_get_the_same_number(self, dossiers: Dossiers) -> None:
        day = date(2026, 11, 23)
        got = at_once(lambda _: [dossiers.next_number("H26.1", day) for _ in range(10)])

        assert sorted(n for each in got for n in each) == list(range(1, 81))


@SETS
class TestMarks:
    def test_whoever_bears_the_mark_is_told_once_and_sorted(self, dossiers: Dossiers) -> None:
        assert dossiers.claim("m1", "H-2") == ["H-2"]
        assert dossiers.claim("m1", "H-1") == ["H-1", "H-2"]
        assert dossiers.claim("m1", "H-2") == ["H-1", "H-2"]
        assert dossiers.claim("m2", "H-3") == ["H-3"]

    def test_who_bears_a_mark_can_be_asked_without_bearing_it(self, dossiers: Dossiers) -> None:
        assert dossiers.bearing("m1") == []
        for code in ("H-2", "H-1", "H-2"):
            dossiers.claim("m1", code)
        assert dossiers.bearing("m1") == ["H-1", "H-2"] == dossiers.bearing("m1")
        assert dossiers.bearing("m2") == []

    def test_of_eight_at_once_the_last_sees_all(self, dossiers: Dossiers) -> None:
        got = at_once(lambda n: dossiers.claim("m", f"H-{n}"))

        assert max(got, key=len) == dossiers.claim("m", "H-0")
        assert len(max(got, key=len)) == len(got)


@SETS
class TestOutbox:
    def test_due_messages_come_oldest_first_and_not_before_their_time(
        self, dossiers: Dossiers
    ) -> None:
        waiting = [outgoing("c", 3), outgoing("a", 1), outgoing("d", 4), outgoing("b", 2)]
        dossiers.open("H-1", opened("H-1"), State.OPEN, waiting)

        assert due_ids(dossiers, minute=0.99) == []
        assert due_ids(dossiers, minute=3) == ["a", "b", "c"]
        assert due_ids(dossiers, minute=9, limit=2) == ["a", "b"]

    def test_a_message_comes_back_as_it_was_written(self, dossiers: Dossiers) -> None:
        hanoi = timezone(timedelta(hours=7))
        written = Outgoing("o", "mails-to-send", '{"mã": "H-1"}', MORNING.astimezone(hanoi))
        dossiers.open("H-1", opened("H-1"), State.OPEN, [written])

        assert dossiers.due(MORNING) == [written]

    def test_what_was_sent_is_forgotten_also_twice(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN, [outgoing("a"), outgoing("b")])
        dossiers.append("H-1", 1, looks(fold([opened("H-1")])), State.OPEN, [outgoing("c")])
        for _ in range(2):
            dossiers.sent([outgoing("a"), outgoing("b")])
        dossiers.sent([outgoing("never-there")])

        assert due_ids(dossiers) == ["c"]

    def test_what_was_found_due_is_forgotten_bundle_by_bundle(self, dossiers: Dossiers) -> None:
        """Also where two changes wrote messages of the same moment, and some of another."""
        waiting = [outgoing("a"), outgoing("b"), outgoing("c", 1)]
        dossiers.open("H-1", opened("H-1"), State.OPEN, waiting)
        more = [outgoing("d"), outgoing("e")]
        dossiers.append("H-1", 1, looks(fold([opened("H-1")])), State.OPEN, more)
        found = dossiers.due(MORNING)
        assert sorted(o.id for o in found) == ["a", "b", "d", "e"]
        for bundle in bundles(found):
            dossiers.sent(bundle)

        assert due_ids(dossiers) == []
        assert due_ids(dossiers, minute=1) == ["c"]

    def test_a_part_of_a_bundle_takes_nothing_else_away(self, dossiers: Dossiers) -> None:
        dossiers.open("H-1", opened("H-1"), State.OPEN, [outgoing("a"), outgoing("b")])
        dossiers.sent([outgoing("a")])

        assert "b" in due_ids(dossiers)

    def test_long_messages_wait_in_bundles_that_a_row_can_hold(self, dossiers: Dossiers) -> None:
        long = [outgoing(f"o{n}", body="ạ" * 50_000) for n in range(4)]
        dossiers.open("H-1", opened("H-1"), State.OPEN, long)
        assert len(bundles(long)) == 4
        for bundle in bundles(dossiers.due(MORNING)):
            dossiers.sent(bundle)

        assert due_ids(dossiers) == []

    def test_the_same_id_again_replaces_what_waits(self, dossiers: Dossiers) -> None:
        first = opened("H-1")
        dossiers.open("H-1", first, State.OPEN, [outgoing("a", body="old")])
        dossiers.append("H-1", 1, looks(fold([first])), State.OPEN, [outgoing("a", body="new")])

        assert [o.body for o in dossiers.due(MORNING)] == ["new"]

    def test_a_message_too_long_for_a_queue_is_a_fault_of_ours(self, dossiers: Dossiers) -> None:
        long = outgoing("a", body="x" * (256 * 1024 + 1))
        with pytest.raises(Broken):
            dossiers.open("H-1", opened("H-1"), State.OPEN, [long])
        with pytest.raises(DossierUnknown):
            dossiers.history("H-1")


def _until_written(dossiers: Dossiers, name: str) -> None:
    while True:
        now = fold(dossiers.history("H-1"))
        try:
            return dossiers.append("H-1", now.version, looks(now, by=name), State.OPEN)
        except DossierMovedMeanwhile:
            continue


def _numbered(event: Event, seq: int) -> Event:
    return Event(seq, event.at, event.actor, event.kind, event.facts, event.previous, event.hash)
