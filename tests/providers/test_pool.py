"""Connections that are kept or opened ahead, over real sockets."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from providers import pool
from providers.errors import ProviderError
from providers.http import Exchange, HttpClient
from tests.providers.exchanging import OK, always, answering, client, contexts, fetch, run
from tests.providers.servers import SSE_HEAD, Peer, Server, serving


async def asked(http: HttpClient, server: Server) -> Exchange:
    async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
        assert [piece async for _, piece in exchange.pieces()] == [b"ok"]
    return exchange


async def count(server: Server, wanted: int) -> None:
    """Until the server has seen so many connections, which it may learn after the client."""
    async with asyncio.timeout(5):
        while len(server.peers) < wanted:
            await asyncio.sleep(0.001)
    assert len(server.peers) == wanted


async def until_closed(server: Server, number: int) -> None:
    async with asyncio.timeout(5):
        await server.peers[number].closed()


async def lingering(peer: Peer) -> None:
    """Says nothing, and leaves reading to the test."""
    await asyncio.sleep(30)


def test_a_connection_opened_ahead_is_taken_once_and_said_to_be_warmed() -> None:
    async def test() -> None:
        async with serving(always(OK)) as server, client() as http:
            await http.prewarm(server.url + "/v1/chat")
            await count(server, 1)
            assert server.peers[0].requests == []
            first, second = await asked(http, server), await asked(http, server)
            assert (first.warmed, first.reused, list(first.marks)) == (True, True, ["pool", "sent"])
            assert (second.warmed, second.reused) == (False, True)
            assert len(server.peers) == 1

    run(test)


def test_only_what_is_missing_is_opened() -> None:
    async def test() -> None:
        async with serving(always(OK)) as server, client() as http:
            await asked(http, server)
            await http.prewarm(server.url, connections=3)
            await count(server, 3)
            await http.prewarm(server.url, connections=3)
            await asyncio.sleep(0.02)
            await count(server, 3)

    run(test)


def test_tls_is_made_ahead_too() -> None:
    ours, theirs = contexts("127.0.0.1")

    async def test() -> None:
        async with serving(always(OK), tls=ours) as server, client(theirs) as http:
            await http.prewarm(server.url)
            assert list((await asked(http, server)).marks) == ["pool", "sent"]

    run(test)


def test_a_connection_is_not_opened_ahead_to_nobody() -> None:
    async def test() -> None:
        async with serving(always(OK)) as server:
            url = server.url
        async with client() as http:
            with pytest.raises(ProviderError) as refused:
                await http.prewarm(url)
            with pytest.raises(ProviderError) as nonsense:
                await http.prewarm("ftp://127.0.0.1/")
        assert (refused.value.failure.kind, nonsense.value.failure.kind) == ("network", "bad_request")

    run(test)


def test_one_opened_ahead_that_the_server_gave_up_is_not_used() -> None:
    async def test() -> None:
        async def gives_up(_: Peer) -> None: ...

        async with serving(gives_up, always(OK)) as server, client() as http:
            await http.prewarm(server.url)
            await count(server, 1)
            await asyncio.sleep(0.02)
            exchange = await asked(http, server)
            assert (exchange.reused, exchange.warmed, exchange.reconnected) == (False, False, False)

    run(test)


def test_one_opened_ahead_that_dies_when_it_is_asked_is_replaced() -> None:
    async def test() -> None:
        async def dies_when_asked(peer: Peer) -> None:
            await peer.request()

        async with serving(dies_when_asked, always(OK)) as server, client() as http:
            await http.prewarm(server.url)
            exchange = await asked(http, server)
            assert (exchange.reused, exchange.warmed, exchange.reconnected) == (False, False, True)

    run(test)


def test_the_replacement_is_a_new_connection_and_no_other_kept_one() -> None:
    async def test() -> None:
        async def dies_when_asked(peer: Peer) -> None:
            await peer.request()

        async with serving(dies_when_asked, dies_when_asked, always(OK)) as server, client() as http:
            await http.prewarm(server.url, connections=2)
            assert (await asked(http, server)).reconnected
            await count(server, 3)

    run(test)


def test_an_idle_connection_is_closed_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_S", 0.02)

    async def test() -> None:
        async with serving(lingering) as server, client() as http:
            await http.prewarm(server.url)
            await count(server, 1)
            await until_closed(server, 0)

    run(test)


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_IDLE", 2)

    async def test() -> None:
        async with serving(lingering) as server, client() as http:
            await http.prewarm(server.url)
            await count(server, 1)
            await http.prewarm(server.url, connections=2)
            await count(server, 2)
            await http.prewarm(server.url, connections=3)
            await count(server, 3)
            await until_closed(server, 0)  # the one that was idle for longest

    run(test)


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"and more",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
    ],
)
def test_a_connection_that_is_not_fit_for_more_is_closed(answer: bytes) -> None:
    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(answer)
            await peer.closed()

        async with serving(script, always(OK)) as server, client() as http:
            await asked(http, server)
            assert not (await asked(http, server)).reused

    run(test)


def test_what_comes_over_an_idle_connection_answers_nothing() -> None:
    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(OK)
            await asyncio.sleep(0.02)
            await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged")

        async with serving(script, always(OK)) as server, client() as http:
            await asked(http, server)
            await asyncio.sleep(0.1)
            assert not (await asked(http, server)).reused

    run(test)


def test_an_answer_that_was_not_read_to_its_end_closes_its_connection() -> None:
    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(SSE_HEAD)
            await peer.send_chunk(b"some")
            await asyncio.sleep(30)

        async with serving(script) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                async for _ in exchange.pieces():
                    break
            await until_closed(server, 0)

    run(test)


def test_a_server_may_refuse_before_it_has_heard_all() -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"

    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.reader.readuntil(b"\r\n\r\n")
            await peer.send(refusal)
            await asyncio.sleep(30)

        async with serving(script) as server, client() as http:
            async with asyncio.timeout(5):
                body = b"x" * (32 * 1024 * 1024)
                async with http.exchange("POST", server.url, headers={}, body=body) as exchange:
                    assert exchange.status == 413
                    assert [piece async for _, piece in exchange.pieces()] == [b"no"]
            await until_closed(server, 0)  # the rest of the request is given up with the connection

    run(test)


@pytest.mark.parametrize("secure", [False, True])
def test_giving_up_while_it_opens_or_waits_leaves_nothing_open(secure: bool) -> None:
    """A server that never says anything: the client is cut short in the TLS handshake, or waiting for a head."""

    async def test() -> None:
        async with serving(lingering) as server, client() as http:
            url = server.url.replace("http:", "https:") if secure else server.url
            reading = asyncio.get_running_loop().create_task(fetch(http, url))
            await count(server, 1)
            await asyncio.sleep(0.02)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            await until_closed(server, 0)

    run(test)


def test_closing_the_client_closes_what_is_idle() -> None:
    async def test() -> None:
        async with serving(answering(OK), lingering) as server:
            async with client() as http:
                await asked(http, server)
                await http.prewarm(server.url, connections=2)
                await count(server, 2)
            await until_closed(server, 1)

    run(test)


@pytest.mark.parametrize("secure", [False, True])
def test_giving_up_at_any_moment_leaves_no_socket_open(secure: bool) -> None:
    ours, theirs = contexts("127.0.0.1")
    draw = random.Random(11)

    async def streaming(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(SSE_HEAD)
            for _ in range(3):
                await peer.send_chunk(b"some")
                await asyncio.sleep(0.001)
            await peer.send_chunk(b"")

    async def test() -> None:
        before = sockets()
        async with serving(streaming, tls=ours if secure else None) as server, client(theirs) as http:
            for _ in range(100):
                reading = asyncio.get_running_loop().create_task(fetch(http, server.url))
                await asyncio.sleep(draw.random() * 0.015)
                reading.cancel()
                await asyncio.wait([reading])
                assert reading.cancelled() or reading.result() == b"some" * 3
        async with asyncio.timeout(5):
            while sockets() != before:
                await asyncio.sleep(0.005)

    run(test)


def sockets() -> int:
    """How many this process has open."""
    links = (os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sum(link.startswith("socket:") for link in links)
