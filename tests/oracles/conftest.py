import gc
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracles.recording import Server, serving

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """An SDK that crashes, or whose answer is not read, leaves its connection to the garbage collector."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDKs read the environment, and loopback is nobody's business."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def refusing(server: Server) -> Server:
    """For tests of requests, where the answer is no matter."""
    server.bodies["any"] = "application/json", b'{"error": {"message": "enough", "type": "invalid_request_error"}}'
    return server
