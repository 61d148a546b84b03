"""The agencies' health pages: how each endpoint is, in words, and how the latest events stand with it. No script.

In: an agency's key (to get a link), or a link signed for it. Out: pages in Vietnamese without anyone's data: codes of
dossiers, times, answers of the agency's own server. Refused: links that were altered or are over (403, in words).
"""

from datetime import datetime, timedelta
from html import escape
from string import Template
from typing import Any
from urllib.parse import urlsplit

from chalice import Blueprint, Response

from chalicelib import feeds, handover
from chalicelib.changes import load
from chalicelib.dispatch import breaker
from chalicelib.doors import answers, json_answer, links
from chalicelib.doors.agency import key_of
from chalicelib.doors.pages import FOLDER, SAFE
from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.dossier.case import Try
from chalicelib.errors import AgencyKeyUnknown, EndpointUnknown
from chalicelib.subscriptions import QUEUE
from chalicelib.wiring import world

health = Blueprint(__name__)
GOOD_FOR = timedelta(hours=12)
LATEST = 30
NAMES = {
    "ward": "Ủy ban nhân dân phường, xã",
    "police": "Công an",
    "social_insurance": "Bảo hiểm xã hội",
}
STATES = {
    "pending": ("warn", "Chưa xác nhận", "Điểm nhận phải trả lời 2xx cho một ping thì mới được gửi sự kiện."),
    "active": ("good", "Đang nhận", ""),
    "paused": ("warn", "Tạm dừng", "Sự kiện được giữ lại; gọi resume để nhận tiếp."),
    "disabled": ("bad", "Đã tắt", "Sửa máy nhận, gọi resume, rồi nhận lại bằng replay."),
}  # fmt: skip
WHY = {"gone": "Máy nhận trả lời 410.", "failed_five_days": "Lỗi liên tục năm ngày."}
KINDS = {"dossier.verified": "Hồ sơ đã kiểm tra", "dossier.result": "Kết quả của cơ quan khác"}
TRIED = {"waiting": "Chờ gửi", "delivered": "Đã nhận", "dead": "Đã thôi gửi"}


@health.route("/v1/agencies/{id}/health-links", methods=["POST"], content_types=["*/*"])
@answers
def make_link(id: str) -> Response:
    """A link to the agency's health page for a browser, good for twelve hours."""
    headers = health.current_request.headers
    if key_of(headers) != id:
        raise AgencyKeyUnknown
    until = world().clock.now() + GOOD_FOR
    url = f"{world().base_url}/co-quan/{id}?{links.signed(world(), id, until)}"
    return json_answer({"url": url, "expires": until.isoformat(timespec="seconds")}, 201)


@health.route("/co-quan/{id}", methods=["GET"])
def of_agency(id: str) -> Response:
    """All endpoints of an agency."""
    query = health.current_request.query_params or {}
    if not _may_see(id, query):
        return _refused()
    found = world().subscriptions.of(id)
    cards = "".join(_card(s, query) for s in found)
    return _page(
        "health.html", agency=NAMES.get(id, id), now=_moment(world().clock.now()),
        feed=_feed_words(id), endpoints=_Ready(cards or "<p>Chưa có điểm nhận nào.</p>"),
    )  # fmt: skip


@health.route("/co-quan/{id}/{endpoint}", methods=["GET"])
def of_endpoint(id: str, endpoint: str) -> Response:
    """One endpoint, and the latest events with what became of them there."""
    query = health.current_request.query_params or {}
    if not _may_see(id, query):
        return _refused()
    try:
        subscription = world().subscriptions.find(id, endpoint)
    except EndpointUnknown as e:
        return _page("unknown.html", 404, message=e.text(0))
    rows = "".join(_row(e, subscription) for e in reversed(feeds.latest(world(), id, LATEST)))
    return _page(
        "health_endpoint.html", agency=NAMES.get(id, id), back=f"/co-quan/{id}?{_kept(query)}",
        card=_Ready(_card(subscription, query)),
        rows=_Ready(rows or '<tr><td colspan="4">Chưa có sự kiện nào.</td></tr>'),
    )  # fmt: skip


class _Ready(str):
    """HTML already put together: not escaped again."""


def _filled(name: str, **words: str) -> str:
    template = Template((FOLDER / name).read_text("utf-8"))
    safe = {k: v if isinstance(v, _Ready) else escape(v) for k, v in words.items()}
    return template.substitute(safe)


def _page(name: str, status: int = 200, **words: str) -> Response:
    shell = Template((FOLDER / "shell.html").read_text("utf-8"))
    style = _Ready((FOLDER / "health_style.html").read_text("utf-8"))
    content = _filled(name, style=style, **words)
    return Response(shell.substitute(content=content), dict(SAFE), status)


def _refused() -> Response:
    text = "Liên kết không đúng hoặc đã quá hạn. Lấy liên kết mới: motcua endpoints list --page."
    return _page("unknown.html", 403, message=text)


def _may_see(agency: str, query: Any) -> bool:
    by_key = key_of(health.current_request.headers) == agency
    return by_key or links.is_good(world(), agency, query, world().clock.now())


def _kept(query: Any) -> str:
    """The link's own signature, for links between the pages; only what it is made of is repeated."""
    ends = "".join(c for c in query.get("den", "") if c in "0123456789")
    signature = "".join(c for c in query.get("ky", "") if c in "0123456789abcdef")
    return f"den={ends}&ky={signature}"


def _feed_words(agency: str) -> str:
    last, pulled = world().subscriptions.last(agency), world().subscriptions.pulled(agency)
    taken = f"Đã tự lấy đến số {pulled}." if pulled else "Chưa tự lấy (pull) lần nào."
    return f"{last} sự kiện từ đầu. {taken}"


def _card(s: Subscription, query: Any) -> str:
    h, now = s.health, world().clock.now()
    mark, state, advice = STATES[s.state]
    resting = breaker.held_until(h, now)
    if s.state == "active" and (resting or h.failing_since):
        mark, state = "bad", "Đang lỗi"
        advice = f"Lỗi hoặc chậm {max(h.failures, h.slow)} lần liên tiếp."
    if resting:
        advice += f" Nghỉ đến {_moment(resting)} rồi thử lại; sự kiện được giữ."
    return _filled(
        "health_card.html",
        id=s.id, mark=mark, state=state, advice=" ".join((WHY.get(s.why or "", ""), advice)).strip(),
        link=f"/co-quan/{s.agency}/{s.id}?{_kept(query)}",
        place="hàng đợi riêng (SQS)" if s.url == QUEUE else _host(s.url),
        last=_last(s), since=_at(h.failing_since) or "không",
        counts=f"{h.delivered} nhận, {h.failed} lỗi", asked=_asked(s), keys=_keys(s, now),
    )  # fmt: skip


def _host(url: str) -> str:
    parts = urlsplit(url)  # a path may hold a secret of the agency's
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def _last(s: Subscription) -> str:
    h = s.health
    if not h.last_at:
        return "chưa lần nào"
    if not h.last_status:
        return f"{_at(h.last_at)}: không kết nối được, hoặc không trả lời trong 15 giây"
    seconds = f"{h.last_seconds or 0:.1f}".replace(".", ",")
    return f"{_at(h.last_at)}: trả lời {h.last_status} sau {seconds} giây"


def _asked(s: Subscription) -> str:
    """What it subscribed to."""
    kinds = [KINDS[k] for k in s.kinds] or ["mọi sự kiện"]
    counted = ((s.procedures, "thủ tục"), (s.units, "đơn vị"))
    only = [f"chỉ {len(named)} {what}" for named, what in counted if named]
    thin = ["không kèm dữ liệu"] if s.payload == "thin" else []
    return ", ".join([*kinds, *only, *thin])


def _keys(s: Subscription, now: datetime) -> str:
    names = ["ed25519" if k.startswith("whsk_") else "HMAC" for k in s.signing(now)]
    ends = _at(s.older_until) if len(names) > 1 else ""
    return " và ".join(names) + (f"; khóa cũ đến {ends}" if ends else "")


def _row(entry: Posted, s: Subscription) -> str:
    delivery = load(world(), entry.code).delivery(entry.id)
    tried = delivery.tries.get(s.id) if delivery else None
    is_pulled = delivery is not None and delivery.state == "delivered" and tried is None
    return _filled(
        "health_event.html", number=str(entry.position), code=entry.code,
        kind=KINDS.get(entry.kind, entry.kind), at=_at(entry.at),
        state="Đã lấy (pull)" if is_pulled else _tried(tried),
    )  # fmt: skip


def _tried(tried: Try | None) -> str:
    if tried is None:
        return "Không gửi tới đây"
    words = [TRIED[tried.state]]
    if tried.attempts:
        words.append(f"{tried.attempts} lần thử")
    if tried.state != "delivered" and tried.attempts:
        words.append(f"trả lời {tried.last_status}" if tried.last_status else "không trả lời")
    if tried.next_at:
        words.append(f"thử lại {_at(tried.next_at)}")
    return ", ".join(words)


def _at(text: str | None) -> str:
    return _moment(datetime.fromisoformat(text)) if text else ""


def _moment(at: datetime) -> str:
    return at.astimezone(handover.HANOI).strftime("%d/%m/%Y %H:%M:%S")
