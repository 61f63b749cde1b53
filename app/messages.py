"""What the window and the engine say to each other: values, in msgpack, in batches over a pipe.

A frame is four bytes of length, big-endian, and one msgpack array of messages. Stamps are `time.perf_counter_ns()`,
which on Linux, macOS and Windows is one clock for all processes of a machine.
"""

import msgspec

from app.lanes import Lane
from app.records import RunRecord
from providers.events import Event
from providers.types import Request

MAX_FRAME_BYTES = 256 * 1024 * 1024


class RunOrder(msgspec.Struct, frozen=True):
    """One run to be made. `run` is the window's own number for it."""

    run: int
    lane_index: int
    repeat: int
    lane: Lane
    request: Request


class StartRuns(msgspec.Struct, frozen=True, tag="start_runs"):
    """Start these together, behind one barrier."""

    orders: tuple[RunOrder, ...]


class StopRuns(msgspec.Struct, frozen=True, tag="stop_runs"):
    runs: tuple[int, ...]


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    """End every run, every child and the engine itself."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    pid: int


class Streamed(msgspec.Struct, frozen=True, tag="streamed"):
    """Events of one run, in order."""

    run: int
    events: tuple[Event, ...]


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """A run is over; nothing of it follows."""

    record: RunRecord


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Something in the engine that belongs to no run, in one sentence for the user."""

    text: str


Down = StartRuns | StopRuns | Quit
Up = Ready | Streamed | Ended | Trouble
