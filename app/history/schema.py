"""The history's tables, and how older ones become these."""

import sqlite3

from app.history.entry import Entry

VERSION = 3
NAMES = Entry.__struct_fields__
_FIRST = (
    """CREATE TABLE run (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL UNIQUE, session TEXT NOT NULL, title TEXT NOT NULL, path TEXT NOT NULL, at TEXT NOT NULL,
        vendor TEXT NOT NULL, model TEXT NOT NULL, served TEXT NOT NULL,
        prompt TEXT NOT NULL, system TEXT NOT NULL, answer TEXT NOT NULL, reasoning TEXT NOT NULL, note TEXT NOT NULL,
        outcome TEXT NOT NULL, cost REAL, currency TEXT NOT NULL, ttft_ms REAL, input INTEGER, output INTEGER,
        rating INTEGER
    )""",
    "CREATE INDEX run_by_session ON run (session)",
    "CREATE INDEX run_by_time ON run (at)",
    # The index holds no text of its own: what is deleted from the table is deleted once.
    """CREATE VIRTUAL TABLE words USING fts5 (
        prompt, answer, reasoning, note, title,
        content = 'run', content_rowid = 'number', tokenize = "unicode61 remove_diacritics 2", detail = 'full'
    )""",
    """CREATE TRIGGER run_added AFTER INSERT ON run BEGIN
        INSERT INTO words (rowid, prompt, answer, reasoning, note, title)
        VALUES (new.number, new.prompt, new.answer, new.reasoning, new.note, new.title);
    END""",
    """CREATE TRIGGER run_removed AFTER DELETE ON run BEGIN
        INSERT INTO words (words, rowid, prompt, answer, reasoning, note, title)
        VALUES ('delete', old.number, old.prompt, old.answer, old.reasoning, old.note, old.title);
    END""",
    """CREATE TRIGGER run_changed AFTER UPDATE ON run BEGIN
        INSERT INTO words (words, rowid, prompt, answer, reasoning, note, title)
        VALUES ('delete', old.number, old.prompt, old.answer, old.reasoning, old.note, old.title);
        INSERT INTO words (rowid, prompt, answer, reasoning, note, title)
        VALUES (new.number, new.prompt, new.answer, new.reasoning, new.note, new.title);
    END""",
)
# What is filtered by stands before the long texts: SQLite reads a row from its beginning, page by page. And the
# beginnings of words are in the index: else a search while one types goes through every word that begins so.
_SECOND = (
    *(f"DROP TRIGGER {name}" for name in ("run_added", "run_removed", "run_changed")),
    "DROP TABLE words",
    "ALTER TABLE run RENAME TO old_run",
    *(f"DROP INDEX {name}" for name in ("run_by_session", "run_by_time")),
    """CREATE TABLE run (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL UNIQUE, session TEXT NOT NULL, at TEXT NOT NULL, vendor TEXT NOT NULL, model TEXT NOT NULL,
        served TEXT NOT NULL, outcome TEXT NOT NULL, cost REAL, currency TEXT NOT NULL, ttft_ms REAL, input INTEGER,
        output INTEGER, rating INTEGER, path TEXT NOT NULL, title TEXT NOT NULL,
        note TEXT NOT NULL, prompt TEXT NOT NULL, system TEXT NOT NULL, reasoning TEXT NOT NULL, answer TEXT NOT NULL
    )""",
    f"INSERT INTO run (number, {', '.join(NAMES)}) SELECT number, {', '.join(NAMES)} FROM old_run ORDER BY number",
    "DROP TABLE old_run",
    "CREATE INDEX run_by_session ON run (session)",
    "CREATE INDEX run_by_time ON run (at)",
    "CREATE INDEX run_by_vendor ON run (vendor COLLATE NOCASE)",
    "CREATE INDEX run_by_outcome ON run (outcome)",
    "CREATE INDEX run_by_rating ON run (rating) WHERE rating IS NOT NULL",
    _FIRST[3].replace("detail = 'full'", "prefix = '3 4 5'"),
    *_FIRST[4:],
    "INSERT INTO words (words) VALUES ('rebuild')",
)
# What is filtered by, without the texts: 100,000 runs are passed over within some milliseconds. And three letters in a
# row, so that what is no word (parts of words, code, signs, languages without spaces) is found without reading all.
# `detail = 'none'` keeps which runs have them, but not where: a fifth of the size of the index of words.
_THIRD = (
    "CREATE INDEX run_narrow ON run (number, at, cost, rating, outcome, vendor, model, session)",
    "CREATE INDEX run_by_model ON run (model)",
    "CREATE INDEX run_by_cost ON run (cost) WHERE cost IS NOT NULL",
    """CREATE VIRTUAL TABLE pieces USING fts5 (
        prompt, answer, reasoning, note, title,
        content = 'run', content_rowid = 'number', tokenize = 'trigram', detail = 'none'
    )""",
    *(trigger.replace("TRIGGER run_", "TRIGGER pieces_").replace("words", "pieces") for trigger in _FIRST[4:]),
    "INSERT INTO pieces (pieces) VALUES ('rebuild')",
)
STEPS: dict[int, tuple[str, ...]] = {0: _FIRST, 1: _SECOND, 2: _THIRD}
"""By the version that each step starts from; 0 is an empty file."""


def migrate(db: sqlite3.Connection) -> None:
    """All steps that are missing, or none. Two windows may try at the same time. Raises `sqlite3.Error`."""
    db.execute("BEGIN IMMEDIATE")
    try:
        for version in range(db.execute("PRAGMA user_version").fetchone()[0], VERSION):
            for statement in STEPS[version]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {version + 1}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
