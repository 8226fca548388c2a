"""Which of several records clash: each is told of once, with the first that it clashes with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ratedsl.plan.model import Element

E = TypeVar("E", bound=Element)


def rivals(found: Iterable[E], clash: Callable[[E, E], bool]) -> Iterator[tuple[E, E]]:
    """Pairs of an earlier and a later one, by their places in the text, that clash.

    A hundred equal records are ninety-nine pairs, not five thousand: once the later one is
    mended against the first, the others are found.
    """
    before: list[E] = []
    for later in sorted(found, key=lambda one: one.at):
        earlier = next((one for one in before if clash(one, later)), None)
        if earlier is not None:
            yield earlier, later
        before.append(later)
