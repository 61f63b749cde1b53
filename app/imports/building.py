"""A session made step by step of what another program tells."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.imports.contents import Content
from app.imports.errors import ForeignError
from app.records import CallRecord, RunRecord, Timings, Tokens
from app.session import codec
from app.session.document import Blob, Draft, Lane, LaneSpec, Prompt, Run, Session
from providers.vendors import VENDORS

UNKNOWN_TIME = "1970-01-01T00:00:00.000Z"
"""Where a file does not say when something was."""
UNKNOWN_MODEL = "unknown"
FAMILIES = (("claude", "anthropic"), ("gemini", "google"), ("mistral", "mistral"), ("deepseek", "deepseek"),
            ("grok", "xai"), ("kimi", "moonshot"), ("qwen", "qwen"))  # fmt: skip


class Building:
    """Ids are our own and follow from the order alone, so the same file makes the same session again."""

    def __init__(self, title: str = "") -> None:
        self._title = title
        self._lanes: dict[str, Lane] = {}
        self._prompts: list[Prompt] = []
        self._runs: list[Run] = []
        self._blobs: dict[str, Blob] = {}

    def lane(self, model: str, params: dict[str, Any] | None = None) -> int:
        """The id of the lane that runs this model; it is made if there is none. `model` may be a lane's text."""
        name = lane_of(model)
        if name not in self._lanes:
            color = len(self._lanes) % 8
            self._lanes[name] = Lane(len(self._lanes) + 1, LaneSpec(name, params or {}), color)
        return self._lanes[name].id

    def draft(self, content: Content, system: str = "") -> Draft:
        """A draft of it, what is attached being kept."""
        self._blobs |= {attachment.sha256: blob for attachment, blob in content.attached}
        return Draft(content.text, system, attachments=tuple(attachment for attachment, _ in content.attached))

    def prompt(self, draft: Draft, at: str = UNKNOWN_TIME) -> str:
        id_ = f"p{len(self._prompts) + 1}"
        self._prompts.append(Prompt(id_, at, draft))
        return id_

    def answer(
        self,
        prompt: str,
        lane: int,
        text: str,
        *,
        model: str,
        after: str | None = None,
        at: str = UNKNOWN_TIME,
        calls: tuple[CallRecord, ...] = (),
    ) -> str:
        """A run of which nothing is known but its answer. The lane goes on from it."""
        spec = next(each.spec for each in self._lanes.values() if each.id == lane)
        spec = msgspec.structs.replace(spec, model=lane_of(model) if model else spec.model)
        record = record_of(spec.model, model, text, calls)
        id_ = f"r{len(self._runs) + 1}"
        self._runs.append(Run(id_, prompt, lane, after, at, spec, record))
        self.headed(lane, id_)
        return id_

    def headed(self, lane: int, run: str | None) -> None:
        self._lanes = {
            name: msgspec.structs.replace(each, head=run) if each.id == lane else each
            for name, each in self._lanes.items()
        }

    def session(self, draft: Draft) -> Session:
        """Raises `ForeignError` if it cannot be held by a file."""
        lanes = tuple(self._lanes.values())
        made = Session(
            "", self._title, draft, lanes[: codec.MOST_LANES], len(lanes) + 1,
            prompts=tuple(self._prompts), runs=tuple(self._runs), attachments=self._blobs,
        )  # fmt: skip
        return identified(made)


def identified(session: Session) -> Session:
    """With an id that follows from its content. Raises `ForeignError` if it is no session that a file can hold."""
    try:
        data = codec.to_bytes(session)
        codec.from_bytes(data)
    except codec.SessionError as error:
        raise ForeignError(str(error)) from None
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise ForeignError(f"holds what no session can hold: {type(error).__name__}") from None
    return msgspec.structs.replace(session, id=hashlib.sha256(data).hexdigest()[:32])


def record_of(lane: str, model: str, text: str, calls: tuple[CallRecord, ...] = ()) -> RunRecord:
    """Of an answer of which only the words are known."""
    return RunRecord(
        1, 0, 0, 0, lane, model, "done", text, "", "", calls, None, Tokens(), {}, None, Timings(), None, None,
        "transport", 0, None, None, None, 0.0, (), (), None,
    )  # fmt: skip


def lane_of(model: str) -> str:
    """A lane for a model's bare name, by whose it is likely to be."""
    name = model.strip() or UNKNOWN_MODEL
    head = name.partition("/")[0]
    if "@http" in name or ("/" in name and any(head == row.id for row in VENDORS)):
        return name
    if "/" in name:
        return f"openrouter/{name}"
    vendor = next((vendor for family, vendor in FAMILIES if name.lower().startswith(family)), "")
    return f"{vendor or ('ollama' if ':' in name else 'openai')}/{name}"


def moment(seconds: Any) -> str:
    """Seconds since 1970 (or milliseconds, where they are too many) as ISO 8601."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        return UNKNOWN_TIME
    try:
        when = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN_TIME
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def and_then(first: Content, second: Content) -> Content:
    """Two messages that follow each other without an answer between them, as one."""
    texts = [each for each in (first.text, second.text) if each]
    return replace(first, text="\n\n".join(texts), attached=first.attached + second.attached)
