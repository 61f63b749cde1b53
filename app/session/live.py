"""A run that has not ended: what is known of it before anything came, and what it is if nothing more does."""

import msgspec

from app.records import ErrorRecord, RunRecord, Timings, Tokens
from app.session.document import LaneSpec, Made, Prompt, Run

LOST = "Abreast ended while this answer was streaming"


class LiveRun(msgspec.Struct, frozen=True):
    """A run as it is sent off for a session."""

    id: str
    prompt: Prompt
    lane: int
    after: str | None
    at: str
    spec: LaneSpec
    made: Made = Made()
    experiment: str = ""
    warmup: bool = False

    def ended(self, record: RunRecord) -> Run:
        """Without its chunks and its echo."""
        return Run(
            *(self.id, self.prompt.id, self.lane, self.after, self.at, self.spec, record),
            made=self.made,
            experiment=self.experiment,
            warmup=self.warmup,
        )


def cut_off(live: LiveRun, text: str, reasoning: str) -> Run:
    """What is left of a run whose end nobody saw. Its figures are unknown."""
    return live.ended(
        RunRecord(
            schema=1,
            run=0,
            lane_index=0,
            repeat=0,
            lane=live.spec.model,
            model=live.spec.model.partition("/")[2] or live.spec.model,
            outcome="cut_off",
            text=text,
            reasoning=reasoning,
            refusal="",
            tool_calls=(),
            finish_reason=None,
            usage=Tokens(),
            usage_raw={},
            cost=None,
            timings_ms=Timings(),
            reused=None,
            http_version=None,
            stamp="transport",
            chunks=0,
            icl_ms=None,
            itl_ms=None,
            tokens_per_s=None,
            loop_lag_ms_max=0.0,
            attempts=(),
            notices=(),
            error=ErrorRecord("cut_off", LOST, None, None, None, None),
        )
    )
