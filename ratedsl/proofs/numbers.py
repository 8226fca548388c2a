"""Numbers that a plan tells apart: for each prefix one whose longest known prefix it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

_LONG_ENOUGH = 10
_DIGITS = "1234567890"
_LONGEST_NETWORK = 6


class Numbers:
    """Finds numbers among the prefixes that the places of a service have."""

    def __init__(self, prefixes: Collection[str]) -> None:
        self.known = sorted(prefixes)

    def of(self, prefix: str) -> str:
        """A number that begins with the prefix and with no known one that is longer.

        Empty where longer ones take every number of it, so that it never decides. A prefix
        without `+` may be dialled as it is.
        """
        if not prefix.startswith("+"):
            return prefix
        found = self._free(prefix)
        return found + "0" * (_LONG_ENOUGH - len(found)) if found else ""

    def network(self, front: str) -> str:
        """A network whose code begins so and with no known code that is longer.

        Empty where longer ones take every network of it.
        """
        found = self._free(front)
        return found.ljust(5, "0") if 0 < len(found) <= _LONGEST_NETWORK else ""

    def _free(self, front: str) -> str:
        """The front itself or a longer one, after which no known prefix follows."""
        if not self._follows(front):
            return front
        for digit in _DIGITS:
            longer = front + digit
            if not self._is_known(longer) and (found := self._free(longer)):
                return found
        return ""

    def _follows(self, front: str) -> bool:
        at = bisect_left(self.known, front)
        if at < len(self.known) and self.known[at] == front:
            at += 1
        return at < len(self.known) and self.known[at].startswith(front)

    def _is_known(self, front: str) -> bool:
        at = bisect_left(self.known, front)
        return at < len(self.known) and self.known[at] == front
