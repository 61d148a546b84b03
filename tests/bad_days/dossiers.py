"""Stores of dossiers on a bad day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from chalicelib.dossier.case import Event, Outgoing, fold, sealed
from chalicelib.dossier.states import State
from chalicelib.errors import StorageBusy
from chalicelib.ports import Dossiers
from tests.bad_days.luck import Misfortune


class _SameDossiers:
    """All goes to the real store."""

    def __init__(self, real: Dossiers, times: int = 1) -> None:
        self.real = real
        self.bad = Misfortune(times)

    def open(
        self, code: str, event: Event, state: State, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        self.real.open(code, event, state, outgoing)

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: State,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        self.real.append(code, version, events, state, outgoing)

    def history(self, code: str) -> list[Event]:
        return self.real.history(code)

    def in_state(self, state: State, limit: int = 100) -> list[str]:
        return self.real.in_state(state, limit)

    def next_number(self, unit: str, day: date) -> int:
        return self.real.next_number(unit, day)

    def claim(self, mark: str, code: str) -> list[str]:
        return self.real.claim(mark, code)

    def bearing(self, mark: str) -> list[str]:
        return self.real.bearing(mark)

    def due(self, now: datetime, limit: int = 100) -> list[Outgoing]:
        return self.real.due(now, limit)

    def sent(self, bundle: Sequence[Outgoing]) -> None:
        self.real.sent(bundle)


class DossiersThatLoseARace(_SameDossiers):
    """Before the first `times` writes an officer's look is written by someone else: a real lost race."""

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: State,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        if self.bad.strikes():
            now = fold(self.real.history(code))
            drafts = [("seen_by_officer", {"officer": "race"})]
            look = sealed(drafts, now, datetime.now(UTC), "officer:race")
            self.real.append(code, now.version, look, now.state)
        super().append(code, version, events, state, outgoing)


class DossiersThatLoseTheAnswer(_SameDossiers):
    """The first `times` appends are written, but the caller is told that they were not."""

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: State,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        super().append(code, version, events, state, outgoing)
        if self.bad.strikes():
            raise StorageBusy("bad day: written, but the answer was lost")


class DossiersThatAreBusy(_SameDossiers):
    """The first `times` appends are not written."""

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: State,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        if self.bad.strikes():
            raise StorageBusy("bad day: the store did not answer")
        super().append(code, version, events, state, outgoing)
