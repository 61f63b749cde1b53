"""What was imported, taken into a session that is open."""

from msgspec.structs import replace

from app.imports.curl import read_curl
from app.imports.joined import joined
from app.session.codec import from_bytes, to_bytes
from app.session.document import Lane, LaneSpec, Session
from tests.app.session.samples import a_session

CURL = """curl https://api.openai.com/v1/chat/completions -H "Authorization: Bearer sk-secret" -d '{
  "model": "gpt-5", "temperature": 0.2, "messages": [%s{"role": "user", "content": "Now?"}]}'"""
SAID = (("system", "Brief."), ("user", "Hi"), ("assistant", "Ho"))
TURNS = "".join(f'{{"role": "{role}", "content": "{text}"}}, ' for role, text in SAID)


def test_a_single_question_is_a_lane_and_a_draft() -> None:
    made = joined(a_session(), read_curl(CURL % "").session)
    assert made.lanes[-1].spec == LaneSpec("openai/gpt-5", {"temperature": 0.2})
    assert made.draft.text == "Now?"
    assert made.runs == a_session().runs
    again = joined(made, read_curl(CURL % "").session)
    assert len(again.lanes) == len(made.lanes), "that lane is there"


def test_a_conversation_comes_with_ids_of_its_own() -> None:
    other = read_curl(CURL % TURNS).session
    made = joined(joined(a_session(), other), other)
    assert [run.record.text for run in made.conversation(made.lanes[-1].head)] == ["Ho"]
    assert made.lanes[-1].head != made.lanes[-2].head
    assert made.draft.system == "Brief."
    assert from_bytes(to_bytes(made)) == made, "a file can hold it"


def test_a_full_bench_gives_its_last_place() -> None:
    lanes = tuple(Lane(n, LaneSpec(f"practice/{n}")) for n in range(1, 17))
    made = joined(replace(Session("x"), lanes=lanes, next_lane=17), read_curl(CURL % "").session)
    assert len(made.lanes) == 16
    assert made.lanes[-1].spec.model == "openai/gpt-5"
