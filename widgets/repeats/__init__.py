"""Repeats in the window: what is wished of them, how far they are, and what they have shown."""
