"""One line per run: CSV for spreadsheets, JSON Lines for programs."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.export.selection import filled, lane_color, meant, params_of, worse_than
from app.session.document import Blob, Prompt, Run, Session
from app.session.making import whole

FORMAT = "abreast-run"
VERSION = 1
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula, and would run it."""


def csv_text(session: Session, runs: Iterable[Run] | None = None) -> str:
    """RFC 4180 with a header. Numbers are plain, times in milliseconds; what is not known is empty. `better_than` names
    runs as the column `run` does."""
    prompts = {each.id: each for each in session.prompts}
    rows = [_row(session, prompts[run.prompt], run) for run in _chosen(session, runs) if run.prompt in prompts]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return out.getvalue()


def json_lines(session: Session, runs: Iterable[Run] | None = None) -> str:
    """One JSON object per run: the prompt as it was sent, the lane, the record as of `abreast run --json`. What was
    attached stands in the first line that has it."""
    prompts = {each.id: each for each in session.prompts}
    told = set[str]()
    trees = [_tree(session, prompts[run.prompt], run, told) for run in _chosen(session, runs) if run.prompt in prompts]
    return "".join(json.dumps(_whole(tree), ensure_ascii=False) + "\n" for tree in trees)


def _chosen(session: Session, runs: Iterable[Run] | None) -> Iterable[Run]:
    return meant(session) if runs is None else runs


COLUMNS = (
    "run", "after", "at", "lane", "model_served", "outcome", "ttft_ms", "ttfo_ms", "total_ms", "tokens_per_s",
    "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost", "currency",
    "cost_source", "cost_as_of", "finish_reason", "error", "params", "rating", "thumb", "note", "better_than", "system",
    "prompt", "answer", "reasoning", "refusal",
)  # fmt: skip


def _row(session: Session, prompt: Prompt, run: Run) -> dict[str, Any]:
    record, (text, system) = run.record, filled(prompt)
    usage, cost, timings = record.usage, record.cost, record.timings_ms
    return {
        "run": run.id, "after": run.after, "at": run.at, "lane": run.spec.model, "model_served": record.model,
        "outcome": record.outcome, "ttft_ms": timings.ttft, "ttfo_ms": timings.ttfo, "total_ms": timings.total,
        "tokens_per_s": record.tokens_per_s, "input_tokens": usage.input, "cache_read_tokens": usage.cache_read,
        "cache_write_tokens": usage.cache_write, "output_tokens": usage.output, "reasoning_tokens": usage.reasoning,
        "cost": cost and cost.amount, "currency": cost and cost.currency, "cost_source": cost and cost.source,
        "cost_as_of": cost and cost.as_of, "finish_reason": record.finish_reason,
        "error": record.error and record.error.message,
        "params": json.dumps(params_of(run), ensure_ascii=False) if run.spec.params else None,
        "rating": run.opinion.rating, "thumb": run.opinion.thumb, "note": run.opinion.note,
        "better_than": " ".join(worse_than(session, run)),
        "system": system, "prompt": text,
        "answer": record.text, "reasoning": record.reasoning, "refusal": record.refusal,
    }  # fmt: skip


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = whole(value).replace("\0", "\ufffd")
    return f"'{text}" if text.startswith(FORMULA) else text


def _tree(session: Session, prompt: Prompt, run: Run, told: set[str]) -> dict[str, Any]:
    """`told` are the attachments that stand in lines before; those of this one are added."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "session": {"id": session.id, "title": session.title},
        "id": run.id,
        "after": run.after,
        "at": run.at,
        "prompt": {"id": prompt.id, "at": prompt.at, **_draft(prompt, session.attachments, told)},
        "lane": {
            "id": run.lane,
            "model": run.spec.model,
            "params": params_of(run),
            "limits": msgspec.to_builtins(run.spec.limits),
            "color": lane_color(session, run),
        },
        "record": msgspec.to_builtins(run.record),
        "opinion": msgspec.to_builtins(run.opinion),
        "made": msgspec.to_builtins(run.made),
        "chunks": msgspec.to_builtins(run.chunks),
        "echo": msgspec.to_builtins(run.echo),
        "fingerprint": run.fingerprint,
        "warmup": run.warmup,
        "better_than": [{"run": each.worse, "at": each.at} for each in session.better if each.better == run.id],
    }


def _draft(prompt: Prompt, blobs: Mapping[str, Blob], told: set[str]) -> dict[str, Any]:
    attached = []
    for each in prompt.draft.attachments:
        blob = blobs.get(each.sha256) if each.sha256 not in told else None
        told.add(each.sha256)
        attached.append({"name": each.name, "sha256": each.sha256, **(msgspec.to_builtins(blob) if blob else {})})
    text, system = filled(prompt)
    return {"text": text, "system": system, "attachments": attached}


def _whole(value: Any) -> Any:
    """`value` with texts that UTF-8 can hold."""
    match value:
        case str():
            return whole(value)
        case dict():
            return {whole(str(key)): _whole(each) for key, each in value.items()}
        case list() | tuple():
            return [_whole(each) for each in value]
    return value
