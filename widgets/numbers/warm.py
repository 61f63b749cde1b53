"""Importing this loads all that graphs are counted and drawn with, so that it can be done in a thread."""

import numpy.ma  # noqa: F401  # numpy loads it when a median is first asked for: 50 ms

import widgets.numbers.canvas
import widgets.numbers.legend  # noqa: F401
