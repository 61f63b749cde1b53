"""Budgets that stand in routes: what each node's is called, and what it holds for."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from app.budgets.budget import Budget
from app.budgets.written import budget
from app.routes import spec
from app.routes.shelf import RouteShelf


def budget_of(node: spec.Budgeted, name: str) -> Budget:
    """Raises `WrittenError`."""
    amount = budget("user", node.limit, node.window, then=node.then)
    return Budget("route", name, amount.window, amount.unit, amount.limit, then=amount.then)


def named(route: str, at: str) -> str:
    """`support`, or `support/cheap.0` for a node further down, `at` being `support.cheap.0`. A name holds no slash."""
    below = at.removeprefix(route).removeprefix(".")
    return f"{route}/{below}" if below else route


def below(where: str) -> str:
    """What a child's place adds to the one above it."""
    found = re.search(r"\[(\d+)\]", where)
    return found[1] if found else {"judge.by": "judge"}.get(where, where)


def budgets(route: spec.Route) -> tuple[Budget, ...]:
    """Each once. Raises `WrittenError`."""
    return tuple(dict.fromkeys(each for _, over in asks(route) for each in over))


def asks(route: spec.Route) -> Iterator[tuple[spec.Ask, tuple[Budget, ...]]]:
    """The leaves as `spec.asks` has them, each with the budgets that stand over it. Raises `WrittenError`."""
    return _asks(route.root, route.name, route.name, ())


def _asks(
    node: spec.Node, route: str, at: str, over: tuple[Budget, ...]
) -> Iterator[tuple[spec.Ask, tuple[Budget, ...]]]:
    if isinstance(node, str | spec.Ask):
        yield spec.Ask(node) if isinstance(node, str) else node, over
    if isinstance(node, spec.Budgeted):
        over = (*over, budget_of(node, named(route, at)))
    for where, child in spec.children(node):
        yield from _asks(child, route, f"{at}.{below(where)}", over)


def saved(folder: Path) -> tuple[Budget, ...]:
    """Those of the user's routes; what cannot be read is left to whoever asks it. Reads the disk."""
    shelf, found = RouteShelf(folder), list[Budget]()
    try:
        names = shelf.names()
    except OSError:
        return ()
    for name in names:
        with contextlib.suppress(OSError, ValueError):
            route = shelf.route(name)
            found += budgets(route) if route is not None else ()
    return tuple(found)
