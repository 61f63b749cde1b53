"""What was imported, taken into a session that is open: its lane beside the others, its conversation with it."""

from msgspec.structs import replace

from app.session.codec import MOST_LANES
from app.session.document import Lane, Session
from app.session.edits import drafted
from app.session.making import new_id


def joined(session: Session, other: Session) -> Session:
    """`session` with the first lane of `other`, its conversation and its draft. A lane that is there already and has
    asked nothing else is not made twice; without room for another, the last one gives way to it."""
    if not other.lanes:
        return drafted(session, other.draft, other.attachments)
    source = other.lanes[0]
    runs = {run.id: new_id() for run in other.conversation(source.head)}
    prompts = {run.prompt: new_id() for run in other.runs if run.id in runs}
    lane = next((each for each in session.lanes if each.spec == source.spec and not runs), None)
    if lane is None:
        lane = Lane(session.next_lane, source.spec, _color(session), runs.get(source.head or ""))
        kept = session.lanes[: MOST_LANES - 1]
        session = replace(session, lanes=(*kept, lane), next_lane=session.next_lane + 1)
    at = lane.id
    session = replace(
        session,
        prompts=(*session.prompts, *(replace(e, id=prompts[e.id]) for e in other.prompts if e.id in prompts)),
        runs=(
            *session.runs,
            *(
                replace(e, id=runs[e.id], prompt=prompts[e.prompt], lane=at, after=runs.get(e.after or ""))
                for e in other.runs
                if e.id in runs
            ),
        ),
    )
    return drafted(session, other.draft, other.attachments)


def _color(session: Session) -> int:
    """The first that no lane has."""
    used = {lane.color for lane in session.lanes}
    return next((color for color in range(8) if color not in used), len(session.lanes) % 8)
