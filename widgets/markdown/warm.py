"""What the first answer would have to wait for, loaded before it comes."""

from widgets.markdown.highlight import stretches
from widgets.markdown.writer import parser

LANGUAGES = ("python", "json", "javascript", "bash", "sql")
"""The languages that answers hold most often."""


def warm() -> None:
    """Imports the parser and the highlighter, 65 ms for the former alone, and puts each to work once.

    It touches no Qt object, so that it can run in a thread while the window lives.
    """
    parser().parse("a *b* `c`\n\n| d |\n|---|\n| e |\n")
    for language in LANGUAGES:
        list(stretches("a = 1", language))
