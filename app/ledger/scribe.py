"""The ledger's part in a process that only runs and ends: its rows wait in the spool for whoever opens the database."""

import sys
from pathlib import Path

from app.ledger import place
from app.ledger.making import rows_of
from app.ledger.spool import Spool
from app.records import RunRecord
from app.run import Pricer, RunFold


class LedgerScribe:
    def __init__(self, data: Path, settings: Path, computed: Pricer, who: str) -> None:
        """`who` is what trouble on standard error begins with."""
        self._user, self._computed, self._who = place.user(settings), computed, who
        self._spool = Spool(data / place.SPOOL, self._troubled)

    def ended(self, fold: RunFold, record: RunRecord, *, session: str = "", run: str = "") -> None:
        self._spool.add(rows_of(fold, record, user=self._user, session=session, run=run, computed=self._computed))

    def close(self) -> None:
        """On return all rows are on the disk, or it was said that they are not."""
        self._spool.close()

    def _troubled(self, trouble: str) -> None:
        if trouble:
            sys.stderr.write(f"{self._who}: the ledger cannot be written: {trouble}\n")
