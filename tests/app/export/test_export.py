"""Sessions as Markdown, HTML, CSV and JSON Lines, with hostile texts in them."""

import csv
import io
import json
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt

from app.export.answer_html import rendered
from app.export.html import html
from app.export.html_style import CSP, DARK, LIGHT
from app.export.markdown import markdown, pane_markdown, pane_text
from app.export.selection import filled, meant
from app.export.tables import COLUMNS, csv_text, json_lines
from app.session.asking import request
from app.session.document import Better, Draft, LaneSpec, Opinion, Prompt, Run, Session, Variable
from app.session.making import sent
from tests.app.session.samples import a_record, a_run, a_session

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> \"'&<!-- \ud800 \0 [a](javascript:alert(1)) "
    '![p](http://spy.example/p.png) [w](https://ok.example) <https://ok.example/"onx=1> </style></pre>\n'
    "```\nfenced ````` deeper\n# Heading\n~~~\n| a | b |\n| - | - |\n| ==SUM(A1) | x |\n"
)


def hostile() -> Session:
    spec = LaneSpec("openai/<b>x</b>|y`", {"odd": HOSTILE, "extra_headers": {"X-Api-Key": "sk-hidden"}})
    record = a_record(text=HOSTILE, reasoning=HOSTILE, refusal=HOSTILE, model=HOSTILE, finish_reason=HOSTILE)
    run = a_run(spec=spec, record=record, opinion=Opinion(3, "down", HOSTILE))
    return Session("s", HOSTILE, prompts=(Prompt("p1", "", Draft(HOSTILE, HOSTILE)),), runs=(run,))


def test_the_lanes_conversations_are_meant_and_else_all_runs() -> None:
    session = a_session()
    assert [run.id for run in meant(session)] == ["r1", "r3"]
    bare = msgspec.structs.replace(session, lanes=())
    assert meant(bare) == session.runs


def test_variables_are_filled_in_and_files_only_named() -> None:
    named = {"a": Variable("{{b}}"), "b": Variable("/secret/place/notes.txt", "file")}
    prompt = Prompt("p1", "", Draft("{{a}} {{ b }} {{c}}", r"\{{b}}", named), ("{{b}} secret {{c}}", "{{b}}"))
    assert filled(prompt) == ("{{b}} [file notes.txt] {{c}}", "{{b}}")


@pytest.mark.parametrize(
    "text",
    [
        r"\{{x}}", "{{x}}", "{{ x }}", "{{x.y}}", "{{\nx\n}}", "{{empty}}", "{{nobody}}", r"a \{{ x }} {{x}} \\{{x}}",
        "{{-x}}", "no name",
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_file", [True, False])
def test_a_prompt_is_exported_as_it_was_sent(text: str, with_file: bool) -> None:
    said = {"x": "one {{y}}", "x.y": "two", "y": "3", "empty": " ", "-x": "four"}
    named = {name: Variable(value) for name, value in said.items()}
    file = {"notes": Variable("/secret/notes.txt", "file")} if with_file else {}
    prompt = sent(Draft(text, text, named | file), lambda path: b"secret")
    session = Session("s", prompts=(prompt,), runs=(a_run(prompt=prompt.id),))
    asked = request(session, prompt, None)
    assert filled(prompt) == (asked.messages[-1].text, asked.system)
    line = json.loads(json_lines(session))
    assert (line["prompt"]["text"], line["prompt"]["system"]) == filled(prompt)
    assert markdown(session).count(f"\n{asked.messages[-1].text}\n") == 2


def test_what_another_program_sent_has_no_variables() -> None:
    assert filled(Prompt("p1", "", Draft(r"\{{x}}"))) == (r"\{{x}}", "")


class Page(HTMLParser):
    """Collects what a browser would see: tags with their attributes, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_html_holds_everything_and_runs_nothing() -> None:
    text = html(hostile())
    text.encode()
    page = Page(text)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "iframe", "object", "link", "base", "form", "svg", "b"}
    assert all(not name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert all("src" not in attrs and "style" not in attrs for _, attrs in page.tags)
    links = [attrs for tag, attrs in page.tags if tag == "a"]
    assert links
    assert all((each["href"] or "").startswith("https://ok.example") for each in links)
    assert all(each["rel"] == "noreferrer noopener" for each in links)
    assert CSP in text
    assert text.count("</style>") == 1
    assert "[picture: p http://spy.example/p.png]" in text
    assert "sk-hidden" not in text


def test_html_stands_lanes_side_by_side_with_their_figures() -> None:
    text = html(a_session(), a_session().runs)
    for said in ("Cats &amp; dogs", "48.5", "0.00042 USD", "genai-prices 0.2.3, 2026-11-01", "4 of 5", "25 ms",
                 "Say something kind about", "Too many requests", "cat.png", "look_up"):  # fmt: skip
        assert said in text
    assert text.count('<article class="lane') == 4
    assert html(Session("x"))


def luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("grounds", "texts", "lanes"),
    [
        (("#f4f4f2", "#ffffff", "#f3f3f0"), ("#1d1f22", "#5c6067", "#2450b8"), LIGHT),
        (("#17181a", "#1e2022", "#26292c"), ("#e6e7e9", "#9aa0a8", "#8fb0ff"), DARK),
    ],
)
def test_texts_are_readable_and_edges_visible(
    grounds: tuple[str, ...], texts: tuple[str, ...], lanes: tuple[str, ...]
) -> None:
    assert all(contrast(text, ground) >= 4.5 for text in texts for ground in grounds)
    assert all(contrast(lane, grounds[1]) >= 3 for lane in lanes)
    style = html(Session("x"))
    assert all(text in style for text in texts)


def test_markdown_keeps_its_structure_whatever_is_in_it() -> None:
    text = markdown(hostile())
    text.encode()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    headings = [tokens[n + 1].content for n, each in enumerate(tokens) if each.type == "heading_open"]
    assert len(headings) == 4
    assert headings[1:] == ["Prompt 1", r"openai/\<b\>x\</b\>\|y\`", "Figures"]
    fences = [each.content for each in tokens if each.type == "fence"]
    assert len(fences) == 5
    assert all("fenced ````` deeper\n# Heading" in each for each in fences)
    assert not [each for each in tokens if each.type == "html_block"]
    assert sum(each.type == "tr_open" for each in tokens) == 2
    assert "sk-hidden" not in text


def test_panes() -> None:
    session = a_session()
    assert pane_text(session, session.runs[0]) == "One line.\nAnother ✓ line.\n"
    assert "Say something kind" in pane_markdown(session, session.runs[0])
    assert "gpt-5" not in pane_markdown(session, session.runs[0])


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_csv_cells_are_no_formulas(start: str) -> None:
    record = a_record(text=start)
    session = Session("s", prompts=(Prompt("p1", "", Draft(start)),), runs=(a_run(record=record),))
    (row,) = csv.DictReader(io.StringIO(csv_text(session), newline=""))
    assert row["answer"] == row["prompt"] == f"'{start}"
    assert row["ttft_ms"] == "25.125"


def test_csv_holds_a_row_for_each_run_and_every_text_whole() -> None:
    text = csv_text(hostile())
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["answer"] == HOSTILE.replace("\ud800", "\ufffd").replace("\0", "\ufffd")
    assert len(list(csv.reader(io.StringIO(csv_text(a_session(), a_session().runs), newline="")))) == 5
    assert csv_text(Session("x")) == ",".join(COLUMNS) + "\r\n"
    assert "sk-hidden" not in text


def test_what_an_answer_was_thought_better_than_is_told() -> None:
    session = a_session()
    spec = LaneSpec("openai/<b>x</b>")
    runs = (*session.runs[:3], msgspec.structs.replace(session.runs[3], spec=spec))
    gone = Better("r3", "gone")
    session = msgspec.structs.replace(session, runs=runs, better=(*session.better, gone))
    assert "- Better than: openai/\\<b\\>x\\</b\\>" in markdown(session)
    assert "<dt>Better than</dt><dd>openai/&lt;b&gt;x&lt;/b&gt;</dd>" in html(session)
    rows = csv.DictReader(io.StringIO(csv_text(session, session.runs), newline=""))
    assert {row["run"]: row["better_than"] for row in rows} == {"r1": "", "r2": "", "r3": "r4", "r4": ""}
    assert markdown(session).count("Better than") == html(session).count("Better than") == 1


def test_json_lines_hold_the_record_as_the_command_line_prints_it() -> None:
    session = a_session()
    lines: list[dict[str, Any]] = [json.loads(line) for line in json_lines(session, session.runs).splitlines()]
    printed = [json.loads(msgspec.json.encode(run.record)) for run in session.runs]
    assert [line["record"] for line in lines] == printed
    assert lines[0]["prompt"]["text"] == "Say something kind about\nthis picture."
    assert lines[0]["opinion"] == {"rating": 4, "thumb": "up", "note": "Good,\nbut long"}
    assert "sk-hidden" not in json_lines(hostile())


def test_a_huge_answer_is_shown_as_it_came() -> None:
    assert rendered("*x* " * 200_000).startswith("<pre>*x* ")
    assert rendered(">" * 50_000)
    assert rendered("[" * 20_000)


def test_a_run_of_a_prompt_that_is_gone_is_left_out() -> None:
    orphan: Run = a_run(prompt="gone")
    for write in (markdown, html, csv_text, json_lines):
        assert "Another" not in write(Session("s", runs=(orphan,)))
