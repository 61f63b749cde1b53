"""The place where figures of many runs are looked at. Importing this package loads neither pyqtgraph nor numpy."""

from widgets.numbers.sheet import NumbersSheet

__all__ = ["NumbersSheet"]
