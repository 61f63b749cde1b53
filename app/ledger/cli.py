"""`abreast ledger`: what was spent, without a window."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli_vendors import known_vendors
from app.contacts import prices_of
from app.home import cache_folder, data_folder, folder
from app.ledger import place, printing
from app.ledger.comparisons import AskReconcile, AskReprice, ReconciledLine, RepricedLine
from app.ledger.drain import drain_dead, drain_living
from app.ledger.errors import LedgerError
from app.ledger.period import PeriodError, since, until
from app.ledger.pricebook import book
from app.ledger.questions import AskTotals, Dimension, Totals, Where
from app.own_prices import of_settings
from app.pricing import Prices
from app.shelf import Shelf

if TYPE_CHECKING:
    from app.ledger.store import Store

FOUND, NONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    try:
        begin, end = since(options.since), until(options.until)
        if begin is not None and end is not None and begin >= end:
            raise PeriodError(f"--since {options.since} is after --until {options.until}")
        where = Where(begin, end, practice=options.practice)
    except PeriodError as error:
        sys.stderr.write(f"abreast ledger: {error}\n")
        return USAGE
    from app.ledger.store import Store  # only now: it takes a third of a second to import

    try:
        store = Store(data_folder(), place.address(folder()))
        try:
            _take_in(store)
            code = _carried_out(store, options, where)
            if store.said:  # damage that was found while it was read
                _take_in(store)
                code = _carried_out(store, options, where)
            return code
        finally:
            store.close()
    except (LedgerError, OSError) as error:
        sys.stderr.write(f"abreast ledger: {error}\n")
        return NONE


def _take_in(store: "Store") -> None:
    """What runs have left for whoever comes next."""
    if store.said:
        sys.stderr.write(f"abreast ledger: {store.said}\n")
        store.said = ""
    spool = data_folder() / place.SPOOL
    drained = drain_dead(spool, "", store.keep)
    drain_living(spool, "", store.keep)
    if drained.bad:
        sys.stderr.write(f"abreast ledger: {drained.bad} damaged lines are no rows; their files are kept in {spool}\n")


def _carried_out(store: "Store", options: Namespace, where: Where) -> int:
    match options.what:
        case "reprice":
            return _reprice(store, options, where)
        case "reconcile":
            by = _by(options, ("vendor", "model"))
            found = store.reconcile(AskReconcile(by, where))
            return _print(options, where, by, found.lines, printing.reconciled(by, found))
        case _:
            return _sums(store, options, where)


def _by(options: Namespace, usual: tuple[Dimension, ...] = ("model",)) -> tuple[Dimension, ...]:
    return tuple(dict.fromkeys(options.by)) if options.by else usual


def _reprice(store: "Store", options: Namespace, where: Where) -> int:
    directory = known_vendors("ledger")
    prices = Prices(Shelf(cache_folder()).price, directory)
    prices.own, _ = of_settings(folder(), dict(prices_of(directory.contacts)))
    asked = AskReprice(options.prices or "", _by(options), where, options.keep)
    repriced = store.reprice(asked, book(asked.prices, prices, directory), place.user(folder()))
    if repriced.id:
        sys.stderr.write(f"abreast ledger: kept; its sums: abreast ledger --repriced {repriced.id}\n")
    return _print(options, where, asked.by, repriced.lines, printing.repriced(asked.by, repriced))


def _print(
    options: Namespace,
    where: Where,
    by: tuple[Dimension, ...],
    lines: tuple[RepricedLine, ...] | tuple[ReconciledLine, ...],
    table: printing.Table,
) -> int:
    if options.json:
        written = printing.json_of(by, lines)
    else:
        written = printing.csv_table(table) if options.csv else printing.text_table(table)
    for line in written:
        sys.stdout.write(f"{line}\n")
    _tell_left_out(where, found=bool(lines))
    return FOUND if lines else NONE


def _tell_left_out(where: Where, *, found: bool) -> None:
    """Who finds nothing may have run nothing else."""
    if not found and not where.practice:
        sys.stderr.write("abreast ledger: practice models are left out; --practice shows them\n")


def _sums(store: "Store", options: Namespace, where: Where) -> int:
    by = _by(options)
    totals = store.answer(AskTotals(by, where, options.repriced or ""))
    assert isinstance(totals, Totals)
    write = printing.json_lines if options.json else printing.csv_lines if options.csv else printing.table
    for line in write(by, totals.lines):
        sys.stdout.write(f"{line}\n")
    _tell_left_out(where, found=bool(totals.lines))
    return FOUND if totals.lines else NONE
