"""The inspector: one attempt as it went over the wire, beside what was made of it."""

from widgets.inspector.dock import InspectorDock

__all__ = ["InspectorDock"]
