"""Writes the pages of docs/ that come out of the code: `python -m tests.write_docs`."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import app as doors
from chalicelib.doors import openapi
from chalicelib.errors import Broken, DossierError, Refused, TryAgain, every_error
from chalicelib.journey import STEPS
from chalicelib.ports import QUEUES
from chalicelib.procedures import agreement, catalogue, deadlines, evidence

ROOT = Path(__file__).resolve().parents[1]


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


def procedures_page() -> str:
    lines = [
        "# Các thủ tục: cần giấy tờ gì, bao lâu, bao nhiêu tiền",
        "",
        f"Theo quy định ngày {SHOWN_ON:%d/%m/%Y}. Hồ sơ luôn theo quy định của ngày nộp.",
        "(Generated from `schemas/procedures` by `make docs`; a test holds it true.)",
        "",
    ]
    for p in catalogue.every(SHOWN_ON):
        lines += _procedure(p)
    return "\n".join(lines)


def _procedure(p: catalogue.Procedure) -> list[str]:
    must = [f"- {_papers(n)}" for n in p.submit if n.required]
    may = [f"- {_papers(n)}" for n in p.submit if not n.required]
    lines = [
        f"## {p.name[0]}",
        "",
        f"Mã {p.code} · {p.level[0]} · Nơi giải quyết: {p.authority[0]}.",
        "",
    ]
    lines += [
        "**Phải nộp**",
        "",
        *(must or ["- Không phải nộp giấy tờ nào, chỉ khai thông tin."]),
        "",
    ]
    lines += ["**Nộp thêm nếu có**", "", *may, ""] if may else []
    if p.present:
        lines += [
            "**Chỉ cho xem, không phải nộp bản sao**",
            "",
            *(f"- {s.title[0]}" for s in p.present),
            "",
        ]
    lines += ["**Nhận được gì, bao lâu**", ""]
    lines += [f"- {r.name[0]}: {_term(p, r)}" for r in p.results]
    lines += ["", "**Tiền phải nộp**", "", *_fees(p), ""]
    lines += ["**Hay phải làm lại vì**", "", *(f"- {t}" for t in _pitfalls(p)), ""]
    return lines


def _papers(need: catalogue.Need) -> str:
    others = [a.title[0] for a in need.one_of[1:] if a.title[0] != need.title[0]]
    if len(others) > 3:
        return need.title[0]
    return need.title[0] + (f" (không có thì: {'; '.join(others)})" if others else "")


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
            said = f"{fee.amount_vnd:,} đồng một {units[fee.per]}".replace(",", ".")
        if fee.then_vnd is not None:
            said += f", từ {units[fee.per]} thứ {fee.then_from}: {fee.then_vnd:,} đồng".replace(
                ",", "."
            )
        if fee.most_vnd is not None:
            said += f", nhiều nhất {fee.most_vnd:,} đồng một bản".replace(",", ".")
        lines.append(f"- {fee.title[0]}: {said}.")
    return lines or ["- Không có lệ phí nào được ghi."]


def _pitfalls(p: catalogue.Procedure) -> list[str]:
    told = [r["message"]["vi"] for r in p.rules if "message" in r]
    compared = {
        p.label(agreement.label_key(evidence.ref_from(r["of"][0]), p))[0].split(" – ")[0].lower()
        for r in p.rules
        if r["rule"].startswith("same_") and "typed" not in r["id"]
    }
    if compared:
        told.append(f"Các giấy tờ ghi không giống nhau: {', '.join(sorted(compared))}.")
    return told or ["Ảnh chụp mờ, lóa hoặc mất mép."]


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
