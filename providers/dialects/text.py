"""Pieces of text that may have been cut in the middle of a character's escape."""


class Joiner:
    """Holds back a high surrogate until its other half comes: an emoji written as two escapes may arrive in two
    deltas, and neither half alone can be stored."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        if not self._held and text.isascii():
            return text
        text = self._held + text
        self._held = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        return whole(text)

    def end(self) -> str:
        held, self._held = self._held, ""
        return whole(held)


def whole(text: str) -> str:
    """`text` with surrogate pairs joined and lone ones replaced."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
