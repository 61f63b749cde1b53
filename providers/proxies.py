"""Proxies: what one is, how it is written, and the tunnel through one. The tunnel's protocols are python-socks'."""

import base64
import importlib
import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from providers.errors import Failure, ProviderError

Kind = Literal["http", "socks5"]
KINDS: dict[str, Kind] = {"http": "http", "socks5": "socks5", "socks5h": "socks5", "socks": "socks5"}
PORTS: dict[Kind, int] = {"http": 8080, "socks5": 1080}


@dataclass(frozen=True)
class Proxy:
    """Its text is its address, without who uses it."""

    kind: Kind
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.kind}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def authorization(self) -> dict[str, str]:
        """The header for a proxy that is asked as a server is."""
        if not self.user:
            return {}
        said = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"proxy-authorization": f"Basic {said}"}


def parse(text: str) -> Proxy:
    """The proxy of a URL; a bare host and port is an HTTP proxy. Raises `ValueError`, which quotes no password."""
    url = text.strip()
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("the proxy is no address: its host or its port cannot be read") from None
    scheme = parts.scheme.lower()
    if scheme == "https":
        raise ValueError("a proxy that is itself asked over TLS (https://) is not supported: http:// and socks5:// are")
    if scheme not in KINDS:
        raise ValueError(f"{scheme}:// is no kind of proxy that is supported: http:// and socks5:// are")
    if not host or any(character.isspace() for character in host) or parts.path not in ("", "/"):
        raise ValueError("the proxy is no address: it looks like http://proxy.example:3128 or socks5://127.0.0.1:1080")
    kind = KINDS[scheme]
    return Proxy(kind, host, port or PORTS[kind], unquote(parts.username or ""), unquote(parts.password or ""))


def is_this_machine(host: str) -> bool:
    """Whether what goes to that host stays here, where no proxy can be of use."""
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def load_tunnels() -> None:
    """Takes 25 ms, which is no part of connecting."""
    importlib.import_module("python_socks.async_.asyncio")


async def tunnel(proxy: Proxy, host: str, port: int) -> socket.socket:
    """A socket that is connected to `host` by way of the proxy, which looks the name up. Raises `ProviderError`."""
    from python_socks import ProxyConnectionError, ProxyError, ProxyType
    from python_socks.async_.asyncio import Proxy as Client

    kind = ProxyType.HTTP if proxy.kind == "http" else ProxyType.SOCKS5
    client = Client(kind, proxy.host, proxy.port, proxy.user or None, proxy.password or None, rdns=True)
    try:
        return await client.connect(host, port)
    except ProxyConnectionError as error:
        raise _failed(f"the proxy {proxy} cannot be reached ({_reason(error)})") from None
    except ProxyError as error:
        raise _failed(refusal(proxy, host, port, error.error_code)) from None
    except OSError as error:
        raise _failed(f"the proxy {proxy} broke off ({_reason(error)})") from None


def refusal(proxy: Proxy, host: str, port: int, code: int | None) -> str:
    """What a proxy's refusal means. The library's words are left out: they may quote who asked."""
    if proxy.kind == "http" and code == 407:
        return f"the proxy {proxy} wants a user name and a password, or refuses those it was given (407)"
    if proxy.kind == "http" and code is not None:
        return f"the proxy {proxy} refuses to connect to {host}:{port} ({code})"
    reasons = {
        1: "a general failure",
        2: "its rules do not allow it",
        3: "the network is unreachable",
        4: "the host is unreachable",
        5: "the connection was refused there",
        6: "it took too long",
    }
    if code in reasons:
        return f"the proxy {proxy} cannot connect to {host}:{port}: {reasons[code]}"
    return f"the proxy {proxy} refuses: it may want a user name and a password, or be no proxy of this kind"


def _reason(error: OSError) -> str:
    return error.strerror.partition("[")[2].rstrip("]") or error.strerror if error.strerror else type(error).__name__


def _failed(said: str) -> ProviderError:
    return ProviderError(Failure("network", said))
