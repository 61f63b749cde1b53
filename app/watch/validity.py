"""Whether answers are what they have to be: such as fit a JSON schema, or JSON at all where those of before were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from app.session.document import Baseline, Run
from app.shapes import ShapeError, schema
from providers.routes.checks import Fits
from providers.routes.judge import Answer
from providers.types import Request

Schema = Mapping[str, Any]
NONE: Schema = {}
MOST_FAULTS = 3
_NOTHING_ASKED = Request.of("")


@dataclass(frozen=True)
class Validity:
    """Shares of answers, before and after: such as fit the schema, else such as are JSON."""

    before: float
    after: float
    by_schema: bool
    faults: tuple[str, ...] = ()
    """What is wrong with later answers, each once, the first few."""


def schema_of(baseline: Baseline | None, run: Run) -> Schema:
    """The baseline's own, else the one that the request itself asked for; empty where there is neither."""
    if baseline is not None and baseline.json_schema:
        return baseline.json_schema
    params = run.spec.params
    for name in ("response_format", "format"):  # OpenAI's word, and Ollama's
        if isinstance(asked := params.get(name), dict) and asked.get("type") not in ("text", "json_object"):
            try:
                return schema(json.dumps(asked)).schema
            except (ShapeError, TypeError):
                return NONE
    return NONE


def fault(text: str, wanted: Schema) -> str:
    """Why that answer does not fit, in a few words; "" if it does."""
    return Fits(dict(wanted)).fault(_NOTHING_ASKED, Answer(text))


def validity(before: Sequence[Run], after: Sequence[Run], wanted: Schema) -> Validity | None:
    """None where there is nothing to be held to: no schema, and no JSON in the baseline."""
    if not after or not (before or wanted):
        return None
    if not wanted:
        was, now = (fmean(is_json(each.record.text) for each in runs) for runs in (before, after))
        return Validity(was, now, by_schema=False) if was else None
    faults = [fault(each.record.text, wanted) for each in after]
    was = fmean(not fault(each.record.text, wanted) for each in before) if before else 0.0
    told = tuple(dict.fromkeys(filter(None, faults)))[:MOST_FAULTS]
    return Validity(was, fmean(not each for each in faults), by_schema=True, faults=told)


def is_json(text: str) -> bool:
    """Whether it is an object or a list: a bare number or word is text like any other."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
