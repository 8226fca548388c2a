"""Nodes: classes of slots with a constructor, which is made once the first node of them is.

A dataclass makes its constructor when it is defined. There are sixty kinds of node, of which a
plan has a dozen, and their constructors would take a tenth of the time in which a check answers.
"""

from __future__ import annotations

from typing import Any, dataclass_transform

_REQUIRED = object()


@dataclass_transform(eq_default=False)
class NodeType(type):
    """Makes a class of its annotations, in their order, as a dataclass with slots does."""

    _parameters: dict[str, object]

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeType:
        """The class; its fields follow those of the class that it extends."""
        own = tuple(namespace.get("__annotations__", ()))
        defaults = {field: namespace.pop(field, _REQUIRED) for field in own}
        made = super().__new__(mcs, name, bases, {**namespace, "__slots__": own})
        inherited = [base._parameters for base in bases if isinstance(base, NodeType)]
        made._parameters = {**(inherited[0] if inherited else {}), **defaults}
        made.__init__ = _first(made)  # type: ignore[misc]
        return made


def _first(made: NodeType) -> Any:
    """A constructor that makes the real one."""

    def construct(self: Any, *arguments: Any, **named: Any) -> None:
        made.__init__ = _constructor(made)  # type: ignore[misc]
        made.__init__(self, *arguments, **named)  # type: ignore[misc]

    return construct


def _constructor(made: NodeType) -> Any:
    fields = made._parameters
    given = ", ".join(
        name if default is _REQUIRED else f"{name}=defaults[{name!r}]"
        for name, default in fields.items()
    )
    lines = [f"def __init__(self, {given}):", *(f" self.{name} = {name}" for name in fields)]
    namespace: dict[str, Any] = {"defaults": fields}
    # The names are those of the fields that are defined here, as for a dataclass.
    exec("\n".join(lines) if fields else f"{lines[0]} pass", namespace)
    return namespace["__init__"]


class Node(metaclass=NodeType):
    """What stands in the tree; compared by identity."""
