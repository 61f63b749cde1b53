"""What is sent to a model for a lane of a session: the conversation that it continues, and the new prompt."""

from app.session.document import Draft, Prompt, Run, Session
from app.session.making import unpacked
from providers.types import Attachment, Message, Request


def request(session: Session, prompt: Prompt, after: str | None) -> Request:
    """The prompt as it is to be sent after that run, or as a first turn."""
    turns = tuple(message for run in session.conversation(after) for message in _turn(session, run))
    system = prompt.system if prompt.system.strip() else None
    labels = {name: variable.value for name, variable in prompt.draft.variables.items() if variable.kind != "file"}
    return Request((*turns, _asked(session, prompt)), system, labels=labels)


def _turn(session: Session, run: Run) -> tuple[Message, ...]:
    """A turn that came to nothing is passed over: no vendor takes two questions in a row."""
    prompt = session.prompt(run.prompt)
    if prompt is None or not run.record.text.strip():
        return ()
    # A call that nobody has answered would be refused, in whatever form it goes back.
    echo = run.echo if not run.record.tool_calls else None
    return _asked(session, prompt), Message("assistant", run.record.text, echo=echo)


def _asked(session: Session, prompt: Prompt) -> Message:
    return Message("user", prompt.text, attached(session, prompt.draft))


def attached(session: Session, draft: Draft) -> tuple[Attachment, ...]:
    """What goes with a draft, as far as the session holds it."""
    found = ((each.name, session.attachments.get(each.sha256)) for each in draft.attachments)
    return tuple(made for name, blob in found if blob is not None and (made := unpacked(name, blob)) is not None)


def missing(session: Session, draft: Draft) -> tuple[str, ...]:
    """Names of attachments that the session does not hold."""
    return tuple(
        each.name
        for each in draft.attachments
        if (blob := session.attachments.get(each.sha256)) is None or not (blob.data or blob.url)
    )
