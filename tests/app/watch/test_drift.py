from dataclasses import replace as changed

import numpy as np
import pytest
from msgspec.structs import replace

from app.records import RunRecord
from app.session.codec import from_bytes, to_bytes
from app.session.document import Baseline, Draft, LaneSpec, Prompt, Run, Session
from app.session.edits import based, fitted, unbased, without_run
from app.watch.bounds import Bounds, marked, past, served
from app.watch.drift import Drift, drift
from app.watch.question import baseline_of, later, question
from app.watch.remark import remark
from app.watch.validity import is_json, schema_of
from tests.app.repeats.samples import record

SPEC = LaneSpec("v/m")


def _run(number: int, made: RunRecord, fingerprint: str | None = None, prompt: str = "p", model: str = "m") -> Run:
    made = replace(made, model=model)
    return Run(f"r{number}", prompt, 1, None, "2026-11-27T00:00:00Z", SPEC, made, fingerprint=fingerprint)


def _runs(ttfts: list[float], text: str = "yes", fingerprint: str | None = None, model: str = "m") -> list[Run]:
    return [_run(n, record(ttft, text), fingerprint, model=model) for n, ttft in enumerate(ttfts)]


CHANCE = np.random.default_rng(2)
WAS = CHANCE.lognormal(6, 0.1, 12).tolist()
SLOWER = (CHANCE.lognormal(6, 0.1, 12) * 1.5).tolist()
SAME = CHANCE.lognormal(6, 0.1, 12).tolist()


def _past(found: Drift, **bounds: object) -> list[str]:
    return list(past(found, changed(Bounds(), **bounds)))


def test_what_grew_past_its_bound_is_told_with_its_interval() -> None:
    found = drift(_runs(WAS), _runs(SLOWER))
    [said] = _past(found, ttft=0.2)
    assert said.startswith("TTFT grew by 48.7%")
    assert "(95 %: " in said
    assert said.endswith(", and may by 20.0%")
    assert _past(found, ttft=1.0) == []
    assert _past(found) == []


def test_noise_is_no_drift_however_small_the_bound() -> None:
    found = drift(_runs(WAS), _runs(SAME))
    assert found.figure("ttft").change != 0
    assert _past(found, ttft=-1.0) == []


LOWER_MEDIAN = ([100.0] * 16 + [300.0] * 20, [290.0] * 20 + [1000.0] * 16)
"""The second median is lower; of the pairs of runs, most have grown."""


def test_with_few_runs_the_change_is_that_of_the_medians_beside_it() -> None:
    """Of these pairs the middle ratio is above 1, while the median has fallen."""
    was, now = [[values[0], values[16], values[20]] for values in LOWER_MEDIAN]
    figure = drift(_runs(was), _runs(now)).figure("ttft")
    assert figure.contrast is not None
    assert figure.contrast.ratio is not None
    assert figure.contrast.ratio.value > 1
    assert figure.change == pytest.approx(-1 / 30)
    assert figure.told == "-3.3 %; 4 runs of each are needed for an interval"
    assert _past(drift(_runs(was), _runs(now)), ttft=0.0) == []


def test_a_change_that_the_medians_do_not_show_says_what_it_is() -> None:
    was, now = LOWER_MEDIAN
    found = drift(_runs(was), _runs(now))
    figure = found.figure("ttft")
    assert figure.before is not None
    assert figure.after is not None
    assert (figure.before.value, figure.after.value) == (300.0, 290.0)
    assert figure.change == pytest.approx(1.9)
    assert figure.told.startswith("+190 % (95 %: ")
    assert figure.told.endswith(") over all pairs of runs, though the median has not risen")
    [said] = _past(found, ttft=0.5)
    assert said.endswith(" over all pairs of runs, though the median has not risen, and may by 50.0%")
    back = drift(_runs(now), _runs(was)).figure("ttft")
    assert back.told.endswith(") over all pairs of runs, though the median has not fallen")


def test_with_one_run_the_figure_itself_counts() -> None:
    [said] = _past(drift(_runs([400.0] * 3), _runs([600.0])), ttft=0.2)
    assert said == "TTFT grew by 50.0%, and may by 20.0%"


def test_a_rate_may_fall_and_an_answer_may_shrink_so_far() -> None:
    found = drift(_runs(WAS, "a long answer " * 10), _runs(SLOWER, "short"))
    assert [said.split(" by ")[0] for said in _past(found, rate=0.2, length=0.3)] == ["Length fell", "Output rate fell"]


def test_a_figure_that_is_not_known_is_past_its_bound() -> None:
    runs = [_run(1, replace(record(), cost=None))]
    assert _past(drift(_runs(WAS), runs), cost=0.1) == ["Cost cannot be compared: it is not known of both"]
    assert _past(drift(_runs(WAS), runs)) == []


def test_answers_are_as_like_as_the_nearest_of_the_baseline() -> None:
    found = drift([*_runs(WAS[:2], "Ships float."), *_runs(WAS[2:4], "No idea.")], _runs(SAME, "Ships float!"))
    assert found.similarity == pytest.approx(11 / 12)
    assert _past(found, similarity=0.95) == ["answers are 91.7% like those of the baseline, and are to be 95.0%"]


def test_what_was_json_is_to_be() -> None:
    found = drift(_runs(WAS[:4], '{"a": 1}'), [*_runs(SAME[:1], '{"a": 2}'), *_runs(SAME[:1], "{a: 1}")])
    assert _past(found) == ["50% of the answers are JSON, and 100% were"]
    assert drift(_runs(WAS, "text"), _runs(SAME, "{")).valid is None


@pytest.mark.parametrize(
    ("text", "is_one"), [('{"a": 1}', True), (" [1]", True), ("1", False), ("{", False), ("", False)]
)
def test_what_json_is(text: str, is_one: bool) -> None:
    assert is_json(text) == is_one


def test_a_model_that_changes_silently_is_drift_and_a_fingerprint_is_told() -> None:
    found = drift(_runs(WAS, fingerprint="fp_1", model="m-1"), _runs(SAME, fingerprint="fp_2", model="m-2"))
    assert _past(found) == ["served by m-2, and was by m-1"] == [served(found)]
    assert _past(found, any_model=True) == []
    assert marked(found) == "fingerprint fp_2, and was fp_1"


def test_a_mark_that_is_new_to_the_provider_is_no_change() -> None:
    assert drift(_runs(WAS), _runs(SAME, fingerprint="fp_1")).strange_fingerprints == ()


def test_runs_that_fail_are_drift_and_have_no_figures() -> None:
    found = drift(_runs(WAS), [_run(1, record(9000, outcome="failed"))])
    assert _past(found, any_model=True) == ["1 of 1 runs were not done"]
    assert found.figure("ttft").after is None


def _session(*runs: Run, prompts: tuple[Prompt, ...] = ()) -> Session:
    first = Prompt("p", "2026-11-27T00:00:00Z", Draft("Why?", "Be brief."))
    again = Prompt("q", "2026-11-27T00:01:00Z", Draft("Why?", "Be brief."))
    other = Prompt("o", "2026-11-27T00:01:00Z", Draft("Why not?", "Be brief."))
    return Session("s", prompts=(first, again, other), runs=runs)


def test_the_same_words_are_the_same_question_whenever_they_are_sent() -> None:
    runs = (_run(1, record()), _run(2, record(), prompt="q"), _run(3, record(), prompt="o"))
    session = _session(*runs)
    assert question(session, runs[0]) == question(session, runs[1]) != question(session, runs[2])
    hot = replace(runs[0], spec=LaneSpec("v/m", {"temperature": 1}))
    assert question(session, hot) != question(session, runs[0])


def test_a_later_run_finds_its_baseline() -> None:
    runs = (_run(1, record()), _run(2, record(), prompt="q"), _run(3, record(), prompt="o"))
    session = based(_session(*runs), Baseline("b", "", ("r1",)))
    found = baseline_of(session, runs[1])
    assert found is not None
    assert found[1] == (runs[0],)
    assert baseline_of(session, runs[0]) is None
    assert baseline_of(session, runs[2]) is None
    assert later(session, runs[0]) == (runs[1],)


def test_a_run_is_of_one_baseline_and_goes_with_its_runs() -> None:
    session = based(_session(_run(1, record()), _run(2, record())), Baseline("b", "", ("r1", "r2")))
    session = based(session, Baseline("c", "", ("r2",)))
    assert [(each.id, each.runs) for each in session.baselines] == [("b", ("r1",)), ("c", ("r2",))]
    assert [each.id for each in without_run(session, "r1").baselines] == ["c"]
    assert unbased(session, "c").baselines == session.baselines[:1]


SCHEMA = {"type": "object", "required": ["city"]}
GOOD, BAD = '{"city": "Bern"}', '{"town": "Bern"}'


def test_each_later_answer_has_to_fit_the_schema() -> None:
    found = drift(_runs([1.0], GOOD), [*_runs([1.0, 1.0], GOOD), *_runs([1.0], BAD)], SCHEMA)
    [said] = _past(found)
    assert said.startswith(
        "67% of the answers fit the JSON schema, and 100% did: JSON does not fit: 'city' is a required"
    )
    assert _past(found, valid=0.6) == []
    assert _past(drift(_runs([1.0], GOOD), _runs([1.0], GOOD), SCHEMA)) == []


def test_a_schema_holds_also_where_the_baseline_does_not_fit_it() -> None:
    [said] = _past(drift(_runs([1.0], BAD), _runs([1.0], "no JSON"), SCHEMA))
    assert said == "0% of the answers fit the JSON schema, and 0% did: it is no JSON"


def test_the_schema_is_the_baselines_or_that_of_the_request() -> None:
    asked = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    run = replace(_runs([1.0])[0], spec=LaneSpec("v/m", {"response_format": asked}))
    assert schema_of(Baseline("b", "", ("r0",), {"type": "array"}), run) == {"type": "array"}
    assert schema_of(Baseline("b", "", ("r0",)), run) == SCHEMA
    for params in ({}, {"response_format": {"type": "json_object"}}, {"format": "json"}):
        assert schema_of(None, replace(run, spec=LaneSpec("v/m", params))) == {}
    assert schema_of(None, replace(run, spec=LaneSpec("ollama/m", {"format": SCHEMA}))) == SCHEMA


def test_a_pane_says_which_answer_does_not_fit() -> None:
    prompt = Prompt("p", "", Draft("Where?"))
    was, now = _run(1, record(1.0, GOOD)), _run(2, record(1.0, BAD))
    session = _session(was, now, prompts=(prompt,))
    session = fitted(based(session, Baseline("b", "", (was.id,))), "b", SCHEMA)
    said = remark(session, now)
    assert said.short == "drift: does not fit its JSON schema"
    assert "'city' is a required property" in said.notes[0]
    assert from_bytes(to_bytes(session)).baselines[0].json_schema == SCHEMA
    assert remark(fitted(session, "b", {}), now).short == ""
