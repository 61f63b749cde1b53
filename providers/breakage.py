"""What breaks below HTTP, in words."""

import ssl

from providers.errors import Failure, ProviderError


class LostError(ProviderError):
    """The connection broke, or what came over it cannot be read on."""


class UnheardError(LostError):
    """The connection broke before any byte of the answer came."""


def broken(error: Exception) -> Failure:
    """What `error`, raised by a socket or by TLS, means for the connection."""
    match error:
        case ssl.SSLCertVerificationError():
            said = error.verify_message or error.reason or error
            return Failure("tls", f"the server's certificate was refused: {said}")
        case ssl.SSLError():
            return Failure("tls", f"no secure connection: {error.reason or error}")
        case OSError():
            return Failure("network", f"the connection broke ({error.strerror or error})")
        case _:
            return Failure("network", f"the connection broke ({error})")
