"""Which runs had a fault injected on purpose, so that no figure of theirs is mistaken for a real one."""

import re
from urllib.parse import unquote, urlsplit

from app.lanes import is_loopback
from app.records import RunRecord

FAULT = re.compile(r"/fault/([^/]+)")


def fault_of(record: RunRecord) -> str:
    """The fault that was injected into a run, "" for a run whose figures are real."""
    told = next((each.text for each in record.notices if each.kind == "fault"), "")
    return told.partition(": ")[2]


def asked_of_practice(endpoint: str) -> str:
    """Which fault the practice server was asked for: it stands in its address."""
    found = FAULT.search(urlsplit(endpoint).path) if "/fault/" in endpoint and is_loopback(endpoint) else None
    return unquote(found[1]) if found else ""
