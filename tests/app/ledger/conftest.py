"""A ledger of each kind: SQLite in a file, and PostgreSQL where ABREAST_TEST_POSTGRESQL names a server."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = os.environ.get("ABREAST_TEST_POSTGRESQL", "")
"""The address of a server, with a database in which schemas may be made: `.ci/run` starts one."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """ "" for SQLite; else that of a PostgreSQL schema of its own."""
    if request.param == "sqlite":
        yield ""
        return
    yield from _postgresql()


@pytest.fixture
def postgresql() -> Iterator[str]:
    yield from _postgresql()


def _postgresql() -> Iterator[str]:
    if not SERVER:
        pytest.skip("ABREAST_TEST_POSTGRESQL names no PostgreSQL server")
    import psycopg

    name = f"ledger_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"{SERVER}{'&' if '?' in SERVER else '?'}options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"
