"""Regression watch: later runs of a question are compared with those that are its baseline."""
