"""Only the page that the server itself showed is answered: any other request is refused, and told nothing."""

import socket
from collections.abc import Iterator

import pytest

from simulator.whatif.guard import MOST_BYTES
from tests.whatif.served import Served, serving, small


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(small()) as one:
        yield one


def status(answer: bytes) -> int:
    return int(answer.split(maxsplit=2)[1])


def request(served: Served, line: str, *headers: str, host: str | None = None, content: str = "") -> bytes:
    """Return the answer to a request as it is written, but for the token and the port in it."""
    hosts = [] if host == "" else [f"Host: {host or served.host}"]
    text = "\r\n".join([line, *hosts, *headers, "Connection: close", "", content])
    return served.raw(text.replace("TOKEN", served.token).replace("PORT", str(served.port)))


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    assert served.server.socket.getsockname()[0] == "127.0.0.1"
    assert served.server.address == f"http://127.0.0.1:{served.port}/{served.token}/"


def test_tokens_are_long_and_never_the_same(served: Served) -> None:
    with serving(small()) as other:
        assert other.token != served.token
    assert len(served.token) >= 43  # 256 bits


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/TOKEN",
        "/token/",
        "/TOKENx/",
        "/TOKE/",
        "//",
        "/%54OKEN/",
        "/TOKEN/x",
        "/TOKEN/run/",
        "/TOKEN//run",
        "/TOKEN/../TOKEN/run",
        "/TOKEN/./run",
        "/TOKEN/%72un",
        "/TOKEN/run%00",
        "/TOKEN/RUN",
        "/x/TOKEN/",
        "/TOKEN\\run",
        "*",
        "TOKEN/",
        "http://127.0.0.1:PORT/TOKEN/",
        "/é/",
        "/model.json",
        "/?/TOKEN/",
        "/TOKEN/../../etc/passwd",
        "/favicon.ico",
    ],
)
def test_every_other_address_is_nothing(served: Served, path: str) -> None:
    for method in ("GET", "POST"):
        answer = request(served, f"{method} {path} HTTP/1.1", "Content-Length: 0")
        assert status(answer) == 404
        assert served.token.encode() not in answer


def test_a_query_is_not_read(served: Served) -> None:
    assert status(request(served, "GET /TOKEN/?x=1 HTTP/1.1")) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost",
        "[::1]:PORT",
        "",
        "0.0.0.0:PORT",
        "127.0.0.1:PORT.evil.example",
        "127.0.0.1:PORT\r\nHost: evil.example",
        "127.1:PORT",
    ],
)
def test_another_host_is_refused(served: Served, host: str) -> None:
    for line in ("GET /TOKEN/ HTTP/1.1", "POST /TOKEN/run HTTP/1.1", "GET / HTTP/1.0"):
        assert status(request(served, line, "Content-Length: 0", host=host)) == 403


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT"])
def test_this_host_is_answered(served: Served, host: str) -> None:
    for origin in ([], ["Origin: http://127.0.0.1:PORT"], ["Origin: http://localhost:PORT"]):
        assert status(request(served, "GET /TOKEN/ HTTP/1.1", *origin, host=host)) == 200


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://127.0.0.1:PORT",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "",
        "http://127.0.0.1:PORT\r\nOrigin: http://evil.example",
        "http://127.0.0.1:PORT.evil.example",
    ],
)
def test_another_origin_is_refused(served: Served, origin: str) -> None:
    for line in ("GET /TOKEN/model.json HTTP/1.1", "POST /TOKEN/run HTTP/1.1"):
        assert status(request(served, line, f"Origin: {origin}", "Content-Length: 2", content="{}")) == 403


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("GET /TOKEN/run HTTP/1.1", b"Allow: POST"),
        ("HEAD /TOKEN/paths HTTP/1.1", b"Allow: POST"),
        ("PUT /TOKEN/run HTTP/1.1", b"Allow: POST"),
        ("POST /TOKEN/ HTTP/1.1", b"Allow: GET, HEAD"),
        ("DELETE /TOKEN/model.json HTTP/1.1", b"Allow: GET, HEAD"),
        ("OPTIONS /TOKEN/ HTTP/1.1", b"Allow: GET, HEAD"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_refused(served: Served, line: str, allowed: bytes) -> None:
    answer = request(served, line, "Content-Length: 0")
    assert status(answer) == 405
    assert allowed in answer


def test_a_method_that_nothing_takes_is_refused(served: Served) -> None:
    assert status(request(served, "TRACE /TOKEN/ HTTP/1.1")) == 501
    assert status(request(served, "POST /TOKEN/run HTTP/1.0", "Content-Length: 2", content="{}")) == 505


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ((), 411),
        (("Content-Length: -1",), 400),
        (("Content-Length: +2",), 400),
        (("Content-Length: ２",), 400),
        (("Content-Length: 2", "Content-Length: 2"), 400),
        (("Transfer-Encoding: chunked",), 400),
        (("Content-Length: 2", "Transfer-Encoding: chunked"), 400),
        ((f"Content-Length: {MOST_BYTES + 1}",), 413),
        ((f"Content-Length: {'9' * 5000}",), 400),
    ],
)
def test_content_is_of_a_stated_length_that_is_not_too_large(
    served: Served, headers: tuple[str, ...], found: int
) -> None:
    assert status(request(served, "POST /TOKEN/run HTTP/1.1", *headers)) == found


def test_the_content_of_a_refused_request_is_no_second_request(served: Served) -> None:
    second = f"GET /{served.token}/ HTTP/1.1\r\nHost: {served.host}\r\n\r\n"
    head = f"HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: {len(second)}\r\n\r\n"
    for first in (f"GET /{served.token}/ ", f"POST /{served.token}/x "):
        assert served.raw(first + head + second).count(b"HTTP/1.1 ") == 1


def test_one_connection_takes_one_request_after_the_other(served: Served) -> None:
    ask = f"GET /{served.token}/model.json HTTP/1.1\r\nHost: {served.host}\r\n"
    assert served.raw(f"{ask}\r\n{ask}Connection: close\r\n\r\n").count(b'{"schema": 1}') == 2


@pytest.mark.parametrize("line", ["GET /TOKEN/ HTTP/1.1", "GET / HTTP/1.1", "TRACE / HTTP/1.1"])
def test_every_answer_says_that_it_is_for_this_page_alone(served: Served, line: str) -> None:
    answer = request(served, line)
    for header in (
        "Cache-Control: no-store",
        "Content-Security-Policy: frame-ancestors 'none'",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Cross-Origin-Resource-Policy: same-origin",
    ):
        assert header.encode() in answer
    assert b"Access-Control" not in answer
    assert b"Python" not in answer


def test_nothing_is_printed_of_a_request(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    request(served, "GET /TOKEN/ HTTP/1.1")
    with socket.create_connection(("127.0.0.1", served.port)) as hasty:
        hasty.sendall(b"GET /")
    assert capsys.readouterr() == ("", "")
