"""Headers of one lane's own, which stand among its parameters under the name that SDKs have for them."""

from typing import Any

import msgspec

from providers.errors import Failure, ProviderError
from providers.types import Request

NAME = "extra_headers"


def taken(request: Request) -> tuple[Request, dict[str, str]]:
    """The request without them, and the headers. Raises `ProviderError` for what can be none."""
    if NAME not in request.params:
        return request, {}
    said: Any = request.params[NAME]
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ProviderError(Failure("bad_request", f"`{NAME}` must be an object of names and texts"))
    rest = {name: value for name, value in request.params.items() if name != NAME}
    return msgspec.structs.replace(request, params=rest), {name.lower(): value for name, value in said.items()}
