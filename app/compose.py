"""The one place where clients and models are made, for the engine and the command line alike."""

import asyncio
import ssl
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from app.directory import Directory
from app.keys import Keys, missing
from app.lanes import Lane, LaneError, Target, UrlTarget, VendorTarget, is_loopback, parse
from app.limits import RETRIES, Limits
from app.practice import PracticeServer
from app.release import release
from providers.dialects import DIALECTS
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.model import Model
from providers.network import DIRECT, Plan
from providers.patience import Patience
from providers.routes.retry import Retry
from providers.routes.retry_budget import RetryBudget
from providers.vendors import Vendor, origin, quirks_of_url
from providers.witness import NOBODY, Observer

if TYPE_CHECKING:
    from app.budgets.gate import Gate

REMOTE = Patience(first_s=600.0, idle_s=600.0)
"""A cloud model may think for minutes, before its first token and between two (the vendors' own SDKs wait 600 s)."""
LOCAL = Patience()
"""A server on this machine may be loading or slow: it has no deadline, only a visible counter."""


def tls_context() -> ssl.SSLContext:
    """Certificates are always checked, against the operating system's trust store."""
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def http_client(plan: Plan = DIRECT) -> HttpClient:
    return HttpClient(tls_context=tls_context, user_agent=f"abreast/{release()}", plan=plan)


class Workshop:
    """Makes models from lanes. It owns the HTTP client and the practice server; `aclose` ends both."""

    def __init__(self, *, keys: Keys, plan: Plan = DIRECT) -> None:
        self._keys = keys
        self._directory = keys.directory
        self._budgets: dict[str, RetryBudget] = {}
        self._warming: Counter[str] = Counter()
        self.client = http_client(plan)
        self._practice = PracticeServer()
        self.gate: Gate | None = None
        """The budgets that models are under, if anybody minds them."""

    async def model(self, lane: Lane, observer: Observer = NOBODY, session: str = "") -> Model:
        """A model whose exchanges `observer` attends, under the budgets that there are for it.

        Raises `ProviderError` if a key is missing or cannot be one, or if the practice server does not start.
        """
        target = check(lane, self._directory)
        match target:
            case VendorTarget():
                leaf = await self._of_vendor(self._directory.vendor(target.vendor), target)
            case UrlTarget():
                leaf = await self._of_url(target)
        if lane.limits.warm:
            await self._warm(leaf.base_url)
        patience = patience_of(lane.limits, leaf.base_url)
        budget = self._budgets.setdefault(origin(leaf.base_url), RetryBudget())
        retries = RETRIES if lane.limits.retries is None else lane.limits.retries
        asked = replace(leaf, patience=patience, observer=observer)
        model = self.gate.over(asked, session) if self.gate is not None else asked
        return Retry(model, tries=retries + 1, budget=budget)

    async def warm(self) -> None:
        """Uses idle time for what the first run would have to wait for."""
        await self.client.warm("https://api.example.com")
        await self._keys.warm()

    async def _warm(self, url: str) -> None:
        """Opens a connection of this lane's own, beside those that others of the same start are being given."""
        here = origin(url)
        self._warming[here] += 1
        try:
            await self.client.prewarm(url, connections=self._warming[here])
        finally:
            self._warming[here] -= 1

    async def _of_vendor(self, row: Vendor, target: VendorTarget) -> HttpModel:
        base_url = row.base_url
        if row.is_practice:
            base_url = getattr(await self._practice.address(), row.dialect)
        key = await self._keys.for_target(target)
        if key is None and row.needs_key:
            raise missing(row)
        return await self._leaf(row, target.model, base_url, key)

    async def _of_url(self, target: UrlTarget) -> HttpModel:
        key = await self._keys.for_target(target)
        owner = self._directory.at(target.base_url, target.dialect)
        if owner is None or owner.dialect != target.dialect:
            quirks = quirks_of_url(target.base_url, target.dialect)
            owner = Vendor("custom", origin(target.base_url), target.dialect, "", quirks=quirks)
        return await self._leaf(owner, target.model, target.base_url, key)

    async def _leaf(self, row: Vendor, model: str, base_url: str, key: str | None) -> HttpModel:
        await self.client.warm(base_url)
        return HttpModel(
            vendor=row.id,
            model=model,
            base_url=base_url,
            dialect=DIALECTS[row.dialect],
            client=self.client,
            quirks=row.quirks,
            key=key,
        )

    async def aclose(self) -> None:
        await self.client.aclose()
        await self._practice.aclose()
        if self.gate is not None:
            await asyncio.to_thread(self.gate.close)


def patience_of(limits: Limits, base_url: str) -> Patience:
    """How long a lane waits: as it says itself, else as is usual for that place."""
    usual = LOCAL if is_loopback(base_url) else REMOTE
    first_s = usual.first_s if limits.first_s is None else limits.first_s
    idle_s = usual.idle_s if limits.idle_s is None else limits.idle_s
    return Patience(first_s or None, idle_s or None)


def check(lane: Lane, directory: Directory) -> Target:
    """The lane's target if this version can run it. Raises `LaneError` with what is wrong."""
    target = parse(lane.text)
    if isinstance(target, VendorTarget):
        try:
            directory.vendor(target.vendor)
        except KeyError:
            known = ", ".join(row.id for row in directory.rows)
            raise LaneError(f"lane {lane.text!r}: there is no vendor {target.vendor!r}; there are {known}") from None
    return target
