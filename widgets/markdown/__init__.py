"""Answers as they stream: Markdown that costs the same at its thousandth line as at its first."""

from widgets.markdown.reasoning import ReasoningView
from widgets.markdown.view import AnswerView

__all__ = ["AnswerView", "ReasoningView"]
