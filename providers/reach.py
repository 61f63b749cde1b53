"""Whether there is any way out of this machine, found without sending anything."""

import socket

NOWHERE = ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that documents are written with and nobody has (RFC 5737, RFC 3849)."""


def has_route() -> bool:
    """Connecting a datagram socket only asks the system for a route: no packet leaves."""
    return any(_leads_out(family, address) for family, address in NOWHERE)


def _leads_out(family: socket.AddressFamily, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return True
    except OSError:
        return False
