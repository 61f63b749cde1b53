"""What may be wrong with a request, before a dialect says it in its own shape."""

from typing import Any, Literal

import msgspec

Kind = Literal["bad_request", "authentication", "not_found", "too_large", "rate", "server", "unavailable", "overloaded"]

STATUS: dict[Kind, int] = {
    "bad_request": 400,
    "authentication": 401,
    "not_found": 404,
    "too_large": 413,
    "rate": 429,
    "server": 500,
    "unavailable": 503,
    "overloaded": 529,
}


class Problem(Exception):  # noqa: N818  # a value more often than it is raised
    """`param` is the field at fault, `code` the word that OpenAI has for it, `retry_after` is in seconds."""

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.param = param
        self.code = code
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        return STATUS[self.kind]


def decoded(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises `Problem`."""
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Problem("bad_request", f"We could not parse the JSON body of your request: {error}") from None
    if not isinstance(found, dict):
        raise Problem("bad_request", "The body of your request must be a JSON object.")
    return found
