"""Rows out of a run that has ended: one for each of its attempts."""

import uuid
from datetime import datetime

from app.attempt import Attempt
from app.faulted import asked_of_practice, fault_of
from app.lanes import route_name
from app.ledger.row import Row
from app.metrics import inter_chunk, inter_token, tokens_per_s
from app.pricing import sent_at
from app.records import AttemptRecord, Cost, RunRecord
from app.run import Pricer, RunFold, unpriced
from app.session.making import whole
from providers.vendors import origin


def rows_of(
    fold: RunFold,
    record: RunRecord,
    *,
    user: str,
    session: str = "",
    run: str = "",
    warmup: bool = False,
    fault: str = "",
    reason: str | None = None,
    computed: Pricer = unpriced,
) -> tuple[Row, ...]:
    """`fold` is what `record` was made of. `run` is its id in the session, else a new one. `computed` prices an attempt
    as if its provider had said nothing of its cost. `reason` is why the run was stopped, where that is known."""
    run, fault = run or uuid.uuid4().hex, fault or fault_of(record)
    made = []
    for ended in record.attempts:
        attempt = fold.attempts[ended.attempt]
        made.append(
            _row(
                attempt,
                ended,
                record,
                user=user,
                session=session,
                run=run,
                warmup=warmup,
                fault=fault,
                reason=_reason(attempt, ended, reason),
                computed=_computed(attempt, ended.cost, computed),
            )
        )
    return tuple(made)


def row_id(at: datetime, run: str, attempt: int) -> str:
    """Begins with the moment, so that new ones stand at the end of an index, which keeps inserting cheap."""
    return f"{microseconds(at):014x}-{run}-{attempt}"


def microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def _origin(endpoint: str) -> str:
    """What was asked; a cache has no address."""
    try:
        return origin(endpoint) if "://" in endpoint else endpoint
    except ValueError:
        return endpoint


def _reason(attempt: Attempt, ended: AttemptRecord, of_stop: str | None) -> str | None:
    match ended.outcome:
        case "discarded":
            return whole(attempt.reason) or None
        case "stopped":
            return of_stop or _said_by_a_budget(attempt)
        case _:
            return None


def _said_by_a_budget(attempt: Attempt) -> str | None:
    failure = attempt.failure
    return whole(failure.message) if failure is not None and failure.provider_code == "budget" else None


def _computed(attempt: Attempt, cost: Cost | None, price: Pricer) -> Cost | None:
    return price(attempt) if cost is not None and cost.source == "provider" else cost


def _row(
    attempt: Attempt,
    ended: AttemptRecord,
    record: RunRecord,
    *,
    user: str,
    session: str,
    run: str,
    warmup: bool,
    fault: str,
    reason: str | None,
    computed: Cost | None,
) -> Row:
    sent, usage, times, head = sent_at(attempt), attempt.usage, ended.timings_ms, attempt.response
    gaps = inter_chunk(attempt.stamps)
    hidden = bool(usage.reasoning) and not attempt.reasoning
    return Row(
        id=row_id(sent, run, ended.attempt),
        at_us=microseconds(sent),
        user=user,
        session=session,
        run=run,
        lane=whole(record.lane),
        route=route_name(record.lane),
        attempt=ended.attempt,
        repeat=record.repeat,
        warmup=warmup,
        fault=fault or asked_of_practice(ended.endpoint),
        vendor=ended.vendor,
        endpoint=_origin(ended.endpoint),
        asked=whole(attempt.asked),
        model=whole(ended.model),
        fingerprint=whole(attempt.fingerprint) if attempt.fingerprint else None,
        role=ended.role,
        outcome=ended.outcome,
        error=ended.error.kind if ended.error else None,
        reason=reason,
        status=ended.status,
        request_id=whole(ended.request_id) if ended.request_id else None,
        http_version=head.http_version if head else None,
        reused=head.reused if head else None,
        stamp=head.stamp if head else "transport",
        dns_ms=times.dns,
        connect_ms=times.connect,
        tls_ms=times.tls,
        sent_ms=times.sent,
        headers_ms=times.headers,
        ttfb_ms=times.ttfb,
        ttft_ms=times.ttft,
        ttfo_ms=times.ttfo,
        last_ms=times.last,
        total_ms=times.total,
        chunks=len(attempt.stamps),
        icl_p50_ms=gaps.p50 if gaps else None,
        icl_p99_ms=gaps.p99 if gaps else None,
        itl_ms=inter_token(attempt.first_ns, attempt.last_ns, usage.output, hidden=hidden),
        tokens_per_s=tokens_per_s(attempt.first_ns, attempt.last_ns, usage.output, hidden=hidden),
        lag_ms=record.loop_lag_ms_max,
        input=usage.input,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        output=usage.output,
        reasoning=usage.reasoning,
        cache_write_1h=usage.cache_write_1h,
        input_audio=usage.input_audio,
        output_audio=usage.output_audio,
        cost=ended.cost,
        computed=computed,
    )
