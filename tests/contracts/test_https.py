"""Agencies over HTTPS against real local servers: answers, bad servers, and addresses that lead inside."""

import datetime as dt
import ipaddress
import socket
import ssl
import stat
import threading
import time
from contextlib import contextmanager, suppress
from email.utils import format_datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters.https import EndpointsFile, HttpsAgencies, is_public, resolved
from chalicelib.errors import AgencyUnreachable, Broken
from chalicelib.ports import Answer, Endpoint

SECRET = "whsec_" + "A" * 32


class Receiver:
    """A raw TCP server on one thread: reads a request, then does as it is told with the connection."""

    def __init__(self, behave, tls=None):
        self.behave, self.tls, self.requests = behave, tls, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def close(self):
        """Woken before it is closed: a thread about to accept would take the next server's callers."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.listener.close()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self.serve(connection)
                except OSError:
                    continue

    def serve(self, connection):
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append((head.decode(), body))
        self.behave(connection)


@contextmanager
def receiver(behave, tls=None):
    server = Receiver(behave, tls)
    try:
        yield server
    finally:
        server.close()


def answering(status, *headers, body=b""):
    lines = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body)}", "", ""]
    return lambda connection: connection.sendall("\r\n".join(lines).encode() + body)


def agencies(**options):
    return HttpsAgencies(dict, **{"allow_private": True, "seconds": 5.0, **options})


def posted(server, path="/hook", body=b"{}", **options):
    endpoint = Endpoint(f"http://127.0.0.1:{server.port}{path}", (SECRET,))
    return agencies(**options).post(endpoint, {"webhook-id": "msg_1"}, body)


# ---- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 410, 422, 429, 500, 503])
def test_the_status_is_told(status):
    with receiver(answering(status)) as server:
        assert posted(server) == Answer(status, None)


@pytest.mark.parametrize("length", [0, 20, 1025, 5000, 200_000])
def test_the_beginning_of_the_body_is_told_and_no_more(length):
    with receiver(answering(200, body=b"x" * length)) as server:
        assert posted(server).body == b"x" * min(length, 1025)


def test_what_is_sent():
    with receiver(answering(204)) as server:
        posted(server, "/a/b?c=d", "Hồ sơ".encode())
    head, body = server.requests[0]
    lines = head.lower().split("\r\n")
    assert lines[0] == "post /a/b?c=d http/1.1"
    assert f"host: 127.0.0.1:{server.port}" in lines
    assert "webhook-id: msg_1" in lines
    assert "connection: close" not in lines  # it may serve once more
    assert body.decode() == "Hồ sơ"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_and_are_not_followed(status):
    with receiver(answering(204)) as other:
        to = f"Location: http://127.0.0.1:{other.port}/"
        with receiver(answering(status, to)) as server:
            assert posted(server) == Answer(status, None)
        assert other.requests == []


def in_an_hour(now):
    return format_datetime(now + dt.timedelta(hours=1), usegmt=True)


NOW = dt.datetime(2025, 3, 5, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 120"], 120),
        (["Retry-After: 0"], 0),
        (["Retry-After: 99999999999999"], 999999999),
        ([f"Date: {format_datetime(NOW, usegmt=True)}", f"Retry-After: {in_an_hour(NOW)}"], 3600),
        ([f"Date: {in_an_hour(NOW)}", f"Retry-After: {format_datetime(NOW, usegmt=True)}"], 0),
        ([f"Retry-After: {in_an_hour(NOW)}"], None),
        (["Retry-After: soon"], None),
        (["Retry-After: -5"], None),
        (["Retry-After: Wed, 99 Foo 2025 99:99:99 GMT", "Date: x"], None),
        ([], None),
    ],
)
def test_retry_after_as_seconds_or_as_a_date(headers, seconds):
    with receiver(answering(503, *headers)) as server:
        assert posted(server) == Answer(503, seconds)


# ---- bad servers -------------------------------------------------------------------------------


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(AgencyUnreachable):
        agencies().post(Endpoint(f"http://127.0.0.1:{port}/", (SECRET,)), {}, b"")


def test_a_hanging_server_costs_no_more_than_the_time_we_give():
    with receiver(lambda _: time.sleep(3)) as server:
        began = time.monotonic()
        with pytest.raises(AgencyUnreachable):
            posted(server, seconds=0.5)
        assert time.monotonic() - began < 1.5


def drip(connection):
    for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: y\r\n" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def test_a_dripping_server_can_not_stretch_the_time():
    with receiver(drip) as server:
        began = time.monotonic()
        with pytest.raises(AgencyUnreachable):
            posted(server, seconds=0.5)
        assert time.monotonic() - began < 1.5


def test_a_hanging_resolver_costs_no_more_than_the_time_we_give():
    began = time.monotonic()
    with pytest.raises(AgencyUnreachable):
        sleepy = agencies(resolve=lambda h, p: time.sleep(3) or [], seconds=0.3)
        sleepy.post(Endpoint("https://agency.example/", (SECRET,)), {}, b"")
    assert time.monotonic() - began < 1.5


def flood(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(4096):
        connection.sendall(b"x" * 65536)


def test_a_huge_body_is_cut_short():
    with receiver(flood) as server:
        began = time.monotonic()
        assert posted(server) == Answer(200, None)
        assert time.monotonic() - began < 1


def test_a_body_that_never_ends_does_not_undo_the_status():
    def half(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(2)

    with receiver(half) as server:
        assert posted(server, seconds=0.5) == Answer(200, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
    ],
    ids=["closed", "ssh", "no status", "500 headers", "long header", "odd status"],
)
def test_what_is_no_http_answer_is_unreachable(raw):
    with (
        receiver(lambda connection: connection.sendall(raw)) as server,
        pytest.raises(AgencyUnreachable),
    ):
        posted(server)


def test_a_header_can_not_break_out_of_its_line():
    with receiver(answering(204)) as server:
        endpoint = Endpoint(f"http://127.0.0.1:{server.port}/", (SECRET,))
        with pytest.raises(AgencyUnreachable):
            agencies().post(endpoint, {"webhook-id": "a\r\nx: y"}, b"")
        assert server.requests == []


# ---- TLS ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Contexts of a server for agency.example and of a client that trusts its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agency.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("agency.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client


def at_home(_host, _port):
    return ["127.0.0.1"]


def test_the_connection_goes_to_the_checked_address_under_its_real_name(authority):
    server_side, client_side = authority
    with receiver(answering(204), server_side) as server:
        endpoint = Endpoint(f"https://agency.example:{server.port}/x", (SECRET,))
        ours = agencies(resolve=at_home, tls=client_side)
        assert ours.post(endpoint, {}, b"{}") == Answer(204, None)
    assert f"host: agency.example:{server.port}" in server.requests[0][0].lower()


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_certificate_of_another_name_is_refused(authority, host):
    server_side, client_side = authority
    with receiver(answering(204), server_side) as server:
        endpoint = Endpoint(f"https://{host}:{server.port}/", (SECRET,))
        with pytest.raises(AgencyUnreachable, match="TLS"):
            agencies(resolve=at_home, tls=client_side).post(endpoint, {}, b"{}")
    assert server.requests == []


def test_a_certificate_nobody_vouches_for_is_refused(authority):
    with receiver(answering(204), authority[0]) as server:
        endpoint = Endpoint(f"https://agency.example:{server.port}/", (SECRET,))
        with pytest.raises(AgencyUnreachable, match="TLS"):
            agencies(resolve=at_home).post(endpoint, {}, b"{}")


def test_a_server_that_speaks_no_tls_is_unreachable():
    with receiver(answering(204)) as server:
        endpoint = Endpoint(f"https://agency.example:{server.port}/", (SECRET,))
        with pytest.raises(AgencyUnreachable):
            agencies(resolve=at_home, seconds=1).post(endpoint, {}, b"{}")


# ---- addresses that lead inside (promise P16) --------------------------------------------------

INSIDE = """
127.0.0.1 127.1 127.255.255.254 2130706433 0x7f.1 0x7f000001 017700000001 0177.0.0.1 0 0.0.0.0
localhost 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 100.100.100.200
169.254.169.254 169.254.170.2 0xa9fea9fe 2852039166 192.0.0.8 192.0.0.170 192.0.2.1 198.18.0.1
198.51.100.7 203.0.113.9 192.88.99.1 192.31.196.1 192.52.193.1 192.175.48.1 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
[::] [::1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:169.254.169.254] [::ffff:8.8.8.8]
[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::1]
[2001::1] [2001:db8::1] [2001:10::1] [2001:20::1] [3fff::1] [5f00::1] [100::1] [fc00::1]
[fd00:ec2::254] [fe80::1] [fe80::1%25lo] [fec0::1] [ff02::1] [2620:4f:8000::1]
①②⑦.⓪.⓪.① 127。0。0。1 １２７.0.0.1 ⑯⑨.254.169.254 [example.com] [127.0.0.1] [1
user@example.com example.com@127.0.0.1 127.0.0.1\\@example.com 127.0.0.1#@example.com
""".split()  # noqa: SIM905


@pytest.mark.parametrize("host", INSIDE)
def test_no_webhook_reaches_an_inner_address(host):
    guarded = HttpsAgencies(dict, allow_private=False, seconds=5)
    with pytest.raises(AgencyUnreachable) as refused:
        guarded.post(Endpoint(f"https://{host}/", (SECRET,)), {}, b"")
    assert refused.value.detail.startswith("the endpoint's") or refused.value.detail == "gaierror"


def test_the_table_has_sixty_rows():
    assert len(set(INSIDE)) >= 60


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "https://",
        "https:///x",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://example.com/a b",
        "https://example.com/\r\nHost: x",
        "https://ex\u0061mple.com/\x7f",
        "https://a:b@example.com/",
    ],
)
def test_only_clean_https_addresses_are_taken(url):
    def never(_host, _port):
        raise AssertionError("asked the resolver")

    guarded = HttpsAgencies(dict, allow_private=False, resolve=never)
    with pytest.raises(AgencyUnreachable):
        guarded.post(Endpoint(url, (SECRET,)), {}, b"")


def test_one_inner_address_among_public_ones_is_enough_to_refuse():
    guarded = HttpsAgencies(dict, False, resolve=lambda h, p: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(AgencyUnreachable, match="not public"):
        guarded.post(Endpoint("https://agency.example/", (SECRET,)), {}, b"")


def test_a_name_that_changes_its_address_is_asked_only_once(authority):
    server_side, client_side = authority
    asked = []

    def rebinding(_host, _port):
        asked.append(1)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with receiver(answering(204), server_side) as server:
        endpoint = Endpoint(f"https://agency.example:{server.port}/", (SECRET,))
        assert agencies(resolve=rebinding, tls=client_side).post(endpoint, {}, b"").status == 204
    assert len(asked) == 1


@pytest.mark.parametrize("addresses", [[], ["not-an-ip"], ["8.8.8.8 "], ["fe80::1%eth0"]])
def test_a_resolver_that_talks_nonsense_is_refused(addresses):
    guarded = HttpsAgencies(dict, False, resolve=lambda h, p: addresses)
    with pytest.raises(AgencyUnreachable, match="the endpoint's"):
        guarded.post(Endpoint("https://agency.example/", (SECRET,)), {}, b"")


@pytest.mark.parametrize(
    "ip",
    [
        "8.8.8.8",
        "93.184.215.14",
        "203.162.4.191",
        "172.32.0.1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
    ],
)
def test_honest_addresses_are_public(ip):
    assert is_public(ip)


def test_every_address_the_standard_library_calls_inner_is_inner_to_us():
    for network in range(0, 2**32, 2**20 + 977):
        ip = ipaddress.IPv4Address(network)
        if not ip.is_global or ip.is_multicast:
            assert not is_public(str(ip)), ip


def test_the_next_address_is_tried_when_the_first_refuses(authority):
    server_side, client_side = authority
    with receiver(answering(204), server_side) as server:
        both = agencies(resolve=lambda h, p: ["127.0.0.2", "127.0.0.1"], tls=client_side)
        endpoint = Endpoint(f"https://agency.example:{server.port}/", (SECRET,))
        assert both.post(endpoint, {}, b"").status == 204


def test_the_system_resolver_gives_plain_addresses():
    assert "127.0.0.1" in resolved("localhost", 80)


# ---- the file of endpoints ---------------------------------------------------------------------


def test_a_missing_file_means_no_endpoint(tmp_path):
    assert HttpsAgencies(EndpointsFile(tmp_path / "none.json").read, True).endpoint("ward") is None


def test_a_changed_file_counts_at_once(tmp_path):
    path = tmp_path / "agencies.json"
    ours = HttpsAgencies(EndpointsFile(path).read, True)
    other_process = EndpointsFile(path)
    other_process.put("ward", Endpoint("https://a.example/", (SECRET,)))
    assert ours.endpoint("ward") == Endpoint("https://a.example/", (SECRET,))
    other_process.put("police", Endpoint("https://b.example/", (SECRET,)))
    assert ours.endpoint("police").url == "https://b.example/"
    path.unlink()
    assert ours.endpoint("ward") is None


def test_registering_again_keeps_the_secret_before_for_the_change_over(tmp_path):
    file = EndpointsFile(tmp_path / "agencies.json")
    for secret in ("whsec_1", "whsec_2", "whsec_2", "whsec_3"):
        file.register("ward", "https://a.example/", secret)
    assert file.read()["ward"].secrets == ("whsec_3", "whsec_2")


def test_only_the_owner_may_read_it_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "deep" / "agencies.json"
    EndpointsFile(path).register("ward", "https://a.example/", SECRET)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["agencies.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"ward": 5}', '{"ward": {"url": "x"}}', "[1]"])
def test_a_spoilt_file_is_our_fault(tmp_path, text):
    path = tmp_path / "agencies.json"
    path.write_text(text)
    with pytest.raises(Broken):
        EndpointsFile(path).read()
