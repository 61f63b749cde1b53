"""Failures told to people: what happened, what to do, and the provider's own words apart from ours."""

import re
from urllib.parse import urlsplit

from app.lanes import is_loopback
from app.records import ErrorRecord
from app.shown import Problem, Remedy
from providers.errors import ErrorKind
from providers.vendors import vendor as row_of

Told = tuple[str, str, Remedy]
"""What happened, what to do, and which button does it."""

_TOLD: dict[ErrorKind, Told] = {
    "authentication": (
        "{who} does not accept the key, or there is none.",
        "Store one under Keys and connections (Ctrl+Shift+K), or set {variable} before Abreast is started; then retry.",
        "retry",
    ),
    "permission": ("This key may not use {model}.", "Choose another model, or a key that may.", "edit"),
    "not_found": ("{who} knows no model {model}.", "Check the name and the address of the lane.", "edit"),
    "bad_request": ("{who} rejected the request.", "A parameter of the lane may be the cause: look at it.", "edit"),
    "too_long": (
        "The prompt is longer than {model} can take.",
        "Shorten the prompt, or choose a model with a larger context.",
        "edit",
    ),
    "rate": ("{who} is limiting how often it is asked.", "Wait {wait}, then retry.", "retry"),
    "quota": ("The account at {who} has no credit or quota left.", "Add credit there, or use another vendor.", "edit"),
    "overloaded": ("{who} is overloaded.", "Wait {wait}, then retry.", "retry"),
    "server": ("{who} failed on its side.", "Retry; if it stays, look at the vendor's status page.", "retry"),
    "network": ("{who} could not be reached.", "Check the address and the network, then retry.", "retry"),
    "tls": (
        "The connection to {who} is not safe: its certificate was refused.",
        "Check the address. If a proxy opens connections here, its certificate must be in the system's store.",
        "edit",
    ),
    "timeout_first": ("{who} sent nothing in the time allowed.", "Retry, or look whether the server is busy.", "retry"),
    "timeout_idle": ("{who} went silent in the middle of the answer.", "What came is kept. Retry.", "retry"),
    "cut_off": (
        "The answer ends without the sign that it is complete.",
        "What came is kept, and may be missing its end. Retry to get it whole.",
        "retry",
    ),
    "protocol": (
        "{who} sent something that cannot be understood.",
        "Check that the lane's dialect is the one this server speaks.",
        "edit",
    ),
    "content_filter": ("{who} refused on account of its content rules.", "Change the prompt, then send again.", "edit"),
    "cancelled": ("The run was stopped.", "What came is kept. Retry to start it again.", "retry"),
}
_NOBODY_LISTENS: Told = (
    "Nothing answers at {place}.",
    "Start the server there, or correct the address of the lane, then retry.",
    "retry",
)
_NOT_PULLED: Told = ("{who} has no model {model} yet.", "Get it with `ollama pull {model}`, then retry.", "retry")
_NOT_LOADED: Told = ("{who} is still loading {model}.", "Wait {wait}, then retry.", "retry")
_BUDGET_BEFORE: Told = (
    "Nothing was sent: a budget of yours has too little left.",
    "Change the budget (Ctrl+Shift+B), or wait until it begins anew; then retry.",
    "retry",
)
_BUDGET_WITHIN: Told = (
    "A budget of yours has stopped this answer.",
    "What came is kept. Change the budget (Ctrl+Shift+B), or wait until it begins anew.",
    "retry",
)
_OURS = frozenset({"network", "tls", "timeout_first", "timeout_idle", "cut_off", "protocol"})
"""Kinds of which the message is our own finding, not the provider's words."""


def explain(error: ErrorRecord, *, model: str, vendor: str, vendor_id: str = "", endpoint: str = "") -> Problem:
    """`vendor` is the name to call the provider by, as far as there is one; `vendor_id` its row, `endpoint` the base
    URL, where an attempt was made."""
    who = vendor or "The server"
    what, advice, remedy = _told(error, vendor_id, endpoint)
    words = {
        "who": who,
        "model": model or "this model",
        "wait": _wait(error.retry_after_s),
        "place": urlsplit(endpoint).netloc,
        "variable": _variable(vendor_id),
    }
    theirs = error.kind not in _OURS and error.status is not None
    return Problem(
        what=_capital(what.format(**words)),
        advice=advice.format(**words),
        quote=error.message,
        speaker=who if theirs else "Abreast",
        facts=_facts(error),
        remedy=remedy,
    )


def _told(error: ErrorRecord, vendor_id: str, endpoint: str) -> Told:
    """What is said of this kind, or of what a server on this machine means by it."""
    kind = error.kind
    if by_budget(error):
        return _BUDGET_WITHIN if kind == "cancelled" else _BUDGET_BEFORE
    if kind == "network" and is_loopback(endpoint) and "refused" in error.message:
        return _NOBODY_LISTENS
    if kind == "not_found" and (vendor_id == "ollama" or "try pulling" in error.message):
        return _NOT_PULLED
    if kind == "overloaded" and re.search(r"\bloading\b", error.message, re.IGNORECASE):
        return _NOT_LOADED
    return _TOLD[kind]


def by_budget(error: ErrorRecord) -> bool:
    """Whether a budget of the user's has blocked or stopped the run."""
    return error.provider_code == "budget" and error.status is None


def _variable(vendor_id: str) -> str:
    try:
        names = row_of(vendor_id).key_env
    except KeyError:
        names = ()
    return " or ".join(names) or "the vendor's key variable"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "a little"
    return f"{seconds:.0f} s" if seconds >= 1 else "a moment"


def _facts(error: ErrorRecord) -> tuple[str, ...]:
    facts = []
    if error.status is not None:
        facts.append(f"HTTP {error.status}")
    if error.provider_code and not by_budget(error):
        facts.append(f"code {error.provider_code}")
    if error.request_id:
        facts.append(f"request {error.request_id}")
    return tuple(facts)
