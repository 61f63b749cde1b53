"""JSON Lines: our own export, prompts for a batch, conversations for fine-tuning."""

import hashlib
from typing import Any

import msgspec

from app.export.tables import FORMAT, VERSION
from app.imports.building import identified
from app.imports.errors import ForeignError
from app.imports.messages import of_body, params_of
from app.imports.parsing import of_type, parsed, text, text_of
from app.session.codec import MOST_LANES
from app.session.document import Better, Blob, Lane, Prompt, Run, Session

MOST_LINES = 10_000


def from_json_lines(data: bytes | str) -> tuple[Session, ...]:
    """Of our own export each session anew; of any other, a session for each line. Raises `ForeignError`."""
    rows = [of_type(parsed(line), dict, "a line") for line in text_of(data).split("\n") if line.strip()]
    if not rows:
        raise ForeignError("is empty")
    if len(rows) > MOST_LINES:
        raise ForeignError(f"holds {len(rows):,} lines, and {MOST_LINES:,} is the most that can be imported")
    own = [row for row in rows if row.get("format") == FORMAT]
    others = [row for row in rows if row.get("format") != FORMAT]
    return (*_own(own), *(_other(row) for row in others))


def _other(row: dict[str, Any]) -> Session:
    body = row["body"] if isinstance(row.get("body"), dict) else row
    if any(name in body for name in ("messages", "input", "contents")):
        return of_body(body)
    if not isinstance(body.get("prompt"), str):
        raise ForeignError('holds a line with neither "prompt" nor "messages"')
    turns = [{"role": "user", "content": body["prompt"]}]
    answer = body.get("completion")
    turns += [{"role": "assistant", "content": answer}] if isinstance(answer, str) else []
    said = {name: body[name] for name in ("model", "system") if name in body}
    return of_body({**said, "messages": turns})


def _own(rows: list[dict[str, Any]]) -> list[Session]:
    of_session: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("version") != VERSION:
            raise ForeignError("was written by another version of Abreast, which this one cannot read")
        of_session.setdefault(text(_object(row, "session").get("id")), []).append(row)
    return [_session(each) for each in of_session.values()]


def _session(rows: list[dict[str, Any]]) -> Session:
    try:
        runs = tuple(_run(row) for row in rows)
        prompts = {each.id: each for each in (_prompt(_object(row, "prompt")) for row in rows)}
        lanes = {
            each.id: each for each in (_lane(_object(row, "lane"), run) for row, run in zip(rows, runs, strict=True))
        }
        better = _preferences(rows, {run.id for run in runs})
        attachments = _attachments(rows)
        title = text(_object(rows[0], "session").get("title"))
    except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
        raise ForeignError(f"does not hold what our lines hold: {error}") from None
    next_lane = max(lanes, default=0) + 1
    kept = tuple(lanes.values())[:MOST_LANES]
    made = Session(
        "", title, lanes=kept, next_lane=next_lane, prompts=tuple(prompts.values()), runs=runs, better=better,
        attachments=attachments,
    )  # fmt: skip
    return identified(made)


def _run(row: dict[str, Any]) -> Run:
    lane = _object(row, "lane")
    spec = {"model": lane["model"], "params": params_of(_object(lane, "params")), "limits": lane.get("limits", {})}
    tree = {
        "id": row["id"], "prompt": _object(row, "prompt")["id"], "lane": lane["id"], "after": row.get("after"),
        "at": row["at"], "spec": spec, "record": row["record"], "opinion": row.get("opinion", {}),
        "made": row.get("made", {}), "chunks": row.get("chunks", {}), "echo": row.get("echo"),
        "fingerprint": row.get("fingerprint"), "warmup": row.get("warmup", False),
    }  # fmt: skip
    return msgspec.convert(tree, Run)


def _preferences(rows: list[dict[str, Any]], runs: set[str]) -> tuple[Better, ...]:
    """Between runs that are there."""
    said = [
        msgspec.convert({"better": row["id"], "worse": each["run"], "at": each.get("at", "")}, Better)
        for row in rows
        for each in of_type(row.get("better_than", []), list, '"better_than"')
    ]
    return tuple(each for each in said if each.worse in runs)


def _attachments(rows: list[dict[str, Any]]) -> dict[str, Blob]:
    """Those of which more is told than the name. One that is not what its hash says is no attachment of ours."""
    blobs: dict[str, Blob] = {}
    for row in rows:
        for each in of_type(_object(row, "prompt").get("attachments", []), list, '"attachments"'):
            if "media_type" in each:
                blob = msgspec.convert(each, Blob)
                if blob.data and hashlib.sha256(blob.data).hexdigest() != each["sha256"]:
                    raise ForeignError("holds an attachment that was changed: its hash is another")
                blobs[text(each["sha256"])] = blob
    return blobs


def _prompt(said: dict[str, Any]) -> Prompt:
    draft = {"text": said["text"], "system": said["system"], "attachments": said.get("attachments", [])}
    return msgspec.convert({"id": said["id"], "at": said["at"], "draft": draft}, Prompt)


def _lane(said: dict[str, Any], run: Run) -> Lane:
    color = said.get("color", 0)
    return Lane(run.lane, run.spec, color if type(color) is int else 0, run.id)


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    return of_type(holder.get(name), dict, f'"{name}"')
