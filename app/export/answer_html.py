"""An answer's Markdown as HTML that can do nothing: no HTML of its own, no pictures, links to web pages only."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from app.session.making import whole

LONGEST = 400_000
"""A longer answer is shown as it came: nobody reads it for its headings."""
WEB = re.compile(r"https?://", re.IGNORECASE)


def rendered(text: str) -> str:
    text = whole(text).replace("\0", "\ufffd")
    if len(text) > LONGEST:
        return f"<pre>{html.escape(text)}</pre>"
    try:
        return str(_parser().render(text))
    except (RecursionError, ValueError, IndexError):
        return f"<pre>{html.escape(text)}</pre>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: WEB.match(url) is not None  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("image", _image)
    return parser


def _link(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noreferrer noopener")
    return self.renderToken(tokens, index, options, env)


def _image(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """What it shows and where it lies. It is not loaded: that would tell its server who reads this, and when."""
    alt, address = tokens[index].content, str(tokens[index].attrGet("src") or "")
    return f'<span class="picture">[picture: {html.escape(alt)} {html.escape(address)}]</span>'
