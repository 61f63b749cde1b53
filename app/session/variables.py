"""`{{name}}` in a prompt: which there are, what stands for them, and what is wrong with that.

A name is letters, digits, `_` and `-`, with or without spaces around it. Everything else in braces is text, so JSON and
other people's templates stay as they are; `\\{{` is a brace that begins nothing.
"""

import math
import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from app.session.document import Draft, Variable

MOST_BYTES = 1024 * 1024
"""Of a file whose text stands for a variable."""
_NAME = re.compile(r"(\\?)\{\{[ \t]*([^\W\d][\w-]*)[ \t]*\}\}")

Read = Callable[[str], bytes]
"""What stands in the file at a path. Raises `OSError`."""


def names(*texts: str) -> tuple[str, ...]:
    """Each once, in the order in which they come."""
    found = (match[2] for text in texts for match in _NAME.finditer(text) if not match[1])
    return tuple(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what stands for its variables; what is put in is not looked through again. Names without a value
    stay as they are."""

    def put(match: "re.Match[str]") -> str:
        if match[1]:
            return match[0][1:]
        return values.get(match[2], match[0])

    return _NAME.sub(put, text)


def problems(draft: Draft, read: Read) -> tuple[str, ...]:
    """A sentence for each variable that cannot be filled in."""
    return tuple(wrong(draft, read).values())


def wrong(draft: Draft, read: Read) -> dict[str, str]:
    """The variables that cannot be filled in, each with a sentence on why."""
    found = ((name, draft.variables.get(name, Variable())) for name in names(draft.text, draft.system))
    return {name: said for name, variable in found if (said := problem(name, variable, read))}


def problem(name: str, variable: Variable, read: Read) -> str:
    """What is wrong with it, as a sentence; "" if nothing is."""
    value = variable.value
    if not value.strip():
        return f"{name} is empty: write what stands for {{{{{name}}}}}"
    match variable.kind:
        case "number" if not _is_number(value):
            return f"{name} is {value!r}, which is no number"
        case "choice" if variable.choices and value not in variable.choices:
            return f"{name} is {value!r}, which is none of {', '.join(variable.choices)}"
        case "file":
            return _file_problem(name, value, read)
    return ""


def _file_problem(name: str, path: str, read: Read) -> str:
    try:
        data = read(path)
        data.decode()
    except OSError as error:
        return f"{name}: {path} cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        return f"{name}: {path} is no text in UTF-8"
    return f"{name}: {path} is larger than {MOST_BYTES >> 20} MiB" if len(data) > MOST_BYTES else ""


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def as_sent(draft: Draft, read: Read) -> Draft:
    """With everything filled in. Raises `OSError` and `UnicodeDecodeError` for a file that `problems` tells of."""
    values = {name: _value(each, read) for name, each in draft.variables.items() if each.value.strip()}
    return replace(draft, text=filled(draft.text, values), system=filled(draft.system, values))


def _value(variable: Variable, read: Read) -> str:
    return read(variable.value).decode() if variable.kind == "file" else variable.value
