"""Runs with figures that are known."""

from msgspec.structs import replace

from app.records import AttemptRecord, Cost, Outcome, RunRecord, Timings, Tokens
from app.run import RunFold


def record(
    ttft: float | None = 100.0, text: str = "yes", outcome: Outcome = "done", status: int | None = 200
) -> RunRecord:
    attempt = AttemptRecord(
        0, "answer", "v", "http://v", "m", outcome, Tokens(), None, Timings(ttft=ttft), status, None, None
    )
    total = None if ttft is None else ttft * 4
    return replace(
        RunFold(run=0, lane_index=0, repeat=0, lane="v/m").record(),
        outcome=outcome,
        text=text,
        timings_ms=Timings(ttft=ttft, total=total),
        usage=Tokens(output=60),
        tokens_per_s=None if ttft is None else 5000 / ttft,
        cost=Cost("0.001", "USD", "user", None),
        attempts=(attempt,),
    )
