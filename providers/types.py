"""The request: what every dialect is asked to say in its own words."""

from typing import Any, Literal

import msgspec

Role = Literal["answer", "hedge", "judge", "sample", "embedding", "cache"]
"""Why an attempt was made."""


class Image(msgspec.Struct, frozen=True, omit_defaults=True, tag="image"):
    """A picture: its own bytes, or an address from which the vendor is to load it. Exactly one of the two is set."""

    media_type: str
    """`image/png`, `image/jpeg`, `image/webp` or `image/gif`."""
    data: bytes = b""
    url: str = ""


class File(msgspec.Struct, frozen=True, omit_defaults=True, tag="file"):
    """A document, such as a PDF: its own bytes, or an address. Exactly one of the two is set."""

    media_type: str
    name: str
    data: bytes = b""
    url: str = ""


Attachment = Image | File


class Call(msgspec.Struct, frozen=True):
    """A tool call that the model has made. `arguments` is JSON text; `id` is None where the server sent none."""

    id: str | None
    name: str
    arguments: str


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a tool has answered to the call `id` of the turn before."""

    id: str | None
    name: str
    text: str
    failed: bool = False


class Echo(msgspec.Struct, frozen=True):
    """An assistant's turn in the provider's own form, the only lossless one: signatures, encrypted reasoning.

    It goes back to the same endpoint in the same dialect, and to no other. `content` is what `events.Turn` said.
    """

    dialect: str
    endpoint: str
    content: Any


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn of the conversation.

    A user's turn holds results of calls, then attachments, then text; an assistant's holds text, then calls. With an
    `echo` that fits, the assistant's turn is sent as the provider said it, and otherwise from `text` and `calls`.
    """

    role: Literal["user", "assistant"]
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    results: tuple[Result, ...] = ()
    calls: tuple[Call, ...] = ()
    echo: Echo | None = None

    def echoed(self, dialect: str, endpoint: str) -> Any:
        """The provider's own form of this turn, None if there is none for that dialect and endpoint."""
        fits = self.echo is not None and (self.echo.dialect, self.echo.endpoint) == (dialect, endpoint)
        return self.echo.content if fits and self.echo is not None else None


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    """A function that the model may call. `parameters` is a JSON schema of type object; `strict` None is unset."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}
    strict: bool | None = None


class OnlyTool(msgspec.Struct, frozen=True, tag="tool"):
    """The model must call this tool."""

    name: str


ToolChoice = Literal["auto", "none", "required"] | OnlyTool


class JsonObject(msgspec.Struct, frozen=True, tag="json_object"):
    """The answer is to be some JSON object."""


class JsonSchema(msgspec.Struct, frozen=True, omit_defaults=True, tag="json_schema"):
    """The answer is to be JSON that fits `schema`. `strict` None is unset."""

    schema: dict[str, Any]
    name: str = "answer"
    strict: bool | None = None


Output = JsonObject | JsonSchema


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One prompt, as the user set it.

    `params` holds only what was set: a name that is absent is unset, and nothing is sent for it. Known names are
    those of `KNOWN_PARAMS`, which each dialect maps; any other goes into the request body as given.
    """

    messages: tuple[Message, ...]
    system: str | None = None
    params: dict[str, Any] = {}
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    output: Output | None = None
    labels: dict[str, str] = {}
    """What the user's variables held. Nobody is sent them; a route may choose by them."""

    @classmethod
    def of(cls, prompt: str, *, system: str | None = None, **params: Any) -> "Request":
        """A single-turn request."""
        return cls((Message("user", prompt),), system, params)


KNOWN_PARAMS = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "stop",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "logprobs",
        "top_logprobs",
        "reasoning_effort",
        "thinking_budget",
        "min_p",
        "repetition_penalty",
        "logit_bias",
        "parallel_tool_calls",
    }
)
"""Parameters that mean the same thing in every dialect that has them."""
