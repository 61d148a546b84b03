"""Envelopes against their schema; old envelopes must stay valid."""

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from chalicelib.dispatch import envelope
from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import Field, Finding, PaperRead, as_plain
from chalicelib.errors import Broken

AT = datetime(2025, 3, 5, 1, 30, tzinfo=UTC)
STORED = Path(__file__).parent / "envelope-1.0.json"


def dossier(**changes):
    field = Field("NGUYỄN THỊ MẪU", "NGUYỄN THỊ MẪU", 0.98, 1, (10, 20, 300, 40))
    read = PaperRead("giay_chung_sinh", 0.99, (1,), {"mother.full_name": field})
    paper = Paper("p_1", "anh.jpg", 1234, "image/jpeg", "a" * 64, "u", "read", None, 1, (read,))
    gone = Paper("p_2", "x.jpg", 1, "image/jpeg", "b" * 64, "u", "removed")
    known = {
        "code": "000.00.01.H26-250305-0001",
        "procedure": "lien_thong_khai_sinh",
        "ward": "00001",
        "channel": "mobile",
        "applicant": {"name": "Nguyễn Thị Mẫu", "phone": "0900000021", "email": "", "other": "x"},
        "token_hash": "t" * 64,
        "opened_at": "2025-03-05T01:00:00.000+00:00",
        "version": 7,
        "papers": {"p_1": paper, "p_2": gone},
        "received_at": AT.isoformat(),
        "verified_by": "officer:thu",
    }
    return Dossier(**{**known, **changes})


def built(**changes):
    given = {
        "id": "msg_abc",
        "agency": "social_insurance",
        "at": AT,
        "dossier": dossier(),
        "procedure": {
            "key": "lien_thong_khai_sinh",
            "code": "2.000986",
            "version": "2024-07-01",
            "name": "Liên thông",
            "internal": "stays here",
        },
        "ward": {"code": "00001", "name": "Phường Mẫu"},
        "fields": {
            "mother.full_name": {
                **as_plain(dossier().papers["p_1"].papers[0].fields["mother.full_name"]),
                "paper": "p_1",
            },
            "copies": {"value": 2, "source": "declared", "confidence": 1.0, "raw": "2"},
        },
        "findings": [
            as_plain(Finding("same_name", "passed", ("mother.full_name",), ("Khớp", "Same")))
        ],
        "results": [
            {
                "id": "health_card",
                "name": ["Thẻ bảo hiểm y tế", "Health insurance card"],
                "code": "1.002045",
                "term": "05 ngày làm việc",
                "steps": ["Nhận 05/03/2025"],
                "calendar": "2025",
                "provisional": False,
                "agency": "social_insurance",
                "due": "2025-03-19T17:30:00+07:00",
            }
        ],
        "attachments": [
            {
                "paper": "p_1",
                "url": "https://motcua.example/x",
                "expires": "2025-03-05T02:30:00+00:00",
            }
        ],
    }
    return envelope.build(**{**given, **changes})


def sent(e):
    return json.loads(envelope.canonical(e))


def test_the_envelope_keeps_to_its_schema():
    assert envelope.faults(sent(built())) == []


def test_the_schema_describes_every_member_that_is_built():
    schema = json.loads(envelope.SCHEMA.read_text("utf-8"))
    for part in [schema, *schema["$defs"].values()]:
        if part.get("type") == "object":
            part["additionalProperties"] = False
    assert list(Draft202012Validator(schema).iter_errors(sent(built()))) == []


def test_what_a_receiver_needs_first():
    e = sent(built())
    assert (e["version"], e["type"], e["id"]) == ("1.0", "dossier.verified", "msg_abc")
    assert (e["agency"], e["sequence"]) == ("social_insurance", 7)
    assert e["dossier"]["code"] == "000.00.01.H26-250305-0001"
    assert e["dossier"]["verified_by"] == "officer:thu"
    assert e["applicant"] == {"name": "Nguyễn Thị Mẫu", "phone": "0900000021"}
    assert e["results"][0]["due"] == "2025-03-19T17:30:00+07:00"
    assert e["results"][0]["name"] == "Thẻ bảo hiểm y tế"
    assert [p["id"] for p in e["papers"]] == ["p_1"]
    assert e["papers"][0]["kinds"] == ["giay_chung_sinh"]
    assert "internal" not in e["procedure"]


def test_a_result_with_one_name_stays_as_it_is():
    plain = {"name": "Giấy khai sinh", "agency": "ward", "due": "2025-03-05T17:00:00+07:00"}
    assert sent(built(results=[plain]))["results"] == [plain]


def test_every_field_says_where_it_comes_from():
    fields = sent(built())["fields"]
    assert fields["mother.full_name"] == {
        "value": "NGUYỄN THỊ MẪU",
        "source": "ocr",
        "paper": "p_1",
        "page": 1,
        "box": [10, 20, 300, 40],
        "raw": "NGUYỄN THỊ MẪU",
        "confidence": 0.98,
        "confirmed_by": None,
    }
    assert fields["copies"]["paper"] is None


def test_the_time_is_utc_wherever_it_was_taken():
    hanoi = AT.astimezone(timezone(timedelta(hours=7)))
    assert (
        built(at=hanoi)["timestamp"] == built(at=AT)["timestamp"] == "2025-03-05T01:30:00.000+00:00"
    )


def test_the_same_envelope_is_always_the_same_bytes():
    e = built()
    shuffled = dict(reversed(e.items()))
    assert envelope.canonical(e) == envelope.canonical(shuffled)
    assert "Thẻ bảo hiểm y tế".encode() in envelope.canonical(e)
    assert b": " not in envelope.canonical({"a": 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"dossier": dossier(received_at=None)},
        {"dossier": dossier(verified_by=None)},
        {"at": datetime(2025, 3, 5, 1, 30)},
    ],
)
def test_an_unfinished_dossier_is_not_enveloped(changes):
    with pytest.raises(Broken):
        built(**changes)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), "2.0"),
        (("type",), "dossier.opened"),
        (("timestamp",), "yesterday"),
        (("sequence",), -1),
        (("results", 0, "due"), "2025-03-19T17:30:00"),
        (("fields", "copies", "confidence"), 1.5),
        (("fields", "copies", "box"), [1, 2]),
        (("papers", 0, "sha256"), "A" * 64),
    ],
)
def test_a_spoilt_member_is_named_without_its_value(place, value):
    e = sent(built())
    spoilt = e
    for step in place[:-1]:
        spoilt = spoilt[step]
    spoilt[place[-1]] = value
    found = envelope.faults(e)
    assert found
    assert all(str(place[-1]) in f for f in found)
    assert not any(str(value) in f for f in found if isinstance(value, str))


def test_each_member_that_is_required_is_missed():
    whole = sent(built())
    for name in whole:
        without = copy.deepcopy(whole)
        del without[name]
        assert envelope.faults(without) == ["$: required"], name


@pytest.mark.parametrize("value", [None, [], "x", 5])
def test_what_is_no_envelope_at_all_is_a_fault(value):
    assert envelope.faults(value)


def test_an_envelope_stored_with_version_1_0_stays_valid():
    stored = json.loads(STORED.read_text("utf-8"))
    assert envelope.faults(stored) == []


def test_new_members_do_not_disturb_old_receivers():
    e = sent(built())
    e["new_member"] = {"x": 1}
    e["dossier"]["new_member"] = 1
    assert envelope.faults(e) == []
