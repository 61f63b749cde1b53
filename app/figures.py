"""A run's figures as people read them: the status line, the details with their definitions, the sentence announced."""

from decimal import Decimal, InvalidOperation

from app.records import Cost, RunRecord, Tokens
from app.run import RunFold
from app.series import duration
from app.shown import Figure, Segment
from app.tokens import Count, note

SPOILED_MS = 10.0
"""From this loop lag on, stamps may be late by as much as a token's gap, and the pane says so."""
BATCHED = 1.5
"""From so many tokens in a chunk on, gaps between chunks are no gaps between tokens, and the pane says so."""
NONE = "–"


def live_segments(fold: RunFold) -> tuple[Segment, ...]:
    """The status line while chunks come in. Chunks are not tokens, so they are marked as about as many."""
    ttft = fold.ttft_ms
    return (
        Segment(f"TTFT {duration(ttft)}" if ttft is not None else "TTFT …", "TTFT 999 ms", TTFT_NOTE),
        Segment(f"≈ {fold.chunks:,} chunks", "≈ 0,000 chunks", "Pieces of text so far; a chunk is about a token"),
    )


def end_segments(record: RunRecord, estimate: Count | None = None) -> tuple[Segment, ...]:
    """TTFT, tokens per second, tokens in and out, cost, total; nothing if nothing came. `estimate` is our own count of
    an output that the provider has not counted."""
    if not record.chunks and record.usage.output is None and record.cost is None:
        return ()
    rate = record.tokens_per_s
    segments = [
        Segment(f"TTFT {_ms(record.timings_ms.ttft)}", "TTFT 999 ms", TTFT_NOTE, "course"),
        Segment(f"{rate:.0f} tok/s" if rate is not None else f"{NONE} tok/s", "000 tok/s", RATE_NOTE, "chunks"),
        Segment(tokens_text(record.usage, estimate), "", note((estimate,)) if estimate else TOKENS_NOTE, "tokens"),
        Segment(money(record.cost), "", cost_note(record.cost), "cost"),
    ]
    if record.timings_ms.total is not None:
        segments.append(
            Segment(duration(record.timings_ms.total), "", "Total: from sending to the proof of the end", "course")
        )
    return tuple(segments)


def tokens_text(usage: Tokens, estimate: Count | None = None) -> str:
    """`412 (300 cached) → 388 (120 reasoning) tok`; what is our own estimate is marked: `412 → ≈ 388 tok`."""
    if estimate is not None and usage.output is None:
        return f"{_part(usage.input, usage.cache_read, 'cached')} → ≈ {estimate.tokens:,} tok"
    if usage.input is None and usage.output is None:
        return f"{NONE} tok"
    return f"{_part(usage.input, usage.cache_read, 'cached')} → {_part(usage.output, usage.reasoning, 'reasoning')} tok"


def _part(whole: int | None, part: int | None, name: str) -> str:
    shown = f"{whole:,}" if whole is not None else NONE
    return f"{shown} ({part:,} {name})" if part else shown


def money(cost: Cost | None) -> str:
    """Four decimals, or two significant digits below that. Unknown is unknown, never 0."""
    if cost is None:
        return f"cost {NONE}"
    try:
        amount = Decimal(cost.amount)
    except InvalidOperation:
        return f"cost {NONE}"
    sign = "$" if cost.currency == "USD" else f"{cost.currency} "
    if amount == 0 or amount >= Decimal("0.001"):
        return f"{sign}{amount:.4f}"
    return f"{sign}{amount:.{1 - amount.adjusted()}f}"


def cost_note(cost: Cost | None) -> str:
    if cost is None:
        return "The cost is unknown: the provider reported none, and no price is listed for this model"
    as_of = f", as of {cost.as_of}" if cost.as_of else ""
    return f"Cost; source: {cost.source}{as_of}"


def figures(record: RunRecord, estimate: Count | None = None) -> tuple[Figure, ...]:
    """Everything that does not fit the status line."""
    return (*_times(record), *_rates(record), *_counts(record, estimate), *_rest(record))


def _times(record: RunRecord) -> list[Figure]:
    t = record.timings_ms
    rows = [
        Figure("TTFT", _ms(t.ttft), TTFT_NOTE),
        Figure("Time to first content", _ms(t.ttfo), "From sending to the first text that is not reasoning"),
        Figure("Time to first byte", _ms(t.ttfb), "From sending to the response's first byte"),
        Figure("Last delta", _ms(t.last), "From sending to the last piece of text"),
        Figure("Total", _ms(t.total), "From sending to the proof that the answer is complete"),
    ]
    steps = {"DNS": t.dns, "TCP connect": t.connect, "TLS": t.tls, "Request sent": t.sent, "Headers": t.headers}
    done = [(name, at) for name, at in steps.items() if at is not None]
    return rows + [Figure(name, _ms(at), f"When this was over, from sending: {name}") for name, at in done]


def _rates(record: RunRecord) -> list[Figure]:
    icl = record.icl_ms
    rate = record.tokens_per_s
    return [
        Figure("Output rate", f"{rate:.1f} tok/s" if rate is not None else NONE, RATE_NOTE),
        Figure("Inter-token", f"{record.itl_ms:.2f} ms" if record.itl_ms is not None else NONE, ITL_NOTE),
        Figure("Inter-chunk p50", _ms(icl.p50 if icl else None), ICL_NOTE),
        Figure("Inter-chunk p99", _ms(icl.p99 if icl else None), ICL_NOTE),
        Figure("Chunks", f"{record.chunks:,}", "Pieces in which the text arrived"),
    ]


def _counts(record: RunRecord, estimate: Count | None) -> list[Figure]:
    u = record.usage
    output = Figure("Output", _count(u.output), OUTPUT_NOTE)
    if estimate is not None and u.output is None:
        output = Figure("Output", f"≈ {estimate.tokens:,} tok", note((estimate,)))
    return [
        Figure("Input", _count(u.input), "Tokens of the prompt as the provider counts them, cached ones included"),
        Figure("… cached", _count(u.cache_read), "The part of the input that was read from the provider's cache"),
        output,
        Figure("… reasoning", _count(u.reasoning), "The part of the output that was reasoning"),
    ]


def _rest(record: RunRecord) -> list[Figure]:
    cost = record.cost
    as_of = f", {cost.as_of}" if cost and cost.as_of else ""
    return [
        Figure("Cost", money(cost), cost_note(cost)),
        Figure("Price source", f"{cost.source}{as_of}" if cost else "unknown", cost_note(cost)),
        Figure("Finish reason", record.finish_reason or NONE, "In the provider's own word"),
        Figure("Served by", record.model or NONE, "The model as the provider names it"),
        Figure("Request id", _request_id(record), "By which the provider finds the last attempt"),
        Figure("Connection", _connection(record), "HTTP version, and whether an open connection was reused"),
        Figure("Loop lag", f"{record.loop_lag_ms_max:.1f} ms", LAG_NOTE),
        Figure("Attempts", str(len(record.attempts)), "HTTP exchanges that this run took"),
    ]


def _request_id(record: RunRecord) -> str:
    return (record.attempts[-1].request_id if record.attempts else None) or NONE


def _connection(record: RunRecord) -> str:
    if record.reused is None:
        return NONE
    how = "reused" if record.reused else "new"
    return f"{record.http_version}, {how}" if record.http_version else how


def remark(record: RunRecord) -> str:
    """What a run came to, where that is not plainly *done*."""
    kept = f"{record.usage.output:,} tokens" if record.usage.output is not None else f"{record.chunks:,} chunks"
    match record.outcome:
        case "stopped" if record.error is not None and record.error.provider_code == "budget":
            return f"stopped by a budget · {kept} kept"
        case "stopped":
            return f"stopped · {kept} kept" if record.chunks else "stopped before anything came"
        case "cut_off":
            return f"cut off · {kept} kept"
        case "failed":
            return "failed"
        case "done":
            return "no text" if not (record.text or record.tool_calls or record.refusal) else ""


def badge(record: RunRecord) -> tuple[str, str]:
    """A short text and its explanation if this machine spoiled the figures, else two empty ones."""
    lag = record.loop_lag_ms_max
    if lag <= SPOILED_MS or not record.chunks:
        return "", ""
    late = f"This machine was busy: a stamp of this run may be late by up to {lag:.0f} ms."
    return f"lag {lag:.0f} ms", f"{late} {LAG_NOTE}"


def batched(record: RunRecord) -> tuple[str, str]:
    """A short text and its explanation if chunks hold several tokens each, else two empty ones. Where output was
    counted that no chunk of text brought, their ratio says nothing."""
    output = record.usage.output
    is_hidden = bool(record.usage.reasoning) and not record.reasoning
    if not output or not record.chunks or is_hidden or record.tool_calls or len(record.attempts) > 1:
        return "", ""
    mean = output / record.chunks
    if mean <= BATCHED:
        return "", ""
    return f"{mean:.1f} tok/chunk", f"About {mean:.1f} tokens came in each chunk. {BATCHED_NOTE}"


def sentence(record: RunRecord, *, place: int, label: str) -> str:
    """What is announced: `lane 2, swift: done, 388 tokens, 6.40 s`."""
    parts = [record.outcome.replace("_", " ")]
    if record.usage.output is not None:
        parts.append(f"{record.usage.output:,} tokens")
    if record.timings_ms.total is not None:
        parts.append(f"{record.timings_ms.total / 1e3:.1f} seconds")
    return f"Lane {place}, {label}: {', '.join(parts)}"


def _ms(value: float | None) -> str:
    return NONE if value is None else duration(value)


def _count(value: int | None) -> str:
    return "not reported" if value is None else f"{value:,} tok"


TTFT_NOTE = "Time to first token: from sending to the first piece of any kind, reasoning included"
RATE_NOTE = (
    "Output tokens after the first over the time from the first piece to the last; not shown under 200 ms or 40 tokens"
)
OUTPUT_NOTE = "Tokens generated as the provider counts them, reasoning included"
TOKENS_NOTE = "Tokens in → out, as the provider counts them"
ITL_NOTE = "Time from the first piece to the last over the tokens after the first"
BATCHED_NOTE = "Chunks are not tokens: gaps between chunks and the jitter are those of batches here"
ICL_NOTE = "The gap between neighbouring chunks. A chunk may hold several tokens"
LAG_NOTE = "The longest that the measuring process was kept from its loop during this run"
