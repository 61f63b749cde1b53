"""Exchanges over real sockets."""

import asyncio
import gzip
import time
import zlib
from collections.abc import Callable

import pytest

from providers.breakage import LostError
from providers.errors import ProviderError
from providers.http import PIECE_BYTES
from tests.providers.exchanging import OK, answering, client, contexts, fetch, run
from tests.providers.servers import SSE_HEAD, Peer, serving


async def failing(url: str, **headers: str) -> ProviderError:
    async with client() as http:
        with pytest.raises(ProviderError) as caught:
            await fetch(http, url, **headers)
    return caught.value


def test_a_connection_is_kept_and_used_again() -> None:
    async def test() -> None:
        async with serving(answering(OK, OK)) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as first:
                _ = [piece async for piece in first.pieces()]
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as second:
                _ = [piece async for piece in second.pieces()]
            assert (first.reused, second.reused) == (False, True)
            assert "connect" in first.marks
            assert "connect" not in second.marks
            assert len(server.peers) == 1

    run(test)


def test_a_connection_with_tls_is_kept_as_well() -> None:
    async def test() -> None:
        ours, theirs = contexts("127.0.0.1")
        async with serving(answering(OK, OK, OK), tls=ours) as server, client(theirs) as http:
            reused = []
            for _ in range(3):
                async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                    _ = [piece async for piece in exchange.pieces()]
                    reused.append(exchange.reused)
            assert reused == [False, True, True]
            assert len(server.peers) == 1

    run(test)


def test_phases_follow_each_other_and_an_address_needs_no_name_service() -> None:
    async def test() -> None:
        async with serving(answering(OK)) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                noted, headers_ns = exchange.marks, exchange.headers_ns
                stamps = [at async for at, _ in exchange.pieces()]
            assert list(noted) == ["pool", "connect", "sent"]
            ends = [end for _, end in noted.values()]
            assert [*ends, headers_ns, *stamps] == sorted([*ends, headers_ns, *stamps])

    run(test)


def test_a_name_is_looked_up_apart_from_connecting() -> None:
    async def test() -> None:
        async with serving(answering(OK)) as server, client() as http:
            url = server.url.replace("127.0.0.1", "localhost")
            async with http.exchange("POST", url, headers={}, body=b"{}") as exchange:
                assert list(exchange.marks) == ["pool", "dns", "connect", "sent"]

    run(test)


def test_each_piece_keeps_the_stamp_of_its_arrival_even_if_it_is_read_late() -> None:
    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(SSE_HEAD)
            for n in range(3):
                await peer.send_chunk(b"%d" % n)
                await asyncio.sleep(0.02)
            await peer.send_chunk(b"")

        async with serving(script) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                await asyncio.sleep(0.1)
                read_at = time.perf_counter_ns()
                got = [(at, piece) async for at, piece in exchange.pieces()]
        assert [piece for _, piece in got] == [b"0", b"1", b"2"]
        assert all(at < read_at for at, _ in got)
        assert got[1][0] - got[0][0] > 10e6

    run(test)


def test_a_kept_connection_that_died_is_replaced_once() -> None:
    async def test() -> None:
        async def dies_when_asked_again(peer: Peer) -> None:
            await peer.request()
            await peer.send(OK)
            await peer.request()

        async with serving(dies_when_asked_again, answering(OK)) as server, client() as http:
            assert await fetch(http, server.url) == b"ok"
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as second:
                assert second.reconnected
                assert not second.reused
            assert len(server.peers) == 2

    run(test)


def test_a_fresh_connection_that_dies_is_not_tried_again() -> None:
    async def test() -> None:
        async def closes_at_once(peer: Peer) -> None:
            await peer.request()

        async with serving(closes_at_once) as server:
            error = await failing(server.url)
            assert error.failure.kind == "network"
            assert "without a word" in error.failure.message
            assert len(server.peers) == 1

    run(test)


def test_nobody_listens() -> None:
    async def test() -> None:
        async with serving(answering()) as server:
            url = server.url
        error = await failing(url)
        assert error.failure.kind == "network"
        assert "refused" in error.failure.message

    run(test)


def test_a_name_that_nobody_knows() -> None:
    async def test() -> None:
        error = await failing("http://no-such-host.invalid/")
        assert error.failure.kind == "network"
        assert "no-such-host.invalid could not be resolved" in error.failure.message

    run(test)


def test_what_is_not_http() -> None:
    async def test() -> None:
        async with serving(answering(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) as server:
            assert (await failing(server.url)).failure.kind == "protocol"

    run(test)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://[::1", "http:///nowhere"])
def test_what_is_not_a_web_address(url: str) -> None:
    async def test() -> None:
        assert (await failing(url)).failure.kind == "bad_request"

    run(test)


@pytest.mark.parametrize("key", ["sk-secret\n", "sk-sécret", "sk-secret\x00more"])
def test_a_key_that_http_cannot_carry_is_not_quoted(key: str) -> None:
    async def test() -> None:
        async with serving(answering(OK)) as server:
            error = await failing(server.url, authorization=f"Bearer {key}")
        assert error.failure.kind == "bad_request"
        assert "cret" not in f"{error} {error!r} {error.__cause__}"

    run(test)


def test_a_connection_that_breaks_in_the_middle_is_lost() -> None:
    async def test() -> None:
        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(SSE_HEAD)
            await peer.send_chunk(b"some")

        async with serving(script) as server, client() as http:
            got: list[bytes] = []
            with pytest.raises(LostError):
                async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                    async for _, piece in exchange.pieces():
                        got.append(piece)
            assert got == [b"some"]

    run(test)


def test_cancelling_the_reader_closes_the_socket() -> None:
    async def test() -> None:
        closed = asyncio.Event()

        async def script(peer: Peer) -> None:
            await peer.request()
            await peer.send(SSE_HEAD)
            await peer.send_chunk(b"some")
            await peer.closed()
            closed.set()

        async with serving(script) as server, client() as http:
            reading = asyncio.get_running_loop().create_task(fetch(http, server.url))
            await asyncio.sleep(0.05)
            reading.cancel()
            began = time.perf_counter()
            await closed.wait()
            assert time.perf_counter() - began < 0.2
            with pytest.raises(asyncio.CancelledError):
                await reading

    run(test)


def test_redirects_are_not_followed() -> None:
    async def test() -> None:
        moved = b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
        async with serving(answering(moved)) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                assert exchange.status == 307

    run(test)


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def test() -> None:
        async with serving(answering(OK)) as server, client() as http:
            assert await fetch(http, server.url) == b"ok"

    run(test)


def _packed(encoding: str, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-encoding: %b\r\ncontent-length: %d\r\n\r\n%b" % (
        encoding.encode(),
        len(body),
        body,
    )


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compression_nobody_asked_for_is_undone_in_bounded_pieces(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    plain = b"0" * (5 * PIECE_BYTES)

    async def test() -> None:
        async with serving(answering(_packed(encoding, pack(plain)))) as server, client() as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                pieces = [piece async for _, piece in exchange.pieces()]
        assert b"".join(pieces) == plain
        assert max(map(len, pieces)) <= PIECE_BYTES

    run(test)


@pytest.mark.parametrize(("encoding", "body"), [("gzip", b"not gzip at all"), ("br", b"\x0b\x02\x80hello\x03")])
def test_compression_that_cannot_be_undone(encoding: str, body: bytes) -> None:
    async def test() -> None:
        async with serving(answering(_packed(encoding, body))) as server:
            assert (await failing(server.url)).failure.kind == "protocol"

    run(test)


def test_tls_is_a_phase_of_its_own() -> None:
    ours, theirs = contexts("127.0.0.1")

    async def test() -> None:
        async with serving(answering(OK), tls=ours) as server, client(theirs) as http:
            async with http.exchange("POST", server.url, headers={}, body=b"{}") as exchange:
                assert list(exchange.marks) == ["pool", "connect", "tls", "sent"]
                assert [piece async for _, piece in exchange.pieces()] == [b"ok"]

    run(test)


@pytest.mark.parametrize(("name", "trusted"), [("127.0.0.1", False), ("other.example", True)])
def test_a_certificate_that_is_not_right_is_refused(name: str, trusted: bool) -> None:
    ours, theirs = contexts(name)

    async def refused(_: Peer) -> None: ...

    async def test() -> None:
        async with serving(refused, tls=ours) as server, client(theirs if trusted else None) as http:
            with pytest.raises(ProviderError) as caught:
                await fetch(http, server.url)
        assert caught.value.failure.kind == "tls"
        assert "certificate" in caught.value.failure.message

    run(test)


def test_a_kept_connection_that_dies_after_the_server_worked_on_the_request_is_not_asked_again() -> None:
    async def test() -> None:
        async def works_and_closes(peer: Peer) -> None:
            await peer.request()
            await peer.send(OK)
            await peer.request()
            await asyncio.sleep(0.5)

        async with serving(works_and_closes, answering(OK)) as server, client() as http:
            assert await fetch(http, server.url) == b"ok"
            with pytest.raises(ProviderError) as caught:
                await fetch(http, server.url)
            assert caught.value.failure.kind == "network"
            assert len(server.peers) == 1

    run(test)


def test_a_kept_connection_that_answers_rubbish_is_not_asked_again() -> None:
    async def test() -> None:
        async with (
            serving(answering(OK, b"HTTP/1.1 200 OK\r\nContent-Le\x00ngth: 1\r\n\r\n")) as server,
            client() as http,
        ):
            assert await fetch(http, server.url) == b"ok"
            with pytest.raises(ProviderError) as caught:
                await fetch(http, server.url)
            assert caught.value.failure.kind == "protocol"
            assert len(server.peers) == 1

    run(test)
