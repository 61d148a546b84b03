"""Writes the pages of docs/ that come out of the code: `python -m tests.write_docs`."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import app as doors
from chalicelib.doors import openapi
from chalicelib.errors import Broken, DossierError, Refused, TryAgain, every_error
from chalicelib.journey import STEPS
from chalicelib.ports import QUEUES
from chalicelib.procedures import agreement, catalogue, deadlines, evidence
from chalicelib.procedures.data import SCHEMAS, rows

ROOT = Path(__file__).resolve().parents[1]
FINDER = SCHEMAS / "finder"


def journey_page() -> str:
    rows = [
        f"| `{s.name}` | {s.started_by} | {s.does} | {s.modules} | {s.state} | {s.hands_to} |"
        for s in STEPS
    ]
    queues = [f"| `{q.name}` | {q.visibility} s | {q.max_receives} | `{q.dead}` |" for q in QUEUES]
    return "\n".join(
        [
            "# The journey of one dossier",
            "",
            "Generated from `STEPS` in `chalicelib/journey.py` by `make docs`; a test holds it true.",
            "",
            "| step | started by | what it does | with | state after | hands on to |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "Follow one upload in four files: `app.py` (`read_paper`) → `chalicelib/journey.py`",
            "(`read_paper`) → `chalicelib/reading.py` (imaging, codes, OCR, extraction in order) →",
            "`chalicelib/dossier/paper.py` (what was read).",
            "",
            "## Queues",
            "",
            "| queue | hidden after a take | tries | then |",
            "|---|---|---|---|",
            *queues,
            "",
        ]
    )


def errors_page() -> str:
    lines = [
        "# Errors",
        "",
        "Generated from `chalicelib/errors.py` by `make docs`; a test holds it true. Every answer is problem details",
        "(RFC 9457): `type`, `title`, `detail` in Vietnamese, `title_en`, `detail_en`, `code`, `status`, `retry`.",
        "",
    ]
    kinds: list[tuple[str, type[DossierError]]] = [
        ("Refused: asking the same again will not help; mend it as it says", Refused),
        ("Try again: the same request may go through later", TryAgain),
        ("Broken: our fault; an operator looks at the log", Broken),
    ]
    for title, base in kinds:
        lines += [f"## {title}", ""]
        for e in every_error():
            if issubclass(e, base) and not e.__name__.startswith("_"):
                lines += _entry(e)
    return "\n".join(lines)


def _entry(e: type[DossierError]) -> list[str]:
    return [
        f"### `{e.code}` ({e.status})",
        "",
        (e.__doc__ or "").strip(),
        "",
        f"- {e.title[0]}. {e.mend[0]}",
        f"- {e.title[1]}. {e.mend[1]}",
        "",
    ]


def openapi_page() -> str:
    return json.dumps(openapi.document(doors.app), ensure_ascii=False, indent=1) + "\n"


# Pages show the rules of this day, so that they change only with the data.
SHOWN_ON = date(2026, 11, 23)


LEVELS = {
    "Toàn trình": "Nộp hoàn toàn qua mạng được",
    "Một phần": "Nộp qua mạng được một phần, vẫn phải đến trực tiếp một lần",
}
SHOWN_AT = datetime(2026, 11, 23, 9)  # of the examples: a Monday morning before a day off


def procedures_page() -> str:
    every = catalogue.every(SHOWN_ON)
    lines = [
        "# Cần giấy tờ gì, bao lâu, bao nhiêu tiền",
        "",
        f"Theo quy định ngày {SHOWN_ON:%d/%m/%Y}. Hồ sơ luôn theo quy định của ngày nộp.",
        "(Generated from `schemas/procedures` by `make docs`; a test holds it true.)",
        "",
        "- **Phải nộp**: chụp ảnh rõ nét, đủ bốn góc, bằng điện thoại là được.",
        "- **Chỉ cho xem**: mang theo khi đến nhận; không ai được đòi bản sao.",
        "- **Cấp xã** là phường hoặc xã; **giấy tờ tùy thân** là căn cước, căn cước công dân hoặc hộ chiếu.",
        "- Giấy tờ thiếu hoặc sai được báo một lần cho đủ. Thời gian chờ Ông/Bà bổ sung không tính vào thời hạn.",
        "- Nhiều kết quả: mỗi kết quả một ngày hẹn, đến nhận một lần. Trễ hẹn thì cơ quan phải xin lỗi và hẹn lại.",
        "",
        "## Ông/Bà cần việc gì?",
        "",
        *(f"- “{_said(p)[0]}” → [{_short(p)}](#{p.key})" for p in every),
        "",
    ]
    for p in every:
        lines += _procedure(p)
    return "\n".join(lines)


def _procedure(p: catalogue.Procedure) -> list[str]:
    must = [f"- {_papers(n)}" for n in p.submit if n.required]
    may = [f"- {_papers(n)}" for n in p.submit if not n.required]
    said = ", ".join(f"“{phrase}”" for phrase in _said(p))
    lines = [
        f'<a id="{p.key}"></a>',
        "",
        f"## {p.name[0]}",
        "",
        f"*{p.name[1]}*",
        "",
        f"Người ta hay nói: {said}.",
        "",
        f"Nơi giải quyết: {_sentence(p.authority[0])} {LEVELS[p.level[0]]}. Mã {p.code}.",
        "",
        *([f"**Không phải thủ tục này nếu:** {_not_if(p)}", ""] if _not_if(p) else []),
        "**Phải nộp**",
        "",
        *(must or ["- Không phải nộp giấy tờ nào, chỉ khai thông tin."]),
        "",
    ]
    blocks = {
        "Nộp thêm nếu có": may,
        "Chỉ cho xem, không phải nộp bản sao": [f"- {x.title[0]}" for x in p.present],
        "Khai thêm khi nộp, không cần giấy": [f"- {label}" for label in _typed_only(p)],
        "Nhận được gì, bao lâu": [f"- {r.name[0]}: {_term(p, r)}" for r in p.results],
    }
    for title, block in blocks.items():
        lines += [f"**{title}**", "", *block, ""] if block else []
    lines += [_example(p), "", "**Tiền phải nộp**", "", *_fees(p), ""]
    return [*lines, "**Hay phải làm lại vì**", "", *(f"- {t}" for t in _pitfalls(p)), ""]


def _said(p: catalogue.Procedure) -> list[str]:
    """What people say for it: the finder's own phrases, the first three."""
    codes = {c["code"] for c in catalogue.written(p.key)["codes"]}
    found = [
        r["phrase"] for r in rows(FINDER / "citizen_words.csv") if r["procedure_code"] in codes
    ]
    return found[:3] or [_short(p)]


def _short(p: catalogue.Procedure) -> str:
    return next(
        (r["name"] for r in rows(FINDER / "procedures.csv") if r["key"] == p.key), p.name[0]
    )


def _not_if(p: catalogue.Procedure) -> str:
    told = (r["not_if"] for r in rows(FINDER / "procedures.csv") if r["key"] == p.key)
    return next((t[:1].lower() + t[1:] for t in told), "")


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _typed_only(p: catalogue.Procedure) -> list[str]:
    """Labels of the fields that none of the papers of this day states."""
    kinds = _kinds(p)
    return [
        p.label(field)[0]
        for field in p.fields
        if not any(re.split("[:@]", ref)[0] in kinds for ref in p.sources.get(field, ()))
    ]


def _kinds(p: catalogue.Procedure) -> set[str]:
    """Kinds of paper that are handed in or shown on this day."""
    return {a.kind for n in p.submit for a in n.one_of} | {x.kind for x in p.present}


def _example(p: catalogue.Procedure) -> str:
    due = deadlines.results_due(p, SHOWN_AT)
    told = "; ".join(f"{d.name[0].lower()} {deadlines.moment_said(d.due)}" for d in due)
    return f"Ví dụ nhận đủ hồ sơ lúc {deadlines.moment_said(SHOWN_AT)}: {told}."


def _papers(need: catalogue.Need) -> str:
    others = [a.title[0] for a in need.one_of[1:] if a.title[0] != need.title[0]]
    if not others or len(others) > 3:
        return need.title[0]
    instead = "; ".join(each[:1].lower() + each[1:] for each in others)
    return f"{need.title[0]}. Không có thì: {instead}"


def _term(p: catalogue.Procedure, r: catalogue.Result) -> str:
    share = p.share(r.agency)
    before = next((x.name[0] for x in p.results if x.id == r.after), "")
    after = f", tính từ khi có {before.lower()}" if before else ""
    return f"{deadlines.term_said(r.term).lower()}{after} – {share.name[0] if share else r.agency}"


def _fees(p: catalogue.Procedure) -> list[str]:
    units = {"dossier": "hồ sơ", "copy": "bản", "page": "trang", "person": "người"}
    lines = []
    for fee in p.fees:
        if fee.amount_vnd is None:
            said = "do Hội đồng nhân dân thành phố quy định, cán bộ sẽ báo"
        elif fee.amount_vnd == 0:
            said = "không phải nộp"
        else:
            said = f"{_dong(fee.amount_vnd)} một {units[fee.per]}"
        if fee.then_vnd is not None:
            said += f", từ {units[fee.per]} thứ {fee.then_from}: {_dong(fee.then_vnd)}"
        if fee.most_vnd is not None:
            said += f", nhiều nhất {_dong(fee.most_vnd)} một bản"
        lines.append(f"- {fee.title[0]}: {said}.")
    return lines or ["- Chưa có mức thu nào được ghi cho thủ tục này: cán bộ sẽ báo."]


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def _pitfalls(p: catalogue.Procedure) -> list[str]:
    told = [r["message"]["vi"] for r in p.rules if "message" in r]
    known = {*_kinds(p), *agreement.OWN_KINDS}
    firsts = [
        evidence.ref_from(r["of"][0])
        for r in p.rules
        if r["rule"].startswith("same_") and "typed" not in r["id"]
    ]
    compared = {
        _plainly(p.label(agreement.label_key(ref, p))[0]) for ref in firsts if ref.kind in known
    }
    if compared:
        told.append(f"Các giấy tờ ghi không giống nhau: {'; '.join(sorted(compared))}.")
    return [*told, "Ảnh chụp mờ, lóa hoặc mất góc."]


def _plainly(label: str) -> str:
    """A form's label as people say it."""
    words = label.split(" – ")[0].lower()
    shorter = {"họ, chữ đệm, tên": "họ tên", "ngày, tháng, năm sinh": "ngày sinh"}
    for long, short in shorter.items():
        words = words.replace(long, short)
    return words


PAGES: dict[str, Callable[[], str]] = {
    "docs/openapi.json": openapi_page,
    "docs/journey.md": journey_page,
    "docs/errors.md": errors_page,
    "docs/procedures.md": procedures_page,
}

if __name__ == "__main__":
    for name, write in PAGES.items():
        (ROOT / name).write_text(write(), "utf-8")
        print(f"wrote {name}")
