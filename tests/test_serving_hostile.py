"""The server under attack: what is no HTTP, what is nearly HTTP, and what hides one request in another."""

import json
import re
import socket
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving import an_edition, parsed, running

SECRET = b"hunter2"
PAGE = "/ukraine/2022-04-09/"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with one edition, and files beside and in it that are not published."""
    folder = tmp_path_factory.mktemp("hostile")
    out = folder / "out"
    place = an_edition(out, facts=({"id": "a", "claim": "x"},))
    for unpublished in (folder, out, place.parent, place):
        (unpublished / "secret.txt").write_bytes(SECRET)
    with running("serve", out, log=folder / "log") as started:
        yield started


PIECES = (
    *("..", ".", "%2e%2e", "%2f", "/", "//", "\\", "%5c", "%00", "\x00", "%c0%af", "%u002e", "%0d%0aset-cookie:a=b"),
    *("%ff", "%", "%GG", "%25", "é", "\u202e", "%e2%80%ae", ";", "..;", "*", "?", "#", "@", "a" * 300, "'", '"', "<b>"),
    *("ukraine", "2022-04-09", "latest", "site", "index.html", "secret.txt", "briefing.html", "manifest.json"),
    *("revision-1", "feed.xml", "api", "facts", "oembed", "health", "http:", "//evil.example", "CON"),
)
NAMES = (
    *("range", "if-none-match", "if-modified-since", "if-range", "accept", "accept-language", "accept-encoding"),
    *("origin", "authorization", "x-remote-user", "x-forwarded-host", "forwarded", "x-original-url", "expect"),
    *("upgrade", "connection", "te", "transfer-encoding", "content-length", "cookie", "host", "keep-alive", "x y", ""),
)
VALUES = (
    *(
        "bytes=0-",
        "bytes=0-0,1-1",
        "bytes=-1",
        "bytes=5-1",
        "bytes=99999999999999999999-",
        "bytes=a-b",
        "bytes=0-1\x0b",
    ),
    *("*", '"a"', 'W/"a", *', "a," * 500, '"' * 50, "Wed, 99 Foo 9999 99:99:99 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
    *("Thu, 01 Jan 0001 00:00:00 -9999", "0", "-1", "", "q=;;;,", "*;q=nan", "br;q=1e309", "gzip;q=-1, br;q=inf"),
    *("en;q=\xff", "null", "Bearer ", "Bearer \x01", "Basic Og==", "100-continue", "websocket", "h2c", "chunked"),
    *("chunked, chunked", "identity", "1", "0, 0", "+0", "0x0", "localhost@evil.example", "localhost:99999", "[::1"),
    *("127.0.0.1%00.evil", "xn--e1afmkfd", "http://localhost/", "../../etc/passwd", "\t", "a" * 5000),
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "TRACE", "CONNECT", "PRI", "get", "G E T", "", "GET\x00", "X" * 200)
VERSIONS = ("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", "")
BODIES = (b"", b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", f"GET {PAGE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


def mostly(usual, others):
    """The usual more often than not."""
    return st.one_of(st.just(usual), st.just(usual), st.sampled_from(others))


REQUESTS = st.builds(
    lambda method, pieces, query, version, headers, body: (
        f"{method} /{pieces}{query} {version}\r\n{headers}connection: close\r\n\r\n".encode("latin-1", "replace") + body
    ),
    mostly("GET", METHODS),
    st.one_of(st.just(PAGE[1:]), st.lists(st.sampled_from(PIECES), max_size=6).map("/".join)),
    st.one_of(
        st.just(""), st.lists(st.sampled_from((*VALUES, "q=", "&", "limit=", "url=", "=")), max_size=4).map("?".join)
    ),
    mostly("HTTP/1.1", VERSIONS),
    st.lists(
        st.one_of(
            st.just("host: localhost\r\n"),
            st.builds("{}: {}\r\n".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
        ),
        max_size=4,
    ).map(lambda lines: "".join(["host: localhost\r\n", *lines])),
    mostly(b"", BODIES),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_no_request_gets_what_is_not_for_it(server, request):
    """Whatever is asked, there is one answer that is no failure of ours, protected as every answer is, or none."""
    try:
        raw = server.raw(request)
    except (ConnectionResetError, BrokenPipeError):  # it was refused before all was said
        return
    assert SECRET not in raw
    assert b"root:" not in raw
    assert raw.count(b"HTTP/1.1 ") <= 1
    if raw.startswith(b"HTTP/1.1 ") and not raw.startswith(b"HTTP/1.1 400"):  # what is no HTTP never came to us
        got = parsed(raw)
        names = [line.partition(b":")[0].lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
        assert got.status < 500
        assert len(names) == len(set(names))
        assert {"x-content-type-options", "content-security-policy", "referrer-policy"} <= got.headers.keys()
        assert "set-cookie" not in got.headers


HIDDEN = f"GET {PAGE} HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        f"content-length: {len(HIDDEN)}",
        "content-length: 0\r\ncontent-length: 5",
        "content-length: +0",
        "content-length: 0x0",
        "content-length: 0, 5",
        "transfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 4",
        "transfer-encoding: identity",
        "transfer-encoding: xchunked",
        "transfer-encoding : chunked",
        "transfer-encoding:\x0bchunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "expect: 100-continue\r\ncontent-length: 9",
        "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAAP__\r\ncontent-length: 3",
    ],
)
def test_no_request_hides_in_another(server, framing):
    """A request with a body, or with a length that two readers could take for two, ends the connection."""
    raw = server.raw(f"GET /health HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n{HIDDEN}".encode("latin-1"))
    assert raw.count(b"HTTP/1.1 ") == 1
    assert parsed(raw).status in {400, 413}
    assert b"revision 1" not in raw


def test_requests_in_a_row_are_answered_in_a_row(server):
    """Two requests sent at once on one connection have two answers in their order."""
    first = f"GET {PAGE} HTTP/1.1\r\nhost: localhost\r\n\r\n"
    raw = server.raw(f"{first}GET /nothing HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
    assert re.findall(rb"HTTP/1\.1 ([0-9]+)", raw) == [b"200", b"404"]


def test_what_is_said_after_a_request_is_no_failure_of_ours(server):
    """A client that goes on with what is no HTTP is refused, and the log says so in a line, without a traceback."""
    before = len(server.log.read_text(encoding="utf-8").splitlines())
    head = f"GET {PAGE} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n"
    assert parsed(server.raw(head.encode())).status == 400
    lines = server.log.read_text(encoding="utf-8").splitlines()[before:]
    assert [json.loads(line)["event"] for line in lines] == ["unsent", "request"]
    assert "Traceback" not in "".join(lines)


def test_a_client_that_drips_is_let_go(server):
    """The whole head has ten seconds: who sends a byte now and then has no more time than who sends none."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nx: ")
        for _ in range(40):
            try:
                ended = line.recv(100) == b""
                line.sendall(b"y")
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True
            if ended:
                break
        else:
            raise AssertionError("it is still listened to")


def test_those_who_ask_for_nothing_make_room(tmp_path):
    """When all connections are taken by clients that ask for nothing, one that asks is answered all the same."""
    an_edition(tmp_path / "out")
    (tmp_path / "serve.yaml").write_text("connections: 8\n", encoding="utf-8")
    arguments = (tmp_path / "out", "--settings", tmp_path / "serve.yaml")
    with running("serve", *arguments, log=tmp_path / "log") as started, ExitStack() as stack:
        for half in (b"", b"GET / HTTP/1.1\r\nx: ", b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"):
            for _ in range(8):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", started.port), timeout=15))
                line.sendall(half)
            assert [started.ask(PAGE).status for _ in range(20)] == [200] * 20


@pytest.mark.parametrize(
    "host", ["пример.example", "localhost\u2028", "localhost%00", "localhost#", "localhost/", "localhost ", "ⓛocalhost"]
)
def test_a_name_that_only_looks_like_ours_is_refused(server, host):
    """A host in other letters than ASCII, or with more than a name and a port, is none of ours."""
    request = f"GET /ukraine/ HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
    got = parsed(server.raw(request.encode()))
    assert got.status in {400, 421} or host.strip() == "localhost"


def test_it_is_well_after_all(server):
    """After all that, the server answers, and its log is lines of JSON without a failure."""
    assert server.ask(PAGE).status == 200
    events = {json.loads(line)["event"] for line in server.log.read_text(encoding="utf-8").splitlines()}
    assert events <= {"request", "unsent"}
