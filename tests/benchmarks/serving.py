"""The stamping server as a child, and what it says of itself."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stamps:
    """What the stamping server noted of its streams."""

    def __init__(self, port: int) -> None:
        self.port = port

    def _get(self, path: str) -> dict[str, Any]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}") as answer:
            return dict(json.loads(answer.read()))

    def forget(self) -> None:
        self._get("/forget")

    def of(self, lane: str) -> dict[str, Any]:
        """`{"head", "sent", "due"}` of one stream, in nanoseconds of the monotonic clock."""
        return self._get(f"/stamps/{lane}")

    def lags_ms(self, seen: dict[str, list[int]]) -> tuple[list[float], list[float]]:
        """Of every token of every lane: from the server's write to the client's stamp; and how late that write was."""
        lags: list[float] = []
        own: list[float] = []
        for lane, stamps in seen.items():
            noted = self.of(lane)
            if len(noted["sent"]) != len(stamps):
                raise AssertionError(f"lane {lane}: {len(noted['sent'])} sent, {len(stamps)} seen")
            lags += [(there - sent) / 1e6 for sent, there in zip(noted["sent"], stamps, strict=True)]
            own += [(sent - due) / 1e6 for sent, due in zip(noted["sent"], noted["due"], strict=True)]
        return lags, own


@contextmanager
def stamping_server() -> Iterator[Stamps]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.stamping_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield Stamps(int(process.stdout.readline()))
    finally:
        process.communicate()
