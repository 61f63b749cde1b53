"""Sets of lanes: saved under a name, put back, and nothing lost by it."""

import json

import pytest

from app.settings import LaneSetting, from_json, to_json
from tests.widgets.conftest import Bench
from widgets.lane_sets_sheet import BEFORE, LaneSetsSheet

PRACTICE = ["practice/swift", "practice/steady", "practice/deep"]


@pytest.fixture
def sheet(bench: Bench) -> LaneSetsSheet:
    bench.window.do("lane_sets")
    (made,) = bench.window.findChildren(LaneSetsSheet)
    return made


def texts(bench: Bench) -> list[str]:
    return [place.text for place in bench.window.desk.bench.places]


def shown(sheet: LaneSetsSheet) -> dict[str, str]:
    return {each.lane: each.facts for each in sheet.list.choices.shown}


def test_an_empty_sheet_says_what_it_is_for(sheet: LaneSetsSheet) -> None:
    assert "under a name" in sheet.said.text()
    assert [each.isEnabled() for each in (sheet.use, sheet.delete, sheet.save)] == [False] * 3


def test_lanes_are_saved_and_put_back_with_all_that_was_set(bench: Bench, sheet: LaneSetsSheet) -> None:
    desk = bench.window.desk
    place = desk.bench.places[0]
    desk.choose(place.number, place.text, {"temperature": 0.5}, place.limits)
    bench.window.do("lane_sets")
    sheet.name.setText("Mine")
    sheet.save.click()
    assert shown(sheet) == {"Mine": "3 lanes: swift, steady, deep"}
    before = bench.window.settings().lanes
    for number in [each.number for each in desk.bench.places[1:]]:
        desk.remove_place(number)
    bench.window.do("lane_sets")
    sheet.use.click()
    assert not sheet.isVisible()
    assert bench.window.settings().lanes == before, "colours, parameters and limits with them"
    assert len({each.number for each in desk.bench.places} & {1, 2, 3}) == 0, "runs of old lanes find no new ones"


def test_what_a_set_takes_the_place_of_can_be_got_back(bench: Bench, sheet: LaneSetsSheet) -> None:
    sheet.name.setText("All")
    sheet.save.click()
    bench.window.desk.remove_place(bench.window.desk.bench.places[0].number)
    bench.window.do("lane_sets")
    sheet.use.click()
    assert texts(bench) == PRACTICE
    bench.window.do("lane_sets")
    assert shown(sheet)[BEFORE] == "2 lanes: steady, deep"
    sheet.list.setCurrentIndex(sheet.list.choices.index(1))
    sheet.use.click()
    assert texts(bench) == PRACTICE[1:]
    assert list(bench.window.settings().lane_sets) == ["All", BEFORE], "All stands under its name already"


def test_a_set_is_replaced_and_deleted(bench: Bench, sheet: LaneSetsSheet) -> None:
    sheet.name.setText("One")
    sheet.save.click()
    sheet.name.setText("One")
    assert sheet.save.text() == "Replace"
    sheet.delete.click()
    assert bench.window.settings().lane_sets == {}


def test_sets_are_kept_with_the_settings(bench: Bench, sheet: LaneSetsSheet) -> None:
    sheet.name.setText("One")
    sheet.save.click()
    read, wrong = from_json(json.loads(json.dumps(to_json(bench.window.settings()))))
    assert wrong == []
    assert read.lane_sets == {"One": tuple(LaneSetting(text, {}, at) for at, text in enumerate(PRACTICE))}
    assert from_json({"lane_sets": [1]})[1] == ["lane_sets"]
