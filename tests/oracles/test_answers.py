"""What we read from a stream and what the vendors' own SDKs read from it, side by side.

Every cassette goes through the SDK of its dialect over real HTTP. Where the two differ, the reason stands here, and the
difference is checked too, so that this list stays true: mostly an SDK that takes a cut stream for a whole one, or loses
what had come before an error.
"""

from dataclasses import replace

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

from tests.oracles.readers import READERS, Reader, Said, decoded, mistral, ollama_generate
from tests.oracles.recording import Server
from tests.providers.dialects.test_cassettes import NAMES, body_of, read
from tests.providers.folding import Fold

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

SDK_TAKES_IT_FOR_WHOLE = {
    "chat-bare-error", "chat-done-without-reason", "chat-host-error-type", "chat-groq-error", "chat-mistral-error",
    "chat-llamacpp-old-error", "chat-lmstudio-nothing", "chat-no-done-no-usage", "chat-no-resources",
    "chat-ollama-silent-end", "gemini-cut", "gemini-blocked",
    "responses-nothing", "ollama-cut", "ollama-nothing",
}  # fmt: skip
SDK_LOSES_THE_TEXT_BEFORE_AN_ERROR = {
    "chat-openrouter-error", "chat-string-error", "chat-tgi-error", "chat-vllm-error", "messages-error",
}  # fmt: skip
SDK_CRASHES = {
    "chat-custom-tool", "chat-cut-arguments", "chat-length", "chat-no-index-no-id", "chat-mistral",
    "chat-openrouter-details-only", "chat-portkey-error", "chat-tgi-old", "chat-detail-error", "chat-single-lf",
    "chat-vllm-nothing", "messages-nothing", "messages-unnamed", "gemini-tool",
    "responses-built-in-tools", "responses-half-characters", "responses-no-index",
    "ollama-text",
}  # fmt: skip
"""With an assertion, a type error or the like, which are no errors of an API."""
SDK_READS_SOMETHING_ELSE = {
    "chat-function-call": "the legacy field is not among its tool calls",
    "chat-half-characters": "halves of characters stay halves",
    "chat-portkey": "reasoning in content_blocks is not looked at",
    "chat-repeated-name": "names and arguments of two calls run together",
    "chat-same-index": "two calls on one index run together",
    "gemini-candidates": "only the first candidate of a chunk is the answer, not the first by index",
    "messages-cut-arguments": "arguments that were cut off are completed by guessing",
    "messages-half-characters": "halves of characters stay halves",
    "responses-not-streamed": "a whole document in place of a stream is not read",
    "responses-tool-only-item": "calls that the last view leaves out are lost",
    "gemini-streamed-arguments": "arguments in pieces are not put together",
    "gemini-streamed-arguments-unended": "arguments in pieces are not put together",
    "ollama-half-characters": "halves of characters stay halves",
    "messages-restarted": "a message that starts anew keeps what had been dropped",
    "messages-twice": "a message that starts anew keeps what had been dropped",
}
APART = "this vendor counts reasoning beside the tokens of output, not among them"
ELSEWHERE = "usage is in a field of the vendor's own, which is not looked at"
SDK_COUNTS_OTHERWISE = {
    "chat-groq": ELSEWHERE,
    "chat-moonshot": ELSEWHERE,
    "chat-null-usage-later": "a null takes away what was known",
    "chat-xai": APART,
}
DIFFERENT = SDK_TAKES_IT_FOR_WHOLE | SDK_LOSES_THE_TEXT_BEFORE_AN_ERROR | SDK_CRASHES | SDK_READS_SOMETHING_ELSE.keys()


def reader_of(name: str) -> Reader:
    return ollama_generate if name == "ollama-generate" else READERS[name.partition("-")[0]]


def ours(answer: Fold) -> Said:
    made = [call for _, call in sorted(answer.calls.items())]
    calls = [(call.name, decoded(call.arguments)) for call in made]
    failed = answer.failure is not None
    used = (answer.usage.input or 0, answer.usage.output or 0)
    return Said(answer.text, answer.reasoning, answer.refusal, calls, answer.stop, used, failed)


def counted_alike(theirs: Said, answer: Fold) -> bool:
    return ours(answer).failed or theirs.usage == ours(answer).usage


def alike(theirs: Said, answer: Fold) -> bool:
    said = ours(answer)
    if said.failed or theirs.failed:
        return said.failed and theirs.failed and (theirs.text, theirs.calls) in (("", []), (said.text, said.calls))
    return replace(theirs, usage=said.usage) == said


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DIFFERENT])
def test_we_agree(name: str, server: Server) -> None:
    answer = read(name, body_of(name))
    theirs = reader_of(name)(server.root, name)

    assert alike(theirs, answer), (theirs, ours(answer))
    assert counted_alike(theirs, answer) != (name in SDK_COUNTS_OTHERWISE), (theirs.usage, answer.usage)


@pytest.mark.parametrize("name", sorted(SDK_TAKES_IT_FOR_WHOLE))
def test_a_cut_or_failed_stream_is_whole_for_the_sdk_alone(name: str, server: Server) -> None:
    theirs = reader_of(name)(server.root, name)

    assert not theirs.failed
    assert read(name, body_of(name)).failure is not None


@pytest.mark.parametrize("name", sorted(SDK_LOSES_THE_TEXT_BEFORE_AN_ERROR))
def test_text_before_an_error_is_kept_by_us_alone(name: str, server: Server) -> None:
    theirs = reader_of(name)(server.root, name)
    answer = read(name, body_of(name))

    assert theirs.failed
    assert answer.failure is not None
    assert theirs.text == ""
    assert answer.text != ""


@pytest.mark.parametrize("name", sorted(SDK_CRASHES))
def test_the_sdk_crashes(name: str, server: Server) -> None:
    with pytest.raises(Exception):  # noqa: B017 — whatever it is, it is none of its own errors
        reader_of(name)(server.root, name)


@pytest.mark.parametrize("name", sorted(SDK_READS_SOMETHING_ELSE))
def test_the_sdk_reads_something_else(name: str, server: Server) -> None:
    try:
        theirs = reader_of(name)(server.root, name)
    except ValueError:
        return  # arguments that ran together are no JSON
    assert not alike(theirs, read(name, body_of(name)))


def test_mistral_reads_its_own_as_we_do(server: Server) -> None:
    answer = read("chat-mistral", body_of("chat-mistral"))

    theirs = mistral(server.root, "chat-mistral")

    assert alike(theirs, answer)
    assert counted_alike(theirs, answer)
