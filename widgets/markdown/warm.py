"""What the first answer would have to wait for, loaded before it comes."""

from widgets.markdown.highlight import stretches
from widgets.markdown.view import AnswerView
from widgets.markdown.writer import parser

LANGUAGES = ("python", "json", "javascript", "bash", "sql")
"""The languages that answers hold most often."""

SAMPLE = "## a\n\nb **c** *d* `e`\n\n- f\n\n| g |\n|---|\n| h |\n\n```python\ni = 1\n```\n\n> j\n"


def warm() -> None:
    """Imports the parser and the highlighter, 65 ms for the former alone, and puts each to work once.

    It touches no Qt object, so that it can run in a thread while the window lives.
    """
    parser().parse(SAMPLE)
    for language in LANGUAGES:
        list(stretches("a = 1", language))


def rehearse(view: AnswerView) -> None:
    """Lets a hidden view write each kind of block once and forget it: fonts and layouts are made then (30 ms)."""
    view.append(SAMPLE)
    view.finish()
    view.document().size()
    view.clear()
