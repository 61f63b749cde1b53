"""How much a Claude is to think, and which sampling it takes meanwhile."""

from typing import Any

from providers.dialects.anthropic_models import Family, nearest
from providers.dialects.parameters import Parameters

BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576, "max": 24576}
"""What an effort comes to in tokens of thought, for families without efforts."""
LEAST_BUDGET = 1024
LEAST_TOP_P = 0.95
SAMPLING = ("temperature", "top_p", "top_k")

Body = dict[str, Any]


def is_on(thinking: Any) -> bool:
    return isinstance(thinking, dict) and thinking.get("type") in ("enabled", "adaptive")


def thinking(parameters: Parameters, family: Family | None) -> Body:
    """`thinking` and `output_config`, as far as something was set."""
    budget, effort = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if effort == "none":
        parameters.note("changed_param", "Anthropic has no `reasoning_effort` of none; thinking was switched off.")
        return {"thinking": {"type": "disabled"}}
    if family is None:
        return _budgeted(budget) | _with_effort(effort)
    if family.thinking == "none":
        for name, value in (("thinking_budget", budget), ("reasoning_effort", effort)):
            if value:
                parameters.note("dropped_param", f"This model does not think; `{name}` was not sent.")
        return {}
    if budget is not None and not family.budgets and budget != 0:
        parameters.note(
            "changed_param", "This model takes no `thinking_budget`; it was told to think as much as it sees fit."
        )
        return _adaptive() | _with_effort(_fitting(effort, family, parameters))
    if effort is not None and not family.efforts:
        return _instead(budget, effort, parameters)
    shown = _with_effort(_fitting(effort, family, parameters))
    if budget is None and effort is not None and family.thinking == "adaptive":
        return _adaptive() | shown
    return _budgeted(budget) | shown


def _instead(budget: Any, effort: Any, parameters: Parameters) -> Body:
    """A budget in place of an effort, which this family does not know."""
    if budget is not None:
        parameters.note("dropped_param", "This model has no `reasoning_effort`; it was not sent.")
        return _budgeted(budget)
    if effort not in BUDGETS:
        return _with_effort(effort)
    said = f"This model has no `reasoning_effort`; a thinking budget of {BUDGETS[effort]} was sent."
    parameters.note("changed_param", said)
    return _budgeted(BUDGETS[effort])


def _fitting(effort: Any, family: Family, parameters: Parameters) -> Any:
    if not isinstance(effort, str) or not family.efforts:
        return effort
    if (fitting := nearest(effort, family.efforts)) != effort:
        parameters.note("changed_param", f"This model has no `reasoning_effort` of {effort}; {fitting} was sent.")
    return fitting


def _budgeted(budget: Any) -> Body:
    if budget is None:
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": budget} if budget else {"type": "disabled"}}


def _adaptive() -> Body:
    return {"thinking": {"type": "adaptive", "display": "summarized"}}  # the newest would leave out what they thought


def _with_effort(effort: Any) -> Body:
    return {} if effort is None else {"output_config": {"effort": effort}}


def give_up_budget(body: Body, parameters: Parameters) -> None:
    """While results are answered, Claude takes a budget only if its own thought led to the calls."""
    if body.get("thinking", {}).get("type") == "enabled":
        del body["thinking"]
        said = "Claude cannot begin to think in the middle of a tool's use; thinking was not asked for."
        parameters.note("dropped_param", said)


def within_limit(body: Body, parameters: Parameters) -> None:
    """Holds a budget to what Claude takes: no less than 1,024, and less than `max_tokens`."""
    given, limit = body.get("thinking", {}).get("budget_tokens"), body["max_tokens"]
    if not isinstance(given, int) or not isinstance(limit, int):
        return
    if limit <= LEAST_BUDGET:
        del body["thinking"]
        said = f"Thinking takes {LEAST_BUDGET} tokens at least, and `max_tokens` is {limit}; it was not asked for."
        parameters.note("dropped_param", said)
    elif (fitting := min(max(given, LEAST_BUDGET), limit - 1)) != given:
        body["thinking"]["budget_tokens"] = fitting
        said = "`thinking_budget` must be 1024 or more and less than `max_tokens`"
        parameters.note("changed_param", f"Anthropic's {said}; {fitting} was sent.")


def sample(parameters: Parameters, family: Family | None, *, thinks: bool) -> None:
    """Drops what this family answers with an error."""
    if family is None:
        return
    left = parameters.left
    if family.sampling == "none":
        _drop(parameters, "This model takes no `{}`; it was not sent.", *SAMPLING)
        return
    if thinks:
        altered = [name for name in SAMPLING if name in left and not _is_usual(name, left[name])]
        _drop(parameters, "Claude takes no `{}` of one's own while it thinks; it was not sent.", *altered)
    if family.sampling == "one" and "temperature" in left:
        _drop(parameters, "This model takes `temperature` or `top_p`, not both; `{}` was not sent.", "top_p")


def _is_usual(name: str, value: Any) -> bool:
    """Whether this may be set while a model thinks."""
    match name, value:
        case "temperature", int() | float():
            return value == 1
        case "top_p", int() | float():
            return LEAST_TOP_P <= value <= 1
    return False


def _drop(parameters: Parameters, said: str, *names: str) -> None:
    for name in names:
        if name in parameters.left:
            parameters.take(name)
            parameters.note("dropped_param", said.format(name))
