"""Agencies to play with: a server that takes webhooks as a careful agency would, and prints them.

In: POST /{agency}. Out: 200 taken (or had before), and the word `{"status": "received"}`; 401 not signed by us, 404 no
such agency, 411 and 413 no length or too much, 422 not an envelope for this agency. Values of fields are printed only
if asked for; an id that came before is not shown as news.
"""

import json
import secrets as randomness
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from chalicelib.dispatch import envelope as envelopes
from chalicelib.dispatch import webhooks, words

Register = Callable[[str, str, str, Callable[[str], None]], None]

BODY_LIMIT = 4 * 1024 * 1024
RECEIVED = json.dumps({"status": words.RECEIVED}).encode()
MEANING = {
    200: "taken",
    401: "refused: signature or time",
    404: "refused: no such agency",
    411: "refused: no length",
    413: "refused: too big",
    422: "refused: form",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One POST and what was answered. `why` explains a refusal; `repeated`: this id came before."""

    agency: str
    status: int
    why: str = ""
    repeated: bool = False
    envelope: Mapping[str, Any] | None = None


class Desk:
    """What the agencies know: their secrets, and the ids they have had."""

    def __init__(self, secrets: Mapping[str, Sequence[str]], now: Callable[[], datetime]) -> None:
        self._secrets = dict(secrets)
        self._now = now
        self._had: set[tuple[str, str]] = set()
        self._lock = Lock()

    def knows(self, agency: str) -> bool:
        """Is this one of the agencies played here?"""
        return agency in self._secrets

    def learn(self, agency: str, secret: str) -> None:
        """The dispatcher signs for this agency with a secret of its own choice."""
        self._secrets[agency] = [secret]

    def take(self, agency: str, headers: Mapping[str, str], body: bytes) -> Arrival:
        """Judge one POST to a known agency: signature first, then form, then whether it is news."""
        verdict = webhooks.verify(headers, body, self._secrets[agency], self._now())
        if not verdict:
            return Arrival(agency, 401, verdict.value)
        envelope = _parsed(body)
        faults = envelopes.faults(envelope) or _misdirected(envelope, agency, headers)
        if faults:
            return Arrival(agency, 422, "; ".join(faults[:5]))
        with self._lock:
            key = (agency, envelope["id"])
            repeated = key in self._had
            self._had.add(key)
        return Arrival(agency, 200, "", repeated, envelope)


def server(host: str, port: int, desk: Desk, say: Callable[[Arrival], None]) -> ThreadingHTTPServer:
    """A server of the desk's agencies, not running yet; port 0 takes any free one."""

    class Door(BaseHTTPRequestHandler):
        timeout = 15

        def do_POST(self) -> None:
            arrival = self._arrival(self.path.strip("/"))
            self.send_response(arrival.status)
            word = RECEIVED if arrival.status == 200 else b""
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(word)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(word)
            say(arrival)

        def _arrival(self, agency: str) -> Arrival:
            length = self.headers.get("Content-Length", "")
            if not desk.knows(agency):
                return Arrival("?", 404)
            if not (length.isascii() and length.isdigit()):
                return Arrival(agency, 411)
            if int(length[:12]) > BODY_LIMIT:
                return Arrival(agency, 413)
            return desk.take(agency, dict(self.headers.items()), self.rfile.read(int(length)))

        def log_message(self, format: str, *args: Any) -> None:
            """Silent: `say` tells what matters."""

    return ThreadingHTTPServer((host, port), Door)


def listen(
    agencies: Sequence[str],
    port: int,
    register: Register,
    now: Callable[[], datetime],
    values: bool = False,
    host: str = "127.0.0.1",
    work: Callable[[Arrival], None] = lambda _: None,
) -> None:
    """Play these agencies until Ctrl-C. `register(agency, url, secret, learn)` tells the dispatcher of us.

    Where the dispatcher chooses the secret, `register` hands it to `learn`. `work` is called
    with every arrival after it was answered and printed.
    """
    console = Console()
    keys = {a: webhooks.new_secret(randomness.token_bytes(32)) for a in agencies}
    desk = Desk({a: [key] for a, key in keys.items()}, now)

    def say(arrival: Arrival) -> None:
        console.print(described(arrival, values))
        work(arrival)

    door = server(host, port, desk, say)
    serving = Thread(target=door.serve_forever, daemon=True)
    serving.start()
    try:
        for agency, key in keys.items():
            url = f"http://{host}:{door.server_port}/{agency}"
            register(agency, url, key, partial(desk.learn, agency))
            console.print(f"[bold]{agency}[/] listens at {url}")
        serving.join()
    except KeyboardInterrupt:
        console.print("Closed.")
    finally:
        door.shutdown()
        door.server_close()


def described(arrival: Arrival, values: bool) -> Group:
    """An arrival for the terminal: one line, the results and, if asked for, the fields."""
    line = Text(f"{arrival.agency}  {arrival.status} {MEANING.get(arrival.status, '')}")
    if arrival.envelope is None:
        return Group(line.append(f"  {arrival.why}", "red"))
    if arrival.repeated:
        return Group(line.append("  had it already, dropped", "yellow"))
    e = arrival.envelope
    if e["type"] != envelopes.TYPE:
        return Group(line.append(f"  {e['type']}  {e.get('dossier', {}).get('code', '')}"))
    line.append(f"  {e['dossier']['code']}", "bold").append(f"  {e['procedure']['name']}")
    line.append(f"  {len(e['fields'])} fields, {len(e['papers'])} papers", "dim")
    rows = [(r["name"], r["agency"], r["due"]) for r in e["results"]]
    tables = [_table(("result", "agency", "due"), rows)]
    if values:
        tables.append(
            _table(("field", "value", "sure"), list(map(_field_row, e["fields"].items())))
        )
    return Group(line, *tables)


def _field_row(item: tuple[str, Mapping[str, Any]]) -> tuple[str, str, str]:
    key, field = item
    return key, str(field["value"]), f"{field['confidence']:.2f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*heads, box=None, padding=(0, 2), header_style="dim")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _misdirected(envelope: Any, agency: str, headers: Mapping[str, str]) -> list[str]:
    """An envelope for somebody else, or one whose id is not the signed one."""
    id = next((v for k, v in headers.items() if k.lower() == "webhook-id"), "")
    wrong = {"$.agency": envelope["agency"] != agency, "$.id": envelope["id"] != id}
    return [f"{place}: not the address" for place, is_wrong in wrong.items() if is_wrong]
