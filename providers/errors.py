"""What can go wrong between a request and its answer, as one closed taxonomy.

A stream that fails raises `ProviderError`; nothing else leaves this layer. It carries a `Failure`, a plain value that
also travels in events and across processes. The kinds, by what is to be done about them:

    the caller must change something      authentication  permission  not_found  bad_request  too_long
                                          quota  content_filter
    waiting may help (transient)          rate  overloaded  server
    the way there is broken (transient)   network  timeout_first  timeout_idle
    ... and is not safe                   tls
    the answer is broken                  cut_off  protocol
    someone stopped it                    cancelled

`cut_off` is a stream that ended without its dialect's proof of completion; `protocol` is one that says what cannot be
understood.
"""

from typing import Literal, get_args

import msgspec

ErrorKind = Literal[
    "authentication",
    "permission",
    "not_found",
    "bad_request",
    "too_long",
    "rate",
    "quota",
    "overloaded",
    "server",
    "network",
    "tls",
    "timeout_first",
    "timeout_idle",
    "cut_off",
    "protocol",
    "content_filter",
    "cancelled",
]
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)

TRANSIENT: frozenset[ErrorKind] = frozenset(
    {"rate", "overloaded", "server", "network", "timeout_first", "timeout_idle", "cut_off"}
)
"""Kinds that may pass by themselves."""


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One failure in the provider's own words where it gave any.

    `late` says that part of the answer had been streamed before it failed, so that starting again would show text
    twice and cost twice. `retry_after_s` is the provider's wish in seconds.
    """

    kind: ErrorKind
    message: str
    status: int | None = None
    provider_code: str | None = None
    request_id: str | None = None
    retry_after_s: float | None = None
    late: bool = False
    should_retry: bool | None = None
    """What the server itself says about asking again (`x-should-retry`); it goes before the kind."""

    @property
    def transient(self) -> bool:
        return self.kind in TRANSIENT

    @property
    def retriable(self) -> bool:
        """Whether the same server may be asked again: as it says itself, else by the kind."""
        return self.transient if self.should_retry is None else self.should_retry


class ProviderError(Exception):
    """A stream failed. `failure` says how, and never holds a key."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure

    def __repr__(self) -> str:
        return f"ProviderError({self.failure.kind}: {self.failure.message!r})"
