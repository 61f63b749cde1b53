"""`abreast serve`: routes for other programs."""

import asyncio
import os
import socket
import sys
from argparse import Namespace

from app.budgets.gate import Gate
from app.cli_options import UsageError, reached, routed
from app.cli_vendors import known_vendors, known_way
from app.compose import Workshop
from app.contacts import prices_of
from app.directory import Directory
from app.gateway.door import House
from app.gateway.server import app, say_ready
from app.home import cache_folder, data_folder, folder
from app.keys import Keys
from app.lag import LoopLag, keep_turns_short
from app.lanes import ROUTE, Lane, is_loopback
from app.ledger.scribe import LedgerScribe
from app.messages import RunOrder
from app.own_prices import of_settings
from app.price_list import is_listed
from app.pricing import Prices
from app.printing_text import harmless
from app.records import RunRecord
from app.routes.shared import learn
from app.run import RunFold
from app.shelf import Shelf
from app.tasks import Tasks
from app.vault import Vault
from providers.network import Plan
from providers.serving import listen, serve

USAGE, CANNOT = 2, 1
LEAST_TOKEN = 16


def main(options: Namespace) -> int:
    directory = known_vendors("serve")
    try:
        token = _token(options)
        lanes = {name: routed(Lane(f"{ROUTE}{name}")) for name in dict.fromkeys(options.route)}
        for lane in lanes.values():
            reached(lane, directory)
    except UsageError as error:
        sys.stderr.write(f"abreast serve: {error}\n")
        return USAGE
    try:
        listening = listen(options.host, options.port)
    except OSError as error:
        sys.stderr.write(f"abreast serve: {options.host}, port {options.port}, cannot be used: {error.strerror}\n")
        return CANNOT
    way = known_way("serve", directory)
    keep_turns_short()
    with listening:
        asyncio.run(_serve(lanes, listening, directory, way, options.host, token))
    return 0


def _token(options: Namespace) -> str:
    """Raises `UsageError`."""
    name = options.token_env
    if name is None and is_loopback(_url(options.host)):
        return ""
    if name is None:
        raise UsageError(f"--host {options.host} lets other machines ask: --token-env NAME says what they must know")
    token = os.environ.get(name, "")
    if len(token) < LEAST_TOKEN:
        raise UsageError(f"--token-env: {name} holds no token of {LEAST_TOKEN} signs or more")
    return token


def _url(host: str) -> str:
    return f"http://[{host}]" if ":" in host else f"http://{host}"


async def _serve(
    lanes: dict[str, Lane], listening: socket.socket, directory: Directory, way: Plan, host: str, token: str
) -> None:
    prices = Prices(Shelf(cache_folder()).price, directory)
    prices.own, _ = of_settings(folder(), dict(prices_of(directory.contacts)))
    if any(is_listed(model, directory) for lane in lanes.values() for model in lane.asked):
        prices.load()
    workshop = Workshop(keys=Keys(os.environ, {}, Vault(), directory), plan=way)
    workshop.gate = Gate(folder(), data_folder(), prices.of, _warn, near=_warn)
    learn(workshop.lately, lanes.values(), _warn)
    tasks = Tasks(_report)

    ledger = LedgerScribe(data_folder(), folder(), prices.computed, "abreast serve")

    def ended(order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        ledger.ended(fold, record)
        workshop.lately.saw(fold, record)
        cost = f", {record.cost.currency} {record.cost.amount}" if record.cost else ""
        sys.stderr.write(harmless(f"{order.lane.text}: {record.outcome} by {record.model}{cost}") + "\n")

    house = House(lanes, workshop.model, prices.of, ended, tasks, LoopLag(), token)
    try:
        await serve(
            app(house, is_open=not is_loopback(_url(host))),
            listening,
            ready=lambda: say_ready(host, listening.getsockname()[1], tuple(lanes)),
        )
    finally:
        await tasks.end()
        await workshop.aclose()
        await asyncio.to_thread(ledger.close)


def _warn(sentence: str) -> None:
    sys.stderr.write(f"abreast serve: {harmless(sentence)}\n")


def _report(error: BaseException) -> None:
    sys.stderr.write(f"abreast serve: a fault in Abreast itself: {type(error).__name__}: {error}\n")
