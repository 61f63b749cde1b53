"""Faults on purpose: switched on for a lane from the window, to watch what it makes of them."""

from widgets.faults.faulting import Faulting

__all__ = ["Faulting"]
