"""What Lambda sees of handlers: failures without anyone's data, messages given back, metrics and evidence."""

import base64
import json

import pytest

import app as doors
from chalicelib.adapters.provision import create_bucket
from chalicelib.adapters.witness import Witness
from chalicelib.doors import numbers
from chalicelib.doors.queues import HandlerFailed, wait
from chalicelib.doors.runner import event_of
from chalicelib.errors import BlobUnknown
from chalicelib.ports import Message
from tests.bad_days.clock import HandClock
from tests.contracts.conftest import _fresh, moto, place  # noqa: F401 - fixtures
from tests.journeys.house import House


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.store.close()


def failed(queue, message):
    with pytest.raises(HandlerFailed) as caught:
        doors.app.handler_map[HANDLERS[queue]](event_of(queue, message), None)
    return caught.value


HANDLERS = {s.queue_arn: s.name for s in doors.app.event_sources if hasattr(s, "queue_arn")}


@pytest.mark.parametrize("queue", HANDLERS)
def test_a_failure_says_what_kind_and_where_and_never_what(house, queue):
    error = failed(queue, Message("1", "Nguyễn Thị Mẫu 001195000001", "r", 3))
    assert str(error).startswith("handler_failed error=") and str(error).endswith(f"{queue} try=3")
    assert "Mẫu" not in str(error) and "001195" not in str(error)
    assert error.__cause__ is None and error.__suppress_context__


def test_the_message_comes_back_after_a_wait_that_doubles_not_after_the_queue_s_time(house):
    house.world.queues.put("mails-to-send", "no JSON")
    for tries in (1, 2, 3):
        (taken,) = house.world.queues.take("mails-to-send")
        assert taken.receives == tries
        failed("mails-to-send", taken)
        assert house.world.queues.take("mails-to-send") == []
        house.clock.pass_by(wait(tries) + 0.1)
    assert [wait(n) for n in (1, 2, 5, 6, 100)] == [2, 4, 32, 60, 60]


def test_the_clock_s_handler_hides_its_failure_too(house):
    class Broken:
        def due(self, *_):
            raise KeyError("Nguyễn Thị Mẫu")

    house.with_ports(dossiers=Broken())
    with pytest.raises(HandlerFailed, match="KeyError at") as caught:
        doors.app.handler_map["tick"]({**TICK}, None)
    assert "Mẫu" not in str(caught.value)


TICK = {
    "version": "0", "account": "", "region": "local", "detail": {}, "detail-type": "Scheduled Event",
    "source": "aws.events", "time": "", "id": "", "resources": [],
}  # fmt: skip


def test_the_metric_s_line_is_in_cloudwatch_s_form(house):
    told = json.loads(numbers.promises(house.world, "motcua-prod"))
    (space,) = told["_aws"]["CloudWatchMetrics"]
    assert space["Dimensions"] == [["Stack"]] and told["Stack"] == "motcua-prod"
    assert all(told[m["Name"]] == 0 for m in space["Metrics"]) and len(space["Metrics"]) == 3
    assert told["_aws"]["Timestamp"] == int(house.clock.now().timestamp() * 1000)


# ---- evidence ------------------------------------------------------------------------------------


def record(name, pk, sk, body, number="7"):
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    change = {"Keys": keys, "NewImage": {**keys, "body": body}, "SequenceNumber": number}
    return {"eventName": name, "dynamodb": change}


def test_new_events_are_kept_with_their_bytes_and_nothing_else(place):  # noqa: F811
    bucket = f"evidence-{next(_fresh)}"
    create_bucket(place, bucket)
    witness = Witness(bucket, place, HandClock())
    packed = {"B": base64.b64encode(b"\x02x").decode()}
    records = [
        record("INSERT", "dossier#H26-1", "event#00000001#000", packed, "7"),
        record("INSERT", "dossier#H26-1", "now", {"S": ""}),
        record("MODIFY", "dossier#H26-1", "event#00000001#000", packed),
        record("INSERT", "outbox#out_1", "now", {"S": ""}),
        record("INSERT", "dossier#H26-2", "event#00000003#001", {"S": "{}"}, "8"),
    ]
    assert witness.keep(records) == 2 == witness.keep(records)
    key = "history/2026/11/23/7-2.jsonl"
    lines = [json.loads(line) for line in witness._blobs.read(key).splitlines()]
    assert lines == [
        {"code": "H26-1", "seq": 1, "piece": 0, "body": packed},
        {"code": "H26-2", "seq": 3, "piece": 1, "body": {"S": "{}"}},
    ]
    assert witness.keep(records[1:4]) == 0
    with pytest.raises(BlobUnknown):
        witness._blobs.read("history/2026/11/23/7-0.jsonl")


# ---- officers who signed in ----------------------------------------------------------------------


def desk(house, claims=None):
    event = {
        "requestContext": {
            "httpMethod": "GET", "resourcePath": "/v1/desk/dossiers", "path": "/v1/desk/dossiers",
            **({"authorizer": {"claims": claims}} if claims else {}),
        },
        "headers": {"authorization": "Bearer token-of-cognito"}, "multiValueHeaders": {}, "pathParameters": None,
        "stageVariables": None, "multiValueQueryStringParameters": None, "body": None, "isBase64Encoded": False,
    }  # fmt: skip
    return doors.app(event, None)


def test_an_officer_whom_api_gateway_knows_needs_no_key(house):
    assert desk(house)["statusCode"] == 401
    assert desk(house, {"cognito:username": "lan"})["statusCode"] == 200


def test_the_officer_s_name_from_the_token_stands_in_the_history(house):
    code = house.open()
    event_path = f"/v1/desk/dossiers/{code}"
    event = {
        "requestContext": {
            "httpMethod": "GET", "resourcePath": "/v1/desk/dossiers/{code}", "path": event_path,
            "authorizer": {"claims": {"cognito:username": "mai"}},
        },
        "headers": {}, "multiValueHeaders": {}, "pathParameters": {"code": code}, "stageVariables": None,
        "multiValueQueryStringParameters": None, "body": None, "isBase64Encoded": False,
    }  # fmt: skip
    assert doors.app(event, None)["statusCode"] == 200
    assert house.world.dossiers.history(code)[-1].actor == "officer:mai"
