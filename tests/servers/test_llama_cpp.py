"""A real llama.cpp server with a tiny random model, through the command line."""

from tests.app.conftest import Call

ORDER = ("dns", "connect", "tls", "sent", "headers", "ttfb", "ttft", "last", "total")
REPEAT = 20


def test_two_dialects_side_by_side_never_fail(call: Call, llama: str) -> None:
    """The server closes connections that it has just advertised as kept: that must cost no run."""
    lanes = ("--lane", f"openai_chat:tiny@{llama}/v1", "--lane", f"anthropic:tiny@{llama}")
    words = ("--param", "max_tokens=48", "--param", "seed=7", "--repeat", str(REPEAT))
    said = call("run", "--json", "--prompt", "def main():", *lanes, *words)
    failed = [(line["lane"], line["error"]) for line in said.lines if line["outcome"] != "done"]
    assert failed == []
    assert said.code == 0
    assert len(said.lines) == 2 * REPEAT
    for line in said.lines:
        moments = [line["timings_ms"][name] for name in ORDER if line["timings_ms"][name] is not None]
        assert moments == sorted(moments), line["timings_ms"]
        assert {"sent", "headers", "ttfb", "ttft", "last", "total"} <= {
            name for name, at in line["timings_ms"].items() if at is not None
        }
        assert 0 < line["usage"]["output"] <= 48
        assert line["chunks"] <= line["usage"]["output"]
        assert line["finish_reason"] in ("stop", "length", "end_turn", "max_tokens")
        assert line["reused"] == (line["timings_ms"]["connect"] is None)
