"""What the mock upstream answers, by what the prompt holds."""

from typing import Any

SENTENCE = "The harbour lies quiet, and 12 boats wait for the tide – ⚓ all of them."
USAGE = {"prompt_tokens": 20, "completion_tokens": 18, "total_tokens": 38}
FIXTURES: list[dict[str, Any]] = [
    {"match": {"userMessage": "say it"}, "response": {"content": SENTENCE, "usage": USAGE}, "chunkSize": 7},
    {
        "match": {"userMessage": "call it"},
        "response": {"toolCalls": [{"name": "tide", "arguments": '{"port": "Brest", "hours": [6, 18]}'}]},
        "chunkSize": 5,
    },
    {
        "match": {"userMessage": "think first"},
        "response": {"content": "Four.", "reasoning": "Two and two."},
        "chunkSize": 4,
    },
    {
        "match": {"userMessage": "too often"},
        "response": {"error": {"message": "Slow down", "type": "rate_limit_error", "code": "x"}, "status": 429},
    },
    {
        "match": {"userMessage": "too busy"},
        "response": {"error": {"message": "Overloaded", "type": "overloaded_error"}, "status": 529},
    },
    {
        "match": {"userMessage": "break off"},
        "response": {"content": SENTENCE},
        "chunkSize": 7,
        "latency": 5,
        "truncateAfterChunks": 3,
    },
]
