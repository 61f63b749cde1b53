"""Sessions for tests: small ones with everything in them, and large ones."""

import hashlib

from app.limits import Limits
from app.records import (
    AttemptRecord,
    CallRecord,
    Cost,
    ErrorRecord,
    NoticeRecord,
    Percentiles,
    RunRecord,
    Timings,
    Tokens,
)
from app.session.document import (
    Attachment,
    Better,
    Blob,
    Chunks,
    Draft,
    Lane,
    LaneSpec,
    Made,
    Opinion,
    Prompt,
    Run,
    Session,
    Variable,
)
from app.steps import Aside, Course, Step
from providers.events import Decision

PICTURE = b"\x89PNG\r\n\x1a\nnot a whole picture"


def a_record(lane: str = "practice/swift", text: str = "One line.\nAnother ✓ line.\n", **other: object) -> RunRecord:
    vendor, _, model = lane.partition("/")
    said: dict[str, object] = {
        "schema": 1,
        "run": 3,
        "lane_index": 0,
        "repeat": 0,
        "lane": lane,
        "model": model,
        "outcome": "done",
        "text": text,
        "reasoning": "",
        "refusal": "",
        "tool_calls": (),
        "finish_reason": "stop",
        "usage": Tokens(12, 0, None, 40, None),
        "usage_raw": {"prompt_tokens": 12, "completion_tokens": 40},
        "cost": Cost("0.00042", "USD", "genai-prices 0.2.3", "2026-11-01"),
        "timings_ms": Timings(sent=0.2, headers=20.5, ttfb=21.0, ttft=25.125, ttfo=25.125, last=830.0, total=831.5),
        "reused": True,
        "http_version": "1.1",
        "stamp": "transport",
        "chunks": 2,
        "icl_ms": Percentiles(20.0, 31.5),
        "itl_ms": 20.6,
        "tokens_per_s": 48.5,
        "loop_lag_ms_max": 0.125,
        "attempts": (
            AttemptRecord(
                1,
                "answer",
                vendor,
                "http://127.0.0.1:4000/v1",
                model,
                "done",
                Tokens(12, 0, None, 40, None),
                None,
                Timings(ttft=25.125),
                200,
                "req-1",
                None,
            ),
        ),
        "notices": (),
        "error": None,
    }
    return RunRecord(**{**said, **other})  # type: ignore[arg-type]


def a_run(id_: str = "r1", prompt: str = "p1", lane: int = 1, **other: object) -> Run:
    said: dict[str, object] = {
        "id": id_,
        "prompt": prompt,
        "lane": lane,
        "after": None,
        "at": "2026-11-24T10:00:00.000Z",
        "spec": LaneSpec("practice/swift", {"temperature": 0.5}),
        "record": a_record(),
        "chunks": Chunks((25_125, 800_000), (10, 16), (("text", 2),)),
        "made": Made("0.1.0", "3.11.7", "Linux 6.1"),
    }
    return Run(**{**said, **other})  # type: ignore[arg-type]


def a_session() -> Session:
    """With something of everything: two lanes, a conversation of two turns, a branch, a failure, opinions, a file."""
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    first = Draft(
        "Say {{what}} about\nthis picture.", "Be brief.",
        {"what": Variable("something kind", "choice", ("something kind", "nothing"))},
        (Attachment("cat.png", sha256),),
    )  # fmt: skip
    failed = a_record(
        "openai/gpt-5", "", outcome="failed", cost=None, chunks=0, tokens_per_s=None, icl_ms=None, itl_ms=None,
        usage=Tokens(), error=ErrorRecord("rate", "Too many requests", 429, "rate_limit", "req-9", 2.0),
        notices=(NoticeRecord("retry", "tried again after 1.2 s"),), attempts=(),
    )  # fmt: skip
    called = a_record(
        text="", tool_calls=(CallRecord("call_1", "look_up", '{"word": "cat"}', True),), reasoning="Hm.\nYes."
    )
    return Session(
        id="5e55",
        title="Cats & dogs",
        draft=Draft("And now?\n"),
        lanes=(
            Lane(1, LaneSpec("practice/swift", {"temperature": 0.5}), 0, "r3"),
            Lane(4, LaneSpec("openai/gpt-5", {"reasoning_effort": "low"}, Limits(first_s=20.0, warm=True)), 2),
        ),
        next_lane=5,
        prompts=(
            Prompt("p1", "2026-11-24T09:59:59.000Z", first),
            Prompt("p2", "2026-11-24T10:01:00.000Z", Draft("Go on.")),
        ),
        runs=(
            a_run(opinion=Opinion(4, "up", "Good,\nbut long")),
            a_run("r2", lane=4, spec=LaneSpec("openai/gpt-5"), record=failed, chunks=Chunks()),
            a_run("r3", "p2", after="r1", record=called, chunks=Chunks((1,), (8,), (("reasoning", 1),))),
            a_run("r4", "p2", after="r1"),
        ),
        better=(Better("r3", "r4", "2026-11-24T10:02:00.000Z"),),
        attachments={sha256: Blob("image/png", len(PICTURE), PICTURE)},
    )


def a_routed_session() -> Session:
    """A lane that is a route, whose course is told."""
    run = a_run("r5", spec=LaneSpec("route:cheap first"), course=a_course())
    prompt = Prompt("p1", "2026-11-24T09:59:59.000Z", Draft("Go on."))
    routes = {"cheap first": "escalate:\n  cheap: practice/swift\n"}
    return Session("r0u7e", lanes=(Lane(1, run.spec, 0, "r5"),), routes=routes, prompts=(prompt,), runs=(run,))


def a_course() -> Course:
    """Cheap first, and not sure enough."""
    judged = Decision("escalate", "escalated", 0.62, 0.7, "confidence (mean)")
    used, cost = Tokens(12, 0, None, 40, None), Cost("0.00042", "USD", "user", None)
    return Course(
        (
            Step(0.0, "asked", "practice/swift: set aside", 412.5, 0, "answer", "discarded", used, cost),
            Step(400.25, "decided", "Answer escalated: confidence 0.62 < 0.70", attempt=0, decision=judged),
            Step(412.75, "asked", "practice/deep answered", 900.0, 1, "answer", "done", used, cost),
        ),
        (Aside(0, "practice/swift", "Perhaps\nnot.", why="confidence 0.62 < 0.70"),),
    )


def a_long_session(runs: int = 500, tokens: int = 2_000) -> Session:
    """`runs` answers of so many pieces of about five characters."""
    text = "".join(f"word{n % 7} " if n % 12 else f"word{n % 7}\n" for n in range(tokens))
    chunks = Chunks(tuple(20_000 + n % 997 for n in range(tokens)), (6,) * tokens, (("text", tokens),))
    made = tuple(
        a_run(f"r{n}", f"p{n // 4}", n % 4 + 1, record=a_record(text=f"Answer {n}\n{text}"), chunks=chunks)
        for n in range(runs)
    )
    prompts = tuple(Prompt(f"p{n}", "2026-11-24T10:00:00.000Z", Draft(f"Question {n}")) for n in range(-(-runs // 4)))
    lanes = tuple(Lane(n, LaneSpec("practice/swift"), n - 1) for n in range(1, 5))
    return Session("long", "A long one", lanes=lanes, next_lane=5, prompts=prompts, runs=made)
