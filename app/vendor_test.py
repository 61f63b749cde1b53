"""Does a vendor answer? One cheap real call: its list of models, else one token of a model that is named."""

import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from app.catalogue import Catalogue
from app.lanes import Lane
from app.limits import Limits
from app.listing import Listing
from app.messages import Tried
from app.series import duration
from providers.errors import ProviderError
from providers.events import Finished
from providers.model import Model
from providers.types import Message, Request
from providers.vendors import Vendor

TRY_S = 15.0
QUESTION = Request((Message("user", "Hi"),), None, {"max_tokens": 1})
Maker = Callable[[Lane], Awaitable[Model]]


def later(id_: str, name: str, model: str) -> Tried:
    """What to say while lanes run: an answer would disturb their measurement."""
    return Tried(id_, f"{model or name} will be asked when the lanes have ended.", wants_model=bool(model))


async def listed(catalogue: Catalogue, row: Vendor) -> tuple[Tried, Listing]:
    """What its list says, with the time that it took, and whether its key is good."""
    listing = await catalogue.ask(row, proves_key=True)
    failure = listing.failure
    if failure is None:
        count = "1 model" if len(listing.models) == 1 else f"{len(listing.models):,} models"
        return Tried(row.id, f"{row.name} answered in {duration(listing.took_ms or 0.0)}, with {count}."), listing
    if failure.kind in ("not_found", "protocol"):
        said = f"{row.name} answers, but gives no list of models ({failure.message}). Name a model to try one token."
        return Tried(row.id, said, is_good=False, wants_model=True), listing
    return Tried(row.id, f"{row.name}: {failure.message}", is_good=False), listing


async def one_token(make: Maker, row: Vendor, model: str) -> Tried:
    """A run of one token, which is the least that is charged."""
    began = time.perf_counter()
    try:
        made = await make(Lane(f"{row.id}/{model}", limits=Limits(first_s=TRY_S, retries=0)))
        async with aclosing(made.stream(QUESTION)) as events:
            ends = [event async for event in events if isinstance(event, Finished)]
    except ProviderError as error:
        return Tried(row.id, f"{row.name}: {error.failure.message}", is_good=False, wants_model=True)
    took = duration((time.perf_counter() - began) * 1e3)
    served = ends[-1].model if ends else model
    return Tried(row.id, f"{row.name} answered in {took}, with a token of {served}.")
