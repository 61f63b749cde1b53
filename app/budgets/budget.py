"""A budget as a value, and who pays for what.

A budget with a name holds for that one; without one it holds for each of them: `vendor` alone gives every vendor a
budget of its own. What is spent is counted from the moment at which there is a budget for it.
"""

from decimal import Decimal
from typing import Literal, get_args

import msgspec

Scope = Literal["user", "vendor", "model", "endpoint", "session"]
Window = Literal["hour", "day", "month"]
Then = Literal["warn", "block", "stop"]
"""What happens at the limit. `warn` only says so; `block` sends nothing more, but what streams may end; `stop` closes
streams as well, so that the limit is never passed."""
Unpriced = Literal["allow", "block"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
WINDOWS: tuple[Window, ...] = get_args(Window)
THENS: tuple[Then, ...] = get_args(Then)
TOKENS, REQUESTS = "tokens", "requests"
USUAL_WARN = Decimal("0.8")


class Payer(msgspec.Struct, frozen=True):
    """For whom an attempt is made, and who is paid: one name for each scope. `endpoint` is an origin."""

    user: str
    vendor: str
    model: str
    endpoint: str
    session: str = ""

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
        name = payer.name(self.scope)
        if not name or not self._names(payer, name):
            return None
        return f"{self.scope}:{name} {self.unit} {self.window}"

    def _names(self, payer: Payer, name: str) -> bool:
        return self.name in ("", name) or (self.scope == "model" and self.name == payer.model)
