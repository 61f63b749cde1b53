"""Streams that no one wrote: any documents, framed anyhow, cut anywhere, for every dialect. A second each at most."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName
from tests.providers.dialects.test_garbage import documents
from tests.providers.folding import cut, fold

CONTENT_TYPES = ("text/event-stream", "application/x-ndjson", "application/json", "text/html", "")
framed = st.one_of(
    documents.map(lambda said: json.dumps(said).encode()),
    st.binary(max_size=20),
    st.sampled_from([b"[DONE]", b"", b"null", b'{"done":true}', b'{"type":"message_stop"}', b'{"error":"x"}']),
)
fields = st.sampled_from([b"data: ", b"data:", b"error: ", b"", b": ", b"event: error\ndata: ", b"id: 1\ndata: "])
ends = st.sampled_from([b"\n\n", b"\r\n\r\n", b"\r\r", b"\n", b"\r\n", b""])


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    parts = draw(st.lists(st.tuples(fields, framed, ends), max_size=6))
    return b"".join(part for each in parts for part in each)


def read(dialect: DialectName, body: bytes, size: int, content_type: str) -> None:
    answer = fold(dialect, cut(body, size), content_type=content_type)

    assert (answer.failure is None) != (answer.finished is None)
    msgspec.json.encode([answer.failure, answer.finished, list(answer.calls.values()), answer.logprobs])


def settled(examples: int) -> Any:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, deadline=timedelta(seconds=1), suppress_health_check=slow)


any_stream = given(
    dialect=st.sampled_from(sorted(DIALECTS)),
    body=streams(),
    size=st.sampled_from([1, 3, 7, 1 << 20]),
    content_type=st.sampled_from(CONTENT_TYPES),
)


@settled(300)
@any_stream
def test_some(dialect: DialectName, body: bytes, size: int, content_type: str) -> None:
    read(dialect, body, size, content_type)


@pytest.mark.long
@settled(20_000)
@any_stream
def test_twenty_thousand(dialect: DialectName, body: bytes, size: int, content_type: str) -> None:
    read(dialect, body, size, content_type)
