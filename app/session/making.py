"""From what the window and the engine know to the parts of a session."""

import hashlib
import platform
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.attempt import Attempt
from app.records import RunRecord
from app.release import release
from app.run import Pricer, RunFold
from app.session.document import Attachment, Blob, Chunks, Draft, Made, Prompt, Run
from app.session.variables import MOST_BYTES, Read, as_sent
from app.steps import Course, course_of
from providers import types
from providers.types import Echo

KEPT_BYTES = 8 * 1024 * 1024
"""An attachment that is larger is named in the file, by its hash, and not held in it."""


def new_id() -> str:
    return uuid.uuid4().hex


def now() -> str:
    """Now, in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_file(path: str) -> bytes:
    """What stands in a file of the user's, as far as a prompt may hold it. Raises `OSError`."""
    with Path(path).expanduser().open("rb") as file:
        return file.read(MOST_BYTES + 1)


def sent(draft: Draft, read: Read = read_file) -> Prompt:
    """The draft as a prompt that is sent now. Raises what `as_sent` raises; `problems` tells of it before."""
    whole_draft = replace(draft, text=whole(draft.text), system=whole(draft.system))
    filled = as_sent(whole_draft, read)
    said = (filled.text, filled.system)
    return Prompt(new_id(), now(), whole_draft, said if said != (whole_draft.text, whole_draft.system) else None)


def made_here() -> Made:
    return Made(release(), platform.python_version(), f"{platform.system()} {platform.release()}")


def chunks_of(fold: RunFold) -> Chunks:
    """When each piece of the answer came, from what stands of the run."""
    answer = fold.answer
    if answer is None or not answer.stamps:
        return Chunks()
    waiting = {"text": iter(answer.text), "reasoning": iter(answer.reasoning), "refusal": iter(answer.refusal)}
    characters = tuple(len(next(waiting[kind])) for kind, count in answer.kinds for _ in range(count))
    before, at_us = answer.started_ns if fold.started_ns is None else fold.started_ns, []
    for stamp in answer.stamps:
        at_us.append(max(0, (stamp - before) // 1000))
        before += at_us[-1] * 1000
    return Chunks(tuple(at_us), characters, tuple((kind, count) for kind, count in answer.kinds))


def echo_of(fold: RunFold) -> Echo | None:
    """The answer as the provider wants to see it again, where that is more than its text."""
    answer = fold.answer
    return _echo(answer) if answer is not None else None


def _echo(answer: Attempt) -> Echo | None:
    return Echo(answer.turn.dialect, answer.endpoint, answer.turn.content) if answer.turn is not None else None


def run_of(run: Run, fold: RunFold) -> Run:
    """With when its pieces came, what served it, how its provider wants to see it again, how sure the model was, and
    how a route came to it."""
    answer = fold.answer
    mark = answer.fingerprint if answer is not None else None
    sureness = answer.tally.sureness if answer is not None else None
    course = writable_course(course_of(fold, prices_of(run.record)))
    made = replace(run, chunks=chunks_of(fold), echo=echo_of(fold), fingerprint=mark and whole(mark))
    return replace(made, sureness=sureness, course=course)


def prices_of(record: RunRecord) -> Pricer:
    """What each attempt has cost, as the record of the same run says."""
    costs = {each.attempt: each.cost for each in record.attempts}
    return lambda attempt: costs.get(attempt.number)


def writable_course(course: Course) -> Course:
    """As `writable`."""
    asides = (
        replace(each, text=whole(each.text), reasoning=whole(each.reasoning), why=whole(each.why))
        for each in course.asides
    )
    steps = (replace(each, text=whole(each.text)) for each in course.steps)
    return replace(course, steps=tuple(steps), asides=tuple(asides))


def writable(record: RunRecord) -> RunRecord:
    """With texts that UTF-8 can hold: halves of characters that never met are told as such."""
    texts = {name: whole(getattr(record, name)) for name in ("text", "reasoning", "refusal")}
    calls = tuple(replace(c, name=whole(c.name), arguments=whole(c.arguments)) for c in record.tool_calls)
    return replace(record, **texts, tool_calls=calls)


def whole(text: str) -> str:
    """Joins surrogates that came apart; one without its other half becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def packed(name: str, attached: types.Attachment) -> tuple[Attachment, Blob]:
    """An attachment of a request, as a session names and holds it."""
    if attached.url:
        sha256 = hashlib.sha256(attached.url.encode()).hexdigest()
        return Attachment(name, sha256), Blob(attached.media_type, url=attached.url)
    sha256 = hashlib.sha256(attached.data).hexdigest()
    data = attached.data if len(attached.data) <= KEPT_BYTES else b""
    return Attachment(name, sha256), Blob(attached.media_type, len(attached.data), data)


def unpacked(name: str, blob: Blob) -> types.Attachment | None:
    """As a request wants it; None if the session does not hold it."""
    if not blob.data and not blob.url:
        return None
    said: dict[str, Any] = {"media_type": blob.media_type, "data": blob.data, "url": blob.url}
    return types.Image(**said) if blob.media_type.startswith("image/") else types.File(name=name, **said)
