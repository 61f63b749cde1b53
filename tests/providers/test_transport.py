"""The socket's side of a stream: much at once, slow readers, slow servers, and connections that break."""

import asyncio
import hashlib
import os
import socket
import ssl
import struct

import pytest

from providers import streams
from providers.breakage import LostError
from providers.kernel_clock import KernelClock
from providers.network import Network, Origin
from providers.streams import Stream
from providers.transport import StampingTransport
from tests.providers.exchanging import contexts, run
from tests.providers.servers import Peer, serving

MIB = 1024 * 1024


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize("secure", [False, True])
def test_much_goes_both_ways_whole(secure: bool) -> None:
    ours, theirs = contexts("127.0.0.1")
    sent = os.urandom(8 * MIB)

    async def test() -> None:
        async def echoing(peer: Peer) -> None:
            await asyncio.sleep(0.05)  # until the client's buffers are full
            await peer.send(await peer.reader.readexactly(len(sent)))

        async with serving(echoing, tls=ours if secure else None) as server:
            stream = await Network(lambda: theirs).open(Origin(secure, "127.0.0.1", port_of(server.url)), {})
            await stream.send(sent)
            got = hashlib.sha256()
            size = 0
            while pieces := await stream.arrived():
                for _, data in pieces:
                    got.update(data)
                    size += len(data)
            assert (size, got.digest()) == (len(sent), hashlib.sha256(sent).digest())

    run(test)


@pytest.mark.parametrize("secure", [False, True])
def test_a_reader_that_does_not_read_slows_the_server_down(monkeypatch: pytest.MonkeyPatch, secure: bool) -> None:
    monkeypatch.setattr(streams, "HIGH_WATER", 64 * 1024)
    ours, theirs = contexts("127.0.0.1")
    size = 32 * MIB

    async def test() -> None:
        progress: list[int] = []

        async def pouring(peer: Peer) -> None:
            for _ in range(size // 65536):
                await peer.send(b"x" * 65536)
                progress.append(65536)

        async with serving(pouring, tls=ours if secure else None) as server:
            stream = await Network(lambda: theirs).open(Origin(secure, "127.0.0.1", port_of(server.url)), {})
            await asyncio.sleep(0.3)
            assert sum(progress) < size / 2
            got = 0
            while pieces := await stream.arrived():
                got += sum(len(data) for _, data in pieces)
            assert got == size

    run(test)


def test_a_connection_that_is_reset_is_lost() -> None:
    async def test() -> None:
        async def resetting(peer: Peer) -> None:
            raw = peer.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.writer.transport.abort()

        async with serving(resetting) as server:
            stream = await Network(ssl.create_default_context).open(Origin(False, "127.0.0.1", port_of(server.url)), {})
            with pytest.raises(LostError, match="reset"):
                await stream.arrived()
            await stream.send(b"into the void")
            assert not stream.is_quiet

    run(test)


@pytest.mark.parametrize("secure", [False, True])
def test_a_connection_that_is_reset_while_much_is_being_sent_is_lost_once(secure: bool) -> None:
    ours, theirs = contexts("127.0.0.1")
    unraised: list[object] = []

    async def test() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: unraised.append(said))

        async def resetting(peer: Peer) -> None:
            await peer.reader.readexactly(100)
            peer.writer.transport.abort()

        async with serving(resetting, tls=ours if secure else None) as server:
            network = Network(lambda: theirs)
            stream = await network.open(Origin(secure, "127.0.0.1", port_of(server.url)), {})
            await stream.send(b"x" * 32 * MIB)
            with pytest.raises(LostError):
                await stream.arrived()
            assert not stream.is_quiet
            await asyncio.sleep(0.01)

    run(test)
    assert unraised == []


def test_a_peer_that_goes_while_nothing_is_read_shows_when_more_is_sent() -> None:
    unraised: list[object] = []

    async def test() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, said: unraised.append(said))
        here, there = socket.socketpair()
        stream = Stream(memoryview(bytearray(1024)))
        transport = StampingTransport(here, stream, KernelClock())
        transport.pause_reading()
        sending = asyncio.get_running_loop().create_task(stream.send(b"x" * MIB))
        await asyncio.sleep(0.01)
        assert not sending.done()
        there.close()
        await sending
        with pytest.raises(LostError):
            await stream.arrived()

    run(test)
    assert unraised == []


def test_a_stream_that_is_given_up_says_why_and_closes_its_socket_at_once() -> None:
    async def test() -> None:
        ended = asyncio.Event()

        async def waiting(peer: Peer) -> None:
            await peer.closed()
            ended.set()

        async with serving(waiting) as server:
            stream = await Network(ssl.create_default_context).open(Origin(False, "127.0.0.1", port_of(server.url)), {})
            reading = asyncio.get_running_loop().create_task(stream.arrived())
            await asyncio.sleep(0)
            stream.abort(ConnectionAbortedError("given up"))
            stream.abort()
            with pytest.raises(LostError, match="given up"):
                await reading
            async with asyncio.timeout(5):
                await ended.wait()

    run(test)
