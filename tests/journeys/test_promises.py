"""After reception: a supplement an agency or an officer asks for, and an apology; every date moves with its sum."""

import email
import json
from datetime import datetime, timedelta
from email import policy

import pypdfium2
import pytest

from chalicelib import answers, journey
from chalicelib.changes import message, packed
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.states import State
from chalicelib.errors import (
    AgencyUnknown,
    AlreadyApologised,
    BodyInvalid,
    MoveNotAllowed,
    NothingToSubmit,
    PaperUnknown,
    ResultUnknown,
)
from tests.journeys.house import JPEG, bodies, bring_all

DAY = 86_400
LACKING = {"reason": "Thiếu văn bản đồng ý của chủ hộ"}


def received(house, procedure="lien_thong_ks_tt_bhyt"):
    """A dossier with its agencies, received on Monday 23/11/2026 at 10:00 in Hanoi."""
    house.clock.pass_by(
        (datetime.fromisoformat("2026-11-23T10:00+07:00") - house.clock.now()).total_seconds()
    )
    code = house.open(procedure)
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER
    return code


def until(house, moment):
    house.clock.pass_by(
        (datetime.fromisoformat(f"{moment}+07:00") - house.clock.now()).total_seconds()
    )
    house.run()


def bring(house, code, data=b"consent", kind="khac"):
    paper = house.bring(code, JPEG + data)
    house.drop_reads()
    house.note(code, paper, kind, {})
    return paper


def due(house, code):
    at = {r["agency"]: datetime.fromisoformat(r["due"]) for r in house.dossier(code).results}
    return {a: f"{t:%d/%m %H:%M}" for a, t in at.items()}


def slip(house, occasion):
    """Text of the PDF that came with the newest mail of this occasion."""
    path = [p for p in house.letters() if occasion in p.name][-1]
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    (pdf,) = mail.iter_attachments()
    pages = pypdfium2.PdfDocument(pdf.get_content())
    return " ".join(" ".join(p.get_textpage().get_text_bounded() for p in pages).split())


# ---- a supplement ------------------------------------------------------------------------------


def test_what_an_agency_asks_for_goes_back_to_it_in_the_same_dossier_and_its_date_moves(house):
    code = received(house)
    assert due(house, code) == {
        "ward": "23/11 17:30",
        "police": "26/11 17:30",
        "social_insurance": "26/11 17:30",
    }
    until(house, "2026-11-23T14:00")
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    house.run()
    assert house.dossier(code).standing is State.SUPPLEMENT
    until(house, "2026-11-25T10:00")  # 24/11 is a day off: 3,5 and 2 working hours
    paper = bring(house, code)
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert dossier.standing is State.HANDED_OVER and dossier.requests == {}
    assert due(house, code) == {
        "ward": "23/11 17:30",
        "police": "27/11 15:00",
        "social_insurance": "26/11 17:30",
    }
    police = next(r for r in dossier.results if r["agency"] == "police")
    assert "cộng 5 giờ 30 phút làm việc" in " ".join(police["steps"])
    assert police["steps"][-1] == "Hẹn trả 15:00 thứ Sáu 27/11/2026"
    last = bodies(house)[-1]
    assert (last["type"], last["agency"], envelopes.faults(last)) == (
        "dossier.supplemented",
        "police",
        [],
    )
    assert paper in [p["id"] for p in last["papers"]]
    assert [r["due"] for r in last["results"]] == [police["due"]]
    assert sum(b["type"] == "dossier.supplemented" for b in bodies(house)) == 1
    assert paper in [a["paper"] for a in last["attachments"]]
    assert answers.paper_address(house.world, "police", code, paper)
    with pytest.raises(PaperUnknown):
        answers.paper_address(house.world, "social_insurance", code, paper)


def test_the_citizen_gets_both_slips(house):
    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    house.run()
    asked = slip(house, "agency-")
    assert (
        "PHIẾU YÊU CẦU BỔ SUNG" in asked
        and f"Công an phường Hoàn Kiếm: {LACKING['reason']}" in asked
    )
    until(house, "2026-11-25T10:00")
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    told = slip(house, "shifted-")
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in told
    assert "4. Thời gian nhận hồ sơ: 10 giờ 00 phút, ngày 23 tháng 11 năm 2026." in told
    assert (
        "Công an phường Hoàn Kiếm): 17 giờ 30 phút, ngày 27 tháng 11 năm 2026" in told
    )  # 8 working hours
    assert "chờ Ông/Bà bổ sung hồ sơ từ 10 giờ 00, 23/11/2026 đến 10 giờ 00, 25/11/2026" in told


def test_the_others_go_on_while_one_waits_for_the_citizen(house):
    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    done = {"number": "1", "date": "2026-11-23"}
    journey.answer(house.world, "ward", code, "result", "a", done)
    journey.answer(house.world, "social_insurance", code, "result", "b", done)
    house.run()
    dossier = house.dossier(code)
    assert [r.get("settled") for r in dossier.results] == ["result", None, "result"]
    assert dossier.standing is State.SUPPLEMENT
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    journey.answer(house.world, "police", code, "result", "c", done)
    house.run()
    assert house.dossier(code).state is State.COMPLETED


def test_a_step_that_has_begun_counts_the_wait_from_its_own_begin(house):
    code = received(house)
    journey.answer(house.world, "ward", code, "result", "a", {"number": "1", "date": "2026-11-23"})
    police = next(r for r in house.dossier(code).results if r["agency"] == "police")
    assert police["agency_due"] == "2026-11-26T17:30:00+07:00"
    until(house, "2026-11-25T08:00")
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    until(house, "2026-11-25T12:00")
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    police = next(r for r in house.dossier(code).results if r["agency"] == "police")
    assert police["agency_due"] == police["due"] == "2026-11-27T12:00:00+07:00"


def test_nobody_is_reminded_while_the_citizen_must_act_and_again_at_the_new_date(house):
    code = received(house, "khai_sinh")
    journey.answer(house.world, "ward", code, "supplement", "k", LACKING)
    for _ in range(8):
        house.clock.pass_by(DAY)
        house.run()
    assert house.dossier(code).reminded == {}
    assert answers.numbers(house.world)["agencies"]["ward"]["overdue"] == 0
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    new = datetime.fromisoformat(house.dossier(code).results[0]["due"])
    assert new > house.clock.now()
    house.clock.pass_by((new - house.clock.now()).total_seconds() - 60)
    house.run()
    assert house.dossier(code).reminded == {}
    house.clock.pass_by(120)
    house.run()
    assert house.dossier(code).reminded == {"giay_khai_sinh": 1}


def test_papers_that_agencies_have_stay_and_nothing_new_is_no_supplement(house):
    code = house.open()
    ids = bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    with pytest.raises(MoveNotAllowed):
        house.bring(code, JPEG + b"unasked")
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    with pytest.raises(MoveNotAllowed):
        journey.remove_paper(house.world, code, ids["cccd"])
    with pytest.raises(NothingToSubmit):
        journey.submit(house.world, code)
    wrong = bring(house, code, b"wrong")
    journey.remove_paper(house.world, code, wrong)
    with pytest.raises(NothingToSubmit):
        journey.submit(house.world, code)


def test_what_contradicts_goes_back_to_the_citizen_before_the_agency_sees_it(house):
    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    house.run()
    note = dict(house.dossier(code).live_papers()[1].papers[0].fields)
    values = {k: f.value for k, f in note.items()} | {"child.birth_date": "2026-11-11"}
    paper = house.bring(code, JPEG + b"another note")
    house.drop_reads()
    house.note(code, paper, "giay_chung_sinh", values)
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert dossier.standing is State.SUPPLEMENT and dossier.supplement["faults"]
    assert all(b["type"] == "dossier.verified" for b in bodies(house))
    journey.remove_paper(house.world, code, paper)
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    assert bodies(house)[-1]["type"] == "dossier.supplemented"
    assert len(house.dossier(code).later) == 1


def test_a_supplement_sent_while_it_is_still_being_read_waits_for_the_reader(house):
    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    paper = house.bring(code, JPEG + b"slow")
    house.drop_reads()
    journey.submit(house.world, code)
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).resubmitted() == ["police"]
    house.clock.pass_by(3 * DAY)  # the citizen has done his part: this time is the agency's
    house.note(code, paper, "khac", {})
    house.run()
    assert house.dossier(code).resubmitted() == []
    assert due(house, code)["police"] == "26/11 17:30"


def test_an_officer_asks_for_the_agency_that_told_the_ward(house):
    code = received(house)
    ask = {"action": "supplement", **LACKING}
    with pytest.raises(AgencyUnknown):
        journey.decide(house.world, code, "lan", ask)
    journey.decide(house.world, code, "lan", {**ask, "agency": "social_insurance"})
    house.run()
    assert list(house.dossier(code).requests) == ["social_insurance"]
    assert LACKING["reason"] in slip(house, "agency-")


def test_a_second_reason_does_not_start_the_wait_anew_and_a_result_ends_it(house):
    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    since = house.dossier(code).requests["police"]["since"]
    house.clock.pass_by(3600)
    journey.answer(house.world, "police", code, "supplement", "k2", {"reason": "Và ảnh rõ hơn"})
    request = house.dossier(code).requests["police"]
    assert (request["since"], request["reason"]) == (since, "Và ảnh rõ hơn")
    journey.answer(house.world, "police", code, "refused", "k3", {"reason": "Không đủ điều kiện"})
    assert house.dossier(code).requests == {}
    with pytest.raises(ResultUnknown):
        journey.answer(house.world, "police", code, "supplement", "k4", LACKING)


# ---- an apology --------------------------------------------------------------------------------


LATE = {"reason": "Đang chờ xác minh nơi cư trú", "due": "2026-12-01", "result": None}


def test_an_agency_that_will_be_late_says_why_and_when_and_the_citizen_gets_the_slip(house):
    code = received(house)
    journey.answer(house.world, "police", code, "delayed", "k", LATE)
    house.run()
    assert due(house, code)["police"] == "01/12 17:30"
    words = slip(house, "apology-")
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT" in words
    for expected in (
        "Kính gửi: Ông/Bà",
        LATE["reason"],
        "26/11/2026",
        "01/12/2026",
    ):
        assert expected in words
    again = journey.answer(house.world, "police", code, "delayed", "k", LATE)
    assert len(again.apologies) == 1
    with pytest.raises(AlreadyApologised):
        journey.answer(house.world, "police", code, "delayed", "k2", {**LATE, "due": "2026-12-02"})


def test_results_that_begin_with_the_late_one_are_promised_anew_on_the_same_slip(house):
    code = received(house)
    late = {"action": "apologise", "agency": "ward", "reason": "Mất điện", "due": "2026-11-25"}
    journey.decide(house.world, code, "lan", late)
    house.run()
    assert due(house, code) == {
        "ward": "25/11 17:30",
        "police": "27/11 17:30",
        "social_insurance": "27/11 17:30",
    }
    words = slip(house, "apology-")
    assert all(
        name in words for name in ("Giấy khai sinh", "đăng ký thường trú", "Thẻ bảo hiểm y tế")
    )
    steps = house.dossier(code).results[1]["steps"]
    assert "Xin lỗi và hẹn lại" in steps and steps[-1] == "Hẹn trả 17:30 thứ Sáu 27/11/2026"


@pytest.mark.parametrize(
    "day", ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-28", "0001-01-01", "mai", ""]
)
def test_a_new_date_must_be_a_later_working_day(house, day):
    code = received(house, "khai_sinh")
    with pytest.raises(BodyInvalid) as refused:
        journey.answer(house.world, "ward", code, "delayed", "k", {**LATE, "due": day})
    assert "2026-11-25" in refused.value.text(1)
    assert house.dossier(code).apologies == ()


def test_who_owes_nothing_has_nothing_to_apologise_for(house):
    code = received(house, "khai_sinh")
    journey.answer(house.world, "ward", code, "result", "a", {"number": "1", "date": "2026-11-23"})
    with pytest.raises(AgencyUnknown):
        journey.decide(house.world, code, "lan", {"action": "apologise", **LATE})
    with pytest.raises(ResultUnknown):
        journey.answer(house.world, "ward", code, "delayed", "k", LATE)


def test_an_overdue_agency_is_asked_for_reason_and_date_and_after_its_apology_the_count_begins_anew(
    house,
):
    code = received(house, "khai_sinh")
    for day in ("23", "25", "26"):
        until(house, f"2026-11-{day}T18:00")
    assert house.dossier(code).reminded == {"giay_khai_sinh": 3}
    reminder = next(p for p in house.letters() if "overdue" in p.name)
    told = email.message_from_bytes(reminder.read_bytes(), policy=policy.default)
    assert "lý do và ngày hẹn lại" in told.get_body().get_content()
    journey.decide(
        house.world, code, "lan", {"action": "apologise", "reason": "Mất điện", "due": "2026-11-30"}
    )
    house.run()
    assert house.dossier(code).reminded == {}
    assert answers.numbers(house.world)["agencies"]["ward"]["overdue_after_reminders"] == 0
    before = len([p for p in house.letters() if "overdue" in p.name])
    until(house, "2026-11-30T18:00")
    assert house.dossier(code).reminded == {"giay_khai_sinh": 1}
    assert len([p for p in house.letters() if "overdue" in p.name]) == before + 1


def test_the_whole_of_it_folds_from_history_and_the_chain_holds(house):
    from chalicelib.dossier.case import broken_link, fold

    code = received(house)
    journey.answer(house.world, "police", code, "supplement", "k", LACKING)
    bring(house, code)
    journey.submit(house.world, code)
    house.run()
    journey.answer(house.world, "police", code, "delayed", "k2", LATE)
    house.run()
    history = house.world.dossiers.history(code)
    assert broken_link(history) is None and fold(history) == house.dossier(code)
    json.dumps([dict(e.facts) for e in history])
    assert house.clock.now() - datetime.fromisoformat(history[-1].at) < timedelta(seconds=5)


# ---- desks that were closed --------------------------------------------------------------------


def test_a_day_off_announced_after_the_promise_moves_it_and_nobody_is_blamed(house):
    """24/11/2026 is a day off; this dossier was promised for it as if that had not been known."""
    until(house, "2026-11-23T16:00")
    code = house.open("khai_sinh")
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert due(house, code)["ward"] == "25/11 17:30"
    early = {"id": "giay_khai_sinh", "due": "2026-11-24T17:30:00+07:00", "steps": []}
    promise = [("rescheduled", {"later": [], "results": [early]})]
    at = [
        message(
            house.world,
            "results-to-await",
            packed(code, early["id"], "1"),
            datetime.fromisoformat(early["due"]),
        )
    ]
    journey.change(house.world, code, lambda _: (promise, at), "system")
    assert due(house, code)["ward"] == "24/11 17:30"
    until(house, "2026-11-24T17:31")
    dossier = house.dossier(code)
    assert due(house, code)["ward"] == "25/11 17:30" and dossier.reminded == {}
    assert any("Ngày Văn hóa Việt Nam" in step for step in dossier.results[0]["steps"])
    told = slip(house, "rescheduled-")
    assert (
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 30 phút, ngày 25 tháng 11 năm 2026"
        in told
    )
    until(house, "2026-11-25T17:31")
    assert house.dossier(code).reminded == {"giay_khai_sinh": 1}
    assert sum(m.startswith("rescheduled") for m in house.dossier(code).mailed) == 1
