"""asyncio's side of a TCP socket, which reads with `recvmsg` so that the kernel's stamps come along."""

import asyncio
import socket
from typing import Any

from providers.kernel_clock import ANCILLARY_BYTES, KernelClock, ask_for_stamps
from providers.streams import Stream

TRY_AGAIN = (BlockingIOError, InterruptedError)


class StampingTransport(asyncio.Transport):
    """What reads for `stream`. TLS may be put between the two: then the stream hears later, but of the same stamps."""

    _start_tls_compatible = True  # so asyncio's `start_tls` knows who may

    def __init__(self, connection: socket.socket, stream: Stream, clock: KernelClock) -> None:
        super().__init__({"socket": connection})
        self._loop = asyncio.get_running_loop()
        self._socket = connection
        self._stream = stream
        self._clock = clock
        self._protocol: asyncio.BufferedProtocol = stream
        self._unsent = bytearray()
        self._most_unsent = 0
        self._is_reading = False
        self._is_closing = False
        self._has_paused_writing = False
        connection.setblocking(False)
        ask_for_stamps(connection)
        stream.connection_made(self)
        self.resume_reading()

    # Reading

    def _readable(self) -> None:
        try:
            into = self._protocol.get_buffer(-1)
            size, ancillary, _, _ = self._socket.recvmsg_into((into,), ANCILLARY_BYTES)
        except TRY_AGAIN:
            return
        except OSError as error:
            self._force_close(error)
            return
        if not size:
            self.pause_reading()
            self._protocol.eof_received()
            self.close()
            return
        self._stream.arrived_ns = self._clock.arrival_ns(ancillary)
        self._protocol.buffer_updated(size)

    def is_reading(self) -> bool:
        return self._is_reading

    def pause_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._socket)

    def resume_reading(self) -> None:
        if not self._is_reading and not self._is_closing:
            self._is_reading = True
            self._loop.add_reader(self._socket, self._readable)

    # Writing

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        if self._is_closing or not data:
            return
        if not self._unsent:
            data = memoryview(data)[self._sent(data) :]
            if not data or self._is_closed:
                return
            self._loop.add_writer(self._socket, self._writable)
        self._unsent += data
        if len(self._unsent) > self._most_unsent and not self._has_paused_writing:
            self._has_paused_writing = True
            self._protocol.pause_writing()

    def _sent(self, data: "bytes | bytearray | memoryview[Any]") -> int:
        try:
            return self._socket.send(data)
        except TRY_AGAIN:
            return 0
        except OSError as error:
            self._force_close(error)
            return 0

    def _writable(self) -> None:
        del self._unsent[: self._sent(self._unsent)]
        if self._unsent or self._is_closed:
            return
        self._loop.remove_writer(self._socket)
        if self._has_paused_writing:
            self._has_paused_writing = False
            self._protocol.resume_writing()
        if self._is_closing:
            self._end(None)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Writing resumes only when all is sent, whatever `low` says."""
        self._most_unsent = high or 0

    def get_write_buffer_size(self) -> int:
        return len(self._unsent)

    # Closing

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        """Once what was written is sent."""
        if not self._is_closing:
            self.pause_reading()
            self._is_closing = True
            if not self._unsent:
                self._end(None)

    @property
    def _is_closed(self) -> bool:
        return self._socket.fileno() < 0

    def abort(self) -> None:
        self._force_close(None)

    def _force_close(self, error: Exception | None) -> None:
        """What asyncio's TLS calls, too."""
        if self._is_closed:
            return
        self.pause_reading()
        self._is_closing = True
        self._unsent.clear()
        self._loop.remove_writer(self._socket)
        self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._socket.close()
        self._loop.call_soon(self._protocol.connection_lost, error)

    # What asyncio's TLS puts between

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, asyncio.BufferedProtocol)
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol
