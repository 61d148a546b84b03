"""The data itself: sound, and the audit notices when it is not."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import ProcedureUnknown
from chalicelib.ports import AGENCIES
from chalicelib.procedures.audit import example_verdict, problems
from chalicelib.procedures.catalogue import every, procedure
from chalicelib.procedures.letters import folded, unmarked
from chalicelib.procedures.rules import VOCABULARY
from chalicelib.procedures.said_dates import date_said

ROOT = Path(__file__).resolve().parents[3]
THE_TWELVE = {
    "khai_sinh": "1.001193",
    "lien_thong_ks_tt_bhyt": "2.000986",
    "lien_thong_ks_bhyt": "2.001023",
    "khai_tu": "1.000656",
    "lien_thong_khai_tu": "2.002622",
    "ban_sao_trich_luc": "2.000635",
    "ket_hon": "1.000894",
    "xac_nhan_hon_nhan": "1.004873",
    "thuong_tru": "1.004222",
    "the_bhyt_tre_em": "1.001939",
    "ho_kinh_doanh": "1.001612",
    "chung_thuc_ban_sao": "2.000815",
}
RULES = [(p.key, r) for p in every() for r in p.rules]


def test_the_data_is_sound():
    assert problems() == []


@pytest.mark.parametrize(("key", "rule"), RULES, ids=[f"{k}-{r['id']}" for k, r in RULES])
def test_every_rule_passes_and_fails_as_its_examples_say(key, rule):
    assert [example_verdict(rule, v) for v in rule["examples"]["passes"]] == [True] * len(
        rule["examples"]["passes"]
    )
    assert [example_verdict(rule, v) for v in rule["examples"]["fails"]] == [False] * len(
        rule["examples"]["fails"]
    )


def test_every_word_of_the_vocabulary_is_used_and_explained():
    explained = (ROOT / "schemas/procedures/README.md").read_text("utf-8")
    assert {r["rule"] for _, r in RULES} == set(VOCABULARY)
    assert [w for w in VOCABULARY if f"| `{w}` |" not in explained] == []


def test_who_gets_what():
    birth, linked = (procedure(k, date.max) for k in ("khai_sinh", "lien_thong_ks_tt_bhyt"))
    assert [a.id for a in birth.agencies] == ["ward"]
    assert [a.id for a in linked.agencies] == ["ward", "police", "social_insurance"]
    assert {a.id for a in linked.agencies} <= set(AGENCIES)
    police, insurance = linked.share("police"), linked.share("social_insurance")
    assert "child.weight_g" not in police.fields and "mother.insurance_number" not in police.fields
    assert "mother.insurance_number" in insurance.fields
    assert [r.agency for r in linked.results] == [a.id for a in linked.agencies]


def test_all_twelve_are_there_with_their_national_codes():
    assert THE_TWELVE.items() <= {p.key: p.code for p in every(date(2020, 3, 26))}.items()
    now = {p.key: p.code for p in every(date(2026, 11, 23))}
    changed = {k: c for k, c in now.items() if c != THE_TWELVE.get(k, c)}
    assert changed == {
        "lien_thong_ks_tt_bhyt": "3.000722",
        "lien_thong_ks_bhyt": "3.000722",
        "lien_thong_khai_tu": "2.002913",
    }


def test_who_decides_by_date():
    def authority(key, day):
        return procedure(key, date.fromisoformat(day)).authority[0]

    assert authority("thuong_tru", "2021-06-30") == "Công an quận, huyện, thị xã"
    assert authority("thuong_tru", "2021-07-01") == "Công an cấp xã"
    assert "cấp huyện" in authority("ho_kinh_doanh", "2025-06-30")
    assert authority("ho_kinh_doanh", "2025-07-01") == "Ủy ban nhân dân cấp xã"
    assert procedure("khai_tu", date(2022, 6, 30)).level[0] == "Mức độ 3"
    assert procedure("khai_tu", date(2022, 7, 1)).level[0] == "Toàn trình"


def test_a_presented_paper_is_never_demanded():
    for p in every():
        shown_only = {s.kind for s in p.present} - {a.kind for n in p.submit for a in n.one_of}
        demanded = {a.kind for n in p.submit if n.required for a in n.one_of}
        assert not shown_only & demanded


def test_a_procedure_is_that_of_its_day():
    key = "lien_thong_ks_tt_bhyt"
    assert procedure(key, date(2020, 3, 26)).code == "2.000986"
    assert procedure(key, date(2026, 11, 23)).code == "3.000722"
    assert (
        procedure(key, date(2020, 3, 26)).share("police").name[0] == "Công an quận, huyện, thị xã"
    )
    assert procedure(key, date(2021, 7, 1)).share("police").name[0] == "Công an cấp xã"
    wanted = {
        d: [n.id for n in procedure(key, date.fromisoformat(d)).submit if n.required]
        for d in ("2020-03-26", "2022-01-01", "2024-07-01")
    }
    assert wanted == {
        "2020-03-26": ["declaration", "birth_proof", "residence", "insurance"],
        "2022-01-01": ["declaration", "birth_proof", "residence_ct01", "insurance"],
        "2024-07-01": ["declaration", "birth_proof"],
    }


@pytest.mark.parametrize(
    ("key", "on"),
    [("ket_hon_ma", "2020-03-26"), ("khai_sinh", "1999-01-01"), ("../x", "2020-03-26")],
)
def test_an_unknown_procedure_is_refused_with_the_known_ones(key, on):
    with pytest.raises(ProcedureUnknown) as refused:
        procedure(key, date.fromisoformat(on))
    known = str(refused.value.facts["known"]).split(", ")
    assert known == sorted(known) and set(THE_TWELVE) <= set(known)


def copy_of_the_data(folder):
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copytree(
        ROOT / "chalicelib", folder / "chalicelib", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder / "schemas" / "procedures"


def complaints(folder):
    """What the audit says of a copy, asked in a process of its own."""
    ask = "from chalicelib.procedures.audit import problems; print('\\n'.join(problems()))"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def edit(path, change):
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


def spoil(d):
    d["sources"]["child.gender"] = ["giay_chung_sinh:child.sex"]
    d["agencies"][0]["fields"].append("child.shoe_size")
    d["rules"][0]["examples"]["fails"] = [["2020-03-12", "2020-03-12"]]
    d["levels"][1]["valid_from"] = "2022-07-03"
    d["results"][0]["after"] = "nothing"
    d["rules"][1]["of"][0] = "cccd@uncle:birth_date"


def test_the_audit_finds_what_dangles(tmp_path):
    procedures = copy_of_the_data(tmp_path)
    edit(procedures / "khai_sinh" / "procedure.json", spoil)
    edit(procedures / "messages.json", lambda d: d["schema"].pop("pattern"))
    said = complaints(tmp_path)
    for part in (
        "child.sex",
        "child.shoe_size",
        "`fails`",
        "2022-07-03",
        "nothing",
        "@uncle",
        "message for pattern",
    ):
        assert part in said


def test_the_audit_finds_what_is_not_well_formed(tmp_path):
    procedures = copy_of_the_data(tmp_path)
    edit(procedures / "khai_sinh" / "procedure.json", lambda d: d["codes"][0].update(code="1.1"))
    said = complaints(tmp_path)
    assert "khai_sinh: $.codes[0].code" in said


def test_a_procedure_is_added_by_dropping_a_folder_in(tmp_path):
    procedures = copy_of_the_data(tmp_path)
    shutil.copytree(procedures / "khai_sinh", procedures / "khai_sinh_thu")
    edit(procedures / "khai_sinh_thu" / "procedure.json", lambda d: d.update(key="khai_sinh_thu"))
    edit(
        procedures / "khai_sinh_thu" / "dossier.schema.json",
        lambda d: d.update({"$id": d["$id"].replace("/khai_sinh/", "/khai_sinh_thu/")}),
    )
    assert complaints(tmp_path).strip() == ""
    ask = "from chalicelib.procedures.catalogue import every; print([p.key for p in every()])"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "khai_sinh_thu" in done.stdout


UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def said(n):
    """1 to 99 as a clerk writes it."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return UNITS[ones]
    head = "mười" if tens == 1 else f"{UNITS[tens]} mươi"
    tail = {0: "", 1: "một" if tens == 1 else "mốt", 4: "bốn" if tens == 1 else "tư", 5: "lăm"}
    return f"{head} {tail.get(ones, UNITS[ones])}".strip()


def year_said(year):
    thousand, rest = (
        ("một nghìn chín trăm", year - 1900)
        if year < 2000
        else ("hai nghìn không trăm", year - 2000)
    )
    return f"{thousand} {'lẻ ' if 0 < rest < 10 else ''}{said(rest) if rest else ''}".strip()


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_in_words_is_understood(day):
    words = f"Ngày {said(day.day)}, tháng {said(day.month)}, năm {year_said(day.year)}"
    assert date_said(words) == day
    assert date_said(words.upper()) == day


def test_letters_and_tones_count_but_not_where_the_tone_stands():
    assert folded("HOÀ  Thúy") == folded("hòa thuý")
    assert len({folded(x) for x in ("Hòa", "Hoa", "Hóa", "Hỏa", "Hoă")}) == 5
    assert unmarked("Đặng Thị HOÀ") == "dang thi hoa"
