"""Exchanges that share a connection, against a server that speaks HTTP/2 on real sockets."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import H2Error

from providers.breakage import LostError
from providers.errors import ProviderError
from providers.http import HttpClient
from providers.network import Plan
from tests.providers.exchanging import OK, answering, contexts, run
from tests.providers.servers import serving


@dataclass
class Told:
    """One stream as the server sees it."""

    peer: "Peer"
    id: int
    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)
    whole: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: asyncio.Event = field(default_factory=asyncio.Event)

    def head(self, status: int = 200, **more: str) -> None:
        self.peer.h2.send_headers(self.id, [(":status", str(status)), *more.items()])
        self.peer.flush()

    async def say(self, data: bytes, *, end: bool = False) -> None:
        while data:
            room = min(self.peer.h2.local_flow_control_window(self.id), self.peer.h2.max_outbound_frame_size)
            if room <= 0:
                self.peer.opened.clear()
                await self.peer.opened.wait()
                continue
            self.peer.h2.send_data(self.id, data[:room])
            data = data[room:]
            self.peer.flush()
        if end:
            self.peer.h2.end_stream(self.id)
        self.peer.flush()


Script = Callable[[Told], Awaitable[None]]


class Peer:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, script: Script) -> None:
        self.reader, self.writer, self.script = reader, writer, script
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.streams: dict[int, Told] = {}
        self.opened = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self.said_goodbye = False

    def flush(self) -> None:
        if data := self.h2.data_to_send():
            self.writer.write(data)

    async def serve(self) -> None:
        self.h2.initiate_connection()
        self.flush()
        while data := await self.reader.read(65536):
            for event in self.h2.receive_data(data):
                self._on(event)
            self.flush()

    def _on(self, event: object) -> None:
        match event:
            case RequestReceived():
                told = Told(self, event.stream_id, dict(event.headers))  # type: ignore[arg-type]
                self.streams[event.stream_id] = told
                self.tasks.append(asyncio.create_task(self._played(told)))
            case DataReceived():
                self.streams[event.stream_id].body += event.data or b""
                self.h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
            case StreamEnded():
                self.streams[event.stream_id].whole.set()
            case StreamReset():
                self.streams[event.stream_id].given_up.set()
            case WindowUpdated():
                self.opened.set()
            case ConnectionTerminated():
                self.said_goodbye = True

    async def _played(self, told: Told) -> None:
        with contextlib.suppress(H2Error, ConnectionError):
            await self.script(told)


@dataclass
class Server:
    url: str
    trust: ssl.SSLContext
    peers: list[Peer] = field(default_factory=list)


@asynccontextmanager
async def speaking(*scripts: Script) -> AsyncIterator[Server]:
    """Connection n plays script n, every further one the last."""
    ours, theirs = contexts("127.0.0.1")
    ours.set_alpn_protocols(["h2"])
    server = Server("", theirs)
    serving_: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving_.append(task)
        peer = Peer(reader, writer, scripts[min(len(server.peers), len(scripts) - 1)])
        server.peers.append(peer)
        with contextlib.suppress(ConnectionError, ssl.SSLError, H2Error, asyncio.CancelledError):
            await peer.serve()
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ours)
    server.url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listener.close()
        tasks = [*serving_, *(task for peer in server.peers for task in peer.tasks)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for peer in server.peers:
            peer.writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await peer.writer.wait_closed()


@asynccontextmanager
async def client(trust: ssl.SSLContext, *, http2: bool = True) -> AsyncIterator[HttpClient]:
    made = HttpClient(tls_context=lambda: trust, user_agent="test/1", plan=Plan(http2=http2))
    try:
        yield made
    finally:
        await made.aclose()
        await asyncio.sleep(0.01)


async def body(http: HttpClient, url: str, said: bytes = b"{}") -> bytes:
    async with http.exchange("POST", url, headers={"authorization": "Bearer sk"}, body=said) as exchange:
        assert exchange.http_version == "2"
        return b"".join([piece async for _, piece in exchange.pieces()])


async def echo(told: Told) -> None:
    await told.whole.wait()
    told.head(**{"x-request-id": "r"})
    await told.say(bytes(told.body), end=True)


async def slowly(told: Told) -> None:
    await told.whole.wait()
    told.head()
    for n in range(20):
        await told.say(b"%d %b\n" % (n, told.body))
        await asyncio.sleep(0.002)
    await told.say(b"", end=True)


def test_an_exchange_is_whole_and_told_as_any_other() -> None:
    async def test() -> None:
        async with speaking(echo) as server, client(server.trust) as http:
            async with http.exchange("POST", server.url, headers={"Authorization": "Bearer sk"}, body=b"hello") as one:
                assert (one.status, one.http_version, one.reused) == (200, "2", False)
                assert one.headers["x-request-id"] == "r"
                stamps = [at async for at, _ in one.pieces()]
                assert {"pool", "connect", "tls", "sent"} <= one.marks.keys()
                ends = [one.marks[name][1] for name in ("connect", "tls", "sent")]
                assert [*ends, *stamps] == sorted([*ends, *stamps])
                assert one.headers_ns <= stamps[0]
            async with http.exchange("POST", server.url, headers={}, body=b"again") as two:
                assert two.reused
                assert b"".join([piece async for _, piece in two.pieces()]) == b"again"
            (peer,) = server.peers
            head = peer.streams[1].headers
            assert (head[":method"], head[":path"], head[":scheme"]) == ("POST", "/v1", "https")
            assert head[":authority"] == server.url.split("/")[2]
            assert "host" not in head
            assert head["authorization"] == "Bearer sk"

    run(test)


def test_fifty_at_once_share_one_connection_and_none_gets_anothers_words() -> None:
    async def test() -> None:
        async with speaking(slowly) as server, client(server.trust) as http:
            names = [b"lane-%d" % n for n in range(50)]
            found = await asyncio.gather(*(body(http, server.url, name) for name in names))
            for name, text in zip(names, found, strict=True):
                assert text == b"".join(b"%d %b\n" % (n, name) for n in range(20))
            assert len(server.peers) == 1

    run(test)


def test_a_large_question_is_sent_as_the_server_lets_it_in() -> None:
    async def test() -> None:
        async with speaking(echo) as server, client(server.trust) as http:
            large = bytes(range(256)) * 12_000
            assert await body(http, server.url, large) == large

    run(test)


def test_a_slow_reader_holds_up_nobody_else() -> None:
    async def flood(told: Told) -> None:
        await told.whole.wait()
        told.head()
        await told.say(b"x" * (3 * 1024 * 1024 if told.body == b"much" else 5), end=True)

    async def test() -> None:
        async with speaking(flood) as server, client(server.trust) as http:
            async with http.exchange("POST", server.url, headers={}, body=b"much") as slow:
                pieces = slow.pieces()
                _, first = await anext(pieces)
                for _ in range(5):
                    assert await asyncio.wait_for(body(http, server.url, b"little"), 2) == b"xxxxx"
                rest = [len(piece) async for _, piece in pieces]
                assert len(first) + sum(rest) == 3 * 1024 * 1024
            assert len(server.peers) == 1

    run(test)


def test_who_leaves_is_told_of_and_disturbs_nobody() -> None:
    async def test() -> None:
        async with speaking(slowly) as server, client(server.trust) as http:
            other = asyncio.create_task(body(http, server.url, b"stays"))
            async with http.exchange("POST", server.url, headers={}, body=b"leaves") as exchange:
                await anext(exchange.pieces())
            assert (await other).count(b"stays") == 20
            assert await body(http, server.url, b"later")
            (peer,) = server.peers
            left = next(each for each in peer.streams.values() if each.body == b"leaves")
            await asyncio.wait_for(left.given_up.wait(), 2)

    run(test)


def test_given_up_from_outside_the_reader_hears_of_it() -> None:
    async def mute(told: Told) -> None:
        told.head()
        await asyncio.sleep(30)

    async def test() -> None:
        async with speaking(mute) as server, client(server.trust) as http:
            async with http.exchange("POST", server.url, headers={}, body=b"x") as exchange:
                asyncio.get_running_loop().call_later(0.05, exchange.abort)
                with pytest.raises(LostError, match="given up"):
                    async for _ in exchange.pieces():
                        pass

    run(test)


@pytest.mark.parametrize("cancelled", ["before the head", "after it"])
def test_cancelling_one_leaves_the_others_reading(cancelled: str) -> None:
    async def hesitant(told: Told) -> None:
        await told.whole.wait()
        if told.body == b"mute":
            if cancelled == "after it":
                told.head()
            await asyncio.sleep(30)
        await slowly(told)

    async def test() -> None:
        async with speaking(hesitant) as server, client(server.trust) as http:
            first = asyncio.create_task(body(http, server.url, b"mute"))
            await asyncio.sleep(0.05)  # it reads for all now
            others = [asyncio.create_task(body(http, server.url, b"o%d" % n)) for n in range(3)]
            await asyncio.sleep(0.01)
            first.cancel()
            found = await asyncio.wait_for(asyncio.gather(*others), 3)
            assert [each.count(b"\n") for each in found] == [20, 20, 20]
            with pytest.raises(asyncio.CancelledError):
                await first

    run(test)


async def reset(told: Told) -> None:
    told.head()
    await told.say(b"half")
    told.peer.h2.reset_stream(told.id, ErrorCodes.INTERNAL_ERROR)
    told.peer.flush()


async def die(told: Told) -> None:
    told.head()
    await told.say(b"half")
    await asyncio.sleep(0.02)
    told.peer.writer.transport.abort()


@pytest.mark.parametrize(("script", "said"), [(reset, "INTERNAL_ERROR"), (die, "connection")])
def test_what_breaks_in_the_middle_is_lost(script: Script, said: str) -> None:
    async def test() -> None:
        async with speaking(script) as server, client(server.trust) as http:
            got = b""
            with pytest.raises(LostError, match=said):
                async with http.exchange("POST", server.url, headers={}, body=b"x") as exchange:
                    async for _, piece in exchange.pieces():
                        got += piece
            assert got == b"half"

    run(test)


async def refuse_later(told: Told) -> None:
    await told.whole.wait()
    if told.id > 1:
        told.peer.h2.reset_stream(told.id, ErrorCodes.REFUSED_STREAM)
        told.peer.flush()
        return
    await echo(told)


async def go_away_later(told: Told) -> None:
    if told.id > 1:
        told.peer.h2.close_connection(last_stream_id=1)
        told.peer.flush()
        return
    await echo(told)


async def die_later(told: Told) -> None:
    if told.id > 1:
        told.peer.writer.transport.abort()
        return
    await echo(told)


@pytest.mark.parametrize("script", [refuse_later, go_away_later, die_later])
def test_what_the_server_did_not_look_at_is_asked_once_more_on_a_new_connection(script: Script) -> None:
    async def test() -> None:
        async with speaking(script, echo) as server, client(server.trust) as http:
            assert await body(http, server.url, b"one") == b"one"
            async with http.exchange("POST", server.url, headers={}, body=b"two") as exchange:
                assert (exchange.reconnected, exchange.reused) == (True, False)
                assert b"".join([piece async for _, piece in exchange.pieces()]) == b"two"
            assert len(server.peers) == 2

    run(test)


def test_a_server_that_goes_away_while_nobody_asks_is_not_asked_again() -> None:
    async def leaving(told: Told) -> None:
        await echo(told)
        told.peer.h2.close_connection()
        told.peer.flush()

    async def test() -> None:
        async with speaking(leaving, echo) as server, client(server.trust) as http:
            await body(http, server.url, b"one")
            await asyncio.sleep(0.05)
            async with http.exchange("POST", server.url, headers={}, body=b"two") as exchange:
                assert (exchange.reconnected, exchange.reused) == (False, False)

    run(test)


def test_no_more_streams_than_the_server_allows() -> None:
    async def test() -> None:
        async with speaking(slowly) as server, client(server.trust) as http:
            await body(http, server.url, b"first")
            peer = server.peers[0]
            from h2.settings import SettingCodes

            peer.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: 2})
            peer.flush()
            await asyncio.sleep(0.05)
            await asyncio.gather(*(body(http, server.url, b"x") for _ in range(6)))
            assert len(server.peers) > 1
            assert all(each.said_goodbye is False for each in server.peers)

    run(test)


async def junk(told: Told) -> None:
    told.peer.writer.write(b"\x00\x00\x05\x00\x00\x00\x00\x00\x00junk!")


def test_broken_rules_are_said() -> None:
    async def test() -> None:
        async with speaking(junk) as server, client(server.trust) as http:
            with pytest.raises(ProviderError, match="HTTP/2") as caught:
                await body(http, server.url)
            assert caught.value.failure.kind == "protocol"

    run(test)


def test_errors_have_their_status() -> None:
    async def full(told: Told) -> None:
        told.head(429, **{"retry-after": "3"})
        await told.say(b'{"error": {}}', end=True)

    async def test() -> None:
        async with speaking(full) as server, client(server.trust) as http:
            async with http.exchange("POST", server.url, headers={}, body=b"x" * 300_000) as exchange:
                assert (exchange.status, exchange.headers["retry-after"]) == (429, "3")
                assert [piece async for _, piece in exchange.pieces()] == [b'{"error": {}}']

    run(test)


@pytest.mark.parametrize("http2", [True, False])
def test_where_it_is_not_spoken_or_not_wanted_each_has_a_connection_of_its_own(http2: bool) -> None:
    async def test() -> None:
        ours, theirs = contexts("127.0.0.1")
        ours.set_alpn_protocols(["http/1.1"] if http2 else ["h2", "http/1.1"])
        async with serving(answering(OK, OK), tls=ours) as server, client(theirs, http2=http2) as http:
            for reused in (False, True):
                async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                    assert (exchange.http_version, exchange.reused) == ("1.1", reused)
                    assert [piece async for _, piece in exchange.pieces()] == [b"ok"]

    run(test)


def test_opened_ahead_it_is_ready() -> None:
    async def test() -> None:
        async with speaking(echo) as server, client(server.trust) as http:
            await asyncio.gather(*(http.prewarm(server.url, connections=n) for n in (1, 2, 3)))
            async with http.exchange("POST", server.url, headers={}, body=b"x") as exchange:
                assert (exchange.reused, exchange.warmed) == (True, True)
            assert len(server.peers) == 1

    run(test)
