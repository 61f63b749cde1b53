"""Which key goes where: a key belongs to an origin (scheme, host, port), and is never sent to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.lanes import Target, UrlTarget, VendorTarget, is_loopback
from providers.errors import Failure, ProviderError
from providers.vendors import Vendor, origin, vendor, vendor_of_origin


@dataclass(frozen=True)
class Keys:
    """Keys from environment variables.

    `given` names a variable for each origin that the user spelled out; for every other URL only a vendor's own
    variable counts, and only at the vendor's own origin.
    """

    environ: Mapping[str, str] = field(repr=False)
    given: Mapping[str, str] = field(default_factory=dict)

    def for_target(self, target: Target) -> str | None:
        """The key for `target`, or None if none is known. Raises `ProviderError` for a key that cannot be one."""
        match target:
            case VendorTarget(vendor=id_):
                return self.of_vendor(vendor(id_))
            case UrlTarget(base_url=url):
                if (name := self.given.get(origin(url))) is not None:
                    return self._named(name, url)
                owner = None if is_loopback(url) else vendor_of_origin(url)
                return self.of_vendor(owner) if owner is not None else None

    def of_vendor(self, owner: Vendor) -> str | None:
        """The key for the vendor's own origin, or None. Raises `ProviderError` as above."""
        if (name := self.given.get(origin(owner.base_url))) is not None and owner.base_url:
            return self._named(name, owner.base_url)
        for usual in owner.key_env:
            if self.environ.get(usual, "").strip():
                return checked(self.environ[usual], usual)
        return None

    def _named(self, name: str, url: str) -> str:
        if not self.environ.get(name, "").strip():
            raise _unusable(f"the environment variable {name}, which should hold the key for {origin(url)}, is empty")
        return checked(self.environ[name], name)


def checked(key: str, name: str) -> str:
    """`key` trimmed. Raises `ProviderError`, which does not quote it, if HTTP could not carry it."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise _unusable(f"the key in {name} holds a space or a character outside ASCII, so it cannot be right")
    return key


def _unusable(why: str) -> ProviderError:
    return ProviderError(Failure("authentication", why))
