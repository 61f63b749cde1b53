"""Files that ship with the program, and the one function that finds them."""

from pathlib import Path


def find(*parts: str) -> Path:
    """Where the file of that name lies, for example `find("icons", "plus.svg")`."""
    return Path(__file__).parent.joinpath(*parts)
