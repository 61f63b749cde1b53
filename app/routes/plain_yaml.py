"""YAML as people mean it: `on`, `no`, `yes` and `off` are words, as they are in YAML 1.2; true and false alone are
truth values. PyYAML by itself knows YAML 1.1, in which the key `on` and the language `no` are such values too."""

import re
from functools import cache
from typing import Any

TAG = "tag:yaml.org,2002:"
TRUTH = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
READ_AS_OTHERS = frozenset(f"{TAG}{each}" for each in ("bool", "int", "float", "timestamp"))


def read(text: str) -> Any:
    """Raises `yaml.YAMLError`, and what PyYAML raises else: `ValueError`, `RecursionError`."""
    import yaml  # on use: 40 ms

    return yaml.load(text, Loader=loader())  # it is a SafeLoader


def written(value: Any) -> str:
    import yaml

    return str(yaml.dump(value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100))


@cache
def loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = _but_truth(yaml.SafeLoader)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            _keep_as_written(node)
            return super().construct_mapping(node, deep)

    Loader.add_implicit_resolver(f"{TAG}bool", TRUTH, list("tTfF"))
    return Loader


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        yaml_implicit_resolvers = _but_truth(yaml.SafeDumper)

    Dumper.add_implicit_resolver(f"{TAG}bool", TRUTH, list("tTfF"))
    return Dumper


def _but_truth(of: Any) -> dict[str, list[tuple[str, Any]]]:
    return {
        sign: [(tag, found) for tag, found in resolvers if tag != f"{TAG}bool"]
        for sign, resolvers in of.yaml_implicit_resolvers.items()
    }


def _keep_as_written(node: Any) -> None:
    """The values of a rule `variable: {name: …, values: [5, 1.50, true]}` are text, sign for sign. A mapping of that
    shape is nothing else."""
    import yaml

    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    for rule in (value for key, value in pairs if key.value == "variable" and isinstance(value, yaml.MappingNode)):
        inside = {key.value: value for key, value in rule.value if isinstance(key.value, str)}
        if inside.keys() == {"name", "values"} and isinstance(inside["values"], yaml.SequenceNode):
            for each in inside["values"].value:
                if each.tag in READ_AS_OTHERS:
                    each.tag = f"{TAG}str"
