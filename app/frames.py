"""Frames on a pipe: a length and that many bytes, put together from pieces cut anywhere."""

import struct
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import msgspec

from app.garbage import left_alone
from app.messages import MAX_FRAME_BYTES, Down, Up

HEAD = struct.Struct(">I")
M = TypeVar("M")


class BrokenFrameError(Exception):
    """The other side does not speak our language."""


class Framer(Generic[M]):
    """One direction of a pipe: packs batches of messages into frames and takes frames apart."""

    def __init__(self, kind: Any) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[list[M]] = msgspec.msgpack.Decoder(list[kind])
        self._buffer = bytearray()

    def pack(self, messages: Iterable[M]) -> bytes:
        body = self._encoder.encode(list(messages))
        return HEAD.pack(len(body)) + body

    def feed(self, data: bytes) -> list[M]:
        """The messages that `data` completes. Raises `BrokenFrameError`."""
        self._buffer += data
        out: list[M] = []
        while (body := self._next()) is not None:
            try:
                with left_alone():
                    out.extend(self._decoder.decode(body))
            except msgspec.DecodeError as error:
                raise BrokenFrameError(str(error)) from error
        return out

    def _next(self) -> bytes | None:
        if len(self._buffer) < HEAD.size:
            return None
        (size,) = HEAD.unpack_from(self._buffer)
        if size > MAX_FRAME_BYTES:
            raise BrokenFrameError(f"a frame of {size} bytes")
        if len(self._buffer) < HEAD.size + size:
            return None
        body = bytes(self._buffer[HEAD.size : HEAD.size + size])
        del self._buffer[: HEAD.size + size]
        return body


def to_engine() -> Framer[Down]:
    return Framer(Down)


def to_window() -> Framer[Up]:
    return Framer(Up)
