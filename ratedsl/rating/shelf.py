"""Records of one service, filed by what they ask of usage, so that few are judged for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from ratedsl.plan.model import Match, Test
from ratedsl.rating.conditions import Subscriber, value_of
from ratedsl.rating.events import Event
from ratedsl.rating.places import Places

_MEASURED = frozenset({"direction", "quantity", "tenure", "lines", "payment"})
"""What is judged by more than the word that usage has for it."""


class Asking(Protocol):
    """A record that asks for usage."""

    @property
    def match(self) -> Match:
        """Of which service, to and at which places."""
        ...

    @property
    def conditions(self) -> tuple[Test, ...]:
        """What has to hold beside."""
        ...


A = TypeVar("A", bound=Asking)


class Shelf(Generic[A]):
    """Each record is filed under its places, else under the words of one of its conditions.

    What is not near cannot apply; what is near is still to be judged.
    """

    def __init__(self, records: Iterable[A]) -> None:
        self.records: Sequence[A] = tuple(records)
        self._anywhere: list[int] = []
        self._at: dict[str, list[int]] = {}
        self._with: dict[str, dict[str, list[int]]] = {}
        for index, record in enumerate(self.records):
            word = next((one for one in record.conditions if _is_word(one)), None)
            if record.match.to:
                for place in set(record.match.to):
                    self._at.setdefault(place, []).append(index)
            elif word is not None:
                filed = self._with.setdefault(word.attribute, {})
                for value in set(word.values):
                    filed.setdefault(value, []).append(index)
            else:
                self._anywhere.append(index)

    def near(self, called: Places, event: Event, subscriber: Subscriber) -> Iterator[A]:
        """The records that may apply to an event, in their order."""
        found = {*self._anywhere}
        for place in called:
            found.update(self._at.get(place, ()))
        for name, filed in self._with.items():
            found.update(filed.get(value_of(name, event, subscriber), ()))
        return (self.records[index] for index in sorted(found))


def _is_word(test: Test) -> bool:
    return test.operator in ("is", "in") and test.attribute not in _MEASURED
