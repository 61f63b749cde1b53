"""Lists of models for the window: what is known at once, and what vendors say as each says it."""

import asyncio
from collections.abc import Callable

from app.catalogue import Catalogue
from app.directory import Directory
from app.lanes import is_loopback
from app.listing import ListedModel, Listing
from app.messages import ListModels, Models, Up
from app.tasks import Tasks
from providers.vendors import Vendor


def nothing(_vendor: str) -> tuple[ListedModel, ...]:
    return ()


class Lists:
    """Asks while no stream is live: reading a long list would keep the measuring process from its loop."""

    def __init__(
        self,
        catalogue: Catalogue,
        quiet: asyncio.Event,
        tasks: Tasks,
        say: Callable[[Up], None],
        directory: Directory,
        priced: Callable[[str], tuple[ListedModel, ...]] = nothing,
    ) -> None:
        """`priced` tells which models of a vendor a price list knows."""
        self._priced = priced
        self._catalogue, self._quiet, self._tasks, self._say = catalogue, quiet, tasks, say
        self._directory = directory
        self._asking: set[str] = set()

    def ask(self, question: ListModels) -> None:
        """A vendor that is being asked already is not asked twice: its answer is told to everyone."""
        for row in self._directory.rows:
            wanted = question.vendors is None or row.id in question.vendors
            if wanted and row.id not in self._asking:
                self._asking.add(row.id)
                self._tasks.start(self._list(row, question), name=f"models of {row.id}")

    async def _tell_of_blocked(self, row: Vendor) -> None:
        """What there would be with a key, as far as it is known without asking anyone."""
        known = self._catalogue.known(row)
        models, told = known.models, "its list, as it was last read"
        if not models:
            await self._quiet.wait()
            models, told = self._priced(row.id), "from the price list"
        if models:
            blocked = f"no key for {row.name}; {told}"
            self._say(Models(Listing(row.id, models, known.fetched_at, blocked=blocked)))

    async def _list(self, row: Vendor, question: ListModels) -> None:
        try:
            if question.vendors is None and not await self._catalogue.may_ask(row):
                await self._tell_of_blocked(row)
                return
            known = self._catalogue.known(row)
            enough = self._catalogue.is_fresh(row) and not question.fresh
            if enough or (known.models and not is_loopback(row.base_url)):
                self._say(Models(known))
            if not enough:
                await self._quiet.wait()
                listing = await self._catalogue.ask(row)
                self._say(Models(listing if question.vendors else await self._catalogue.unasked(row, listing)))
        finally:
            self._asking.discard(row.id)
