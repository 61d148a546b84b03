"""DynamoDB's published rules, as the meter applies them."""

import base64

import pytest

from tests.costs.units import Capacity, size


def row(body="x", **more):
    return {"pk": {"S": "dossier#1"}, "sk": {"S": "now"}, "body": {"S": body}, **more}


def listed(turn, body="x"):
    return row(body, shelf={"S": "outbox#0"}, turn={"S": turn})


def test_a_row_is_its_names_and_values():
    assert size(
        {"pk": {"S": "á"}, "n": {"N": "1234"}, "b": {"B": base64.b64encode(b"xyz").decode()}}
    ) == (2 + 2 + 1 + 3 + 1 + 3)


@pytest.mark.parametrize(("length", "units"), [(10, 1), (990, 1), (1100, 2)])
def test_a_write_costs_a_unit_per_kb_begun_and_twice_that_in_a_transaction(length, units):
    put = {"Item": row("x" * length)}
    assert Capacity().units("PutItem", put, {}) == (0, units)
    assert Capacity().units("TransactWriteItems", {"TransactItems": [{"Put": put}]}, {}) == (
        0,
        2 * units,
    )


@pytest.mark.parametrize(("length", "units"), [(10, 1), (4000, 1), (4100, 2)])
def test_a_read_costs_a_unit_per_4_kb_begun_and_half_if_it_may_be_stale(length, units):
    answer = {"Items": [row("x" * length)]}
    assert Capacity().units("Query", {"ConsistentRead": True}, answer) == (units, 0)
    assert Capacity().units("Query", {}, answer) == (units / 2, 0)


def test_an_index_entry_costs_by_itself_and_twice_where_it_moves():
    capacity = Capacity()
    assert capacity.units("PutItem", {"Item": listed("a")}, {}) == (0, 2)
    assert capacity.units("PutItem", {"Item": listed("a")}, {}) == (
        0,
        1,
    )  # nothing changed in the index
    assert capacity.units("PutItem", {"Item": listed("a", "y")}, {}) == (0, 1)  # nor now
    assert capacity.units("PutItem", {"Item": listed("b", "y")}, {}) == (0, 3)
    key = {k: row()[k] for k in ("pk", "sk")}
    assert capacity.units("DeleteItem", {"Key": key}, {}) == (0, 2)
    assert capacity.stored() == 0


def test_a_refused_write_is_charged_and_changes_nothing():
    capacity = Capacity()
    refused = {"__type": "ConditionalCheckFailedException"}
    assert capacity.units("PutItem", {"Item": row()}, refused) == (0, 1)
    assert capacity.stored() == 0
