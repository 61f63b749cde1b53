"""`abreast`: alone or with a session file it opens the window; with a sub-command it is the command line, and loads no
Qt."""

import sys
from collections.abc import Sequence

NO_WINDOW = 2
NEW = "--new"
"""A window with a new session, whatever was open before."""
SUFFIX = ".abreast"


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code. `argv` are the words after the program's name."""
    words = list(sys.argv[1:] if argv is None else argv)
    return _open(words) if _are_for_qt(words) else _command_line(words)


def _are_for_qt(words: list[str]) -> bool:
    """Qt's own options have one dash (`-platform`, `-style`); ours have two, and commands have none. A session is told
    by the end of its name."""
    if not words or words[0] == NEW or words[0].endswith(SUFFIX):
        return True
    return words[0].startswith("-") and not words[0].startswith("--") and words[0] != "-h"


def _command_line(words: list[str]) -> int:
    from app import cli

    return cli.main(words)


def _open(words: list[str]) -> int:
    from app.display import missing_library, obstacle

    trouble = obstacle()
    if trouble is not None:
        return _refuse(trouble)
    try:
        from widgets import application
    except ImportError as error:
        if "cannot open shared object" not in str(error):
            raise
        return _refuse(missing_library(error))
    return application.main(words)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"abreast: {sentence}\n")
    return NO_WINDOW


if __name__ == "__main__":
    sys.exit(main())
