"""What cannot be imported."""


class ForeignError(ValueError):
    """The message says why, as the end of a sentence that begins with the file's name."""
