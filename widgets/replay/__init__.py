"""Saved runs, played again."""
