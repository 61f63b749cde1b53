"""Colours for code, by Pygments: which stretch of a text is of which kind."""

from collections.abc import Iterator
from functools import cache
from typing import Any

MAX_CODE = 100_000
"""Longer code stays plain: lexing it would hold up the window."""

ROLES = (
    ("Comment", "code_comment"),
    ("Keyword", "code_keyword"),
    ("Operator.Word", "code_keyword"),
    ("Literal.String", "code_string"),
    ("Literal.Number", "code_number"),
    ("Name.Function", "code_name"),
    ("Name.Class", "code_name"),
    ("Name.Decorator", "code_name"),
    ("Name.Builtin", "code_name"),
    ("Name.Tag", "code_keyword"),
    ("Name.Attribute", "code_name"),
)


def stretches(code: str, language: str) -> Iterator[tuple[int, int, str]]:
    """(start, length, colour role) of what is to be coloured; nothing for a language that nobody knows."""
    lexer = _lexer(language.split()[0].lower() if language.split() else "")
    if lexer is None or len(code) > MAX_CODE:
        return
    for start, token, text in lexer.get_tokens_unprocessed(code):
        name = str(token).removeprefix("Token.")
        role = next((role for prefix, role in ROLES if name.startswith(prefix)), None)
        if role is not None and text.strip():
            yield start, len(text), role


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
