"""The format that is promised: its schema ships, and files of each version open for ever."""

import json
from pathlib import Path

import pytest

from app.session.codec import from_bytes, to_bytes
from app.session.schema import schema
from resources import find
from tests.app.session.samples import a_session

GOLDEN = Path(__file__).parent / "golden"


def test_the_schema_that_ships_is_the_formats() -> None:
    assert json.loads(find("session.schema.json").read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.abreast")), ids=lambda path: path.name)
def test_a_file_of_each_version_opens(path: Path) -> None:
    assert from_bytes(path.read_bytes()) == a_session()


def test_the_newest_is_written_to_the_byte() -> None:
    newest = sorted(GOLDEN.glob("*.abreast"))[-1]
    assert to_bytes(a_session()) == newest.read_bytes()
