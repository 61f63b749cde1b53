"""Budgets in the window: how each stands, set and removed in one line."""

from widgets.budgets.sheet import BudgetsSheet

__all__ = ["BudgetsSheet"]
