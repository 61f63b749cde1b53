"""A request as Python with httpx."""

from pprint import pformat

from app.export.sending import KEY, Sending
from providers.dialects.base import DialectName

PIECES: dict[DialectName, str] = {
    "openai_chat": """\
        for choice in event.get("choices") or []:
            print((choice.get("delta") or {}).get("content") or "", end="", flush=True)
""",
    "openai_responses": """\
        if event.get("type") == "response.output_text.delta":
            print(event["delta"], end="", flush=True)
""",
    "anthropic": """\
        if event.get("type") == "content_block_delta":
            print(event["delta"].get("text", ""), end="", flush=True)
""",
    "gemini": """\
        for candidate in event.get("candidates") or []:
            for part in (candidate.get("content") or {}).get("parts") or []:
                if not part.get("thought"):
                    print(part.get("text", ""), end="", flush=True)
""",
    "ollama": """\
        print((event.get("message") or {}).get("content") or "", end="", flush=True)
""",
}
SSE = """\
        if not line.startswith("data:") or line[5:].strip() == "[DONE]":
            continue
        event = json.loads(line[5:])
"""
NDJSON = """\
        if not line.strip():
            continue
        event = json.loads(line)
"""


def written(sent: Sending) -> str:
    headers = "".join(f"    {name!r}: {_value(value, sent)},\n" for name, value in sent.headers.items())
    return (
        "import json\nimport os\n\nimport httpx\n\n"
        f"url = {sent.url!r}\n"
        f"headers = {{\n{headers}}}\n"
        f"body = {literal(sent.tree)}\n\n"
        'with httpx.stream("POST", url, headers=headers, json=body, timeout=600) as answer:\n'
        "    if answer.status_code >= 400:\n"
        '        raise SystemExit(f"{answer.status_code}: {answer.read().decode()}")\n'
        "    for line in answer.iter_lines():\n"
        f"{NDJSON if sent.dialect == 'ollama' else SSE}{PIECES[sent.dialect]}print()\n"
    )


def literal(value: object) -> str:
    """`value` as Python writes it, over several lines where it is long."""
    return pformat(value, width=110, sort_dicts=False)


def key(sent: Sending) -> str:
    """The expression that reads the key; servers without keys take any word for one."""
    if not sent.key_name:
        return "'none'"
    return f"os.environ[{sent.key_name!r}]" if sent.needs_key else f"os.environ.get({sent.key_name!r}, 'none')"


def _value(value: str, sent: Sending) -> str:
    before, found, after = value.partition(KEY)
    if not found:
        return repr(value)
    return " + ".join(part for part in (before and repr(before), key(sent), after and repr(after)) if part)
