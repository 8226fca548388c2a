"""A node has the fields of its class and of the class it extends, and no others."""

from __future__ import annotations

import pytest

from ratedsl.lang.ast.node import Node


class _Place(Node):
    name: str
    depth: int = 1


class _Nested(_Place):
    parts: tuple[str, ...] = ()


def test_fields_are_taken_in_order_or_by_name() -> None:
    one = _Nested("a", 2, ("b",))
    assert (one.name, one.depth, one.parts) == ("a", 2, ("b",))
    two = _Nested(parts=("c",), name="d")
    assert (two.name, two.depth, two.parts) == ("d", 1, ("c",))


def test_a_node_takes_its_own_fields_only() -> None:
    with pytest.raises(TypeError, match="name"):
        _Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="parts"):
        _Place("a", parts=())  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        _Place("a").other = 1  # type: ignore[attr-defined]


def test_nodes_are_themselves_only() -> None:
    assert _Place("a") != _Place("a")
