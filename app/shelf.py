"""Lists of models as they were last read: in memory, and on disk as one JSON file for each server. Keys never go in."""

import hashlib
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.listing import ListedModel
from app.pricing import ListedPrice
from providers.vendors import Vendor, origin

VERSION = 1


class Kept(msgspec.Struct, frozen=True):
    """A list, with the time at which it was read (seconds since 1970)."""

    fetched_at: float
    models: tuple[ListedModel, ...]


class _File(msgspec.Struct, frozen=True):
    version: int
    origin: str
    kept: Kept


class Shelf:
    """`get` reads a file once; a damaged one, or one of another version, is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Kept | None] = {}
        self._priced: dict[str, dict[str, ListedModel]] = {}

    def get(self, row: Vendor) -> Kept | None:
        if row.id not in self._kept:
            self._kept[row.id] = self._read(row)
        return self._kept[row.id]

    def put(self, row: Vendor, kept: Kept) -> None:
        """Keeps the list. A disk that is full or shut only means that it is read again next time."""
        self._kept[row.id] = kept
        self._priced.pop(row.id, None)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._path(row), msgspec.json.encode(_File(VERSION, origin(row.base_url), kept)))
        except OSError:
            return

    def price(self, row: Vendor, model: str) -> ListedPrice | None:
        """What the vendor's own list says of the model's price, and since when."""
        kept = self.get(row)
        if kept is None:
            return None
        if row.id not in self._priced:
            self._priced[row.id] = {each.model: each for each in kept.models if each.prices is not None}
        found = self._priced[row.id].get(model)
        if found is None or found.prices is None:
            return None
        return ListedPrice(found.prices, datetime.fromtimestamp(kept.fetched_at, UTC).date().isoformat())

    def model(self, row: Vendor, model: str) -> ListedModel | None:
        """What the vendor's own list says of it, as it was last read."""
        kept = self.get(row)
        return next((each for each in kept.models if each.model == model), None) if kept is not None else None

    def _read(self, row: Vendor) -> Kept | None:
        try:
            file = msgspec.json.decode(self._path(row).read_bytes(), type=_File)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            return None
        right = file.version == VERSION and file.origin == origin(row.base_url) and file.kept.fetched_at > 0
        return file.kept if right else None

    def _path(self, row: Vendor) -> Path:
        where = hashlib.sha256(origin(row.base_url).encode()).hexdigest()[:12]
        return self._folder / f"models-{re.sub(r'[^A-Za-z0-9-]', '_', row.id)}-{where}.json"


def _write(path: Path, data: bytes) -> None:
    """All or nothing; that it is there after a crash does not matter."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".models-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
