"""What some vendors take besides a key, as headers: organisation, project, provider. Light: the window shows it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class VendorField:
    label: str
    header: str
    note: str


_PORTKEY = (
    VendorField("Provider", "x-portkey-provider", "Whom the gateway asks, for example openai"),
    VendorField("Custom host", "x-portkey-custom-host", "Where that provider is, if not at its usual address"),
)
FIELDS: Mapping[str, tuple[VendorField, ...]] = {
    "openai": (
        VendorField("Organisation", "OpenAI-Organization", "org-… : who is charged, for keys of several organisations"),
        VendorField("Project", "OpenAI-Project", "proj_… : which project's limits count"),
    ),
    "google": (VendorField("Project", "x-goog-user-project", "Whose quota counts"),),
    "openrouter": (
        VendorField("Site", "HTTP-Referer", "Your site's address, for OpenRouter's own statistics"),
        VendorField("Title", "X-Title", "Your application's name there"),
    ),
    "portkey": _PORTKEY,
    "portkey-local": _PORTKEY,
}


def fields_of(kin: str) -> tuple[VendorField, ...]:
    return FIELDS.get(kin, ())
