"""Keys and connections: every vendor with its state, what is set for it, and the user's own."""

from widgets.connections.sheet import Connections

__all__ = ["Connections"]
