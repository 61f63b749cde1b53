"""The catalogue: nobody waits for a dead server, what was read is kept with its age, and keys stay out of it."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from app import catalogue
from app.catalogue import Catalogue
from app.compose import http_client
from app.fetch import Fetch
from app.home import cache_folder
from app.keys import Keys
from app.listing import ListedModel, Listing
from app.shelf import Kept, Shelf
from providers.vendors import VENDORS, Vendor, vendor
from tests.app.list_server import ListServer, row, serving

PAGES = {"/v1/models": {"data": [{"id": "a", "context_length": 8192}, {"id": "b"}]}}
KEY = "sk-very-secret-0123456789"


def using(
    folder: Path, use: Callable[[Catalogue], Awaitable[None]], *, now: Callable[[], float] = time.time, **environ: str
) -> None:
    async def main() -> None:
        client = http_client()
        try:
            async with asyncio.timeout(30):
                await use(Catalogue(Keys(environ), Fetch(client), Shelf(folder), now=now))
        finally:
            await client.aclose()

    asyncio.run(main())


@contextlib.contextmanager
def dead(count: int) -> Iterator[list[Vendor]]:
    """Servers that refuse: nobody listens at their ports."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in sockets]
        yield [
            Vendor(f"dead{n}", "Dead", "openai_chat", f"http://127.0.0.1:{port}/v1", needs_key=False)
            for n, port in enumerate(ports)
        ]


@contextlib.contextmanager
def hanging(count: int) -> Iterator[list[Vendor]]:
    """Servers that accept and then say nothing."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(serving({"/v1/models": "hang"})) for _ in range(count)]
        yield [row(each, f"mute{n}") for n, each in enumerate(servers)]


def test_five_that_hang_and_three_that_refuse_do_not_delay_the_ninth(tmp_path: Path) -> None:
    ends: dict[str, float] = {}
    told: dict[str, Listing] = {}

    async def ask(made: Catalogue, each: Vendor, began: float) -> None:
        told[each.id] = await made.ask(each)
        ends[each.id] = time.monotonic() - began

    with hanging(5) as mute, dead(3) as gone, serving(PAGES) as server:

        async def use(made: Catalogue) -> None:
            began = time.monotonic()
            rows = [*mute, *gone, row(server)]
            await asyncio.gather(*(ask(made, each, began) for each in rows))

        using(tmp_path, use)
    assert [each.model for each in told["acme"].models] == ["a", "b"]
    assert ends["acme"] < min(ends[each.id] for each in mute)
    assert max(ends.values()) < catalogue.LOOPBACK_S + 3, "all at once, not one after the other"
    kinds = {id_: listing.failure.kind for id_, listing in told.items() if listing.failure}
    assert kinds == dict.fromkeys(["mute0", "mute1", "mute2", "mute3", "mute4"], "timeout_first") | dict.fromkeys(
        ["dead0", "dead1", "dead2"], "network"
    )


def test_what_was_read_is_there_after_a_restart_and_when_the_server_is_gone(tmp_path: Path) -> None:
    with serving(PAGES) as server:
        acme = row(server)

        async def first(made: Catalogue) -> None:
            listing = await made.ask(acme)
            assert (listing.fetched_at, listing.failure) == (1000.0, None)

        using(tmp_path, first, now=lambda: 1000.0)

    async def later(made: Catalogue) -> None:
        assert [each.model for each in made.known(acme).models] == ["a", "b"]
        listing = await made.ask(acme)
        assert [each.model for each in listing.models] == ["a", "b"]
        assert listing.fetched_at == 1000.0, "its age is that of the list that is shown"
        assert listing.failure is not None
        assert listing.failure.kind == "network"

    using(tmp_path, later, now=lambda: 5000.0)


def test_one_that_answers_worse_does_not_lose_the_old_list(tmp_path: Path) -> None:
    with serving(dict(PAGES)) as server:

        async def use(made: Catalogue) -> None:
            await made.ask(row(server))
            server.pages["/v1/models"] = 500
            listing = await made.ask(row(server))
            assert len(listing.models) == 2
            assert listing.failure is not None
            assert listing.failure.status == 500

        using(tmp_path, use)


def test_no_key_is_ever_written(tmp_path: Path) -> None:
    with serving(PAGES) as server:
        acme = msgspec.structs.replace(row(server), needs_key=True)

        async def use(made: Catalogue) -> None:
            assert (await made.ask(acme)).failure is None

        using(tmp_path, use, ACME_KEY=KEY)
        assert server.asked[0][1]["authorization"] == f"Bearer {KEY}"
    files = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 1
    assert KEY not in files[0]
    assert json.loads(files[0])["origin"] == server.root


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"version":1}', b'{"version":1,"origin":3,"kept":[]}'],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    with serving(PAGES) as server:
        acme = row(server)
        Shelf(tmp_path).put(acme, Kept(1.0, (ListedModel("acme/a", "acme", "a"),)))
        (file,) = tmp_path.iterdir()
        assert Shelf(tmp_path).get(acme) is not None
        file.write_bytes(damage)
        assert Shelf(tmp_path).get(acme) is None

        async def use(made: Catalogue) -> None:
            assert len((await made.ask(acme)).models) == 2

        using(tmp_path, use)
        assert Shelf(tmp_path).get(acme) is not None


def test_another_servers_list_is_not_taken_for_this_ones(tmp_path: Path) -> None:
    here = Vendor("acme", "Acme", "openai_chat", "http://127.0.0.1:1/v1", needs_key=False)
    there = msgspec.structs.replace(here, base_url="http://127.0.0.1:2/v1")
    Shelf(tmp_path).put(here, Kept(1.0, (ListedModel("acme/a", "acme", "a"),)))
    assert Shelf(tmp_path).get(there) is None


def test_a_disk_that_cannot_be_written_spoils_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with serving(PAGES) as server:

        async def use(made: Catalogue) -> None:
            assert len((await made.ask(row(server))).models) == 2
            assert len(made.known(row(server)).models) == 2

        using(tmp_path / "file" / "cache", use)


def test_lists_of_services_are_fresh_for_an_hour_and_those_of_this_machine_never(tmp_path: Path) -> None:
    clock = [1000.0]
    local = Vendor("local", "Local", "openai_chat", "http://127.0.0.1:1/v1", needs_key=False)
    shelf = Shelf(tmp_path)
    for each in (vendor("groq"), local):
        shelf.put(each, Kept(1000.0, ()))

    async def use(made: Catalogue) -> None:
        assert made.is_fresh(vendor("practice"))
        assert not made.is_fresh(vendor("mistral"))
        assert not made.is_fresh(local)
        for at, fresh in ((1000.0, True), (4599.0, True), (4600.0, False), (900.0, False)):
            clock[0] = at
            assert made.is_fresh(vendor("groq")) == fresh

    using(tmp_path, use, now=lambda: clock[0])


def test_who_may_be_asked(tmp_path: Path) -> None:
    async def use(made: Catalogue) -> None:
        asked = [each.id for each in VENDORS if each.needs_key and await made.may_ask(each)]
        assert asked == ["groq", "together"]
        assert await made.may_ask(vendor("practice"))
        missing = await made.ask(vendor("mistral"))
        assert missing.failure is not None
        assert (
            missing.failure.message
            == "there is no key for Mistral: `abreast keys set mistral` stores one, or set MISTRAL_API_KEY"
        )
        broken = await made.ask(vendor("together"))
        assert broken.failure is not None
        assert "two words" not in broken.failure.message

    using(tmp_path, use, GROQ_API_KEY="k", TOGETHER_API_KEY="two words")


def test_practice_models_need_no_server(tmp_path: Path) -> None:
    async def use(made: Catalogue) -> None:
        listing = await made.ask(vendor("practice"))
        assert [each.model for each in listing.models] == ["swift", "steady", "deep"]
        assert all(each.prices and each.context and each.max_output for each in listing.models)
        assert listing.models[2].capabilities == ("reasoning",)

    using(tmp_path, use)


def test_a_list_that_is_too_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.fetch.MAX_PAGE_BYTES", 100_000)
    with serving({"/v1/models": {"data": [{"id": "m" * 1000} for _ in range(200)]}}) as server:

        async def use(made: Catalogue) -> None:
            listing = await made.ask(row(server))
            assert listing.failure is not None
            assert listing.failure.kind == "protocol"

        using(tmp_path, use)


def test_the_price_that_a_vendor_lists_is_found_with_its_day(tmp_path: Path) -> None:
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    openrouter = vendor("openrouter")

    def listed(server: ListServer) -> Vendor:
        return msgspec.structs.replace(openrouter, base_url=f"{server.root}/v1")

    with serving({"/v1/models": {"data": [{"id": "a/b", "pricing": pricing}, {"id": "a/c"}]}}) as server:

        async def use(made: Catalogue) -> None:
            kept = await made.ask(listed(server))
            Shelf(tmp_path / "again").put(openrouter, Kept(kept.fetched_at or 0, kept.models))

        using(tmp_path, use, now=lambda: 1_795_392_000.0)
    shelf = Shelf(tmp_path / "again")
    found = shelf.price(vendor("openrouter"), "a/b")
    assert found is not None
    assert (str(found.tariff.rates.output), found.as_of) == ("2", "2026-11-23")
    assert shelf.price(vendor("openrouter"), "a/c") is None
    assert shelf.price(vendor("groq"), "a/b") is None


def test_where_the_cache_is(tmp_path: Path) -> None:
    assert cache_folder({"ABREAST_HOME": "/x"}) == Path("/x/cache")
    assert cache_folder({"XDG_CACHE_HOME": "/y"}) == Path("/y/abreast")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache" / "abreast"


def test_a_key_goes_under_the_name_that_its_vendor_has_for_it(tmp_path: Path) -> None:
    with serving(PAGES) as server:
        portkey = msgspec.structs.replace(vendor("portkey"), base_url=f"{server.root}/v1")

        async def use(made: Catalogue) -> None:
            assert (await made.ask(portkey)).failure is None

        using(tmp_path, use, PORTKEY_API_KEY=KEY)
        (asked,) = server.asked
        assert [name for name, value in asked[1].items() if KEY in value] == ["x-portkey-api-key"]
