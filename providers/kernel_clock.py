"""When the kernel took bytes in, on our own clock.

Linux stamps each segment as it comes in from the network (`SO_TIMESTAMPING`, Documentation/networking/timestamping.rst)
with the wall clock; our stamps are of the monotonic clock that `perf_counter_ns` reads. What one read takes from
several segments has the stamp of the newest: a reader that is late sees them as one.
"""

import contextlib
import socket
import struct
import time

SO_TIMESTAMPING = 37
SOF_TIMESTAMPING_RX_SOFTWARE = 1 << 3
SOF_TIMESTAMPING_SOFTWARE = 1 << 4

SOFTWARE_STAMP = struct.Struct("qq")
"""Seconds and nanoseconds: the first of the three stamps in the kernel's answer."""
ANCILLARY_BYTES = socket.CMSG_SPACE(3 * SOFTWARE_STAMP.size)

SLACK_NS = 100_000
"""By so much two looks at the distance between the clocks may differ if nobody set one, and 1 in 1,000 of the time."""
DISTRUST_NS = 1_000_000_000
"""After the wall clock was set: for so long, stamps may be from before."""

Ancillary = list[tuple[int, int, bytes]]


def ask_for_stamps(connection: socket.socket) -> None:
    """Where the system has none to give, the stamps are missing later on."""
    wanted = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, wanted)


class KernelClock:
    """Never gives a moment later than now; earlier than true by `SLACK_NS` at most, where the wall clock was set by so
    little."""

    def __init__(self) -> None:
        self._distance = _distance()
        self._looked_ns = time.perf_counter_ns()
        self._distrusted_ns = 0

    def arrival_ns(self, ancillary: Ancillary) -> int | None:
        """The stamp that came with bytes just read, None if there is none that can be trusted."""
        for level, kind, data in ancillary:
            if kind == SO_TIMESTAMPING and level == socket.SOL_SOCKET:
                seconds, nanoseconds = SOFTWARE_STAMP.unpack_from(data)
                wall_ns: int = seconds * 1_000_000_000 + nanoseconds
                break
        else:
            return None
        wall_now = time.clock_gettime_ns(time.CLOCK_REALTIME)
        now = time.perf_counter_ns()  # second: whatever comes between makes a stamp later, never too early
        self._follow(now - wall_now, now)
        if not wall_ns or now < self._distrusted_ns:
            return None
        return min(wall_ns + self._distance, now)

    def _follow(self, distance: int, now: int) -> None:
        slack = SLACK_NS + (now - self._looked_ns) // 1000
        if abs(distance - self._distance) > slack:
            distance = _distance()
            if abs(distance - self._distance) > slack:
                self._distrusted_ns = now + DISTRUST_NS
        self._distance, self._looked_ns = distance, now


def _distance() -> int:
    """From the wall clock to ours, as well as it can be measured: being interrupted only makes it larger."""
    found = []
    for _ in range(5):
        wall = time.clock_gettime_ns(time.CLOCK_REALTIME)
        found.append(time.perf_counter_ns() - wall)
    return min(found)
