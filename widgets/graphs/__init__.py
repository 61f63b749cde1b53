"""Live graphs. Importing this package loads neither pyqtgraph nor numpy."""

from widgets.graphs.dock import GraphDock
from widgets.graphs.lane import LaneLabel

__all__ = ["GraphDock", "LaneLabel"]
