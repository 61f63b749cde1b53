"""What Gemini is sent, and the turns that must go back to it."""

import json
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.errors import ProviderError
from providers.types import (
    Call,
    Echo,
    File,
    Image,
    JsonObject,
    JsonSchema,
    Message,
    OnlyTool,
    Request,
    Result,
    Tool,
    ToolChoice,
)
from tests.providers.folding import Fold, finished_of, fold

BASE = "https://generativelanguage.googleapis.com"


def sent(request: Request, model: str = "gemini-3-pro-preview") -> tuple[dict[str, Any], list[str]]:
    encoded = DIALECTS["gemini"].encode(request, model=model, base_url=BASE, quirks=Quirks())
    return json.loads(encoded.body), [notice.text for notice in encoded.notices]


def parts_of(*messages: Message, model: str = "gemini-3-pro-preview") -> Any:
    return [content["parts"] for content in sent(Request(messages), model)[0]["contents"]]


def test_pictures_and_files_come_before_the_text() -> None:
    attached = (
        Image("image/png", b"\x89PNG"),
        File("application/pdf", "a.pdf", b"%PDF"),
        File("video/mp4", "v", url="https://generativelanguage.googleapis.com/v1beta/files/abc"),
        Image("", url="gs://bucket/a.png"),
    )

    assert parts_of(Message("user", "What?", attached)) == [
        [
            {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
            {"inlineData": {"mimeType": "application/pdf", "data": "JVBERg=="}},
            {
                "fileData": {
                    "mimeType": "video/mp4",
                    "fileUri": "https://generativelanguage.googleapis.com/v1beta/files/abc",
                }
            },
            {"fileData": {"fileUri": "gs://bucket/a.png"}},
            {"text": "What?"},
        ]
    ]


def test_tools() -> None:
    schema = {"type": "object", "properties": {"city": {"type": ["string", "null"]}}}
    tools = (Tool("weather", "Now", schema, strict=True), Tool("now"))
    body, notices = sent(Request((Message("user", "Hi"),), params={"tools": [{"googleSearch": {}}]}, tools=tools))

    declared = [{"name": "weather", "description": "Now", "parametersJsonSchema": schema}, {"name": "now"}]
    assert body["tools"] == [{"functionDeclarations": declared}, {"googleSearch": {}}]
    assert "toolConfig" not in body
    assert notices == ["Gemini has no `strict` for a tool; it was not sent."]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        (OnlyTool("now"), {"mode": "ANY", "allowedFunctionNames": ["now"]}),
    ],
)
def test_choices(choice: ToolChoice, said: dict[str, Any]) -> None:
    body, notices = sent(Request((Message("user", "Hi"),), tools=(Tool("now"),), tool_choice=choice))

    assert body["toolConfig"] == {"functionCallingConfig": said}
    assert notices == []


def test_settings_of_tools_of_ones_own_are_joined() -> None:
    own = {"functionCallingConfig": {"mode": "VALIDATED"}, "retrievalConfig": {"languageCode": "de"}}
    request = Request((Message("user", "Hi"),), params={"toolConfig": own}, tools=(Tool("now"),), tool_choice="auto")

    assert sent(request)[0]["toolConfig"] == own


RESULTS = (
    Result("c1", "weather", '{"degrees": 4}'),
    Result(None, "now", "noon"),
    Result(None, "list", "[1]"),
    Result("c4", "shell", "broken", failed=True),
    Result("c5", "shell", '{"code": 1}', failed=True),
)


def test_results() -> None:
    assert parts_of(Message("user", "Go on", results=RESULTS)) == [
        [
            {"functionResponse": {"name": "weather", "response": {"degrees": 4}, "id": "c1"}},
            {"functionResponse": {"name": "now", "response": {"result": "noon"}}},
            {"functionResponse": {"name": "list", "response": {"result": "[1]"}}},
            {"functionResponse": {"name": "shell", "response": {"error": "broken"}, "id": "c4"}},
            {"functionResponse": {"name": "shell", "response": {"error": {"code": 1}}, "id": "c5"}},
            {"text": "Go on"},
        ]
    ]


CALLS = (Call("c1", "weather", '{"city": "Oslo"}'), Call(None, "now", ""))


def test_calls_that_it_did_not_make_need_no_signature_before_the_third_family() -> None:
    calls = [
        {"functionCall": {"name": "weather", "args": {"city": "Oslo"}, "id": "c1"}},
        {"functionCall": {"name": "now", "args": {}}},
    ]

    assert parts_of(Message("assistant", calls=CALLS), model="gemini-2.5-pro") == [calls]
    assert parts_of(Message("assistant", "So", calls=CALLS), model="gemini-2.0-flash") == [[{"text": "So"}, *calls]]


@pytest.mark.parametrize("model", ["gemini-3-pro-preview", "models/gemini-3.1-flash", "gemini-flash-latest"])
def test_calls_that_it_did_not_make_are_signed_as_such(model: str) -> None:
    (parts,) = parts_of(Message("assistant", calls=CALLS), model=model)

    assert [part.get("thoughtSignature") for part in parts] == ["skip_thought_signature_validator", None]


def test_its_own_turn_goes_back_unchanged() -> None:
    parts = [{"text": "Hm", "thought": True}, {"functionCall": {"name": "now"}, "thoughtSignature": "Es=="}]
    ours = Message("assistant", "x", calls=(Call(None, "now", "{}"),), echo=Echo("gemini", BASE, parts))
    foreign = Message("assistant", "Yes", echo=Echo("gemini", "https://vertex", parts))

    assert parts_of(ours, foreign) == [parts, [{"text": "Yes"}]]


def test_arguments_that_are_no_object_are_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        sent(Request((Message("assistant", calls=(Call("t", "shell", '{"a'),)),)))

    assert caught.value.failure.kind == "bad_request"


def test_forms() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    request = Request((Message("user", "Hi"),), params={"temperature": 1}, output=JsonSchema(schema))

    assert sent(request)[0]["generationConfig"] == {
        "temperature": 1,
        "responseMimeType": "application/json",
        "responseJsonSchema": schema,
    }
    assert sent(Request((Message("user", "Hi"),), output=JsonObject()))[0]["generationConfig"] == {
        "responseMimeType": "application/json"
    }


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        ("gemini-3-flash", "max", {"includeThoughts": True, "thinkingLevel": "high"}),
        ("gemini-2.5-flash", "xhigh", {"includeThoughts": True, "thinkingBudget": 24576}),
    ],
)
def test_efforts_beyond_its_own(model: str, effort: str, thinking: dict[str, Any]) -> None:
    body, notices = sent(Request.of("Hi", reasoning_effort=effort), model)

    assert body["generationConfig"]["thinkingConfig"] == thinking
    assert len(notices) == 1


def answered(*responses: list[dict[str, Any]], finish: str = "STOP") -> Fold:
    """The fold of a stream whose chunks hold these parts."""
    said: list[Any] = [{"candidates": [{"content": {"role": "model", "parts": parts}}]} for parts in responses]
    said.append({"candidates": [{"content": {"role": "model"}, "finishReason": finish}]})
    return fold("gemini", [b"data: " + json.dumps(one).encode() + b"\r\n\r\n" for one in said])


def content_of(answer: Fold) -> Any:
    return answer.turn.content if answer.turn is not None else None


def test_text_alone_makes_no_turn() -> None:
    assert (
        content_of(answered([{"text": "Hm", "thought": True}], [{"text": "a"}, {"text": "b", "thought": False}]))
        is None
    )


def test_unsigned_increments_of_one_kind_are_joined_and_signed_ones_stay_apart() -> None:
    answer = answered(
        [{"text": "I ", "thought": True}],
        [{"text": "see\ud83c", "thought": True}, {"text": "So"}],
        [{"text": " it"}, {"text": " is", "thoughtSignature": "A="}],
        [{"text": "."}, {"text": ""}],
        [{"text": "", "thoughtSignature": "B="}],
    )

    assert content_of(answer) == [
        {"text": "I see\ufffd", "thought": True},
        {"text": "So it"},
        {"text": " is", "thoughtSignature": "A="},
        {"text": "."},
        {"text": "", "thoughtSignature": "B="},
    ]
    assert answer.text == "So it is."


def test_parts_of_other_kinds_stay_as_they_came() -> None:
    code = {"executableCode": {"language": "PYTHON", "code": "1"}, "novel": {"x": 1}}

    assert content_of(answered([{"text": "a"}], [code], [{"text": "b"}])) == [{"text": "a"}, code, {"text": "b"}]


def value(path: str, *, goes_on: bool = False, **said: Any) -> dict[str, Any]:
    return {"jsonPath": path, **said} | ({"willContinue": True} if goes_on else {})


def go_on(*values: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    return [{"functionCall": {"partialArgs": [*values], "willContinue": True}, **said}]


BEGIN = [{"functionCall": {"name": "book", "id": "f1", "willContinue": True}, "thoughtSignature": "S="}]
END: list[dict[str, Any]] = [{"functionCall": {}}]
BOOKED = {"to": {"city": "New Delhi", "gates": [3, True, None]}, "a b": "x"}
STREAMED = (
    BEGIN,
    go_on(value("$.to.city", stringValue="New ", goes_on=True)),
    go_on(value("$.to.city", stringValue="Delhi", goes_on=True)),
    go_on(value("$.to.city", stringValue="")),
    go_on(value("$.to.gates[0]", numberValue=3), value("$.to.gates[1]", boolValue=True)),
    go_on(value("$.to.gates[2]", nullValue="NULL_VALUE"), value("$['a b']", stringValue="x")),
)


@pytest.mark.parametrize("rest", [(END,), (), (END, END), ([{"text": "Done."}],)])
def test_arguments_that_are_streamed(rest: tuple[list[dict[str, Any]], ...]) -> None:
    answer = answered(*STREAMED, *rest)

    ((number, call),) = answer.calls.items()
    assert (number, call.id, call.name, json.loads(call.arguments), call.complete) == (0, "f1", "book", BOOKED, True)
    assert answer.pieces[0] == call.arguments
    assert content_of(answer)[0] == {
        "functionCall": {"name": "book", "args": BOOKED, "id": "f1"},
        "thoughtSignature": "S=",
    }


def test_a_next_call_ends_the_one_before() -> None:
    answer = answered(BEGIN, go_on(value("$.a", numberValue=1)), [{"functionCall": {"name": "now"}}])

    assert answer.tools == [("f1", "book", '{"a": 1}'), (None, "now", "{}")]
    assert [part["functionCall"]["name"] for part in content_of(answer)] == ["book", "now"]


@pytest.mark.parametrize(
    "cut",
    [
        value("$.a", stringValue="New ", goes_on=True),
        value("a", numberValue=1),
        value("$", numberValue=1),
        value("$.a[1]", numberValue=1),
        value("$.a[99999999]", numberValue=1),
        value("$.b.c", numberValue=1),
        value("$['b']", numberValue=2),
        value("$.a[", numberValue=1),
        value("$" + ".a" * 1000, numberValue=1),
    ],
)
def test_arguments_that_are_not_whole_are_told_and_do_not_go_back(cut: dict[str, Any]) -> None:
    answer = answered(BEGIN, go_on(value("$.b", numberValue=1), cut), finish="MAX_TOKENS")

    assert [call.complete for call in answer.calls.values()] == [False]
    assert content_of(answer) is None
    assert finished_of(answer).stop == "MAX_TOKENS"


def test_values_of_another_kind_than_they_are_called_are_no_values() -> None:
    pieces = go_on(value("$.a", numberValue=[1]), value("$.a", stringValue="x"), value("$.b", stringValue=5))
    answer = answered(BEGIN, pieces)

    assert answer.tools == [("f1", "book", '{"a": "x"}')]


def test_pieces_of_no_call_say_nothing() -> None:
    answer = answered(go_on(value("$.b", numberValue=1)), END, [{"text": "a"}])

    assert (answer.text, answer.tools, content_of(answer)) == ("a", [], None)


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "RECITATION"])
def test_words_about_the_end(reason: str) -> None:
    said = {"candidates": [{"finishReason": reason, "finishMessage": "Malformed function call: x("}]}
    answer = fold("gemini", [b"data: " + json.dumps(said).encode() + b"\r\n\r\n"])

    assert finished_of(answer).stop == reason
    assert answer.notices == ["Malformed function call: x("]


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "text/event-stream", ""])
def test_an_array_that_grows(content_type: str) -> None:
    """What comes without `alt=sse`."""
    said: list[Any] = [{"candidates": [{"content": {"parts": [{"text": text}]}}]} for text in ("Hel", "lo")]
    said.append({"candidates": [{"finishReason": "STOP"}]})
    pieces = [b"[", b"\n,\r\n".join(json.dumps(one, indent=2).encode() for one in said), b"\n]\n"]
    answer = fold("gemini", pieces, content_type=content_type)

    assert (answer.text, finished_of(answer).stop) == ("Hello", "STOP")
    cut = fold("gemini", pieces[:-1], content_type=content_type)
    assert cut.failure is not None
