"""The settings of a route's nodes as fields of a form: what each is called, how it is written, what is usual."""

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, assert_never, get_args

import msgspec

from app.params import ParamError, shown, variants, written
from app.routes import spec
from app.routes.tree import Path, tag
from app.routes.words import ORDERS, title
from providers.errors import ERROR_KINDS
from providers.routes.confidence import Measure
from providers.routes.rules import PART

Kind = Literal[
    "whole", "number", "text", "lines", "words", "pairs", "json", "flag", "choice", "lane", "embedder", "asked"
]


class Field(NamedTuple):
    """`path` leads to the value in the node. What is left empty is as usual, which `usual` tells. Of a choice,
    `choices` are what may stand there, each with its name; where that is an object, `made` has one for each."""

    path: Path
    label: str
    kind: Kind
    usual: str = ""
    note: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    made: dict[str, Any] | None = None


class SettingError(ValueError):
    """What is written is no such value; the message says what would be."""


def fields(node: spec.Node) -> tuple[Field, ...]:
    match node:
        case str() | spec.Ask():
            return LEAF
        case spec.Retry():
            return (Field(("tries",), "Tries at most", "whole", "3", "The first one counts"),)
        case spec.Deadline():
            return (Field(("first_s",), "First token within, s", "number"),)
        case spec.Limit():
            return LIMIT
        case spec.Budgeted():
            return BUDGETED
        case spec.Prompted():
            return PROMPTED
        case spec.Split():
            return ()
        case spec.Fallback():
            return FALLBACK
        case spec.Hedge():
            note = "Empty: after the time that 95 of 100 first tokens of the first model took lately"
            return (Field(("after_s",), "Ask the second after, s", "number", "the first's own pace", note),)
        case spec.Tier():
            return ()
        case spec.Escalate(judge=judge):
            return (JUDGE, *(_below("judge", each) for each in _judge(judge)))
        case spec.Cached(similar=similar):
            return (*CACHED, *(() if similar is None else (*SIMILAR, _in_doubt(similar.ask))))
        case _:
            assert_never(node)


def edge_fields(parent: spec.Node, where: str) -> tuple[Field, ...]:
    """What the node above says of that branch; the paths begin there."""
    if "[" not in where:
        return ()
    at = int(where[where.index("[") + 1 : where.index("]")])
    match parent:
        case spec.Split():
            return (Field(("branches", at, "weight"), "Weight", "number", "1"),)
        case spec.Fallback(order="weighted", weights=weights) if at < len(weights):
            return (Field(("weights", at), "Weight", "number"),)
        case spec.Tier(cases=cases):
            rule = Field(("cases", at, "when"), "Chosen if", "choice", choices=RULES, made=RULE_MADE)
            return (rule, *(Field(("cases", at, "when", *e.path), *e[1:]) for e in _rule(cases[at].when)))
        case _:
            return ()


def value(node: spec.Node, field: Field) -> Any:
    """What is set there; None where nothing is."""
    found: Any = {"lane": node} if isinstance(node, str) else msgspec.json.decode(msgspec.json.encode(node))
    for step in field.path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def shown_value(node: spec.Node, field: Field) -> str:
    """As it stands in its field; of a choice, the one that is chosen, and of a flag "1" where it is set."""
    found = value(node, field)
    match field.kind:
        case "flag":
            return "1" if found or (found is None and field.usual == "1") else ""
        case "choice":
            return (
                str(found.get("policy", field.choices[-1][0]))
                if isinstance(found, dict)
                else str(found or field.choices[0][0])
            )
        case "words":
            return ", ".join(found or ())
        case "pairs":
            return "\n".join(written(found or {}))
        case "json":
            return "" if found is None else json.dumps(found, ensure_ascii=False, indent=1)
        case _:
            return "" if found is None else shown(found) if not isinstance(found, str) else found


def read(field: Field, text: str) -> Any:
    """What to set; None for what is usual. Raises `SettingError`."""
    if field.kind == "flag":
        return None if (text == "1") == (field.usual == "1") else text == "1"
    if field.kind == "choice":
        return field.made[text] if field.made is not None else None if text == field.choices[0][0] else text
    if not text.strip():
        return _left_empty(field)
    match field.kind:
        case "whole" | "number":
            return _number(field, text)
        case "words":
            return [word.strip() for word in text.split(",") if word.strip()]
        case "pairs":
            return _pairs(text)
        case "json":
            return _json(text)
        case _:
            return text.strip() if field.kind in ("lane", "embedder", "asked") else text


def _left_empty(field: Field) -> Any:
    """What is usual, or where nothing is, what is as good as empty."""
    if field.usual or field.kind in ("pairs", "json", "lines"):
        return None
    if field.kind in ("whole", "number"):
        raise SettingError(f"{field.label}: a number is needed")
    return [] if field.kind == "words" else ""


def _number(field: Field, text: str) -> float | int:
    try:
        found = float(text.replace("_", ""))
        if found != found or abs(found) > 1e12:
            raise ValueError
    except ValueError:
        raise SettingError(f"{field.label}: {text!r} is no number") from None
    if field.kind == "whole" and found != int(found):
        raise SettingError(f"{field.label}: a whole number")
    return int(found) if found == int(found) else found


def _pairs(text: str) -> dict[str, Any]:
    try:
        made = variants({}, text)
    except ParamError as error:
        raise SettingError(str(error)) from None
    if len(made) != 1:
        raise SettingError("One value each")
    return made[0]


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise SettingError(f"The schema is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise SettingError("A JSON schema is an object")
    return found


LEAF = (
    Field(("lane",), "Model", "lane", note="vendor/model, or dialect:model@URL"),
    Field(("params",), "Parameters", "pairs", "none", "name=value, one a line; over the lane's own"),
)
LIMIT = (
    Field(("at_once",), "At once", "whole", "no limit"),
    Field(("requests_per_minute",), "Requests a minute", "whole", "no limit"),
    Field(("tokens_per_minute",), "Tokens a minute", "whole", "no limit"),
)
BUDGETED = (
    Field(("limit",), "Limit", "text", note="Such as 1 USD, 200k tokens or 100 requests, by all runs of the route"),
    Field(("window",), "In each", "choice", choices=(("day", "day"), ("hour", "hour"), ("month", "month"))),
    Field(
        ("then",),
        "At the limit",
        "choice",
        choices=(
            ("stop", "stop what runs: it is never passed"),
            ("block", "send nothing more, let streams end"),
            ("warn", "only say so"),
        ),
    ),
)
PROMPTED = (
    Field(("system",), "System prompt", "lines", "as it comes"),
    Field(("before",), "Text before the prompt", "lines", "none"),
    Field(("template",), "Template", "lines", "none", "{{prompt}} stands for what was asked"),
    Field(("params",), "Parameters", "pairs", "none", "name=value, one a line"),
)
KINDS = f"The next one is asked after these alone; of {', '.join(ERROR_KINDS)}"
FALLBACK = (
    Field(("order",), "Order", "choice", choices=tuple(ORDERS.items())),
    Field(("cooldown_s",), "Rest after a failure, s", "number", "30", "0: no endpoint is ever passed over"),
    Field(("restart",), "Also when text was shown already", "flag", note="What was shown is taken back"),
    Field(("on",), "Kinds of error", "words", "what may pass or is one vendor's own", KINDS),
)
CACHED = (
    Field(("ttl_s",), "Kept for, s", "number", "86400"),
    Field(("most",), "Entries at most", "whole", "10000"),
    Field(
        ("pace",),
        "An answer comes",
        "choice",
        choices=(("at_once", "at once"), ("recorded", "at the pace at which it came first")),
    ),
    Field(("when_random",), "Also where the temperature is above 0", "flag"),
    Field(
        ("similar",),
        "Questions",
        "choice",
        choices=(("", "the same to the letter"), ("similar", "also those that mean the same")),
        made={"": None, "similar": {"embed": "local"}},
    ),
)
SIMILAR = (
    Field(("similar", "embed"), "Who embeds", "embedder", note="A lane, or local"),
    Field(("similar", "threshold"), "As similar as", "number", "0.9", "The cosine of both questions, up to 1"),
    Field(("similar", "guard"), "Guard", "flag", "1", "Numbers, negations, names and code must be equal"),
)
JUDGE = Field(
    ("judge",),
    "Judge",
    "choice",
    choices=(
        ("confidence", "how sure it was of its words"),
        ("consistency", "whether samples agree"),
        ("grade", "another model"),
        ("rules", "rules"),
    ),
    made={
        "confidence": {"policy": "confidence", "threshold": 0.6},
        "consistency": {"policy": "consistency", "threshold": 0.6},
        "grade": {"policy": "grade", "threshold": 0.7, "by": ""},
        "rules": {"policy": "rules", "no_refusal": True, "whole": True},
    },
)
THRESHOLD = Field(("threshold",), "Kept from", "number", note="0 to 1: below, the strong one answers")
MEASURES: dict[Measure, str] = {
    "mean": "mean of its tokens",
    "min": "its least sure token",
    "entropy": "entropy, in nats",
}
RULES = (
    ("longer", "it is long"),
    ("has", "it has something"),
    ("matches", "it matches"),
    ("language", "it is in a language"),
    ("variable", "a variable is"),
)
RULE_MADE: dict[str, Any] = {
    "longer": {"policy": "longer", "tokens": 500},
    "has": {"policy": "has", "part": "code"},
    "matches": {"policy": "matches", "pattern": ""},
    "language": {"policy": "language", "codes": ["de"]},
    "variable": {"policy": "variable", "name": "", "values": []},
}


def _below(name: str, field: Field) -> Field:
    return Field((name, *field.path), *field[1:])


def _in_doubt(ask: spec.Node | None) -> Field:
    """A lane can be written here. A whole tree is set where it stands; here it can only be taken away."""
    path, label, note = (
        ("similar", "ask"),
        "In doubt ask",
        "After the guard: whether both questions mean the same, yes or no",
    )
    if ask is None or isinstance(ask, str):
        return Field(path, label, "asked", "nobody", f"{note}; vendor/model")
    name, plain = kind_of(ask), msgspec.json.decode(msgspec.json.encode(ask))
    choices = (("", "nobody"), (name, f"{title(ask)}, as it stands in the tree"))
    return Field(path, label, "choice", "", note, choices, {"": None, name: plain})


def _judge(judge: spec.JudgeSpec) -> Iterator[Field]:
    match judge:
        case spec.Confident():
            yield Field(("measure",), "Measure", "choice", choices=tuple(MEASURES.items()))
            yield THRESHOLD
        case spec.Consistent():
            yield Field(("samples",), "Samples", "whole", "3")
            yield Field(("max_tokens",), "Tokens of each", "whole", "64")
            yield THRESHOLD
        case spec.Graded():
            yield THRESHOLD
            yield Field(("criteria",), "What it is judged by", "lines", "whether the answer is right and whole")
        case spec.Ruled():
            yield Field(("no_refusal",), "It is no refusal", "flag")
            yield Field(("whole",), "It was not cut off", "flag")
            yield Field(("compiles",), "Its code compiles", "flag")
            yield Field(("least",), "Characters at least", "whole", "any")
            yield Field(("most",), "Characters at most", "whole", "any")
            yield Field(("found",), "It matches", "text", "anything", "A regular expression")
            yield Field(("not_found",), "It does not match", "text", "anything", "A regular expression")
            yield Field(
                ("json_schema",), "It fits the JSON schema", "json", "not checked", "{} : the request's own form"
            )
        case _:
            assert_never(judge)


def _rule(rule: spec.Rule) -> Iterator[Field]:
    match rule:
        case spec.Longer():
            yield Field(("tokens",), "More tokens than", "whole")
        case spec.Has():
            yield Field(("part",), "What", "choice", choices=tuple((each, each) for each in get_args(PART)))
        case spec.Matches():
            yield Field(("pattern",), "Regular expression", "text")
        case spec.InLanguage():
            yield Field(("codes",), "Languages", "words", note="Codes such as de, fr")
        case spec.VariableIs():
            yield Field(("name",), "Variable", "text")
            yield Field(("values",), "Any of", "words")
        case _:
            assert_never(rule)


def kind_of(node: spec.Node) -> str:
    """By which nodes have the same fields."""
    return tag(node) or "ask"
