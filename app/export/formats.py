"""Which formats a session can be written in, by the ends of their files' names. What people read shows what the lanes
show; what programs read holds every run."""

from collections.abc import Callable

from app.export.html import html
from app.export.markdown import markdown
from app.export.tables import csv_text, json_lines
from app.session.codec import to_bytes
from app.session.document import Session

FORMATS: dict[str, Callable[[Session], bytes]] = {
    "md": lambda session: markdown(session).encode(),
    "html": lambda session: html(session).encode(),
    "csv": lambda session: csv_text(session, session.runs).encode(
        "utf-8-sig"
    ),  # a spreadsheet takes it for UTF-8 by its mark alone
    "jsonl": lambda session: json_lines(session, session.runs).encode(),
    "json": to_bytes,
}


def written(session: Session, name: str) -> bytes:
    """Raises `KeyError` for a format that there is not."""
    return FORMATS[name](session)
