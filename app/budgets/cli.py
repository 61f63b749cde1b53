"""`abreast budgets`: limits set, looked at and removed without a window."""

import sys
from argparse import Namespace

from app.budgets import words
from app.budgets.file import BudgetError, BudgetFile
from app.budgets.gate import user
from app.budgets.overview import Row, overview
from app.budgets.store import Store
from app.budgets.written import WrittenError, budget, whose
from app.home import data_folder, folder
from app.printing import json_line, stdout_fd, write_all
from app.printing_text import harmless
from app.records import plain
from app.routes import budgets as in_routes

DONE, NOT_DONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    file = BudgetFile(folder())
    try:
        match options.what:
            case "set":
                return _set(file, options)
            case "remove":
                return _remove(file, options)
            case _:
                return _list(file, as_json=getattr(options, "json", False))
    except WrittenError as error:
        _complain(str(error))
        return USAGE
    except BudgetError as error:
        _complain(str(error))
        return NOT_DONE
    except BrokenPipeError:
        return NOT_DONE


def _set(file: BudgetFile, options: Namespace) -> int:
    made = budget(
        options.scope, options.limit, options.window, then=options.then, warn=options.warn, unpriced=options.unpriced
    )
    file.put(made)
    _say(f"{made.id}\t{words.title(made)}\t{made.then} at the limit\n".encode())
    return DONE


def _remove(file: BudgetFile, options: Namespace) -> int:
    scope, name = whose(options.scope)
    unit = options.unit.lower() if options.unit.lower() in ("tokens", "requests") else options.unit.upper()
    id_ = f"{scope}{':' * bool(name)}{name} {unit} {options.window}"
    if not file.remove(id_):
        known = ", ".join(each.id for each in file.budgets()) or "none"
        _complain(f"there is no budget {id_!r}; there are: {known}")
        return NOT_DONE
    _say(f"{id_}\tremoved\n".encode())
    return DONE


def _list(file: BudgetFile, *, as_json: bool) -> int:
    budgets = (*file.budgets(), *in_routes.saved(folder()))
    if not budgets:
        _complain("there is none; abreast budgets set user '5 USD' day makes one")
        return DONE
    store = Store(data_folder())
    try:
        with store.transaction():
            rows = overview(store, budgets, user(folder()))
    finally:
        store.close()
    if store.said:
        _complain(store.said)
    _say(b"".join(json_line(_facts(row)) if as_json else _line(row) for row in rows))
    return DONE


def _line(row: Row) -> bytes:
    unit = row.budget.unit
    spent, left = words.amount(row.spent, unit), words.amount(row.left, unit)
    facts = [row.budget.id, row.name, f"{spent} of {words.amount(row.budget.limit, unit)}", f"{left} left"]
    facts += [f"until {row.resets_at:%Y-%m-%d %H:%M}", row.budget.then]
    return (harmless("\t".join(facts)) + "\n").encode()


def _facts(row: Row) -> dict[str, object]:
    budget = row.budget
    return {
        "id": budget.id, "scope": budget.scope, "name": row.name or budget.name or None, "unit": budget.unit,
        "window": budget.window, "limit": plain(budget.limit), "spent": plain(row.spent), "held": plain(row.held),
        "left": plain(row.left), "warn": plain(budget.warn), "then": budget.then, "unpriced": budget.unpriced,
        "resets_at": row.resets_at.isoformat(),
    }  # fmt: skip


def _say(said: bytes) -> None:
    write_all(stdout_fd(), said)


def _complain(text: str) -> None:
    sys.stderr.write(f"abreast budgets: {harmless(text)}\n")
