"""Measurements, run by hand, never as timed tests. Each compares designs side by side in one run: ratios count."""
