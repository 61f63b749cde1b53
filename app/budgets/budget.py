"""A budget as a value, and who pays for what.

A budget with a name holds for that one; without one it holds for each of them: `vendor` alone gives every vendor a
budget of its own. What is spent is counted from the moment at which there is a budget for it.
"""

from decimal import Decimal
from typing import Literal, get_args

import msgspec

Scope = Literal["user", "vendor", "model", "endpoint", "session", "route"]
"""A budget of the scope `route` stands in a route, and has its name and the node's place: it is not set on its own."""
Window = Literal["hour", "day", "month"]
Then = Literal["warn", "block", "stop"]
"""What happens at the limit. `warn` only says so; `block` sends nothing more, but what streams may end; `stop` closes
streams as well, so that the limit is never passed."""
Unpriced = Literal["allow", "block"]

SCOPES: tuple[Scope, ...] = tuple(scope for scope in get_args(Scope) if scope != "route")
"""Of budgets that users set."""
WINDOWS: tuple[Window, ...] = get_args(Window)
THENS: tuple[Then, ...] = get_args(Then)
TOKENS, REQUESTS = "tokens", "requests"
USUAL_WARN = Decimal("0.8")


class Payer(msgspec.Struct, frozen=True):
    """For whom an attempt is made, and who is paid: one name for each scope. `endpoint` is an origin, and
    `routes` names the budgets of a route below which it stands."""

    user: str
    vendor: str
    model: str
    endpoint: str
    session: str = ""
    routes: tuple[str, ...] = ()

    def name(self, scope: Scope) -> str:
        match scope:
            case "user":
                return self.user
            case "vendor":
                return self.vendor
            case "model":
                return f"{self.vendor}/{self.model}"
            case "endpoint":
                return self.endpoint
            case "session":
                return self.session
            case "route":
                return self.routes[-1] if self.routes else ""


class Budget(msgspec.Struct, frozen=True):
    """`unit` is `tokens`, `requests` or a currency. `warn` is the share of the limit at which it is told."""

    scope: Scope
    name: str
    window: Window
    unit: str
    limit: Decimal
    warn: Decimal = USUAL_WARN
    then: Then = "stop"
    unpriced: Unpriced = "allow"
    """Of a model whose price nobody knows, in a budget of money: it may run uncounted, or not at all."""

    @property
    def id(self) -> str:
        """Of two budgets with one id, the later is in the place of the earlier."""
        return f"{self.scope}{':' * bool(self.name)}{self.name} {self.unit} {self.window}"

    @property
    def is_money(self) -> bool:
        return self.unit not in (TOKENS, REQUESTS)

    def counter(self, payer: Payer) -> str | None:
        """Under what it counts what `payer` spends; None if that is no concern of it."""
        name = self.name_for(payer)
        if not name or not self._names(payer, name):
            return None
        return f"{self.scope}:{name} {self.unit} {self.window}"

    def name_for(self, payer: Payer) -> str:
        """Of each that it may hold for, the one that is meant; "" for none. A payer may stand below several nodes."""
        if self.scope == "route":
            return self.name if self.name in payer.routes else ""
        return payer.name(self.scope)

    def _names(self, payer: Payer, name: str) -> bool:
        return self.name in ("", name) or (self.scope == "model" and self.name == payer.model)
