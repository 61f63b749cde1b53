"""The one place where clients and models are made, for the engine and the command line alike."""

import asyncio
import ssl
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.cache.shelf import CacheThread
from app.directory import Directory
from app.fault_play import with_fault
from app.faults import of_leaf, wrong
from app.home import data_folder
from app.keys import Keys, missing
from app.lanes import Lane, LaneError, Target, UrlTarget, VendorTarget, is_loopback, parse, route_name
from app.limits import RETRIES, Limits
from app.practice import PracticeServer
from app.release import release
from app.routes.build import Builder
from app.routes.check import problems
from app.routes.shared import Lately, Shared
from app.routes.spec import LOCAL_EMBEDDER
from providers.dialects import DIALECTS
from providers.embeddings import HttpEmbedder
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.model import Model
from providers.naming import CUSTOM
from providers.network import DIRECT, Plan
from providers.patience import Patience
from providers.routes.budgeted import BudgetedEmbedder
from providers.routes.prompted import Prompted
from providers.routes.retry import Retry
from providers.routes.retry_budget import RetryBudget
from providers.routes.similarity import Embedder
from providers.vendors import Vendor, origin, quirks_of_url
from providers.witness import NOBODY, Observer

if TYPE_CHECKING:
    from app.budgets.budget import Budget
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
        self.lately = Lately()
        self._shared, self._tried = Shared(self.lately), Shared(self.lately)
        """What routes share, and what they share while faults are injected: who failed on purpose is not ill."""
        self.cache = CacheThread(data_folder())

    async def model(self, lane: Lane, observer: Observer = NOBODY, session: str = "") -> Model:
        """A model whose exchanges `observer` attends, under the budgets that there are for it.

        Raises `ProviderError` if a key is missing or cannot be one, or if the practice server does not start.
        """
        check(lane, self._directory)
        if lane.route is not None:
            asking = _Asking(self, lane, observer, session)
            shared, budget = (self._tried, _budget_of_one) if lane.fault else (self._shared, self._budget)
            return await Builder(asking, shared, budget, asking.embedder, self.cache).route(lane.route)
        leaf = self.budgeted(await self.leaf(lane, observer), session)
        retries = RETRIES if lane.limits.retries is None else lane.limits.retries
        own = _budget_of_one(lane.text) if lane.fault else self._budget(lane.text)
        return Retry(leaf, tries=retries + 1, budget=own)

    async def leaf(self, lane: Lane, observer: Observer) -> HttpModel:
        """One model without any policy around it. Raises what `model` raises."""
        target = _target(lane.text, self._directory)
        match target:
            case VendorTarget():
                leaf = await self._of_vendor(self._directory.vendor(target.vendor), target)
            case UrlTarget():
                leaf = await self._of_url(target)
        if lane.limits.warm:
            await self._warm(leaf.base_url)
        leaf = replace(leaf, patience=patience_of(lane.limits, leaf.base_url), observer=observer)
        fault = of_leaf(lane.fault, lane.fault_at, lane.text)
        return with_fault(leaf, fault, is_practice=self._is_practice(target)) if fault else leaf

    def _is_practice(self, target: Target) -> bool:
        return isinstance(target, VendorTarget) and self._directory.vendor(target.vendor).is_practice

    def budgeted(self, leaf: HttpModel, session: str, route: "tuple[Budget, ...]" = ()) -> Model:
        """The leaf under the budgets that there are for it now, and under those of its route."""
        return self.gate.over(leaf, session, route) if self.gate is not None else leaf

    async def embedder(self, text: str) -> Embedder:
        """Who embeds outside of any run: a lane's model, or `local`. Raises what `model` raises."""
        return await _Asking(self, Lane(text), NOBODY, "").embedder(text, ())

    def budgeted_embedder(self, leaf: HttpModel, session: str, route: "tuple[Budget, ...]") -> Embedder:
        """The same of a model that embeds."""
        purse = self.gate.purse(leaf, session, route) if self.gate is not None else None
        return HttpEmbedder(leaf) if purse is None else BudgetedEmbedder(HttpEmbedder(leaf), purse)

    def _budget(self, at: str) -> RetryBudget:
        """That of the origin which a lane asks; of a route's part that may ask several, its own, by its place."""
        return self._budgets.setdefault(self._origin(at), RetryBudget())

    def _origin(self, at: str) -> str:
        try:
            target = parse(at)
        except LaneError:
            return at
        if isinstance(target, UrlTarget):
            return origin(target.base_url)
        return origin(self._directory.vendor(target.vendor).base_url) or target.vendor

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
            owner = Vendor(CUSTOM, origin(target.base_url), target.dialect, "", quirks=quirks)
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
        await self.cache.aclose()


def patience_of(limits: Limits, base_url: str) -> Patience:
    """How long a lane waits: as it says itself, else as is usual for that place."""
    usual = LOCAL if is_loopback(base_url) else REMOTE
    first_s = usual.first_s if limits.first_s is None else limits.first_s
    idle_s = usual.idle_s if limits.idle_s is None else limits.idle_s
    return Patience(first_s or None, idle_s or None)


def _budget_of_one(_lane: str) -> RetryBudget:
    """Retries after faults of ours take nothing from those that servers may need."""
    return RetryBudget()


@dataclass(frozen=True)
class _Asking:
    """Makes the leaves of a route's lane."""

    workshop: Workshop
    lane: Lane
    observer: Observer
    session: str

    async def __call__(self, text: str, params: dict[str, Any], over: "tuple[Budget, ...]") -> Model:
        leaf = self.workshop.budgeted(await self._leaf(text), self.session, over)
        return Prompted(leaf, params=params) if params else leaf

    async def embedder(self, text: str, over: "tuple[Budget, ...]") -> Embedder:
        """Who embeds: a lane's model, or `local`. What cannot be made fails when it is asked."""
        if text == LOCAL_EMBEDDER:
            from app.cache.minilm import MiniLM

            return MiniLM()
        return self.workshop.budgeted_embedder(await self._leaf(text), self.session, over)

    async def _leaf(self, text: str) -> HttpModel:
        own = Lane(text, limits=self.lane.limits, fault=self.lane.fault, fault_at=self.lane.fault_at)
        return await self.workshop.leaf(own, self.observer)


def check(lane: Lane, directory: Directory) -> tuple[Target, ...]:
    """What the lane may ask, if this version can run it. Raises `LaneError` with what is wrong."""
    if (name := route_name(lane.text)) and lane.route is None:
        raise LaneError(f"lane {lane.text!r}: there is no route {name!r}")
    if lane.route is not None:
        wrong = [each for each in problems(lane.route.root, directory) if each.weight == "wrong"]
        if wrong:
            at = f" at {wrong[0].at}" if wrong[0].at else ""
            raise LaneError(f"lane {lane.text!r} cannot work{at}: {wrong[0].text}")
    targets = tuple(_target(text, directory) for text in lane.models)
    if lane.fault:
        _check_fault(lane, targets, directory)
    return targets


def _check_fault(lane: Lane, targets: tuple[Target, ...], directory: Directory) -> None:
    if lane.fault_at and lane.fault_at not in lane.asked:
        raise LaneError(f"lane {lane.text!r} asks no {lane.fault_at!r}, where its fault is to strike")
    for text, target in zip(lane.models, targets, strict=True):
        is_practice = isinstance(target, VendorTarget) and directory.vendor(target.vendor).is_practice
        fault = of_leaf(lane.fault, lane.fault_at, text)
        if fault and (said := wrong(fault, is_practice=is_practice)):
            raise LaneError(f"fault {fault!r}: {said}")


def _target(text: str, directory: Directory) -> Target:
    target = parse(text)
    if isinstance(target, VendorTarget):
        try:
            directory.vendor(target.vendor)
        except KeyError:
            known = ", ".join(row.id for row in directory.rows)
            raise LaneError(f"lane {text!r}: there is no vendor {target.vendor!r}; there are {known}") from None
    return target
