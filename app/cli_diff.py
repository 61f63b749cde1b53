"""`abreast diff A B`: what has changed between two runs, and whether it is more than it may be."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.printing import put
from app.printing_text import harmless
from app.session import files
from app.session.codec import SessionError
from app.session.compare import Difference, Figure, difference
from app.session.document import Run, Session

WITHIN, PAST, USAGE = 0, 1, 2
LIMITS = {"max_ttft": "TTFT", "max_total": "total", "max_cost": "cost", "max_tokens": "output tokens"}
"""Options, and the figure that each limits the growth of."""
MARKS = {"same": "", "gone": "-", "new": "+"}


def main(options: Namespace) -> int:
    """1 as soon as one limit is passed, or one of the runs did not end well."""
    try:
        pairs = tuple(_pairs(options.a, options.b))
    except SessionError as error:
        sys.stderr.write(f"abreast diff: {error}\n")
        return USAGE
    try:
        return max([_one(before, after, options) for before, after in pairs])
    except OSError as error:
        sys.stderr.write(f"abreast diff: standard output cannot be written: {error.strerror}\n")
        return PAST


def _one(before: Run, after: Run, options: Namespace) -> int:
    found = difference(before, after)
    past = tuple(_past(found, after, options))
    put(_json(before, after, found, past) if options.json else _text(before, after, found, past))
    return PAST if past else WITHIN


def _pairs(a: str, b: str) -> Iterator[tuple[Run, Run]]:
    """The two runs that are named; for two files, what each lane shows in both. Raises `SessionError`."""
    (first, one), (second, other) = _named(a), _named(b)
    if one is not None and other is not None:
        yield one, other
        return
    if one is not None or other is not None:
        raise SessionError("name a run in both (FILE#RUN), or in neither")
    heads = {lane.id: second.run(lane.head) for lane in second.lanes}
    pairs = [(first.run(lane.head), heads.get(lane.id)) for lane in first.lanes]
    found = [(before, after) for before, after in pairs if before is not None and after is not None]
    if not found:
        raise SessionError("no lane shows an answer in both")
    yield from found


def _named(text: str) -> tuple[Session, Run | None]:
    path, sign, name = text.rpartition("#")
    if not sign or Path(text).exists():
        return files.read(Path(text))[0], None
    session, _ = files.read(Path(path))
    found = [run for run in session.runs if name and run.id.startswith(name)]
    if name.lstrip("-").isdecimal() and len(name) < 9:
        place = int(name)
        place = place - 1 if place > 0 else place
        found = [session.runs[place]] if -len(session.runs) <= place < len(session.runs) else found
    if len(found) != 1:
        many = "several runs begin with" if found else "there is no run"
        raise SessionError(f"{Path(path).name}: {many} {name!r}; runs are named by their number, from 1, or their id")
    return session, found[0]


def _past(found: Difference, after: Run, options: Namespace) -> Iterator[str]:
    if after.record.outcome != "done":
        yield f"the second run was {after.record.outcome.replace('_', ' ')}"
    for option, name in LIMITS.items():
        limit, figure = getattr(options, option), found.figure(name)
        if limit is None:
            continue
        change = figure.change
        if figure.before == 0 and figure.after:
            yield f"{name} was 0 and is {figure.after:,}"
        elif change is None:
            yield f"{name} cannot be compared: it is not known of both runs"
        elif change > limit:
            yield f"{name} grew by {change:.1%}, and may by {limit:.1%}"
    if options.min_similarity is not None and found.similarity < options.min_similarity:
        yield f"the text is {found.similarity:.1%} the same, and is to be {options.min_similarity:.1%}"


def _text(before: Run, after: Run, found: Difference, past: tuple[str, ...]) -> str:
    lines = [f"--- {before.spec.model}  {before.at}", f"+++ {after.spec.model}  {after.at}"]
    lines += [_line(each) for each in found.figures]
    lines.append(f"  {'text':<14}{found.similarity:.1%} the same")
    lines += [f"{MARKS[kind]} {line}" for kind, text in found.pieces if kind != "same" for line in text.split("\n")]
    lines += [f"! {each}" for each in past]
    return harmless("\n".join(lines)) + "\n\n"


def _line(figure: Figure) -> str:
    change = f"{figure.change:+.1%}" if figure.change is not None else ""
    told = f"{_told(figure.before)} → {_told(figure.after)} {figure.unit}".rstrip()
    return f"  {figure.name:<14}{told:<32}{change}".rstrip()


def _told(value: Any) -> str:
    return "–" if value is None else f"{value:,}"


def _json(before: Run, after: Run, found: Difference, past: tuple[str, ...]) -> str:
    figures = {
        each.name: {
            "before": None if each.before is None else float(each.before),
            "after": None if each.after is None else float(each.after),
            "change": each.change,
        }
        for each in found.figures
    }
    said = {"before": before.id, "after": after.id, "lane": after.spec.model, "similarity": found.similarity}
    return json.dumps({**said, "figures": figures, "past": list(past)}, ensure_ascii=False) + "\n"
