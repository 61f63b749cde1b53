"""How much to think, as each family of chat servers wants to be told."""

from collections.abc import Callable
from typing import Any, Literal

from providers.dialects.parameters import Parameters

Style = Literal["effort", "openrouter", "thinking", "enable_thinking", "template"]
SAMPLING = ("temperature", "top_p", "presence_penalty", "frequency_penalty")


def effort(parameters: Parameters) -> dict[str, Any]:
    """`reasoning_effort` in OpenAI's words; there is no budget."""
    parameters.drop_unnamed("thinking_budget")
    level = parameters.take("reasoning_effort")
    return {} if level is None else {"reasoning_effort": level}


def openrouter(parameters: Parameters) -> dict[str, Any]:
    """`reasoning` with an effort or a budget. Both would be an error: the budget, being exact, goes first."""
    budget, level = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if budget is not None:
        if level is not None:
            parameters.note(
                "dropped_param", "`reasoning_effort` was not sent, since `thinking_budget` says it exactly."
            )
        return {"reasoning": {"max_tokens": budget} if budget else {"enabled": False}}
    return {} if level is None else {"reasoning": {"effort": level}}


def thinking(parameters: Parameters) -> dict[str, Any]:
    """DeepSeek's switch; while it thinks, which newer models do unless told otherwise, it ignores sampling."""
    budget, level = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if budget is not None:
        parameters.note(
            "changed_param", f"This API has no `thinking_budget`; thinking was {'on' if budget else 'off'}."
        )
    if level == "none" or (budget == 0 and level is None):
        return {"thinking": {"type": "disabled"}}
    for name in SAMPLING:
        if name in parameters.left:
            parameters.note("ignored_param", f"A model that thinks ignores `{name}` here.")
    if level is None:
        return {} if budget is None else {"thinking": {"type": "enabled"}}
    return {"thinking": {"type": "enabled"}, "reasoning_effort": level}


def enable_thinking(parameters: Parameters) -> dict[str, Any]:
    """Qwen's switch and budget; it knows no levels."""
    budget, level = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if level not in (None, "none"):
        parameters.note("changed_param", f"This API has no `reasoning_effort` of {level}; thinking was switched on.")
    if level is None and budget is None:
        return {}
    on = level != "none" and budget != 0
    return {"enable_thinking": on} | ({"thinking_budget": budget} if budget else {})


def template(parameters: Parameters) -> dict[str, Any]:
    """Servers of open models: off is said to the chat template, a level in OpenAI's words."""
    parameters.drop_unnamed("thinking_budget")
    level = parameters.take("reasoning_effort")
    if level == "none":
        return {"chat_template_kwargs": {"enable_thinking": False}}
    return {} if level is None else {"reasoning_effort": level}


STYLES: dict[Style, Callable[[Parameters], dict[str, Any]]] = {
    "effort": effort,
    "openrouter": openrouter,
    "thinking": thinking,
    "enable_thinking": enable_thinking,
    "template": template,
}
