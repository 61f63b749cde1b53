"""Laws 4 and 5, as they can be read from the code of every policy."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import providers.routes

FILES = sorted(Path(providers.routes.__file__).parent.glob("*.py"))
OPENS_A_STREAM = {"stream", "judge"}
CANCELS = {"timeout", "timeout_at", "TaskGroup", "CancelScope", "move_on_after", "fail_after", "create_task_group"}
Parents = dict[ast.AST, ast.AST]


def faults(code: str) -> list[str]:
    """What in `code` breaks law 4 or 5, by line."""
    tree = ast.parse(code)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in OPENS_A_STREAM:
                if _called(parents[node]) != "aclosing":
                    found.append(f"{node.lineno}: a stream is opened outside aclosing")
            case ast.AsyncFor():
                if ast.unparse(node.iter) not in set(_closed_after(node, parents)):
                    found.append(f"{node.lineno}: what is read is not closed by aclosing")
            case ast.Yield() if set(_around(node, parents)) & CANCELS:
                found.append(f"{node.lineno}: a yield inside what cancels the reader")
    return found


def _called(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def _items(node: ast.AST, parents: Parents) -> Iterator[tuple[ast.withitem, ast.AST]]:
    """The items of every `with` around `node` in its function, and what each is entered with."""
    while not isinstance(node := parents[node], ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        if isinstance(node, ast.With | ast.AsyncWith):
            yield from ((item, item.context_expr) for item in node.items)


def _closed_after(node: ast.AST, parents: Parents) -> Iterator[str]:
    for item, entered in _items(node, parents):
        if _called(entered) == "aclosing" and item.optional_vars is not None:
            yield ast.unparse(item.optional_vars)


def _around(node: ast.AST, parents: Parents) -> Iterator[str]:
    for _, entered in _items(node, parents):
        yield "timeout" if isinstance(entered, ast.Name) else _called(entered)  # a name may hide one


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_policies_keep_laws_4_and_5(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "body",
    [
        "async for e in model.stream(r): yield e",
        "events = model.stream(r)\n    async for e in events: yield e",
        "async with aclosing(a.stream(r)) as one:\n        async for e in other: yield e",
        "async with asyncio.timeout(1):\n        yield 1",
        "async with aclosing(a.stream(r)) as one, asyncio.timeout(1):\n        async for e in one: yield e",
        "async with asyncio.TaskGroup() as group:\n        yield 1",
        "timeout = asyncio.timeout(1)\n    async with timeout:\n        yield 1",
    ],
)
def test_a_fault_is_found(body: str) -> None:
    assert faults(f"async def stream(r):\n    {body}\n")


def test_good_form_is_let_be() -> None:
    good = "async with aclosing(a.stream(r)) as one:\n        async for e in one: yield e"

    assert faults(f"async def stream(r):\n    {good}\n") == []
