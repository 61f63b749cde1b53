"""One of several processes that spend from the same budgets: `python -m tests.app.budgets.worker LANE RUNS PROMPT`.

Prints a JSON line for each run as it ends, and `ready` before the first is sent.
"""

import asyncio
import os
import sys
from decimal import Decimal
from pathlib import Path

import msgspec

from app.budgets.gate import Gate
from app.compose import Workshop
from app.execute import StartLine, execute
from app.keys import Keys
from app.lag import LoopLag
from app.lanes import Lane
from app.messages import RunOrder
from app.own_prices import OwnPrice, OwnPrices
from app.pricing import Prices
from app.tariff import Rates, Tariff
from providers.types import Request


async def spend(lane: str, runs: int, prompt: str) -> None:
    home = Path(os.environ["ABREAST_HOME"])
    prices = Prices()
    prices.own = OwnPrices({lane: OwnPrice(Tariff(Rates(Decimal(3), Decimal(15))), None)})
    workshop = Workshop(keys=Keys({}))
    workshop.gate = Gate(home, home / "data", prices.of, tell=_say, near=_say)
    line, lag = StartLine(runs), LoopLag()

    async def one(number: int) -> None:
        order = RunOrder(number, 0, 0, Lane(lane), Request.of(f"{prompt} {number}"))
        model = workshop.model(order.lane)
        record = await execute(order, model, line=line, sink=lambda _run, _event: None, lag=lag, price=prices.of)
        sys.stdout.write(msgspec.json.encode(record).decode() + "\n")
        sys.stdout.flush()

    _say("ready")
    sys.stdin.readline()
    await asyncio.gather(*(one(number) for number in range(runs)))
    await workshop.aclose()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    asyncio.run(spend(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
