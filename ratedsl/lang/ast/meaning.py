"""What a tree says, without where it says it."""

from __future__ import annotations

from ratedsl.lang.source import Source


def meaning(value: object) -> object:
    """A tree, or a part of it, without its places: comparable, whatever the spaces of its text.

    Two facts with the same meaning were written with the same words and values.
    """
    if isinstance(value, Source):
        return None
    if isinstance(value, list | tuple):
        return tuple(meaning(one) for one in value)
    names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    if not names or isinstance(value, str):
        return value
    return type(value).__name__, tuple(
        (name, meaning(getattr(value, name))) for name in names if name != "span"
    )
