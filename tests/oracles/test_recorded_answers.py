"""Recorded streams of real providers, read by us and by the vendors' own SDKs."""

from pathlib import Path

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

from tests.oracles.readers import READERS, mistral, ollama_generate
from tests.oracles.recording import Server
from tests.oracles.test_answers import APART, ELSEWHERE, alike, counted_alike, ours
from tests.providers.test_recorded_streams import body_of, every_case, expected_of, folded

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

READER_OF = {"chat": "chat", "responses": "responses", "anthropic": "messages", "gemini": "gemini", "ollama": "ollama"}

DIFFERENT = {"other.perplexity-citations": "the finish reason in its last object, which is no chunk, is lost"}

SDK_COUNTS_OTHERWISE = {
    "groq.compound-web-search": ELSEWHERE,
    "groq.think-tags-in-content": ELSEWHERE,
    "xai.vercel-compat-text": APART,
    "xai.vercel-compat-tool-call": APART,
    "xai.vercel-tool-call": APART,
}


@every_case
def test_we_agree(case: Path, server: Server) -> None:
    expected = expected_of(case)
    if expected["api"] not in READER_OF:
        pytest.skip("no SDK reads this API as a stream of chat")
    name = f"{case.parent.name}.{case.name}"
    server.bodies[name] = expected["content_type"], body_of(case)
    read = mistral if expected["provider"] == "mistral" else READERS[READER_OF[expected["api"]]]
    if expected["api"] == "ollama" and b'"response":' in body_of(case):
        read = ollama_generate

    theirs = read(server.root, name)
    answer = folded(case, body_of(case), 1 << 30)

    assert alike(theirs, answer) != (name in DIFFERENT), (theirs, ours(answer))
    assert counted_alike(theirs, answer) != (name in SDK_COUNTS_OTHERWISE), (theirs.usage, answer.usage)
