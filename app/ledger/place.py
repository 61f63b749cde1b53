"""Where the ledger is kept, and in whose name: by the environment, else by the settings, else on this machine."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.home import FILE as SETTINGS

FILE = "ledger.sqlite3"
SPOOL = "ledger-spool"
ENVIRONMENT = "ABREAST_LEDGER"
VARIABLES = (
    ENVIRONMENT, "PGPASSFILE", "PGPASSWORD", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY",
)  # fmt: skip
"""By which the database is found and let in: PostgreSQL's own as well."""


def address(settings: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The database's address; "" for the file on this machine. `settings` is the folder of the settings."""
    return environ.get(ENVIRONMENT, "").strip() or _said(settings, "ledger")


def user(settings: Path) -> str:
    """The name in the settings, else that of the account on this machine."""
    if name := _said(settings, "user"):
        return name
    try:
        if os.name == "posix":  # not as the environment says: the engine is not given all of that
            import pwd

            return pwd.getpwuid(os.getuid()).pw_name
        import getpass

        return getpass.getuser()
    except (OSError, KeyError):
        return ""  # an account without a name


def readable(url: str) -> str:
    """The address without its password, which belongs in no log and in no window."""
    url = re.sub(r"(password=)[^&#]+", r"\1…", url, flags=re.I)
    return re.sub(r"(?<=://)([^:@/?#]*):.*@", r"\1:…@", url)


def has_password(url: str) -> bool:
    return readable(url) != url


def _said(settings: Path, name: str) -> str:
    try:
        raw: Any = json.loads((settings / SETTINGS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    value = raw.get(name) if isinstance(raw, dict) else None
    return value.strip() if isinstance(value, str) else ""
