"""The one place where clients and models are made, for the engine and the command line alike."""

import ssl

import msgspec

from app.keys import Keys
from app.lanes import Lane, LaneError, Target, UrlTarget, VendorTarget, is_loopback, parse
from app.practice import PracticeServer
from app.release import release
from providers.dialects import DIALECTS
from providers.errors import Failure, ProviderError
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.model import Model
from providers.patience import Patience
from providers.vendors import VENDORS, Vendor, origin, quirks_of_url, vendor, vendor_of_origin

REMOTE = Patience(first_s=600.0, idle_s=120.0)
"""A cloud model may think for minutes before its first token (the vendors' own SDKs wait 600 s)."""
LOCAL = Patience()
"""A server on this machine may be loading or slow: it has no deadline, only a visible counter."""


def tls_context() -> ssl.SSLContext:
    """Certificates are always checked, against the operating system's trust store."""
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def http_client() -> HttpClient:
    return HttpClient(tls_context=tls_context, user_agent=f"abreast/{release()}")


class Workshop:
    """Makes models from lanes. It owns the HTTP client and the practice server; `aclose` ends both."""

    def __init__(self, *, keys: Keys, first_s: float | None = None) -> None:
        self._keys = keys
        self._first_s = first_s
        self.client = http_client()
        self._practice = PracticeServer()

    async def model(self, lane: Lane) -> Model:
        """Raises `ProviderError` if a key is missing or cannot be one, or if the practice server does not start."""
        target = check(lane)
        match target:
            case VendorTarget():
                return await self._of_vendor(vendor(target.vendor), target)
            case UrlTarget():
                return await self._of_url(target)

    async def _of_vendor(self, row: Vendor, target: VendorTarget) -> Model:
        base_url = row.base_url
        if row.is_practice:
            base_url = getattr(await self._practice.address(), row.dialect)
        key = self._keys.for_target(target)
        if key is None and row.needs_key:
            names = " or ".join(row.key_env)
            raise ProviderError(Failure("authentication", f"there is no key for {row.name}: set {names}"))
        return await self._leaf(row, target.model, base_url, key)

    async def _of_url(self, target: UrlTarget) -> Model:
        key = self._keys.for_target(target)
        owner = vendor_of_origin(target.base_url, target.dialect)
        if owner is None or owner.dialect != target.dialect:
            quirks = quirks_of_url(target.base_url, target.dialect)
            owner = Vendor("custom", origin(target.base_url), target.dialect, "", quirks=quirks)
        return await self._leaf(owner, target.model, target.base_url, key)

    async def _leaf(self, row: Vendor, model: str, base_url: str, key: str | None) -> Model:
        patience = LOCAL if is_loopback(base_url) else REMOTE
        if self._first_s is not None:
            patience = msgspec.structs.replace(patience, first_s=self._first_s)
        await self.client.warm(base_url)
        return HttpModel(
            vendor=row.id,
            model=model,
            base_url=base_url,
            dialect=DIALECTS[row.dialect],
            client=self.client,
            quirks=row.quirks,
            key=key,
            patience=patience,
        )

    async def aclose(self) -> None:
        await self.client.aclose()
        await self._practice.aclose()


def check(lane: Lane) -> Target:
    """The lane's target if this version can run it. Raises `LaneError` with what is wrong."""
    target = parse(lane.text)
    if isinstance(target, VendorTarget):
        try:
            vendor(target.vendor)
        except KeyError:
            known = ", ".join(row.id for row in VENDORS)
            raise LaneError(f"lane {lane.text!r}: there is no vendor {target.vendor!r}; there are {known}") from None
    return target
