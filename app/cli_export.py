"""`abreast export`: a session for other programs and other people."""

import sys
from argparse import Namespace
from pathlib import Path

from app.export.formats import FORMATS, written
from app.printing import stdout_fd, write_all
from app.session import files
from app.session.codec import SessionError

DONE, NOT_DONE, USAGE = 0, 1, 2
NAMES = tuple(FORMATS)


def main(options: Namespace) -> int:
    try:
        session, _ = files.read(Path(options.session))
    except SessionError as error:
        sys.stderr.write(f"abreast export: {error}\n")
        return USAGE
    try:
        write_all(stdout_fd(), written(session, options.format))
    except OSError as error:
        sys.stderr.write(f"abreast export: {error.strerror}\n")
        return NOT_DONE
    return DONE
