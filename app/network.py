"""How the user wants to get out of this machine. Light: the settings hold it, which are read before the first paint."""

from dataclasses import dataclass
from typing import Any

SYSTEM, NONE = "system", "none"
LEAST_S, MOST_S = 1.0, 300.0


@dataclass(frozen=True)
class NetworkSetting:
    """`proxy` is `system`, `none` or a URL without a password; `bypass` names hosts that need none, with `*.` before a
    domain for all in it; `ca_file` holds certificates that are trusted besides the system's; `connect_s` is the limit
    for connecting in seconds, None the usual one."""

    proxy: str = SYSTEM
    bypass: tuple[str, ...] = ()
    ca_file: str = ""
    connect_s: float | None = None
    http2: bool = False
    """Whether servers are offered HTTP/2: lanes of one vendor then share a connection, and what becomes of it."""


USUAL = NetworkSetting()


def from_json(value: Any) -> NetworkSetting:
    """What was saved. Raises `TypeError` or `ValueError` for what cannot have been."""
    if not isinstance(value, dict):
        raise TypeError(value)
    proxy, bypass, ca_file = value.get("proxy", SYSTEM), value.get("bypass", []), value.get("ca_file", "")
    if not isinstance(proxy, str) or not isinstance(ca_file, str) or not isinstance(bypass, list):
        raise TypeError(value)
    if not all(isinstance(host, str) for host in bypass):
        raise TypeError(value)
    return NetworkSetting(proxy, tuple(bypass), ca_file, _seconds(value.get("connect_s")), value.get("http2") is True)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST_S <= value <= MOST_S:
        raise ValueError(value)
    return float(value)


def to_json(setting: NetworkSetting) -> dict[str, Any]:
    said = {
        "proxy": setting.proxy if setting.proxy != SYSTEM else None,
        "bypass": list(setting.bypass) or None,
        "ca_file": setting.ca_file or None,
        "connect_s": setting.connect_s,
        "http2": setting.http2 or None,
    }
    return {name: value for name, value in said.items() if value is not None}
