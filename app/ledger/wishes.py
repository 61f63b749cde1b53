"""What the window and the engine say to each other of the ledger."""

import msgspec

from app.ledger.comparisons import Compared, Comparison
from app.ledger.questions import Answer, Question


class AskLedger(msgspec.Struct, frozen=True, tag="ask_ledger"):
    """`id` is the asker's own, and comes back. Answered as soon as no run is live, so that none is disturbed; of
    questions that wait with the same id, the last one is answered."""

    id: str
    question: Question | Comparison


class UseLedger(msgspec.Struct, frozen=True, tag="use_ledger"):
    """Keep the ledger in that database from now on; "" is the file on this machine. `ABREAST_LEDGER` goes before."""

    url: str = ""

    def __repr__(self) -> str:
        return "UseLedger(…)"  # a password may stand in it


class TryLedger(msgspec.Struct, frozen=True, tag="try_ledger"):
    """Could the ledger be there?"""

    url: str

    def __repr__(self) -> str:
        return "TryLedger(…)"


class LedgerAnswered(msgspec.Struct, frozen=True, tag="ledger_answered"):
    """`answer` is None where the ledger cannot be read: `said` tells why."""

    id: str
    answer: Answer | Compared | None
    said: str = ""


class LedgerTried(msgspec.Struct, frozen=True, tag="ledger_tried"):
    is_good: bool
    said: str


class LedgerTold(msgspec.Struct, frozen=True, tag="ledger_told"):
    """Rows were added (`new` of them), or cannot be: `trouble` says why, once."""

    new: int = 0
    trouble: str = ""


LedgerWish = AskLedger | UseLedger | TryLedger
LedgerSaid = LedgerAnswered | LedgerTried | LedgerTold
