"""The prompt library in the window: prompts under names, their versions, and rows of values."""

from widgets.library.prompts import PromptLibrary

__all__ = ["PromptLibrary"]
