"""Routes to start from, made of practice models so that each can be tried at once."""

from typing import NamedTuple

from app.routes.spec import Cached, Confident, Deadline, Escalate, Fallback, Hedge, Node, Retry


class Template(NamedTuple):
    id: str
    name: str
    note: str
    root: Node


TEMPLATES = (
    Template(
        "cheap-first",
        "Cheap first",
        "A cheap model answers; where it was unsure of its words, a strong one answers instead.",
        Escalate("practice/swift", "practice/deep", Confident(0.6)),
    ),
    Template(
        "never-down",
        "Never down",
        "One vendor, with retries and a deadline; the next one when it fails.",
        Fallback((Retry(Deadline("practice/steady", 20.0)), Retry(Deadline("practice/deep", 20.0)))),
    ),
    Template(
        "cached",
        "Cached",
        "The same question is answered from the cache for a day, at no cost.",
        Cached("practice/steady"),
    ),
    Template(
        "fastest-of-two",
        "Fastest of two",
        "A second model is asked when the first takes longer than it usually does; the first to speak answers.",
        Hedge("practice/steady", "practice/swift"),
    ),
)
