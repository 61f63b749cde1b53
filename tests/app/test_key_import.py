"""Keys of the environment and of `.env` files: recognised by their variables, told by their last signs."""

import asyncio
from pathlib import Path

import pytest

from app.directory import Directory
from app.key_import import MAX_BYTES, KeyImport
from app.messages import FoundKey
from app.safe import Safe
from tests.app.test_vault import Kept, vault_of

ENV = """\
# of a project
export OPENAI_API_KEY="sk-openai-0123456789"   # a comment
ANTHROPIC_API_KEY='sk-ant-0123456789'
GROQ_API_KEY=gsk-0123456789
MISTRAL_API_KEY=
DATABASE_URL=postgres://me:pw@host/db
GEMINI_API_KEY=two words
XAI_API_KEY=$OPENAI_API_KEY
"""


def importing(store: Kept, **environ: str) -> KeyImport:
    return KeyImport(Safe(vault_of(store)), Directory(), environ)


def test_a_file_is_read_as_shells_and_libraries_read_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("\ufeff" + ENV, encoding="utf-8")
    found = asyncio.run(importing(Kept()).found(str(path)))
    assert found == (
        FoundKey("OPENAI_API_KEY", "openai", "…6789"),
        FoundKey("ANTHROPIC_API_KEY", "anthropic", "…6789"),
        FoundKey("XAI_API_KEY", "xai", "…_KEY"),
        FoundKey("GROQ_API_KEY", "groq", "…6789"),
    )


def test_only_what_is_ticked_is_copied_and_what_is_kept_stays(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(ENV)
    store = Kept()
    asyncio.run(Safe(vault_of(store)).put("groq", "gsk-another-key-1111"))  # type: ignore[arg-type]
    made = importing(store)
    assert asyncio.run(made.take(str(path), ("OPENAI_API_KEY", "GROQ_API_KEY"))) == (2, "a test's keyring")
    assert store.items["openai/default"] == "sk-openai-0123456789"
    assert store.items["groq/default"] == "gsk-another-key-1111"
    assert store.items["groq/GROQ_API_KEY"] == "gsk-0123456789"
    assert "anthropic/default" not in store.items
    kept = {each.variable: each.kept for each in asyncio.run(made.found(str(path)))}
    assert (kept["OPENAI_API_KEY"], kept["ANTHROPIC_API_KEY"]) == (True, False)


def test_the_environment_is_told_and_not_copied_unasked() -> None:
    store = Kept()
    made = importing(store, GROQ_API_KEY="gsk-0123456789", HOME="/home/me")
    assert asyncio.run(made.found("")) == (FoundKey("GROQ_API_KEY", "groq", "…6789"),)
    assert store.items == {}
    assert asyncio.run(made.take("", ())) == (0, "")
    assert store.items == {}


def test_a_key_that_is_kept_is_known_among_several() -> None:
    store = Kept()
    made = importing(store, GROQ_API_KEY="gsk-0123456789")
    for key, name in (("gsk-0123456789", "default"), ("gsk-another-1111", "work")):
        asyncio.run(Safe(vault_of(store)).put("groq", key, name))  # type: ignore[arg-type]
    assert asyncio.run(made.found("")) == (FoundKey("GROQ_API_KEY", "groq", "…6789", kept=True),)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"A=1\n" * (MAX_BYTES // 4 + 1)])
def test_what_is_no_such_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="x is"):
        asyncio.run(importing(Kept()).found(str(path)))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(importing(Kept()).found(str(tmp_path / "none")))
