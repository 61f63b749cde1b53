"""The kernel's stamps on our clock: with clocks set by hand, and over real sockets with a reader that is late."""

import asyncio
import random
import socket
import ssl
import struct
import threading
import time

import pytest

from providers import kernel_clock
from providers.kernel_clock import DISTRUST_NS, SO_TIMESTAMPING, KernelClock
from providers.network import Network, Origin
from providers.streams import Stream
from tests.providers.exchanging import contexts, run

MS = 1_000_000


class Clocks:
    """Stands in for the module's `time`: the wall clock may be set, ours may not."""

    CLOCK_REALTIME = 0

    def __init__(self) -> None:
        self.ours = 5_000 * MS
        self.wall = 1_780_000_000_000 * MS

    def perf_counter_ns(self) -> int:
        return self.ours

    def clock_gettime_ns(self, _: int) -> int:
        return self.wall

    def passes(self, ns: int) -> None:
        self.ours += ns
        self.wall += ns


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks()
    monkeypatch.setattr(kernel_clock, "time", made)
    return made


def told(wall_ns: int) -> list[tuple[int, int, bytes]]:
    """What `recvmsg` gives along with bytes that came in at `wall_ns`."""
    stamps = struct.pack("6q", wall_ns // 1_000_000_000, wall_ns % 1_000_000_000, 0, 0, 0, 0)
    return [(socket.SOL_SOCKET, SO_TIMESTAMPING, stamps)]


def test_a_stamp_is_moved_to_our_clock(clocks: Clocks) -> None:
    clock = KernelClock()
    came_in = clocks.wall
    clocks.passes(7 * MS)
    assert clock.arrival_ns(told(came_in)) == clocks.ours - 7 * MS


@pytest.mark.parametrize("ancillary", [[], told(0), [(socket.SOL_SOCKET, 29, b"x" * 16)]])
def test_without_a_stamp_there_is_none(clocks: Clocks, ancillary: list[tuple[int, int, bytes]]) -> None:
    assert KernelClock().arrival_ns(ancillary) is None


def test_nothing_comes_later_than_now(clocks: Clocks) -> None:
    assert KernelClock().arrival_ns(told(clocks.wall + MS)) == clocks.ours


@pytest.mark.parametrize("by_ns", [-3_600_000 * MS, -MS, MS, 3_600_000 * MS])
def test_a_wall_clock_that_is_set_is_distrusted_for_a_while(clocks: Clocks, by_ns: int) -> None:
    clock = KernelClock()
    before = clocks.wall
    clocks.passes(MS)
    clocks.wall += by_ns
    assert clock.arrival_ns(told(before)) is None
    assert clock.arrival_ns(told(before)) is None  # another connection's bytes may have come in before, too
    clocks.passes(DISTRUST_NS + MS)
    came_in = clocks.wall
    clocks.passes(MS)
    assert clock.arrival_ns(told(came_in)) == clocks.ours - MS


def test_a_wall_clock_that_is_slewed_is_followed(clocks: Clocks) -> None:
    clock = KernelClock()
    for _ in range(100):
        clocks.passes(10 * MS)
        clocks.wall += 5_000  # 500 in a million, as fast as adjtime goes
        assert clock.arrival_ns(told(clocks.wall)) == clocks.ours


class Peer:
    """A server in a thread, which notes when it sends each line."""

    def __init__(self, tls: ssl.SSLContext | None, lines: int) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.sent: list[int] = []
        self._thread = threading.Thread(target=self._serve, args=(lines,))
        self._thread.start()

    def _serve(self, lines: int) -> None:
        draw = random.Random(7)
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as out:
            for n in range(lines):
                time.sleep(draw.random() * 0.002)
                self.sent.append(time.perf_counter_ns())
                out.sendall(b"%d " % n + b"x" * draw.choice((10, 300, 3_000, 30_000)) + b"\n")

    def end(self) -> None:
        self._thread.join()
        self._listener.close()


def hold_up_the_loop(seconds: float) -> None:
    time.sleep(seconds)


async def opened(peer: Peer, context: ssl.SSLContext, *, secure: bool) -> Stream:
    return await Network(lambda: context).open(Origin(secure, "127.0.0.1", peer.port), {})


@pytest.mark.parametrize("secure", [False, True])
def test_a_stamp_lies_between_sending_and_reading_however_late_the_reader_is(secure: bool) -> None:
    ours, theirs = contexts("127.0.0.1")
    peer = Peer(ours if secure else None, lines=300)

    async def test() -> None:
        stream = await opened(peer, theirs, secure=secure)
        left, seen = b"", 0
        while pieces := await stream.arrived():
            now = time.perf_counter_ns()
            for at_ns, data in pieces:
                *lines, left = (left + data).split(b"\n")
                for _ in lines:
                    assert peer.sent[seen] <= at_ns <= now
                    seen += 1
            if seen % 50 < 5:
                hold_up_the_loop(0.01)
        assert seen == 300
        stream.abort()

    try:
        run(test)
    finally:
        peer.end()


@pytest.mark.parametrize("secure", [False, True])
def test_bytes_that_wait_for_a_busy_loop_keep_the_stamp_of_their_arrival(secure: bool) -> None:
    ours, theirs = contexts("127.0.0.1")
    peer = Peer(ours if secure else None, lines=1)

    async def test() -> None:
        stream = await opened(peer, theirs, secure=secure)
        while not peer.sent:
            await asyncio.sleep(0)
        hold_up_the_loop(0.3)
        pieces = await stream.arrived()
        if stream.stamp == "transport":
            pytest.skip("this system gives no stamps")
        assert all(at_ns < time.perf_counter_ns() - 150 * MS for at_ns, _ in pieces)
        stream.abort()

    try:
        run(test)
    finally:
        peer.end()
