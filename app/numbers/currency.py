"""Money is added in one currency only: the one that most runs were paid in."""

import numpy as np

from app.numbers.columns import Columns
from app.numbers.telling import runs_told


def of_one_currency(columns: Columns) -> tuple[Columns, str, str]:
    """The rows with a cost in that currency, its name, and what to say of the rest."""
    known = [(name, count) for name, count in columns.currency.counted() if name]
    if not known:
        return columns.only(np.zeros(len(columns), dtype=np.bool_)), "", ""
    currency, count = known[0]
    others = sum(each for _, each in known[1:])
    unknown = len(columns) - count - others
    notes = [f"{runs_told(unknown)} of unknown cost not counted."] if unknown else []
    notes += [f"{runs_told(others)} in other currencies not counted."] if others else []
    return columns.only(columns.currency.where(currency)), currency, " ".join(notes)
