"""Failures told to people: what happened, what to do, and the provider's own words apart from ours."""

from app.records import ErrorRecord
from app.shown import Problem, Remedy

_TOLD: dict[str, tuple[str, str, Remedy]] = {
    "authentication": (
        "{who} does not accept the key, or there is none.",
        "Set the vendor's key variable in the environment that Abreast is started from, then retry.",
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
}
_OURS = frozenset({"network", "tls", "timeout_first", "timeout_idle", "cut_off", "protocol"})
"""Kinds of which the message is our own finding, not the provider's words."""


def explain(error: ErrorRecord, *, model: str, vendor: str) -> Problem:
    """`vendor` is the name to call the provider by, as far as there is one."""
    who = vendor or "The server"
    what, advice, remedy = _TOLD.get(error.kind, ("The run failed.", "Retry.", "retry"))
    words = {"who": who, "model": model or "this model", "wait": _wait(error.retry_after_s)}
    theirs = error.kind not in _OURS and error.status is not None
    return Problem(
        what=_capital(what.format(**words)),
        advice=advice.format(**words),
        quote=error.message,
        speaker=who if theirs else "Abreast",
        facts=_facts(error),
        remedy=remedy,
    )


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
    if error.provider_code:
        facts.append(f"code {error.provider_code}")
    if error.request_id:
        facts.append(f"request {error.request_id}")
    return tuple(facts)
