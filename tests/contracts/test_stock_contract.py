"""What upkeep relies on in any stock: pages of codes, events brought to another stored form beside people at work."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event as Flag

import pytest

from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.dynamodb_stock import DynamoStock
from chalicelib.adapters.provision import create_table
from chalicelib.adapters.rows import NEWEST, events_from, events_stored, form_of
from chalicelib.adapters.sqlite import SqliteDossiers
from chalicelib.adapters.sqlite_stock import SqliteStock
from chalicelib.dossier.case import broken_link, fold, sealed
from chalicelib.dossier.states import State
from chalicelib.errors import Broken, DossierMovedMeanwhile, StorageBusy
from chalicelib.ports import Dossiers, Stock
from chalicelib.upkeep import codes, migrate
from tests.contracts.conftest import ONE_MACHINE, SETS
from tests.contracts.people_at_work import MORNING, looks, opened

OLD = NEWEST - 1
_fresh = itertools.count(1)


@dataclass
class House:
    """One store: its stock, and its dossiers as code of this or that age writes them."""

    stock: Stock
    dossiers: Callable[[int], Dossiers]


@pytest.fixture
def house(where: str, request: pytest.FixtureRequest) -> House:
    if where == ONE_MACHINE:
        store = request.getfixturevalue("store")
        return House(SqliteStock(store), lambda form: SqliteDossiers(store, form))
    place, table = request.getfixturevalue("place"), f"stock-{next(_fresh)}"
    create_table(place, table)
    return House(DynamoStock(table, place), lambda form: DynamoDossiers(table, place, form))


def filed(dossiers: Dossiers, count: int) -> list[str]:
    names = [f"H-{n}" for n in range(count)]
    for code in names:
        first = opened(code)
        dossiers.open(code, first, State.OPEN)
        dossiers.append(code, 1, looks(fold([first]), 2), State.OPEN)
    return names


@SETS
class TestStock:
    @pytest.mark.parametrize("limit", [1, 3, 100])
    def test_every_code_comes_once_and_the_pages_end(self, house: House, limit: int) -> None:
        names = filed(house.dossiers(NEWEST), 7)
        page, cursor = house.stock.codes(None, limit)
        found = list(page)
        while cursor:
            page, cursor = house.stock.codes(cursor, limit)
            found += page
        assert sorted(found) == names

    def test_events_in_both_forms_are_read_alike(self, house: House) -> None:
        first = opened("H-1")
        house.dossiers(OLD).open("H-1", first, State.OPEN)
        more = looks(fold([first]), 2)
        house.dossiers(NEWEST).append("H-1", 1, more, State.OPEN)
        for form in (OLD, NEWEST):
            assert house.dossiers(form).history("H-1") == [first, *more]

    def test_a_recast_changes_the_form_and_nothing_else_there_and_back(self, house: House) -> None:
        filed(house.dossiers(OLD), 1)
        before = house.dossiers(NEWEST).history("H-0")
        for form in (NEWEST, OLD):
            assert house.stock.recast("H-0", form) == 3
            assert house.stock.recast("H-0", form) == 0
            assert house.dossiers(NEWEST).history("H-0") == before

    def test_an_event_of_many_rows_too(self, house: House) -> None:
        first = opened("H-1")
        house.dossiers(OLD).open("H-1", first, State.OPEN)
        text = "".join(f"Giấy khai sinh số {n} 😀 " for n in range(30_000))
        big = sealed([("mailed", {"mail": text})], fold([first]), MORNING, "system")
        house.dossiers(OLD).append("H-1", 1, big, State.OPEN)
        for form in (NEWEST, OLD):
            assert house.stock.recast("H-1", form) == 2
            assert house.dossiers(OLD).history("H-1") == [first, *big]

    def test_notes_are_kept_and_replaced(self, house: House) -> None:
        assert house.stock.noted("where") is None
        for value in ("here", "there"):
            house.stock.note("where", value)
            assert house.stock.noted("where") == value


@SETS
class TestMigration:
    def test_all_is_brought_over_once(self, house: House) -> None:
        names = filed(house.dossiers(OLD), 5)
        before = {c: house.dossiers(OLD).history(c) for c in names}
        assert migrate(house.stock, NEWEST).rewritten == 15
        assert migrate(house.stock, NEWEST).rewritten == 0
        assert {c: house.dossiers(NEWEST).history(c) for c in names} == before

    def test_killed_it_goes_on_where_it_was(self, house: House) -> None:
        filed(house.dossiers(OLD), 9)
        dying = DiesAfter(house.stock, 6)
        with pytest.raises(StorageBusy):
            migrate(dying, NEWEST, page_size=2)
        rest = migrate(house.stock, NEWEST, page_size=2)
        assert rest.dossiers < 9
        assert rest.rewritten == 3 * 3
        assert migrate(house.stock, NEWEST).rewritten == 0

    def test_beside_writers_old_and_new_nothing_is_lost(self, house: House) -> None:
        """Expand: both read both. The old writer ends (deployed over), then one more run finds the last of the old."""
        names, over = filed(house.dossiers(OLD), 4), Flag()
        with ThreadPoolExecutor(3) as pool:
            hands = [
                pool.submit(write_until, over, house.dossiers(form), names)
                for form in (OLD, NEWEST)
            ]
            for _ in range(3):
                migrate(house.stock, NEWEST)
            over.set()
            written = sum(hand.result() for hand in hands)
        migrate(house.stock, NEWEST)
        assert migrate(house.stock, NEWEST).rewritten == 0
        histories = [house.dossiers(NEWEST).history(code) for code in codes(house.stock)]
        assert [broken_link(h) for h in histories] == [None] * 4
        assert sum(map(len, histories)) == 4 * 3 + written > 12


class DiesAfter:
    """A stock whose process dies after so many dossiers."""

    def __init__(self, stock: Stock, left: int) -> None:
        self._stock, self._left = stock, left

    def __getattr__(self, name: str) -> object:
        return getattr(self._stock, name)

    def recast(self, code: str, form: int) -> int:
        if not self._left:
            raise StorageBusy("killed")
        self._left -= 1
        return self._stock.recast(code, form)


def write_until(over: Flag, dossiers: Dossiers, names: list[str]) -> int:
    written = 0
    for code in itertools.cycle(names):
        if over.is_set() and written:
            return written
        try:
            now = fold(dossiers.history(code))
            dossiers.append(code, now.version, looks(now), State.OPEN)
        except (DossierMovedMeanwhile, StorageBusy):
            continue
        written += 1
    return written


def test_a_form_of_newer_code_is_refused_not_misread() -> None:
    stored = events_stored([opened("H-1")])
    assert isinstance(stored, bytes) and form_of(stored) == NEWEST
    with pytest.raises(Broken):
        events_from(bytes([NEWEST + 1]) + stored[1:])
    with pytest.raises(Broken):
        events_stored([opened("H-1")], NEWEST + 1)
