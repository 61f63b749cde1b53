"""A request as JavaScript with fetch, for Node 18 and later and other runtimes with `process.env`."""

import json
from typing import Any

from app.export.sending import KEY, Sending
from providers.dialects.base import DialectName

PIECES: dict[DialectName, str] = {
    "openai_chat": 'for (const choice of event.choices ?? []) write(choice.delta?.content ?? "");',
    "openai_responses": 'if (event.type === "response.output_text.delta") write(event.delta);',
    "anthropic": 'if (event.type === "content_block_delta") write(event.delta.text ?? "");',
    "gemini": """\
for (const candidate of event.candidates ?? []) {
    for (const part of candidate.content?.parts ?? []) if (!part.thought) write(part.text ?? "");
  }""",
    "ollama": 'write(event.message?.content ?? "");',
}
EXACT = 2**53
"""From here on a number in JavaScript is no longer every whole number."""
SCRIPT = """\
const write = (text) => process.stdout.write(text);

function read(line) {{
  {skip}
  const event = JSON.parse({document});
  {piece}
}}

async function main() {{
  const answer = await fetch({url}, {{
    method: "POST",
    headers: {{
{headers}    }},
    body: {body},
  }});
  if (!answer.ok) throw new Error(`${{answer.status}}: ${{await answer.text()}}`);
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of answer.body) {{
    const lines = (rest + decoder.decode(piece, {{ stream: true }})).split("\\n");
    rest = lines.pop();
    for (const line of lines) read(line);
  }}
  read(rest);
  write("\\n");
}}

main().catch((error) => {{
  console.error(error.message);
  process.exitCode = 1;
}});
"""


def written(sent: Sending) -> str:
    by_line = sent.dialect == "ollama"
    done = 'line.slice(5).trim() === "[DONE]"'
    return SCRIPT.format(
        skip="if (!line.trim()) return;" if by_line else f'if (!line.startsWith("data:") || {done}) return;',
        document="line" if by_line else "line.slice(5)",
        piece=PIECES[sent.dialect],
        url=_text(sent.url),
        headers="".join(f"      {_text(name)}: {_value(value, sent)},\n" for name, value in sent.headers.items()),
        body=_body(sent),
    )


def _text(text: str) -> str:
    """A string of JavaScript: JSON's, in double quotes, where neither backticks nor ${} mean anything."""
    return json.dumps(text)


def _body(sent: Sending) -> str:
    if not _is_literal(sent.tree):
        return _text(sent.body.decode())
    return f"JSON.stringify({json.dumps(sent.tree, indent=2)})".replace("\n", "\n    ")


def _is_literal(value: Any) -> bool:
    """Whether JavaScript reads it as JSON does: it has its own idea of one name and of large numbers."""
    match value:
        case dict():
            return all(name != "__proto__" and _is_literal(each) for name, each in value.items())
        case list():
            return all(_is_literal(each) for each in value)
        case int():
            return abs(value) < EXACT
    return True


def _value(value: str, sent: Sending) -> str:
    before, found, after = value.partition(KEY)
    if not found:
        return _text(value)
    key = f"process.env.{sent.key_name}"
    key = key if sent.needs_key else f'({key} ?? "none")'
    return " + ".join(part for part in (before and _text(before), key, after and _text(after)) if part)
