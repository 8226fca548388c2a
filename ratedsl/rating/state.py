"""A copy of what an engine has counted so far, to which it can go back.

What is counted stands in dicts, lists and sets, and in objects of the rating package that are
not frozen. All else (the plan, its tables, accounts, events) never changes and is shared.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Any

_SHARED = {
    "PlanTables",
    "Tenure",
    "Choices",
    "Chosen",
    "WindowTimeline",
    "PlaceIndex",
    "RatedEvent",
    "Event",
    "Subscriber",
    "LineCount",
}


def copied(value: Any) -> Any:
    """The value, with all that can change in it copied."""
    kind = type(value)
    if kind is dict:
        return {key: copied(one) for key, one in value.items()}
    if kind is list:
        return [copied(one) for one in value]
    if kind is set:
        return set(value)
    if kind is tuple:
        return tuple(copied(one) for one in value) if any(map(_changes, value)) else value
    if kind in (Counter, defaultdict, deque):
        found = value.copy()
        return found
    return _clone(value) if _changes(value) else value


def state_of(engine: object) -> dict[str, Any]:
    """All that an engine holds, copied."""
    return {name: copied(one) for name, one in vars(engine).items()}


def _changes(value: object) -> bool:
    """Whether a value is an object of the engine's own whose fields change."""
    kind = type(value)
    known = _KINDS.get(kind)
    if known is None:
        frozen = getattr(getattr(kind, "__dataclass_params__", None), "frozen", False)
        known = _KINDS[kind] = (
            kind.__module__.startswith("ratedsl.rating")
            and kind.__name__ not in _SHARED
            and not frozen
            and not issubclass(kind, tuple | str)
        )
    return known


_KINDS: dict[type, bool] = {dict: True, list: True, set: True}


def _clone(value: Any) -> Any:
    kind = type(value)
    fresh = object.__new__(kind)
    names = getattr(kind, "__slots__", None) or vars(value)
    for name in names:
        setattr(fresh, name, copied(getattr(value, name)))
    return fresh
