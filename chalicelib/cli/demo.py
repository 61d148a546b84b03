"""`motcua demo`: the linked birth of a child from three photographs to three agencies and back, then ends.

Starts a server and the sandbox agencies as their own processes, files by the HTTP API as any phone would, and shows
each step. If a reading is not sure enough to pass by itself, the demo says so and plays the officer, visibly.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import requests
from rich.console import Console
from rich.panel import Panel

from chalicelib.cli.client import Client, ServerAway, ServerSaidNo
from chalicelib.cli.files import fields_table
from chalicelib.cli.filing import bring, remember, show, told, waiting

console = Console(highlight=False)
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PAPERS = (
    ("to_khai_khai_sinh", SAMPLES / "to_khai.jpg"),
    ("giay_chung_sinh", SAMPLES / "giay_chung_sinh.jpg"),
    ("cccd", SAMPLES / "cccd_me.jpg"),
)
APPLICANT = {"name": "Nguyễn Văn Mẫu", "phone": "0900000001", "email": "mau@example.vn"}


def walk(data: Path, port: int, server: str | None = None) -> int:
    """Walk the journey; the exit status is 0 only after three deliveries, a slip and three results.

    `server`: one that runs already, elsewhere; its keys lie in `data`, its mails can't be seen from here.
    """
    data.mkdir(parents=True, exist_ok=True)
    client = Client(server or f"http://127.0.0.1:{port}")
    with ExitStack() as beside:
        if server is None:
            beside.enter_context(_process(data, "serve", "--port", str(port)))
        try:
            _wait_until_up(client)
            beside.enter_context(_agencies(client.server, data, port + 1, by_api=bool(server)))
            done = _file(client, data)
        except (ServerAway, ServerSaidNo) as e:
            return told(e)
        return _conclude(client, done, data, sees_mails=server is None)


def _agencies(server: str, data: Path, port: int, *, by_api: bool) -> AbstractContextManager[None]:
    options = ["--port", str(port), "--answers-to", server]
    return _process(data, "listen", *options, *(["--registers-at", server] if by_api else []))


@contextmanager
def _process(data: Path, command: str, *options: str) -> Iterator[None]:
    """One of our own commands, running beside us; its output goes to DATA/COMMAND.log."""
    words = [sys.executable, "-m", "chalicelib.cli.main", command, "--data", str(data), *options]
    with (data / f"{command}.log").open("wb") as log:
        running = subprocess.Popen(words, stdout=log, stderr=log)  # noqa: S603 - our own program
        try:
            yield
        finally:
            running.terminate()
            running.wait(20)


def _wait_until_up(client: Client) -> None:
    for _ in range(120):
        try:
            client.call("GET", "/v1")
        except ServerAway:
            time.sleep(0.25)
        else:
            return
    raise ServerAway(client.server)


def _file(client: Client, data: Path) -> dict[str, Any]:
    """Open, photograph, submit; the dossier once it is with the agencies (or stuck)."""
    _title("1. Mở hồ sơ liên thông: khai sinh – thường trú – BHYT")
    code = client.open("lien_thong_ks_tt_bhyt", "Phường Hoàn Kiếm", "mobile", APPLICANT)
    remember(data, code, client.token or "")
    console.print(f"Mã hồ sơ [bold]{code}[/bold]")
    _title("2. Gửi ba ảnh chụp; hệ thống đọc và trả lời ngay")
    for kind, file in PAPERS:
        paper = bring(client, code, kind, file)
        console.print(fields_table(paper["fields"]))
        for place in filter(Path.exists, (_place(data, p["image"]) for p in paper["pages"])):
            console.print(f"    ảnh trang đã xoay thẳng: {place}", soft_wrap=True)
    _title("3. Nộp; kiểm tra theo quy định của thủ tục")
    with waiting("Đang kiểm tra …"):
        decided = client.submit(code)
    if decided["state"] == "in_review":
        decided = _play_officer(client, data, decided)
    show(decided)
    _title("4. Chuyển tới các cơ quan")
    with waiting("Đang chuyển …"):
        client.wait_delivered(code)
    _title("5. Ba cơ quan trả kết quả")
    with waiting("Đang chờ kết quả …"):
        return client.wait_answered(code)


def _play_officer(client: Client, data: Path, d: dict[str, Any]) -> dict[str, Any]:
    """Not everything could be read for sure: show why, and accept it as an officer who has looked."""
    console.print("[yellow]Hồ sơ chưa thể tự qua; cán bộ xem lại:[/yellow]")
    show(d)
    officer = Client(client.server, (data / "officer.key").read_text())
    found: dict[str, Any] = officer.call(
        "POST", f"/v1/desk/dossiers/{d['code']}/decisions", {"action": "accept"}
    )
    console.print("Cán bộ đã xem ảnh và chấp nhận (trong lịch sử: officer:desk).")
    return found


def _conclude(client: Client, d: dict[str, Any], data: Path, *, sees_mails: bool) -> int:
    for delivery in d["deliveries"]:
        console.print(
            f"  → {delivery['agency']}: {delivery['state']} (webhook-id {delivery['id']})"
        )
    delivered = {x["agency"] for x in d["deliveries"] if x["state"] == "delivered"}
    for given in d["answers"]:
        if given["answer"] == "result":
            console.print(f"  ← {given['agency']}: {given['result']} số {given['number']}")
    slip = _save_slip(d, data)
    mails = _letters(data, d["code"]) if sees_mails else []
    is_mailed = len(mails) > 1 or not sees_mails
    is_done = len(delivered) == 3 and slip is not None and bool(d["ready_on"]) and is_mailed
    unseen = "CHƯA CÓ" if sees_mails else "máy chủ khác gửi; không xem được từ đây"
    console.print(Panel(
        f"Hồ sơ:      {d['code']}\n"
        f"Giấy hẹn:   {slip or 'CHƯA CÓ'}\n"
        f"Thư:        {', '.join(map(str, mails)) or unseen}\n"
        f"Kết quả:    {_told_ready(d)}\n"
        f"Bàn giao:   {len(delivered)} cơ quan; các cơ quan in ra {data / 'listen.log'}\n"
        f"Trạng thái: motcua serve --data {data} --port {urlparse(client.server).port}  rồi  "
        f"{client.server}/tra-cuu/{d['code']}",
        title="Xong" if is_done else "Chưa xong",
    ))  # fmt: skip
    return 0 if is_done else 1


def _letters(data: Path, code: str) -> list[Path]:
    """The citizen's mails once the last one, of the results, is there too."""
    for _ in range(40):
        mails = sorted((data / "mails").glob(f"{code}*.eml"))
        if any("ready" in m.name for m in mails):
            return mails
        time.sleep(0.25)
    return mails


def _told_ready(d: dict[str, Any]) -> str:
    there = sum(r.get("settled") == "result" for r in d["results"])
    if not d["ready_on"]:
        return "CHƯA CÓ"
    day = datetime.strptime(d["ready_on"], "%Y-%m-%d").strftime("%d/%m/%Y")  # noqa: DTZ007 - a day
    return f"{there} kết quả sẵn sàng ngày {day} / {there} results are ready on {day}"


def _save_slip(d: dict[str, Any], data: Path) -> Path | None:
    if not d["slips"]:
        return None
    slip = data / f"giay-hen-{d['code']}.pdf"
    slip.write_bytes(requests.get(d["slips"][-1], timeout=30).content)
    return slip


def _place(data: Path, address: str) -> Path:
    """The file behind one of our own storage addresses."""
    return data / "blobs" / "blobs" / urlparse(address).path.removeprefix("/storage/blobs/")


def _title(words: str) -> None:
    console.print(f"\n[bold]{words}[/bold]")
