"""The linked birth of one child: verified by itself, handed to three agencies once, the slip mailed once."""

import email
import json
from email import policy
from functools import reduce

import pytest
from pypdfium2 import PdfDocument

from chalicelib import journey, letters
from chalicelib.dispatch import envelope as envelopes
from chalicelib.doors import views
from chalicelib.dossier.case import broken_link, fold, follow
from chalicelib.dossier.states import State
from chalicelib.errors import (
    BlobUnknown,
    FaultsRemain,
    MoveNotAllowed,
    NothingToSubmit,
    PartsMissing,
    StorageBusy,
)
from tests.journeys.house import JPEG, House, bodies, bring_all


def filed(house: House, **changed: dict[str, object]) -> str:
    code = house.open()
    bring_all(house, code, **changed)
    journey.submit(house.world, code)
    house.run()
    return code


def test_a_faultless_dossier_passes_by_itself_to_three_agencies(house):
    code = filed(house)
    dossier = house.dossier(code)
    assert dossier.state is State.HANDED_OVER, dossier.findings
    assert [a for a, _, _ in house.agencies.came] and {a for a, _, _ in house.agencies.came} == {
        "ward",
        "police",
        "social_insurance",
    }
    assert len(house.agencies.came) == 3
    assert {d.state for d in dossier.deliveries.values()} == {"delivered"}
    assert dossier.verified_by == "system"


def test_envelopes_keep_to_their_schema_and_name_where_each_value_stood(house):
    code = filed(house)
    for body in bodies(house):
        assert envelopes.faults(body) == []
        assert body["dossier"]["code"] == code
    ward = next(b for b in bodies(house) if b["agency"] == "ward")
    name = ward["fields"]["child.full_name"]
    assert name["value"] == "NGUYỄN AN MẪU" and name["box"] == [10, 10, 100, 20] and name["paper"]
    assert name["source"] == "ocr" and name["raw"] and name["confidence"] == 0.9999


def test_the_slip_is_mailed_once_and_its_text_names_nobody(house):
    filed(house)
    letters = house.letters()
    assert len(letters) == 1
    mail = email.message_from_bytes(letters[0].read_bytes(), policy=policy.default)
    text = mail.get_body().get_content()
    for personal in ("MẪU", "Mẫu,", "001195000001", "001093000002", "0900000001", "Trần"):
        assert personal not in text
    attached = [part.get_content_type() for part in mail.iter_attachments()]
    assert attached == ["application/pdf"]


def test_the_history_is_a_chain_and_an_altered_event_is_found(house):
    from dataclasses import replace

    code = filed(house)
    history = house.world.dossiers.history(code)
    assert broken_link(history) is None
    forged = list(history)
    forged[3] = replace(forged[3], facts={**forged[3].facts, "paper": "p_other"})
    assert broken_link(forged) == 4
    assert broken_link([*history[:2], *history[3:]]) == 3


def test_every_fault_is_told_at_once_and_the_citizen_can_mend_them(house):
    code = house.open()
    paper = house.bring(code, JPEG)
    house.drop_reads()
    house.note(code, paper, "khac", {})
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.SUPPLEMENT
    told = " ".join(f["message"][0] for f in dossier.supplement["faults"])
    assert "Tờ khai" in told and "chứng sinh" in told.lower()
    assert len(house.letters()) == 1
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER


def test_folded_at_once_or_followed_event_by_event_it_is_the_same_dossier_with_its_trail(house):
    history = house.world.dossiers.history(filed(house))
    dossier = reduce(follow, history, None)
    assert dossier == fold(history)
    assert [(t["seq"], t["hash"]) for t in dossier.trail] == [(e.seq, e.hash) for e in history]


def test_a_contradiction_between_papers_does_not_pass_by_itself(house):
    code = filed(house, giay_chung_sinh={"child.birth_date": "2026-11-11"})
    dossier = house.dossier(code)
    assert dossier.state in (State.SUPPLEMENT, State.IN_REVIEW)
    assert house.agencies.came == []


def test_what_was_read_is_told_to_who_may_see_it_and_nowhere_else(house):
    code = filed(house, to_khai_khai_sinh={"child.full_name": "NGUYỄN 4N MẪU"})
    dossier = house.dossier(code)
    shown = views.full(house.world, dossier)
    fault = next(f for f in shown["supplement"]["faults"] if f["paths"] == ["child.full_name"])
    assert "chữ số" in fault["message"] and "digits" in fault["message_en"]
    assert fault["read"] == "Đã đọc: “NGUYỄN 4N MẪU”."
    assert fault["read_en"] == "Read: “NGUYỄN 4N MẪU”."
    assert any(f.get("read") == fault["read"] for f in shown["findings"])
    nameless = [views.nameless(f) for f in dossier.findings]
    assert "4N" not in str(nameless)
    mail = email.message_from_bytes(house.letters()[0].read_bytes(), policy=policy.default)
    text = mail.get_body().get_content()
    assert "chữ số" in text and "4N" not in text
    printed = PdfDocument(slip_of(house, dossier))[0].get_textpage().get_text_range()
    assert "chữ số" in printed and "4N" not in printed


def test_of_a_contradiction_each_papers_word_is_told(house):
    code = filed(house, giay_chung_sinh={"child.birth_date": "2026-11-11"})
    findings = [views.finding(f) for f in house.dossier(code).findings]
    apart = next(f for f in findings if f["rule"] == "child_birth_date_agrees")
    assert "“10/11/2026”" in apart["read"] and "“11/11/2026”" in apart["read"]


def test_agencies_are_told_a_warning_but_not_what_was_read(house):
    number = {"id_number": "001095000001"}
    note = {"mother.id_number": "001095000001"}
    code = filed(house, cccd=number, giay_chung_sinh=note)
    told = next(f for f in house.dossier(code).findings if f["rule"] == "mother_id_number_fits")
    assert "001095000001" in told["read"][0] and told["outcome"] == "failed"
    findings = [f for body in bodies(house) for f in body["findings"]]
    assert any(f["rule"] == "mother_id_number_fits" for f in findings)
    assert not any("read" in f for f in findings)


def slip_of(house, dossier):
    return house.world.blobs.read(letters.slip_key(dossier.code, dossier.mailed[-1]))


def test_a_doubtful_field_goes_to_an_officer_whose_correction_is_kept(house):
    code = house.open()
    ids = bring_all(house, code)
    other = house.bring(code, JPEG + b"again")
    house.drop_reads()
    values = dict(house.dossier(code).papers[ids["to_khai_khai_sinh"]].papers[0].fields)
    journey.remove_paper(house.world, code, ids["to_khai_khai_sinh"])
    house.note(
        code, other, "to_khai_khai_sinh", {k: f.value for k, f in values.items()}, confidence=0.3
    )
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).state is State.IN_REVIEW
    assert house.world.dossiers.in_state(State.IN_REVIEW) == [code]
    fix = {
        "action": "correct",
        "paper": other,
        "field": "child.full_name",
        "value": "NGUYỄN ÂN MẪU",
    }
    after = journey.decide(house.world, code, "lan", fix)
    field = after.papers[other].papers[0].fields["child.full_name"]
    assert (field.value, field.raw, field.confirmed_by) == (
        "NGUYỄN ÂN MẪU",
        "NGUYỄN AN MẪU",
        "officer:lan",
    )
    assert any(f["outcome"] != "passed" for f in after.findings)


def test_an_officer_accepts_what_was_only_inconclusive(house):
    code = filed(house, to_khai_khai_sinh={"mother.full_name": "TRẦN THỊ MÂU"})
    if house.dossier(code).state is State.IN_REVIEW:
        journey.decide(house.world, code, "lan", {"action": "accept"})
        house.run()
        assert house.dossier(code).verified_by == "officer:lan"
    else:
        assert house.dossier(code).state is State.SUPPLEMENT


def test_accepting_with_definite_faults_is_refused_and_refusing_ends_it(house):
    code = house.open()
    paper = house.bring(code, JPEG)
    house.drop_reads()
    house.note(code, paper, "khac", {}, confidence=0.5)
    journey.change(
        house.world, code, lambda d: ([("submitted", {}), ("sent_to_review", {})], ()), "system"
    )
    with pytest.raises(FaultsRemain):
        journey.decide(house.world, code, "lan", {"action": "accept"})
    after = journey.decide(
        house.world, code, "lan", {"action": "refuse", "reason": "Không đúng thẩm quyền"}
    )
    house.run()
    assert after.state is State.REFUSED and len(house.letters()) == 1
    with pytest.raises(MoveNotAllowed):
        journey.submit(house.world, code)


def test_submitting_nothing_or_half_an_upload_is_refused_and_nothing_is_lost(house):
    code = house.open()
    with pytest.raises(NothingToSubmit):
        journey.submit(house.world, code)
    paper = house.bring(code, b"\xff\xd8\xff" + b"x" * (6 * 1024 * 1024), upto=1)
    with pytest.raises(PartsMissing):
        journey.submit(house.world, code)
    with pytest.raises(PartsMissing):
        journey.complete_paper(house.world, code, paper)
    there, missing = journey.missing_parts(house.world, house.dossier(code).papers[paper])
    assert there == [1] and [m.number for m in missing] == [2]


def test_submitting_while_papers_are_still_being_read_waits_for_the_last(house):
    code = house.open()
    ids = {}
    from tests.journeys.house import PAPERS

    for kind in PAPERS:
        ids[kind] = house.bring(code, JPEG + kind.encode())
    house.drop_reads()
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).state is State.SUBMITTED
    for kind, values in PAPERS.items():
        house.note(code, ids[kind], kind, values)
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER


def test_the_same_file_again_is_the_same_paper_and_a_removed_one_is_new(house):
    code = house.open()
    first = house.bring(code, JPEG)
    assert house.bring(code, JPEG) == first
    journey.remove_paper(house.world, code, first)
    assert house.bring(code, JPEG) != first
    assert house.world.blobs.read(f"originals/{first}") == JPEG


def test_a_lost_original_is_not_an_answer(house):
    with pytest.raises(BlobUnknown):
        house.world.blobs.read("originals/p_none")


def test_birth_alone_goes_to_the_ward_only(house):
    code = house.open(procedure="khai_sinh")
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert [json.loads(b)["agency"] for _, _, b in house.agencies.came] == ["ward"]
    assert house.dossier(code).state is State.HANDED_OVER


def test_logs_name_codes_and_steps_but_nobody(house, caplog):
    """Canaries of the made-up family, through the way that passes and the one that fails, are in no log line."""
    with caplog.at_level("DEBUG"):
        filed(house)
        filed(house, giay_chung_sinh={"child.birth_date": "2026-11-11"})
        paper = house.bring(
            house.open(), b"\xff\xd8\xff" + b"TR\xe1\xba\xa6N TH\xe1\xbb\x8a M\xe1\xba\xaaU" * 9
        )
        house.run()
        assert paper
    assert ",verified" in caplog.text
    for canary in ("MẪU", "Mẫu", "001195000001", "001093000002", "0900000001", "mau@example.vn"):
        assert canary not in caplog.text


def test_a_submitted_dossier_is_judged_in_the_same_transaction_and_by_the_system(house):
    code = house.open()
    bring_all(house, code)
    version = house.dossier(code).version
    told = journey.submit(house.world, code)
    assert told.state is State.VERIFIED and told.verified_by == "system"
    assert len(views.slip_addresses(house.world, told)) == 1 and not house.letters()
    kinds = [(e.kind, e.actor) for e in house.world.dossiers.history(code)[version:]][:3]
    assert kinds == [("submitted", "citizen"), ("checked", "system"), ("verified", "system")]
    assert house.world.queues.depth("dossiers-to-check") == 0
    assert journey.submit(house.world, code) == house.dossier(code)  # the answer got lost: the same


def test_the_same_call_twice_does_not_ask_for_a_supplement_twice(house):
    code = house.open()
    paper = house.bring(code, JPEG)
    house.drop_reads()
    house.note(code, paper, "khac", {})
    first = journey.submit(house.world, code)
    assert first.state is State.SUPPLEMENT
    assert journey.submit(house.world, code).version == first.version
    house.clock.pass_by(61)
    assert journey.submit(house.world, code).version > first.version  # he insists


def test_a_check_that_fails_keeps_nobody_from_submitting(house):
    class MarksAreAway:
        def __getattr__(self, name):
            return getattr(house.store_of_old, name)

        def claim(self, mark, code):
            raise StorageBusy("marks")

    code = house.open()
    bring_all(house, code)
    house.store_of_old = house.world.dossiers
    house.with_ports(dossiers=MarksAreAway())
    assert journey.submit(house.world, code).state is State.SUBMITTED
    house.with_ports(dossiers=house.store_of_old)
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER
