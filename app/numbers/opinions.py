"""What the user thinks of the runs of a session, besides their rating, as columns."""

from collections import Counter
from typing import TypedDict

import numpy as np

from app.numbers.columns import Floats, numbers
from app.session.document import Session

UP = {"up": 1, "down": 0, None: None}


class Opinions(TypedDict):
    thumb: Floats
    won: Floats
    compared: Floats


def opinions(session: Session) -> Opinions:
    """One row a run, in the order of the session."""
    ids = [run.id for run in session.runs]
    wins, losses = Counter(each.better for each in session.better), Counter(each.worse for each in session.better)
    shares = ((wins[id_], wins[id_] + losses[id_]) for id_ in ids)
    return {
        "thumb": numbers(UP[run.opinion.thumb] for run in session.runs),
        "won": numbers(won / of if of else None for won, of in shares),
        "compared": np.array([wins[id_] + losses[id_] for id_ in ids], dtype=np.float64),
    }
