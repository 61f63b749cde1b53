"""Running one order: a lane's model is read to the end, and every way of ending becomes a record."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import msgspec

from app.lag import LoopLag
from app.lanes import LaneError
from app.messages import RunOrder
from app.records import RunRecord
from app.run import Pricer, RunFold
from providers.errors import Failure, ProviderError
from providers.events import Event
from providers.model import Model
from providers.types import Request

log = logging.getLogger(__name__)

Sink = Callable[[int, Event], None]
"""Told each event of a run as it comes, with the run's number."""


HOPS = 6
"""Turns of the loop between two starts: as many as a connection on this machine takes until its request is sent."""


class StartLine:
    """Where `runners` wait for each other, so that requests are sent together.

    They leave one after the other, each as soon as the one before has been sent: if all left in one turn of the loop,
    each would wait for what all the others have to do before its own connection is looked at, and would count that as
    time that its server took: 16 lanes read 25 ms too much in TTFT.
    """

    def __init__(self, runners: int) -> None:
        self._missing = runners
        self._waiting: deque[asyncio.Event] = deque()
        self._hops = 0
        self._is_open = False

    def arrive(self) -> None:
        """One more is ready, or will never be."""
        self._missing -= 1
        if self._missing <= 0 and not self._is_open:
            self._is_open = True
            self._release()

    async def wait(self) -> None:
        if self._is_open and not self._waiting:
            return
        mine = asyncio.Event()
        self._waiting.append(mine)
        await mine.wait()

    def _release(self) -> None:
        if self._hops == 0 and self._waiting:
            self._waiting.popleft().set()
        self._hops = (self._hops + 1) % HOPS
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._release)


async def execute(
    order: RunOrder,
    model: Awaitable[Model],
    *,
    line: StartLine,
    sink: Sink,
    lag: LoopLag,
    price: Pricer,
    fold: RunFold | None = None,
) -> RunRecord:
    """Makes the run. All runs of one start line send together, however long their models took to be made; a `fold` that
    is given is filled, so that others can follow it.

    Cancelling it stops the run; the record then says so, and the cancellation goes no further.
    """
    fold = fold or fold_of(order)
    failure: Failure | None = None
    with lag.gauge() as gauge:
        try:
            made = await _made(model, line)
            gauge.worst_ms = 0.0
            async with aclosing(made.stream(_request(order))) as events:
                async for event in events:
                    fold.add(event)
                    sink(order.run, event)
        except ProviderError as error:
            failure = error.failure
        except LaneError as error:
            failure = Failure("bad_request", str(error))
        except asyncio.CancelledError:
            failure = Failure("cancelled", "stopped")
        except Exception as error:
            log.exception("run %d failed by a fault of ours", order.run)
            failure = Failure("protocol", f"a fault in Abreast itself: {type(error).__name__}: {error}")
    return fold.record(failure=failure, lag_ms=gauge.worst_ms, price=price)


def fold_of(order: RunOrder) -> RunFold:
    return RunFold(run=order.run, lane_index=order.lane_index, repeat=order.repeat, lane=order.lane.text)


async def _made(model: Awaitable[Model], line: StartLine) -> Model:
    try:
        made = await model
    finally:
        line.arrive()
    await line.wait()
    return made


def _request(order: RunOrder) -> Request:
    """The order's request with what its lane sets on top."""
    return msgspec.structs.replace(order.request, params={**order.request.params, **order.lane.params})
