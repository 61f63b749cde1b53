"""A session as a Markdown document. Texts of others stand in fences, so that nothing in them changes the document."""

import re
from collections.abc import Iterable

from app.export import numbers
from app.export.selection import Turn, filled, turns
from app.session.document import Run, Session
from app.session.making import whole


def markdown(session: Session, runs: Iterable[Run] | None = None) -> str:
    """Each prompt with its answers side after side, and a table of their figures. `runs` None: those of `meant`."""
    parts = [f"# {inline(session.title) or 'Comparison'}"]
    for n, turn in enumerate(turns(session, runs), 1):
        parts += _turn(session, n, turn)
    return "\n\n".join(parts) + "\n"


def pane_markdown(session: Session, run: Run) -> str:
    """One run with its prompt."""
    return markdown(session, (run,))


def pane_text(session: Session, run: Run) -> str:
    """The answer of one run as it came; a refusal, if that was all."""
    return whole(run.record.text or run.record.refusal)


def _turn(session: Session, n: int, turn: Turn) -> list[str]:
    draft = turn.prompt.draft
    text, system = filled(turn.prompt)
    parts = [f"## Prompt {n}", fenced(text)]
    parts += ["System prompt:", fenced(system)] if system else []
    parts += [f"- Attached: {inline(each.name) or each.sha256[:12]}" for each in draft.attachments]
    for run in turn.runs:
        parts += _answer(session, run)
    return [*parts, "### Figures", _table(turn.runs)]


def _answer(session: Session, run: Run) -> list[str]:
    record = run.record
    parts = [f"### {inline(run.spec.model)}"]
    parts += [fenced(whole(record.text))] if record.text else ["No text came."]
    parts += ["Refusal:", fenced(whole(record.refusal))] if record.refusal else []
    parts += ["Reasoning:", fenced(whole(record.reasoning))] if record.reasoning else []
    for call in record.tool_calls:
        parts += [f"Tool call {inline(call.name)}:", fenced(whole(call.arguments))]
    said = (*numbers.told(run), *numbers.opinion(session, run))
    return [*parts, "\n".join(f"- {name}: {inline(value)}" for name, value in said)]


def _table(runs: Iterable[Run]) -> str:
    headings = ("Lane", *numbers.HEADINGS)
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" + " ---: |" * (len(headings) - 2) + " --- |"]
    lines += ["| " + " | ".join((inline(run.spec.model), *numbers.row(run.record))) + " |" for run in runs]
    return "\n".join(lines)


def fenced(text: str) -> str:
    """In a fence that is longer than any row of backticks in it."""
    longest = max((len(row) for row in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}text", text.removesuffix("\n"), fence))


def inline(text: str) -> str:
    """On one line, with everything escaped that means something in Markdown."""
    flat = " ".join(whole(text).split())
    return re.sub(r"([\\`*_{}\[\]<>()#|~&!])", r"\\\1", flat)
