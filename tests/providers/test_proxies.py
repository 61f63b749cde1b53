"""Ways out by proxies: real sockets, proxies that speak their protocols, and ones that refuse."""

import asyncio
import base64
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import trustme

from providers.errors import ProviderError
from providers.http import HttpClient
from providers.network import Origin, Plan
from providers.proxies import Proxy, is_this_machine, parse, refusal
from tests.providers.exchanging import OK, answering, run
from tests.providers.servers import serving

NAMES = {"api.example.com": "127.0.0.1"}
"""What the proxies resolve: nobody else can."""
USER, PASSWORD = "me", "s3cret:pw"


class HttpProxy:
    """CONNECT, and whole addresses; with a password if one is wanted."""

    def __init__(self, *, wants: str = "", answer: bytes = b"") -> None:
        self.wants, self.answer = wants, answer
        self.asked: list[str] = []
        self.heads: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        method, target, _ = head.split("\r\n")[0].split(" ")
        self.asked.append(f"{method} {target}")
        if self.answer:
            writer.write(self.answer)
        elif self.wants and f"authorization: basic {base64.b64encode(self.wants.encode()).decode()}" not in (
            head.replace("Authorization: Basic", "authorization: basic").replace("Basic", "basic")
        ):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        elif method == "CONNECT":
            host, _, port = target.rpartition(":")
            there = await asyncio.open_connection(NAMES.get(host, host), int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _both((reader, writer), there)
        else:
            place, _, path = target.removeprefix("http://").partition("/")
            host, _, port = place.partition(":")
            upstream = await asyncio.open_connection(NAMES.get(host, host), int(port or 80))
            upstream[1].write(f"{method} /{path} HTTP/1.1\r\n".encode() + head.partition("\r\n")[2].encode())
            await _both((reader, writer), upstream)
        await writer.drain()
        writer.close()


class SocksProxy:
    def __init__(self, *, wants: str = "", code: int = 0) -> None:
        self.wants, self.code = wants, code
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        if self.wants:
            if 2 not in methods:
                writer.write(b"\x05\xff")
                writer.close()
                return
            writer.write(b"\x05\x02")
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            good = f"{user.decode()}:{password.decode()}" == self.wants
            writer.write(b"\x01\x00" if good else b"\x01\x01")
            if not good:
                writer.close()
                return
        else:
            writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        assert kind == 3, "the name is the proxy's to look up"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host}:{port}")
        writer.write(bytes([5, self.code, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.code == 0:
            await _both((reader, writer), await asyncio.open_connection(NAMES.get(host, host), port))
        writer.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _both(one: Ends, other: Ends) -> None:
    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.close()

    try:
        await asyncio.gather(copy(one[0], other[1]), copy(other[0], one[1]))
    finally:
        await _closed(other[1])


@asynccontextmanager
async def proxying(proxy: HttpProxy | SocksProxy, user: str = "", password: str = "") -> AsyncIterator[Proxy]:
    open_: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.append((task, writer))
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await proxy.serve(reader, writer)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        yield Proxy("http" if isinstance(proxy, HttpProxy) else "socks5", "127.0.0.1", port, user, password)
    finally:
        listener.close()
        for task, _ in open_:
            task.cancel()
        await asyncio.gather(*(task for task, _ in open_), return_exceptions=True)
        for _, writer in open_:
            await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@asynccontextmanager
async def client(plan: Plan) -> AsyncIterator[HttpClient]:
    made = HttpClient(tls_context=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), user_agent="t", plan=plan)
    try:
        yield made
    finally:
        await made.aclose()


async def body(http: HttpClient, url: str) -> bytes:
    async with http.exchange("POST", url, headers={"authorization": "Bearer sk-key"}, body=b"{}") as exchange:
        return b"".join([piece async for _, piece in exchange.pieces()])


def through(proxy: Proxy) -> Plan:
    return Plan(proxy=lambda _: proxy)


@pytest.mark.parametrize("wants", ["", f"{USER}:{PASSWORD}"])
@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_an_exchange_goes_by_the_proxy_which_looks_the_name_up(kind: type, wants: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))

    async def test() -> None:
        server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("api.example.com").configure_cert(server_tls)
        proxy = kind(wants=wants)
        async with serving(answering(OK, OK), tls=server_tls) as server, proxying(proxy, USER, PASSWORD) as way:
            plan = Plan(proxy=lambda _: way, certificates=lambda _: (str(pem),))
            port = server.url.rpartition(":")[2]
            async with client(plan) as http:
                url = f"https://api.example.com:{port}/v1"
                first, second = await body(http, url), await body(http, url)
            assert first == second == b"ok" or first
            assert len(proxy.asked) == 1, "the tunnel is kept"
            assert proxy.asked[0].endswith(f"api.example.com:{port}")
            assert b"proxy-authorization" not in server.peers[0].requests[0].lower()

    run(test)


@pytest.mark.parametrize("wants", ["", f"{USER}:{PASSWORD}"])
def test_without_tls_an_http_proxy_is_asked_for_the_whole_address(wants: str) -> None:
    async def test() -> None:
        proxy = HttpProxy(wants=wants)
        async with (
            serving(answering(OK)) as server,
            proxying(proxy, USER, PASSWORD) as way,
            client(through(way)) as http,
        ):
            port = server.url.rpartition(":")[2]
            assert await body(http, f"http://api.example.com:{port}/v1?a=b")
            assert proxy.asked == [f"POST http://api.example.com:{port}/v1?a=b"]

    run(test)


def test_without_tls_a_socks_proxy_makes_a_tunnel() -> None:
    async def test() -> None:
        proxy = SocksProxy()
        async with serving(answering(OK)) as server, proxying(proxy) as way, client(through(way)) as http:
            port = server.url.rpartition(":")[2]
            assert await body(http, f"http://api.example.com:{port}/v1")
            assert proxy.asked == [f"api.example.com:{port}"]

    run(test)


def test_this_machine_is_never_asked_by_a_proxy() -> None:
    async def test() -> None:
        async with serving(answering(OK)) as server, client(through(Proxy("http", "proxy.invalid", 1))) as http:
            for host in ("127.0.0.1", "localhost"):
                assert await body(http, server.url.replace("127.0.0.1", host))

    run(test)


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        (HttpProxy(wants="other:one"), "wants a user name and a password"),
        (HttpProxy(answer=b"HTTP/1.1 403 Forbidden\r\n\r\n"), r"refuses to connect to api.example.com:443 \(403\)"),
        (HttpProxy(answer=b"junk\r\n\r\n"), "the proxy http://127.0.0.1"),
        (SocksProxy(wants="other:one"), "user name and a password"),
        (SocksProxy(code=2), "its rules do not allow it"),
        (SocksProxy(code=4), "the host is unreachable"),
        (SocksProxy(code=5), "the connection was refused there"),
        (SocksProxy(code=9), "the proxy socks5://127.0.0.1"),
    ],
)
def test_what_a_proxy_refuses_is_said_to_be_the_proxys(proxy: HttpProxy | SocksProxy, said: str) -> None:
    async def test() -> None:
        async with proxying(proxy, USER, PASSWORD) as way, client(through(way)) as http:
            with pytest.raises(ProviderError, match=said) as caught:
                await body(http, "https://api.example.com/v1")
        assert caught.value.failure.kind == "network"
        assert "s3cret" not in repr(caught.value) + str(caught.value.__cause__)

    run(test)


@pytest.mark.parametrize("url", ["http://api.example.com/v1", "https://api.example.com/v1"])
@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_is_not_there(kind: str, url: str) -> None:
    async def test() -> None:
        async with client(through(Proxy(kind, "127.0.0.1", 1, USER, PASSWORD))) as http:  # type: ignore[arg-type]
            with pytest.raises(ProviderError, match=f"the proxy {kind}://127.0.0.1:1 cannot be reached") as caught:
                await body(http, url)
        assert caught.value.failure.kind == "network"
        assert "s3cret" not in str(caught.value)

    run(test)


@pytest.mark.parametrize("url", ["http://api.example.com/v1", "https://api.example.com/v1"])
def test_a_proxy_that_says_nothing_is_given_up(url: str) -> None:
    async def test() -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            proxy = Proxy("socks5", *silent.getsockname())
            async with client(Plan(proxy=lambda _: proxy, connect_s=0.2)) as http:
                with pytest.raises(ProviderError, match=r"by way of the proxy socks5://.* within 0.2 s"):
                    await body(http, url)

    run(test)


def test_another_plan_is_for_new_connections_and_drops_those_that_are_kept() -> None:
    async def test() -> None:
        proxy = HttpProxy()
        async with serving(answering(OK, OK), answering(OK)) as server, proxying(proxy) as way:
            async with client(Plan()) as http:
                await body(http, server.url)
                async with http.exchange("POST", server.url, headers={}, body=b"{}") as live:
                    assert live.reused
                    http.adopt(through(way))
                    _ = [piece async for piece in live.pieces()]
                await body(http, server.url)
            assert len(server.peers) == 2, "the one that was live is not used again"
            assert proxy.asked == [], "this machine needs none"

    run(test)


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), (b"nothing", "holds none in PEM form")])
def test_a_file_of_certificates_that_cannot_be_used(tmp_path: Path, content: bytes | None, said: str) -> None:
    pem = tmp_path / "ca.pem"
    if content is not None:
        pem.write_bytes(content)

    async def test() -> None:
        async with serving(answering(OK)) as server:
            async with client(Plan(certificates=lambda _: (str(pem),))) as http:
                with pytest.raises(ProviderError, match=said) as caught:
                    await body(http, server.url.replace("http:", "https:"))
                assert caught.value.failure.kind == "tls"
                assert await body(http, server.url), "which other ways do not need"

    run(test)


def test_a_file_of_certificates_is_trusted_only_where_it_was_set(tmp_path: Path) -> None:
    authority = trustme.CA()
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))

    async def test() -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(tls)

        def certificates(origin: Origin) -> tuple[str, ...]:
            return (str(pem),) if origin.host == "localhost" else ()

        async with serving(answering(OK), tls=tls) as server, client(Plan(certificates=certificates)) as http:
            assert await body(http, server.url.replace("127.0.0.1", "localhost"))
            with pytest.raises(ProviderError) as caught:
                await body(http, server.url)
            assert caught.value.failure.kind == "tls"

    run(test)


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("proxy.example:3128", Proxy("http", "proxy.example", 3128)),
        ("http://proxy.example", Proxy("http", "proxy.example", 8080)),
        ("http://me:pa%40ss@proxy.example:3128/", Proxy("http", "proxy.example", 3128, "me", "pa@ss")),
        ("socks5h://[::1]:1080", Proxy("socks5", "::1", 1080)),
        ("SOCKS5://host", Proxy("socks5", "host", 1080)),
    ],
)
def test_proxies_are_written_as_urls(text: str, proxy: Proxy) -> None:
    assert parse(text) == proxy
    assert "pa@ss" not in repr(parse(text)) + str(parse(text))


@pytest.mark.parametrize(
    "text", ["", "https://proxy", "ftp://x", "http://", "http://a b", "http://x/y", "http://x:port", "socks4://x"]
)
def test_what_is_no_proxy(text: str) -> None:
    with pytest.raises(ValueError, match="prox"):
        parse(text)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("LOCALHOST.", True), ("a.localhost", True), ("localhost.example", False),
     ("192.168.1.1", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_what_this_machine_is(host: str, here: bool) -> None:
    assert is_this_machine(host) == here


def test_every_refusal_names_the_proxy() -> None:
    for kind in ("http", "socks5"):
        for code in (None, 0, 1, 5, 407, 502):
            assert f"{kind}://p:1" in refusal(Proxy(kind, "p", 1, "me", "pw"), "h", 1, code)  # type: ignore[arg-type]
