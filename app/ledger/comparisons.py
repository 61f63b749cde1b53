"""Two more questions to the ledger: what would it have cost elsewhere, and do providers say what lists say?"""

import msgspec

from app.ledger.questions import Dimension, Money, Where


class AskReprice(msgspec.Struct, frozen=True, tag="ask_reprice"):
    """What would the same tokens have cost? Attempts of which the tokens are unknown stay unknown."""

    prices: str = ""
    """`vendor/model`: as if that one had served all of them; `genai-prices`: by that list as it is installed now; the
    path of a file of own prices; "": each by all prices that are known here now."""
    by: tuple[Dimension, ...] = ("model",)
    where: Where = Where()
    keep: bool = False
    """Add what is found to the ledger, beside what is there."""


class RepricedLine(msgspec.Struct, frozen=True):
    key: tuple[str, ...]
    attempts: int
    was: tuple[Money, ...]
    unknown: int
    """Of how many attempts the cost was not known."""
    now: tuple[Money, ...]
    unpriced: int
    """Of how many attempts these prices can say nothing."""
    difference: tuple[Money, ...]
    """What was added, or saved where negative, over the attempts of which both are known in one currency."""


class Repriced(msgspec.Struct, frozen=True, tag="repriced"):
    prices: str
    """Whose, in words."""
    lines: tuple[RepricedLine, ...]
    id: str = ""
    """Under which it is kept: `AskTotals.repricing`."""


class AskReconcile(msgspec.Struct, frozen=True, tag="ask_reconcile"):
    """What providers say attempts cost, beside what was computed for the same ones."""

    by: tuple[Dimension, ...] = ("vendor", "model")
    where: Where = Where()


class ReconciledLine(msgspec.Struct, frozen=True):
    """Sums over the attempts of which both are known, in one currency."""

    key: tuple[str, ...]
    attempts: int
    """For which the provider reported a cost."""
    compared: int
    """Of these, for how many there was a list price to compare with."""
    currency: str
    reported: str
    computed: str
    difference: str
    """Reported less computed."""
    differing: int
    """How many attempts differ by more than `TOLERANCE`."""
    worst: float | None
    """The largest difference of one attempt, as a share of what was computed; None if something computed as free."""

    @property
    def is_off(self) -> bool:
        return self.differing > 0


class Reconciled(msgspec.Struct, frozen=True, tag="reconciled"):
    lines: tuple[ReconciledLine, ...]


TOLERANCE = 0.01
"""Providers round: a hundredth more or less is no difference."""

Comparison = AskReprice | AskReconcile
Compared = Repriced | Reconciled
