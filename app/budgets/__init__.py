"""Budgets: what may be spent, by whom, in which time; counted exactly, over all processes of this machine."""
