"""A practice server for the cache's embeddings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.practice.conftest import FAST, Server


@pytest.fixture(scope="module")
def practice_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server(Path(tmp_path_factory.mktemp("practice")) / "log", *FAST)
    yield server.ready["openai_chat"]
    server.close()
