"""A fresh house per test."""

from collections.abc import Iterator

import pytest

from tests.journeys.house import House


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.store.close()
