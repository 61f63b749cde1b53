"""The articles that the models learn from.

A file holds articles one after another. `# ` opens one and is its question; a comment `<!-- also: … -->` may name more
words it answers to; a block quote right after is the thought that precedes the answer; the rest is the answer.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

import msgspec

ALSO = re.compile(r"\A<!-- also: (.*?) -->\n+")
THOUGHT = re.compile(r"\A((?:>.*\n)+)\n*")


class Article(msgspec.Struct, frozen=True):
    question: str
    also: str
    thought: str
    answer: str


def articles() -> tuple[Article, ...]:
    """Every article of the project, in the order of their files' names."""
    folder = files("resources") / "practice"
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".md")), key=lambda page: page.name)
    return tuple(article for page in pages for article in parse(page.read_text(encoding="utf-8")))


def parse(text: str) -> Iterator[Article]:
    for question, body in _sections(text):
        also, body = _take(ALSO, body)
        quoted, body = _take(THOUGHT, body)
        thought = re.sub(r"^> ?", "", quoted, flags=re.M).strip().replace("\n", " ")
        yield Article(question, also, thought, body.strip("\n"))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Question and body of each article; a `# ` inside a code fence is a comment, not a question."""
    question, body, fenced = "", [""], False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if line.startswith("# ") and not fenced:
            if question:
                yield question, "\n".join(body)
            question, body = line[2:].strip(), []
        else:
            body.append(line)
    if question:
        yield question, "\n".join(body)


def _take(pattern: re.Pattern[str], body: str) -> tuple[str, str]:
    body = body.lstrip("\n")
    found = pattern.match(body)
    return (found[1], body[found.end() :]) if found else ("", body)
