"""The records are the public contract: names and order as `cli.md` has them."""

import msgspec

from app.records import AttemptRecord, CallRecord, Cost, ErrorRecord, NoticeRecord, RunRecord, Timings, Tokens

RUN = """schema run lane_index repeat lane model outcome text reasoning refusal tool_calls finish_reason usage usage_raw
cost timings_ms reused http_version stamp chunks icl_ms itl_ms tokens_per_s loop_lag_ms_max attempts notices error"""
ATTEMPT = "attempt role vendor endpoint model outcome usage cost timings_ms status request_id error"
TIMINGS = "dns connect tls sent headers ttfb ttft ttfo last total"


def names(record: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(record)]


def test_fields_stand_in_the_order_of_the_contract() -> None:
    assert names(RunRecord) == RUN.split()
    assert names(AttemptRecord) == ATTEMPT.split()
    assert names(Timings) == TIMINGS.split()
    assert names(Tokens) == ["input", "cache_read", "cache_write", "output", "reasoning"]
    assert names(CallRecord) == ["id", "name", "arguments", "complete"]
    assert names(Cost) == ["amount", "currency", "source", "as_of"]
    assert names(NoticeRecord) == ["kind", "text"]
    assert names(ErrorRecord) == ["kind", "message", "status", "provider_code", "request_id", "retry_after_s"]


def test_what_is_unknown_is_written_as_null() -> None:
    assert msgspec.json.encode(Tokens(input=0)) == (
        b'{"input":0,"cache_read":null,"cache_write":null,"output":null,"reasoning":null}'
    )
