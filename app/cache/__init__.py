"""Answers that routes may give again, on this machine's disk."""
