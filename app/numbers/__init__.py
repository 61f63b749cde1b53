"""Graphs of runs as values: what is asked, the runs as columns, and charts that say what is to be drawn. No Qt.

Only the `question` and `chart` of this package load without numpy.
"""
