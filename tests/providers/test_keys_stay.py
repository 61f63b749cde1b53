"""A key goes to the server it was meant for and to nobody else, and is never quoted."""

import ssl
import traceback
from collections.abc import Iterator

import msgspec
import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Dialect
from providers.errors import ProviderError
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.types import Request
from tests.providers.exchanging import OK, always, client, contexts, fetch, run
from tests.providers.servers import serving

AUTH_HEADERS = (
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-portkey-api-key",
    "x-portkey-virtual-key",
    "helicone-auth",
    "helicone-openai-api-key",
    "cf-aig-authorization",
    "x-litellm-api-key",
    "x-auth-token",
    "ocp-apim-subscription-key",
)
STATUSES = (301, 302, 303, 307, 308)
PLACES = (
    "/elsewhere",
    "//127.0.0.1:{other}/",
    "http://127.0.0.1:{other}/v1",
    "http://localhost:{other}/v1",
    "https://127.0.0.1:{other}/v1",
    "http://user:pass@127.0.0.1:{other}/",
)
JUNK = (
    "",
    " ",
    "http://",
    "http://[::1",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "\\\\127.0.0.1:{other}\\x",
    "http://127.0.0.1:{other}/\tx",
    "h\xfctte",
    "http://127.0.0.1:{other}/\r\nlocation: http://localhost:{other}/",
    "/\r\nrefresh: 0; url=http://127.0.0.1:{other}/",
)
KINDS = [
    *((status, place) for status in STATUSES for place in PLACES),
    *((status, place) for status in (300, 304, 305, 306) for place in ("http://127.0.0.1:{other}/",)),
    *((status, place) for status in (302, 308) for place in JUNK),
]
PIECE = "s3cr"
"""Of every key here. By this name: newer Pythons quote whole statements in tracebacks, which are looked through too."""
BAD_KEYS = (
    "sk-s3cret\n",
    "s3cret\r\nx-injected: yes",
    "sk-\ns3cret",
    "sk-s3cret\x00",
    "sk-s3cr\xe9t-s3cret",
    "s3cret\u2028",
    "\ud800s3cret",
    "s3cret\x7f\x0b",
)


def test_every_header_that_a_dialect_sends_a_key_in_is_among_those_tried() -> None:
    sent = {name.lower() for dialect in DIALECTS.values() for name in dialect.auth("k")}
    assert sent <= set(AUTH_HEADERS)


@pytest.mark.parametrize(("status", "place"), KINDS)
def test_no_redirect_takes_a_key_anywhere(status: int, place: str) -> None:
    async def test() -> None:
        async with serving(always(OK)) as other, client() as http:
            where = place.format(other=other.url.rpartition(":")[2])
            moved = f"HTTP/1.1 {status} Moved\r\nlocation: {where}\r\ncontent-length: 0\r\n\r\n".encode()
            async with serving(always(moved)) as server:
                for name in AUTH_HEADERS:
                    async with http.exchange("POST", server.url, headers={name: "s3cret"}, body=b"{}") as exchange:
                        assert exchange.status == status
                        assert b"".join([piece async for _, piece in exchange.pieces()]) == b""
                asked = [request for peer in server.peers for request in peer.requests]
                assert len(asked) == len(AUTH_HEADERS)
                assert all(b"s3cret" in request and request.startswith(b"POST / ") for request in asked)
            assert other.peers == []

    run(test)


def test_a_cookie_is_not_kept() -> None:
    async def test() -> None:
        answer = b"HTTP/1.1 200 OK\r\nset-cookie: session=s3cret; Path=/\r\ncontent-length: 2\r\n\r\nok"
        async with serving(always(answer)) as server, serving(always(OK)) as other, client() as http:
            await fetch(http, server.url)
            await fetch(http, server.url)
            await fetch(http, other.url)
            for peer in (*server.peers, *other.peers):
                assert all(b"cookie" not in request.lower() for request in peer.requests)

    run(test)


def test_a_header_of_one_exchange_is_not_sent_with_the_next() -> None:
    async def test() -> None:
        async with serving(always(OK)) as server, client() as http:
            await fetch(http, server.url, authorization="Bearer s3cret")
            await fetch(http, server.url)
            first, second = server.peers[0].requests
            assert b"s3cret" in first
            assert b"s3cret" not in second

    run(test)


def test_nothing_goes_through_a_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = contexts("127.0.0.1")

    async def test() -> None:
        async with (
            serving(always(OK)) as proxy,
            serving(always(OK)) as plain,
            serving(always(OK), tls=ours) as secure,
        ):
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
                monkeypatch.setenv(name.lower(), proxy.url)
            async with client(theirs) as http:
                assert await fetch(http, plain.url) == b"ok"
                assert await fetch(http, plain.url.replace("127.0.0.1", "localhost")) == b"ok"
                assert await fetch(http, secure.url) == b"ok"
                for url in ("http://no-such-host.invalid/", "https://no-such-host.invalid/"):
                    with pytest.raises(ProviderError):
                        await fetch(http, url, authorization="Bearer s3cret")
            assert proxy.peers == []

    run(test)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error`, what caused it, and what was being handled, shown or not."""
    seen: list[BaseException] = []
    left = [error]
    while left:
        one = left.pop()
        if one is not None and one not in seen:
            seen.append(one)
            left += [one.__cause__, one.__context__]
    yield from seen


def everything_said(error: ProviderError) -> str:
    shown = "".join(traceback.format_exception(error))
    each = " ".join(f"{one} {one!r} {one.args!r} {vars(one)!r}" for one in _chain(error))
    return f"{shown} {each} {msgspec.json.encode(error.failure).decode()}"


@pytest.mark.parametrize("key", BAD_KEYS)
@pytest.mark.parametrize("name", AUTH_HEADERS)
def test_a_key_that_http_cannot_carry_is_neither_sent_nor_quoted(name: str, key: str) -> None:
    async def test() -> None:
        async with serving(always(OK)) as server, client() as http:
            with pytest.raises(ProviderError) as caught:
                await fetch(http, server.url, **{name: key})
            assert server.peers == []
        assert caught.value.failure.kind == "bad_request"
        assert PIECE not in everything_said(caught.value)

    run(test)


@pytest.mark.parametrize("key", BAD_KEYS)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_a_model_does_not_quote_its_key_either(dialect: Dialect, key: str) -> None:
    async def test() -> None:
        http = HttpClient(tls_context=ssl.create_default_context, user_agent="test/1")
        async with serving(always(OK)) as server:
            model = HttpModel("custom", "m", f"{server.url}/v1", dialect, http, key=key)
            with pytest.raises(ProviderError) as caught:
                async for event in model.stream(Request.of("Hi")):
                    assert PIECE not in repr(event)
            await http.aclose()
            assert server.peers == []
        assert PIECE not in everything_said(caught.value)
        assert PIECE not in repr(model)

    run(test)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nauthorization : Bearer s3cret\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nauthorization: Bearer s3cret\x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nauthorization: Bearer s3cret\r\n\r\n",
        b"authorization: Bearer s3cret\r\n\r\n",
    ],
)
def test_a_server_that_sends_the_key_back_as_nonsense_is_not_quoted(answer: bytes) -> None:
    async def test() -> None:
        async with serving(always(answer)) as server, client() as http:
            with pytest.raises(ProviderError) as caught:
                await fetch(http, server.url)
            assert caught.value.failure.kind == "protocol"
            assert PIECE not in everything_said(caught.value)

    run(test)


QUOTED = "oddly shaped key-of-nobody+0eTn".replace(" ", "/")


def quoting(status: bytes, kind: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: %b\r\nx-request-id: %b\r\ncontent-length: %d\r\n\r\n"
    return head % (status, kind, QUOTED.encode(), len(body)) + body


@pytest.mark.parametrize(
    "answer",
    [
        quoting(b"401 No", b"application/json", b'{"error": {"message": "the key %b is odd"}}' % QUOTED.encode()),
        quoting(b"500 No", b"text/html", b"<title>no %b here</title>" % QUOTED.encode()),
        quoting(b"200 OK", b"text/event-stream", b'data: {"error": {"message": "no %b"}}\n\n' % QUOTED.encode()),
    ],
)
def test_a_key_of_any_shape_that_a_server_quotes_is_not_handed_on(answer: bytes) -> None:
    async def test() -> None:
        http = HttpClient(tls_context=ssl.create_default_context, user_agent="test/1")
        said = []
        async with serving(always(answer)) as server:
            model = HttpModel("custom", "m", f"{server.url}/v1", DIALECTS["openai_chat"], http, key=QUOTED)
            with pytest.raises(ProviderError) as caught:
                said += [event async for event in model.stream(Request.of("Hi"))]
            await http.aclose()
        told = everything_said(caught.value) + repr(caught.value.failure) + repr(said)
        assert "key-of-nobody" not in told
        assert "[key]" in caught.value.failure.message

    run(test)
