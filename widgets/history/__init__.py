"""The history in the window: searched as one types, read beside the list, deleted for good."""

from widgets.history.sheet import HistorySheet

__all__ = ["HistorySheet"]
