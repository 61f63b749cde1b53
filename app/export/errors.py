"""What an export cannot do."""


class ExportError(ValueError):
    """The message is a sentence for the user: what is in the way, and what would do instead."""
