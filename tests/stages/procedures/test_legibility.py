"""What a procedure needs of a paper is foreseen from its reading, before anything is submitted."""

from dataclasses import replace
from datetime import date

from chalicelib.dossier.case import Paper
from chalicelib.dossier.paper import Field, PageQuality, PaperRead
from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.legibility import foresee

KIND = "to_khai_khai_tu"
RULES = procedure("khai_tu", date(2021, 5, 4))


def upload(fields, *quality):
    paper = PaperRead(KIND, 0.99, (1,), fields)
    return Paper(
        id="p1", file_name="a.jpg", size=1, content_type="image/jpeg", sha256="0" * 64,
        state="read", papers=(paper,), quality=quality, upload="u1",
    )  # fmt: skip


def told(given, channel="mobile"):
    return {f.field: f.legible for f in foresee(RULES, given, channel)}


def all_sure():
    needed = told(upload({}, PageQuality(1, "good")))
    assert needed, "the procedure needs nothing of its own declaration"
    return {key: Field("x", "x", 0.9999, 1, (0, 0, 9, 9)) for key in needed}


def test_fields_never_read_are_told_and_readings_are_judged_by_their_thresholds():
    fields = all_sure()
    first, second, *_ = fields
    del fields[first]
    fields[second] = replace(fields[second], confidence=0.4)
    found = told(upload(fields, PageQuality(1, "good")))
    assert found.pop(first) == "unread"
    assert found.pop(second) == "unsure"
    assert set(found.values()) == {"sure"}


def test_a_page_without_a_verdict_or_to_be_taken_again_vouches_for_nothing():
    fields = all_sure()
    for quality in ((), (PageQuality(1, "retake", ("blurred",)),)):
        assert set(told(upload(fields, *quality)).values()) == {"unsure"}


def test_labels_are_the_procedures_own_in_both_languages():
    labels = [f.label for f in foresee(RULES, upload({}, PageQuality(1, "good")), "mobile")]
    assert all(vi and en and vi != en for vi, en in labels)
