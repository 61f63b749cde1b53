"""`abreast models`: what `vendor/model` may be."""

import asyncio
import os
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from app.ages import ago
from app.catalogue import Catalogue
from app.cli_vendors import known_vendors, known_way
from app.compose import http_client
from app.fetch import Fetch
from app.home import cache_folder
from app.keys import Keys
from app.list_prices import short
from app.listing import ListedModel, Listing
from app.printing import json_line, stdout_fd, write_all
from app.printing_text import harmless
from app.shelf import Shelf
from app.vault import Vault
from providers.vendors import Vendor

DONE, NOT_DONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    cache = cache_folder()
    directory = known_vendors("models")
    keys = Keys(os.environ, vault=Vault(), directory=directory)
    return show(directory.rows, options.vendor, as_json=options.json, fresh=options.fresh, keys=keys, cache=cache)


def show(
    vendors: Sequence[Vendor],
    wanted: str | None,
    *,
    as_json: bool,
    fresh: bool,
    keys: Keys,
    cache: Path,
) -> int:
    """Prints the models of `wanted`, or else of every vendor that can be asked; the exit code."""
    rows = [row for row in vendors if wanted in (None, row.id)]
    if not rows:
        _complain(f"there is no vendor {wanted!r}; there are {', '.join(row.id for row in vendors)}")
        return USAGE
    told = asyncio.run(_listings(rows, keys, cache, fresh=fresh, is_named=wanted is not None))
    good = True
    for row, listing in told:
        good &= _is_well(row, listing)
    return _print([model for _, listing in told for model in listing.models], as_json, good)


Told = list[tuple[Vendor, Listing]]


async def _listings(rows: list[Vendor], keys: Keys, cache: Path, *, fresh: bool, is_named: bool) -> Told:
    client = http_client(known_way("models", keys.directory))
    catalogue = Catalogue(keys, Fetch(client), Shelf(cache))
    asked = [row for row in rows if is_named or await catalogue.may_ask(row)]
    try:
        listings = await asyncio.gather(*(_one(catalogue, row, fresh) for row in asked))
    finally:
        await client.aclose()
    told = zip(asked, listings, strict=True)
    return [(row, listing if is_named else await catalogue.unasked(row, listing)) for row, listing in told]


async def _one(catalogue: Catalogue, row: Vendor, fresh: bool) -> Listing:
    return catalogue.known(row) if catalogue.is_fresh(row) and not fresh else await catalogue.ask(row)


def _is_well(row: Vendor, listing: Listing) -> bool:
    """Complains where there is reason to."""
    if listing.failure is None:
        return True
    if row.needs_key and listing.failure.kind == "authentication" and listing.failure.status is None:
        _complain(listing.failure.message)
        return False
    old = ""
    if listing.fetched_at is not None:
        old = f"; these are its models of {ago(time.time() - listing.fetched_at)}"
    _complain(f"{row.name}: {listing.failure.message} ({listing.failure.kind}){old}")
    return False


def _print(models: list[ListedModel], as_json: bool, good: bool) -> int:
    lines = [json_line(model) if as_json else _line(model).encode("utf-8", "replace") for model in models]
    try:
        write_all(stdout_fd(), b"".join(lines))
    except BrokenPipeError:
        return NOT_DONE
    except OSError as error:
        _complain(f"standard output cannot be written: {error.strerror}")
        return NOT_DONE
    return DONE if good else NOT_DONE


def _line(model: ListedModel) -> str:
    prices = " / ".join(short(model.prices)) if model.prices else ""
    facts = [model.lane, model.name or "", f"{model.context} tokens" if model.context else "", prices]
    return "\t".join([*facts, " ".join(model.capabilities or ())]).rstrip() + "\n"


def _complain(text: str) -> None:
    sys.stderr.write(f"abreast models: {harmless(text)}\n")
