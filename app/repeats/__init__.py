"""Repeats: an experiment as a plan, the order in which its runs are sent, and what came of them."""
