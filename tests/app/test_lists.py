"""What the engine tells of models: the known at once, the asked as each answers, and nothing while a stream is live."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from app.catalogue import Catalogue
from app.compose import http_client
from app.directory import Directory
from app.fetch import Fetch
from app.frames import to_window
from app.keys import Keys
from app.listing import ListedModel, Listing
from app.lists import Lists, nothing
from app.messages import ListModels, Models, Up
from app.shelf import Kept, Shelf
from app.tasks import Tasks
from providers.vendors import Vendor, vendor
from tests.app.list_server import row, serving
from tests.app.test_listers import OPENROUTER

PAGES = {"/v1/models": {"data": [OPENROUTER, {"id": "b"}]}}


class Telling:
    """Lists over a catalogue with these vendors, and what they told."""

    def __init__(self, lists: Lists, told: list[Up], quiet: asyncio.Event) -> None:
        self.lists, self.told, self.quiet = lists, told, quiet

    @property
    def listings(self) -> list[Listing]:
        return [each.listing for each in self.told if isinstance(each, Models)]

    async def until(self, count: int) -> None:
        while len(self.told) < count:
            await asyncio.sleep(0.01)


def telling(
    folder: Path,
    rows: list[Vendor],
    use: Callable[[Telling], Awaitable[None]],
    priced: Callable[[str], tuple[ListedModel, ...]] = nothing,
    **environ: str,
) -> None:
    async def main() -> None:
        client, quiet, told = http_client(), asyncio.Event(), list[Up]()
        faults: list[BaseException] = []
        tasks = Tasks(faults.append)
        directory = Directory(rows)
        catalogue = Catalogue(Keys(environ, directory=directory), Fetch(client), Shelf(folder))
        try:
            async with asyncio.timeout(30):
                lists = Lists(catalogue, quiet, tasks, told.append, directory, priced)
                await use(Telling(lists, told, quiet))
        finally:
            await tasks.end()
            await client.aclose()
        assert faults == []

    asyncio.run(main())


@pytest.fixture
def as_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of this machine are taken for services elsewhere."""
    for module in ("catalogue", "lists"):
        monkeypatch.setattr(f"app.{module}.is_loopback", lambda _: False)


def test_each_vendor_is_told_as_it_comes(tmp_path: Path) -> None:
    with serving(PAGES) as quick, serving({"/v1/models": "hang"}) as mute:
        asked = msgspec.structs.replace(row(mute, "mute"), needs_key=True)
        rows = [asked, row(quick), vendor("practice"), vendor("mistral")]

        async def use(made: Telling) -> None:
            made.quiet.set()
            made.lists.ask(ListModels())
            await made.until(2)
            assert [each.vendor for each in made.listings] == ["practice", "acme"]
            await made.until(3)
            failure = made.listings[2].failure
            assert failure is not None
            assert failure.kind == "timeout_first"

        telling(tmp_path, rows, use, MUTE_KEY="k")


@pytest.mark.parametrize("answer", ["hang", 404, 401, {"hello": "world"}])
def test_where_a_server_of_this_machine_may_be_nobody_complains_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setattr("app.catalogue.LOOPBACK_S", 0.3)
    with serving({"/v1/models": answer}) as server:

        async def use(made: Telling) -> None:
            made.quiet.set()
            made.lists.ask(ListModels())
            await made.until(1)
            assert (made.listings[0].models, made.listings[0].failure) == ((), None)
            made.lists.ask(ListModels(("acme",)))
            await made.until(2)
            assert (made.listings[1].failure is None) == isinstance(answer, dict)

        telling(tmp_path, [row(server)], use)


def test_what_is_known_comes_at_once_and_no_server_is_asked_while_a_stream_is_live(
    tmp_path: Path, as_a_service: None
) -> None:
    with serving(PAGES) as server:

        async def first(made: Telling) -> None:
            made.quiet.set()
            made.lists.ask(ListModels())
            await made.until(1)

        async def later(made: Telling) -> None:
            made.lists.ask(ListModels(fresh=True))
            await made.until(1)
            await asyncio.sleep(0.1)
            assert len(server.asked) == 1
            made.quiet.set()
            await made.until(2)
            old, new = made.listings
            assert old.models == new.models
            assert (old.fetched_at or 0) < (new.fetched_at or 0)

        telling(tmp_path, [row(server)], first)
        telling(tmp_path, [row(server)], later)


def test_nobody_is_asked_twice_at_once(tmp_path: Path) -> None:
    with serving(PAGES) as server:

        async def use(made: Telling) -> None:
            for _ in range(5):
                made.lists.ask(ListModels(fresh=True))
            made.quiet.set()
            await made.until(1)
            await asyncio.sleep(0.05)
            assert len(server.asked) == len(made.told) == 1
            made.lists.ask(ListModels(("acme",)))
            await made.until(2)

        telling(tmp_path, [row(server)], use)


def test_a_vendor_that_is_named_is_told_of_even_without_a_key(tmp_path: Path) -> None:
    async def use(made: Telling) -> None:
        made.quiet.set()
        made.lists.ask(ListModels(("mistral", "nobody")))
        await made.until(1)
        (listing,) = made.listings
        assert listing.failure is not None
        assert "there is no key for Mistral" in listing.failure.message

    telling(tmp_path, [vendor("mistral"), vendor("practice")], use)


def test_a_fresh_list_is_asked_for_only_when_that_is_wished(tmp_path: Path, as_a_service: None) -> None:
    with serving(PAGES) as server:

        async def use(made: Telling) -> None:
            made.quiet.set()
            for asked in range(1, 3):
                made.lists.ask(ListModels())
                await made.until(asked)
            assert len(server.asked) == 1
            made.lists.ask(ListModels(fresh=True))
            await made.until(4)
            assert len(server.asked) == 2

        telling(tmp_path, [row(server)], use)


def test_a_listing_crosses_the_pipe_as_it_is(tmp_path: Path) -> None:
    with serving(PAGES) as server:

        async def use(made: Telling) -> None:
            made.quiet.set()
            made.lists.ask(ListModels())
            await made.until(1)
            framer = to_window()
            assert framer.feed(framer.pack(made.told)) == made.told
            assert made.listings[0].models[0].prices is not None

        telling(tmp_path, [row(server)], use)


def test_models_that_need_a_key_are_told_with_the_reason_and_nobody_is_asked(tmp_path: Path) -> None:
    rows = [vendor("openai"), vendor("groq"), vendor("mistral")]
    Shelf(tmp_path).put(vendor("groq"), Kept(1.0, (ListedModel("groq/a", "groq", "a"),)))

    async def use(made: Telling) -> None:
        made.quiet.set()
        made.lists.ask(ListModels())
        await made.until(2)
        told = {each.vendor: each for each in made.listings}
        assert told["groq"].blocked == "no key for Groq; its list, as it was last read"
        assert [each.model for each in told["groq"].models] == ["a"]
        assert told["openai"].blocked == "no key for OpenAI; from the price list"
        assert told["openai"].models == (PRICED,)

    telling(tmp_path, rows, use, priced=lambda id_: (PRICED,) if id_ == "openai" else ())


PRICED = ListedModel("openai/gpt-x", "openai", "gpt-x")
