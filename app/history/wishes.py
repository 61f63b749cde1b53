"""What the window and the engine say to each other of the history."""

import msgspec

from app.history.entry import Page


class SearchHistory(msgspec.Struct, frozen=True, tag="search_history"):
    """What people type, as `app.history.query` reads it; `before` asks for the page that follows."""

    text: str
    before: int | None = None


class DeleteRuns(msgspec.Struct, frozen=True, tag="delete_runs"):
    """Take these out of the history for good; all of them if there are none named."""

    runs: tuple[str, ...] = ()


class KeepHistory(msgspec.Struct, frozen=True, tag="keep_history"):
    """How many days a run is kept; None for ever. What is older goes for good."""

    days: int | None = None


class HistoryFound(msgspec.Struct, frozen=True, tag="history_found"):
    """`page` is None where the question makes no sense, or the history cannot be read: `said` tells why."""

    text: str
    before: int | None
    page: Page | None
    said: str = ""


class HistoryFacts(msgspec.Struct, frozen=True, tag="history_facts"):
    """How many runs there are, in how many bytes; `said` is what the user should know."""

    runs: int
    size_bytes: int
    said: str = ""


HistoryWish = SearchHistory | DeleteRuns | KeepHistory
HistoryTold = HistoryFound | HistoryFacts
