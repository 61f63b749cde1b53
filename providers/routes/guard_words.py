"""The words that the guard knows, as data. English; of other languages it knows none, and every word counts."""

import re

_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBERS = {word: str(number) for number, word in enumerate(_COUNTED.split())} | {
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "dozen": "12",
}

_NEGATIONS = "not no never none nothing nobody without neither nor cannot except unless lacking"
NEGATIONS = frozenset(_NEGATIONS.split())

_FRAME = """
    a an the this that is are be am do does to of in about there here i i'd i'm i've me my we us our please kindly
    tell say explain describe show give help let know what which whats what's it its it's hi hello hey thanks thank
    just also really actually exactly simply simple quick quickly short briefly basically so some any
"""
FRAME = frozenset(_FRAME.split())
"""They put a question, and are no part of what it is about. What tells when, why, who, how or how many apart, what was
from what is, from and for and by, your and my: all that is not here."""

_GROUPS = (
    "begin start commence",
    "large big huge",
    "small little tiny",
    "fast rapid speedy",
    "delete remove erase",
    "create build construct generate make",
    "fix repair",
    "solve resolve",
    "error problem issue",
    "buy purchase",
    "picture image photo photograph",
    "film movie",
    "car automobile",
    "child kid",
    "doctor physician",
    "location place",
    "method technique approach",
    "calculate compute determine",
    "find locate",
    "choose select pick",
    "difference distinction",
    "reason cause",
    "benefit advantage",
    "drawback disadvantage downside",
    "example instance",
    "center centre",
    "color colour",
    "sum total",
    "important significant",
    "happen occur",
    "try attempt",
    "use utilize utilise",
    "convert transform",
    "phone telephone",
    "summarize summarise",
)
ALIKE = {word: words.split()[0] for words in _GROUPS for word in words.split()}
"""Words of one meaning, by the first of them."""

PHRASES = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\b(can|could|would|will) you (please |kindly )?", " "),
        (r"\b(i want|i need|i would like|i'd like|i am trying|i'm trying) to( know)?\b", " "),
        (r"\bdo you know\b", " "),
        (r"\bwhat('s| is| are) the (best |easiest |right |usual |simplest )?way(s)? (to|of)\b", " how "),
        (r"\bhow (do|can|could|should|would|to|does|might) (i|one|you|we|people|someone)\b", " how "),
        (r"\bhow to\b", " how "),
        (r"\bwhat('s| is| are) the (reason|cause)s? (for|of|that|why)\b", " why "),
        (r"\bget rid of\b", " delete "),
        (r"\bfigure out\b", " find "),
        (r"\bcan not\b", " cannot "),
        (r"^\s*in ([^\s,]+), (.*?)([.?!]*)\s*$", r" \2 in \1\3"),
    )
)
"""Ways of saying that come to the same."""
