"""`abreast models`: what `vendor/model` may be."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from app.compose import http_client
from app.fetch import Fetch
from app.keys import Keys
from app.listing import ListedModel, listed
from app.printing import json_line, stdout_fd, write_all
from app.printing_text import harmless
from providers.errors import ProviderError
from providers.vendors import VENDORS, Vendor

DONE, NOT_DONE, USAGE = 0, 1, 2


def main(options: Namespace) -> int:
    return show(VENDORS, options.vendor, as_json=options.json, environ=os.environ)


def show(vendors: Sequence[Vendor], wanted: str | None, *, as_json: bool, environ: Mapping[str, str]) -> int:
    """Prints the models of `wanted`, or else of every vendor that can be asked; the exit code."""
    rows = [row for row in vendors if wanted in (None, row.id)]
    if not rows:
        _complain(f"there is no vendor {wanted!r}; there are {', '.join(row.id for row in vendors)}")
        return USAGE
    known, good = _keys(rows, Keys(environ), wanted)
    lists = asyncio.run(_all(known))
    for row, models in lists:
        if isinstance(models, ProviderError):
            _complain(f"{row.name}: {models.failure.message} ({models.failure.kind})")
            good = False
    return _print([model for _, models in lists if isinstance(models, list) for model in models], as_json, good)


def _keys(rows: list[Vendor], keys: Keys, wanted: str | None) -> tuple[list[tuple[Vendor, str | None]], bool]:
    """The vendors to be asked, each with its key, and whether all of those that should be can be."""
    found: list[tuple[Vendor, str | None]] = []
    good = True
    for row in rows:
        try:
            key = keys.of_vendor(row)
        except ProviderError as error:
            _complain(error.failure.message)
            good = False
            continue
        if key is not None or not row.needs_key:
            found.append((row, key))
        elif wanted is not None:
            _complain(f"there is no key for {row.name}: set {' or '.join(row.key_env)}")
            good = False
    return found, good


Lists = list[tuple[Vendor, list[ListedModel] | ProviderError]]


async def _all(rows: list[tuple[Vendor, str | None]]) -> Lists:
    client = http_client()
    fetch = Fetch(client)
    try:
        lists = await asyncio.gather(*(_one(row, key, fetch) for row, key in rows))
    finally:
        await client.aclose()
    return [(row, models) for (row, _), models in zip(rows, lists, strict=True)]


async def _one(row: Vendor, key: str | None, fetch: Fetch) -> list[ListedModel] | ProviderError:
    try:
        return await listed(row, key, fetch)
    except ProviderError as error:
        return error


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
    facts = [model.lane, model.name or "", f"{model.context} tokens" if model.context else ""]
    return "\t".join(facts).rstrip() + "\n"


def _complain(text: str) -> None:
    sys.stderr.write(f"abreast models: {harmless(text)}\n")
