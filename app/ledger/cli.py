"""`abreast ledger`: what was spent, without a window."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.home import data_folder, folder
from app.ledger import place, printing
from app.ledger.drain import copy_living, drain_dead
from app.ledger.errors import LedgerError
from app.ledger.period import PeriodError, since, until
from app.ledger.questions import AskTotals, Totals, Where

if TYPE_CHECKING:
    from app.ledger.store import Store

FOUND, NONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    try:
        where = Where(since(options.since), until(options.until), practice=options.practice)
    except PeriodError as error:
        sys.stderr.write(f"abreast ledger: {error}\n")
        return USAGE
    from app.ledger.store import Store  # only now: it takes a third of a second to import

    try:
        store = Store(data_folder(), place.address(folder()))
        try:
            _take_in(store)
            return _sums(store, options, where)
        finally:
            store.close()
    except (LedgerError, OSError) as error:
        sys.stderr.write(f"abreast ledger: {error}\n")
        return NONE


def _take_in(store: "Store") -> None:
    """What runs have left for whoever comes next."""
    if store.said:
        sys.stderr.write(f"abreast ledger: {store.said}\n")
    spool = data_folder() / place.SPOOL
    drained = drain_dead(spool, "", store.keep)
    copy_living(spool, "", store.keep)
    if drained.bad:
        sys.stderr.write(f"abreast ledger: {drained.bad} damaged lines are no rows; their files are kept in {spool}\n")


def _sums(store: "Store", options: Namespace, where: Where) -> int:
    by = tuple(dict.fromkeys(options.by or ("model",)))
    totals = store.answer(AskTotals(by, where))
    assert isinstance(totals, Totals)
    write = printing.json_lines if options.json else printing.csv_lines if options.csv else printing.table
    for line in write(by, totals.lines):
        sys.stdout.write(f"{line}\n")
    if not totals.lines and not where.practice:
        sys.stderr.write("abreast ledger: practice models are left out; --practice shows them\n")
    return FOUND if totals.lines else NONE
