"""Practice lanes as the bench has them: our own client and dialect, and a face of the practice server."""

import asyncio
from contextlib import aclosing
from typing import Any

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName
from providers.errors import ProviderError
from providers.events import Finished, Response, Started, Timing
from providers.http_model import HttpModel
from providers.patience import Patience
from providers.types import Request
from tests.providers.exchanging import client
from tests.providers.folding import Fold
from tests.providers.practice.conftest import Server

QUESTION = Request.of("What is a token?", temperature=0)


def ask(
    server: Server,
    dialect: DialectName,
    request: Request = QUESTION,
    *,
    model: str = "steady",
    fault: str = "",
    patience: Patience | None = None,
) -> Fold:
    """What one answer came to; `fault` is a SPEC."""

    async def stream() -> Fold:
        base_url = address(server, dialect, fault)
        async with client() as http:
            lane = HttpModel(
                vendor="practice",
                model=model,
                base_url=base_url,
                dialect=DIALECTS[dialect],
                client=http,
                patience=patience or Patience(),
            )
            return await fold_of(lane, request)

    return asyncio.run(stream())


def address(server: Server, dialect: DialectName, fault: str = "") -> str:
    base_url: Any = server.ready[dialect]
    return str(base_url).replace(server.root, f"{server.root}/fault/{fault}") if fault else str(base_url)


async def fold_of(lane: HttpModel, request: Request) -> Fold:
    folded = Fold()
    try:
        async with aclosing(lane.stream(request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    folded.finished = event
                elif not isinstance(event, Started | Response | Timing):
                    folded.take(event)
    except ProviderError as error:
        folded.failure = error.failure
    return folded
