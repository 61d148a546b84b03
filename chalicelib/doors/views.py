"""What visitors see of a dossier: plain dictionaries for JSON. Personal data only in `full`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib import handover, letters
from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import REASONS, PageQuality
from chalicelib.dossier.pile import WHY, Pile
from chalicelib.dossier.states import NATIONAL, State
from chalicelib.journey import page_key
from chalicelib.ports import PartAddress, World
from chalicelib.procedures.legibility import Legible, foresee

PRIVATE = ("number",)  # a result's number names a person's entry in a register


def public(dossier: Dossier) -> dict[str, Any]:
    """What anyone with the code may know: procedure, state, dates. Nobody's data."""
    rules, ward = handover.rules_of(dossier), handover.ward_of(dossier)
    number, vi, en = NATIONAL[dossier.standing]
    return {
        "code": dossier.code,
        "procedure": {
            "key": rules.key,
            "code": rules.code,
            "name": rules.name[0],
            "name_en": rules.name[1],
        },
        "ward": {"code": ward.code, "name": ward.full_name},
        "state": dossier.standing.value,
        "state_number": number,
        "state_label": vi,
        "state_label_en": en,
        "opened_at": dossier.opened_at,
        "received_at": dossier.received_at,
        "results": [{k: v for k, v in r.items() if k not in PRIVATE} for r in dossier.results],
        "agencies": {a: d.state for a, d in dossier.deliveries.items()},
        "payment": paid(dossier),
    }


def paid(dossier: Dossier) -> dict[str, Any] | None:
    """What is asked and what is paid, in đồng; None while nothing was asked."""
    told = ("amount_vnd", "paid_vnd", "state")
    return {k: dossier.payment[k] for k in told} if dossier.payment else None


def payment(standing: Mapping[str, Any]) -> dict[str, Any]:
    """How a dossier stands with its fee; the VietQR also as a picture (SVG)."""
    from segno import make

    if "payload" not in standing:
        return dict(standing)
    picture = make(standing["payload"], error="m").svg_inline(scale=4, border=4)
    return {**standing, "qr_svg": picture}


def full(world: World, dossier: Dossier) -> dict[str, Any]:
    """Everything, for the holder of the token and for officers."""
    return {
        **public(dossier),
        "version": dossier.version,
        "channel": dossier.channel,
        "applicant": dict(dossier.applicant),
        "declared": dict(dossier.declared),
        "papers": [paper(world, dossier, p) for p in dossier.live_papers()],
        "fields": handover.fields_of(dossier),
        "findings": [finding(f) for f in dossier.findings],
        "supplement": supplement(asked) if (asked := dossier.supplement or requests(dossier)) else None,
        "refusal": dossier.refusal,
        "spot_checks": [dict(c) for c in dossier.spot_checks],
        "deliveries": [asdict(d) for d in (*dossier.deliveries.values(), *dossier.news.values())],
        "answers": [answer(world, a) for a in dossier.answers],
        "ready_on": ready_on(dossier),
        "slips": slip_addresses(world, dossier),
        "history": [dict(each) for each in dossier.trail],
    }  # fmt: skip


def ready_on(dossier: Dossier) -> str | None:
    """The one day on which all results can be had; None while an agency has not answered."""
    day = letters.ready_on(dossier) if dossier.state is State.COMPLETED else None
    return day.isoformat() if day else None


def answer(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """One answer of an agency; its file as an address to fetch."""
    told = ("agency", "answer", "at", "result", "number", "date", "reason", "signature")
    plain = {k: given[k] for k in told if given.get(k) is not None}
    if given.get("file"):
        plain["file"] = world.blobs.address(given["file"], world.limits.address_seconds)
    return plain


def slip_addresses(world: World, dossier: Dossier) -> list[str]:
    """Where the dossier's slips can be fetched, oldest first."""
    mailed = [mail for mail in dossier.mailed if mail.startswith(letters.SLIPS)]
    keys = [
        letters.slip_key(dossier.code, slip) for slip in dict.fromkeys([*dossier.slips, *mailed])
    ]
    return [world.blobs.address(key, world.limits.address_seconds) for key in keys]


def finding(f: Mapping[str, Any]) -> dict[str, Any]:
    """One finding, its message and what was read in both languages."""
    return {**{k: v for k, v in f.items() if k not in ("message", "read")}, **_told(f)}


def nameless(f: Mapping[str, Any]) -> dict[str, Any]:
    """One finding without what was read: for lists, where nobody's data is shown."""
    return finding({k: v for k, v in f.items() if k != "read"})


def _told(f: Mapping[str, Any]) -> dict[str, str]:
    vi, en = f["message"]
    read_vi, read_en = f.get("read") or ("", "")
    told = {"message": vi, "message_en": en}
    return {**told, "read": read_vi, "read_en": read_en} if read_vi else told


def requests(dossier: Dossier) -> dict[str, Any] | None:
    """What agencies wait for after reception, in the form of a request for a supplement."""
    said = [
        f"{handover.agency_name(dossier, a)}: {r['reason']}" for a, r in dossier.requests.items()
    ]
    return {"reason": "; ".join(said), "faults": []} if dossier.awaits_citizen() else None


def supplement(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A request for a supplement: the reason and every fault."""
    faults = [{"paths": f["paths"], **_told(f)} for f in facts["faults"]]
    return {"reason": facts["reason"], "faults": faults}


def paper(world: World, dossier: Dossier, p: Paper) -> dict[str, Any]:
    """One paper: state, what was read in it, what the procedure needs of it, a verdict per page, upright pictures."""
    kinds = [f.kind for f in p.papers]
    rules = handover.rules_of(dossier)
    return {
        "id": p.id,
        "file_name": p.file_name,
        "size": p.size,
        "content_type": p.content_type,
        "sha256": p.sha256,
        "state": p.state,
        "kind": kinds[0] if kinds else None,
        "kind_confidence": p.papers[0].kind_confidence if kinds else None,
        "fields": {k: asdict(f) for k, f in p.papers[0].fields.items()} if kinds else {},
        "papers": [asdict(found) for found in p.papers],
        "needed": [legible(told) for told in foresee(rules, p, dossier.channel)],
        "pages": [page(world, p, q) for q in p.quality],
        "problem": p.problem,
    }


def legible(told: Legible) -> dict[str, Any]:
    """One field that the procedure needs of a paper, and whether it would be sure, unsure or unread."""
    label, label_en = told.label
    return {**asdict(told), "label": label, "label_en": label_en}


def page(world: World, p: Paper, q: PageQuality) -> dict[str, Any]:
    """A page's verdict with its reasons in words, and where its upright picture can be fetched."""
    reasons = [in_words(r, REASONS) for r in q.reasons]
    address = world.blobs.address(page_key(p.id, q.page), world.limits.address_seconds)
    return {"page": q.page, "verdict": q.verdict, "reasons": reasons, "image": address}


def in_words(code: str, words: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """A reason in both languages."""
    return {"code": code, "vi": words[code][0], "en": words[code][1]}


def pile_row(told: Pile) -> dict[str, Any]:
    """A pile on the worklist: of which batch and kind, how much is left. Nobody's data."""
    return {
        "pile": told.code,
        "batch": told.batch,
        "kind": told.kind,
        "state": told.state.value,
        "sent_at": told.sent_at,
        "papers": len(told.papers),
        "doubts": len(list(told.doubts())),
        "left": told.left(),
    }


def pile(world: World, told: Pile) -> dict[str, Any]:
    """A whole pile, for officers: every doubt with its decision, and who looked and decided when."""
    papers = [_doubtful(world, told, p) for p in told.papers]
    return {**pile_row(told), "entries": papers, "history": [dict(each) for each in told.trail]}


def _doubtful(world: World, told: Pile, paper: Mapping[str, Any]) -> dict[str, Any]:
    pictures = [world.blobs.address(k, world.limits.address_seconds) for k in paper["pictures"]]
    doubts = [
        {**d, "why": in_words(d["why"], WHY), "decision": told.words.get((paper["paper"], d["field"]))}
        for d in paper["doubts"]
    ]  # fmt: skip
    reasons = [in_words(r, REASONS) for r in paper["reasons"]]
    return {**paper, "reasons": reasons, "pictures": pictures, "doubts": doubts}


def upload(p: Paper, there: Sequence[int], missing: Sequence[PartAddress]) -> dict[str, Any]:
    """Where to send the parts that are not there yet."""
    parts = [
        {
            "number": a.number,
            "method": "PUT",
            "url": a.url,
            "headers": a.headers,
            "offset": a.offset,
            "size": a.size,
            "expires": a.expires.isoformat(),
        }
        for a in missing
    ]
    return {"paper": p.id, "state": p.state, "parts_there": list(there), "parts_missing": parts}


def endpoint(s: Subscription) -> dict[str, Any]:
    """An endpoint with its health; its keys are told once only, when they are made."""
    plain = asdict(s)
    signatures = ["v1a" if key.startswith("whsk_") else "v1" for key in s.secrets]
    hidden = ("secrets", "version")
    return {**{k: v for k, v in plain.items() if k not in hidden}, "signatures": signatures}


def posted(world: World, entry: Posted) -> dict[str, Any]:
    """An event of a feed: its cursor, and the envelope as it was sent."""
    envelope = json.loads(world.blobs.read(entry.envelope))
    return {"cursor": entry.position, "id": entry.id, "envelope": envelope}


def answered(dossier: Dossier, agency: str) -> dict[str, Any]:
    """What an agency sees of a dossier that it has answered: its own results and answers."""
    told = ("answer", "at", "result", "number", "date", "reason")
    return {
        "code": dossier.code,
        "state": dossier.state.value,
        "results": [dict(r) for r in dossier.results if r["agency"] == agency],
        "answers": [
            {k: a[k] for k in told if a.get(k) is not None}
            for a in dossier.answers
            if a["agency"] == agency
        ],
    }
