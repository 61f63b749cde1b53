"""The lab: what a threshold of an escalation or of a cache would do, seen before it is switched on."""

from widgets.lab.lab import Lab

__all__ = ["Lab"]
