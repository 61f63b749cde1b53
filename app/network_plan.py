"""The user's wish for the network, made into a plan: by which proxy to which place, trusting what."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.directory import Directory
from app.home import FILE
from app.network import NONE, SYSTEM, USUAL, NetworkSetting, from_json
from providers.network import CONNECT_S, Origin, Plan
from providers.proxies import Proxy, parse
from providers.vendors import origin

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
VARIABLES_OF_PROXIES = (*VARIABLES, *(name.lower() for name in VARIABLES))
"""By which a system's proxies are usually told."""


class NetworkError(ValueError):
    """The wish cannot be carried out; the message says why and holds no password."""


@dataclass(frozen=True)
class SystemProxies:
    """What the system says, read once. `told` is that in words for the user."""

    by_scheme: Mapping[str, Proxy]
    told: str

    def of(self, place: Origin) -> Proxy | None:
        found = self.by_scheme.get("https" if place.is_secure else "http") or self.by_scheme.get("all")
        if found is None:
            return None
        from urllib.request import proxy_bypass

        return None if proxy_bypass(place.host) else found


NO_PROXIES = SystemProxies({}, "none is set")


def system_proxies(environ: Mapping[str, str] = os.environ) -> SystemProxies:
    """Those of the environment, and on macOS and Windows of the system's settings. What is no proxy is told as such."""
    if sys.platform.startswith("linux") and not any(environ.get(name) for name in VARIABLES_OF_PROXIES):
        return NO_PROXIES  # without importing what finds them, which takes 20 ms
    from urllib.request import getproxies

    found: dict[str, Proxy] = {}
    told: list[str] = []
    for scheme, url in getproxies().items():
        if scheme not in ("http", "https", "all"):
            continue
        where = next((name for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY") if environ.get(name)), "settings")
        try:
            found[scheme] = parse(url)
            told.append(f"{found[scheme]} for {scheme}, from {where}")
        except ValueError as error:
            told.append(f"{where} is not used: {error}")
    bypass = next((environ[name] for name in ("no_proxy", "NO_PROXY") if environ.get(name)), "")
    told += [f"not for {bypass}"] if found and bypass else []
    return SystemProxies(found, "; ".join(told) or "none is set")


def plan(setting: NetworkSetting, system: SystemProxies, directory: Directory) -> Plan:
    """Raises `NetworkError`."""
    chosen = chosen_proxy(setting)
    if setting.ca_file:
        check_certificates(setting.ca_file)

    def proxy(place: Origin) -> Proxy | None:
        if setting.proxy == SYSTEM:
            return None if is_bypassed(place.host, setting.bypass) else system.of(place)
        return None if chosen is None or is_bypassed(place.host, setting.bypass) else chosen

    def certificates(place: Origin) -> tuple[str, ...]:
        here = f"{'https' if place.is_secure else 'http'}://{place.host}:{place.port}"
        own = (row.ca_file for row in directory.rows if row.ca_file and origin(row.base_url) == here)
        return tuple(dict.fromkeys(filter(None, (setting.ca_file, *own))))

    connect_s = CONNECT_S if setting.connect_s is None else setting.connect_s
    return Plan(proxy, certificates, connect_s, setting.http2)


def chosen_proxy(setting: NetworkSetting) -> Proxy | None:
    """The proxy that the user has written. Raises `NetworkError`."""
    if setting.proxy in (SYSTEM, NONE):
        return None
    try:
        found = parse(setting.proxy)
    except ValueError as error:
        raise NetworkError(str(error)) from None
    if found.password:
        raise NetworkError(
            "a password is not kept in the settings: put the whole address into HTTPS_PROXY and choose the system's"
        )
    return found


def check_certificates(path: str) -> None:
    """Raises `NetworkError`."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise NetworkError(f"{path} holds no certificates in PEM form") from None
    except OSError as error:
        raise NetworkError(f"{path} cannot be read ({error.strerror})") from None


def is_bypassed(host: str, bypass: tuple[str, ...]) -> bool:
    """`example.com` is that host, `.example.com` and `*.example.com` those below it, `*` everything."""
    name = host.lower().rstrip(".")
    return any(_is_meant(name, each.strip().lower()) for each in bypass)


def _is_meant(name: str, pattern: str) -> bool:
    domain = pattern.removeprefix("*")
    return pattern == "*" or name == pattern or (domain.startswith(".") and name.endswith(domain))


def of_settings(where: Path) -> NetworkSetting:
    """What the settings in that folder hold; the usual where there are none, or damaged ones."""
    try:
        raw = json.loads((where / FILE).read_bytes())
        return from_json(raw["network"]) if isinstance(raw, dict) and "network" in raw else USUAL
    except (OSError, ValueError, TypeError, RecursionError):
        return USUAL
