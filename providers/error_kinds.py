"""Which kind of failure a provider means, told from the status and from the words it uses."""

import re

from providers.errors import ErrorKind

BY_STATUS: dict[int, ErrorKind] = {
    400: "bad_request",
    401: "authentication",
    402: "quota",
    403: "permission",
    404: "not_found",
    405: "not_found",
    408: "server",
    409: "server",
    412: "quota",  # Portkey: the budget is spent; Fireworks: the account is suspended
    413: "too_long",
    422: "bad_request",
    424: "server",  # TGI: the generation failed
    429: "rate",
    446: "content_filter",  # Portkey: a guardrail said no
    498: "overloaded",  # Groq: no room in the flex tier
    499: "server",
    500: "server",
    501: "bad_request",
    502: "server",
    503: "overloaded",
    504: "server",
    505: "bad_request",
    529: "overloaded",
}

BY_WORD: tuple[tuple[str, ErrorKind], ...] = (
    (r"in_flight_budget_exhausted|throttling", "rate"),
    (
        r"insufficient_quota|billing|credit.balance|exceeded your current quota|spend.?limit|arrearage|perday"
        r"|budget_exceeded|insufficient.?balance|allocationquota|out of credits|insufficient credits",
        "quota",
    ),
    (
        r"context_length_exceeded|context.?(size|length|window)|prompt is too long|maximum context|exceed_context"
        r"|request_too_large|string_above_max_length|tokens to keep from the initial prompt|input.{0,40}too long"
        r"|inputs?\W* tokens \+|exceeds the maximum number of tokens",
        "too_long",
    ),
    (
        r"content_filter|content_policy|responsibleai|data_?inspection|prohibited_content|moderation|guardrail"
        r"|flagged|safety system",
        "content_filter",
    ),
    (
        r"invalid_api_key|incorrect api key|api_key_invalid|authentication_error|unauthenticated|invalidapikey"
        r"|api key not valid|unauthorized",
        "authentication",
    ),
    (r"permission_error|permission_denied|accessdenied", "permission"),
    (r"model_not_found|not_found_error|modelnotfound|\bnot_found\b|does not exist|not found, try pulling", "not_found"),
    (r"rate_limit|resource_exhausted|too many requests|limit_requests", "rate"),
    (r"overloaded|slow_down|unavailable|insufficient_system_resource|server busy|loading model", "overloaded"),
    (r"server_error|api_error|timeout_error|deadline_exceeded|internal_?error|internalerror|\binternal\b", "server"),
    (
        r"invalid_request|invalid_argument|invalid_?parameter|unsupported_|bad_?request|failed_precondition"
        r"|tool_use_failed|validation",
        "bad_request",
    ),
)
"""The first that is found wins, where the status lets it."""

OUTSPOKEN: frozenset[ErrorKind] = frozenset({"authentication", "permission", "not_found", "too_long", "content_filter"})


def kind_of(status: int, message: str, telling: list[str]) -> ErrorKind:
    """`telling` are the codes and types an error names; `status` is 0 for one inside a stream that has none."""
    words = " ".join((message, *telling)).lower()
    by_status = BY_STATUS.get(status, "server" if status >= 500 or status < 400 else "bad_request")
    if status == 429 and "resource_exhausted" in words:
        return "quota" if "perday" in words else "rate"  # Google speaks of quota and billing either way
    for pattern, kind in BY_WORD:
        if _fits(kind, status, by_status) and re.search(pattern, words):
            return kind
    return by_status


def _fits(kind: ErrorKind, status: int, by_status: ErrorKind) -> bool:
    """Whether words may overrule a status: a 500 that mentions an argument is still the server's."""
    if status < 400:
        return True
    if status in (400, 422):
        return kind != "server"
    if status in (402, 429):
        return kind in ("quota", "rate")
    if by_status in OUTSPOKEN:
        return kind in ("quota", "content_filter")
    if status >= 500:
        return kind in ("overloaded", "too_long")
    return kind in ("quota", "too_long", "content_filter", "rate", "overloaded")
