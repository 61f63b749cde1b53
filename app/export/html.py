"""A session as one HTML file that needs nothing else, asks nobody anything and runs nothing."""

from collections.abc import Iterable
from html import escape

from app.export import numbers
from app.export.answer_html import rendered
from app.export.html_style import CSP, STYLE
from app.export.selection import Turn, filled, lane_color, turns
from app.session.document import Run, Session
from app.session.making import whole

COLORS = 8


def html(session: Session, runs: Iterable[Run] | None = None) -> str:
    """Each prompt with its answers side by side. `runs` None: the conversations that the lanes hold."""
    title = _text(session.title) or "Comparison"
    body = "".join(_turn(session, n, turn) for n, turn in enumerate(turns(session, runs), 1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f'{body or "<p class=muted>There is no run in it.</p>"}</main>\n</body>\n</html>\n'
    )  # fmt: skip


def _turn(session: Session, n: int, turn: Turn) -> str:
    draft = turn.prompt.draft
    text, system = filled(turn.prompt)
    folded = f"<details open><summary>System prompt</summary>{_pre(system)}</details>"
    names = ", ".join(_text(each.name) or each.sha256[:12] for each in draft.attachments)
    return (
        f'<section class="turn">\n<h2>Prompt {n}</h2>\n{_pre(text)}\n'
        + (f"{folded}\n" if system else "")
        + (f'<p class="muted">Attached: {names}</p>\n' if names else "")
        + f'<div class="lanes">\n{"".join(_answer(session, run) for run in turn.runs)}</div>\n'
        + f"{_table(session, turn.runs)}</section>\n"
    )


def _answer(session: Session, run: Run) -> str:
    record = run.record
    parts = [f"<h3>{_text(run.spec.model)}</h3>"]
    if record.reasoning:
        parts.append(f"<details><summary>Reasoning</summary>{_pre(record.reasoning)}</details>")
    parts.append(f'<div class="answer">{rendered(record.text)}</div>' if record.text else _muted("No text came."))
    parts += [_muted("Refusal"), _pre(record.refusal)] if record.refusal else []
    for call in record.tool_calls:
        parts += [_muted(f"Tool call {call.name}"), _pre(call.arguments)]
    rows = (*numbers.told(run), *numbers.opinion(session, run))
    parts.append("<dl>" + "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in rows) + "</dl>")
    return f'<article class="lane {_color(session, run)}">{"".join(parts)}</article>\n'


def _table(session: Session, runs: Iterable[Run]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Lane", *numbers.HEADINGS))
    rows = "".join(
        f'<tr><th scope="row" class="{_color(session, run)}">{_text(run.spec.model)}</th>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in numbers.row(run.record))
        + "</tr>"
        for run in runs
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _color(session: Session, run: Run) -> str:
    return f"c{lane_color(session, run) % COLORS}"


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"


def _muted(text: str) -> str:
    return f'<p class="muted">{_text(text)}</p>'


def _text(text: str) -> str:
    return escape(whole(text).replace("\0", "\ufffd"))
