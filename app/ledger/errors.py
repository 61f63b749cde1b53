"""What can go wrong with the ledger."""


class LedgerError(Exception):
    """The ledger cannot be used. The message says why in the words of whoever refused, and names no password."""


class DamagedError(LedgerError):
    """Its file is not what SQLite has written."""


class RowsError(LedgerError):
    """The database is well, and refuses these rows for what is in them."""


class PricesError(LedgerError):
    """There are no such prices to price anything by."""
