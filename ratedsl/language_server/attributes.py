"""The attributes that a condition may look at: those of the language, and those of the plan.

A usage record may carry any attribute, so the compiler knows no list of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ratedsl.plan.load import Loaded

_OF_THE_ACCOUNT = {
    "tenure": "how long ago the line took up its first plan",
    "lines": "how many lines of the account hold a plan on that day",
    "segment": "the word of the account",
    "payment": "`autopay` on days on which the account pays by standing order",
}
_OF_USAGE = {
    "direction": "outgoing, incoming or forwarded",
    "quantity": "the quantity of the event itself, before increments",
    "length": "how long the call lasts, before increments",
    "volume": "how much data the event carries, before increments",
}
_RATED = ("rate", "deck", "cost", "allowance")
_SERVICE = re.compile(r"\sfor\s+([\w-]+)")
_SEEN = "in another condition of this plan"


def attributes(loaded: Loaded, kind: str, header: str) -> dict[str, str]:
    """The attributes for a condition of a kind of record, each with what it is.

    The header tells of which service, where it does.
    """
    known = {**_OF_USAGE, **_OF_THE_ACCOUNT} if kind in _RATED else dict(_OF_THE_ACCOUNT)
    if kind in _RATED:
        rated = _SERVICE.search(header)
        for service in loaded.plan.services if loaded.plan is not None else ():
            if rated is None or rated[1] == service.id:
                for one in service.attributes:
                    known.setdefault(one.name, f"described by {service.id}")
    for name in _tested(loaded, kind):
        known.setdefault(name, _SEEN)
    return known


def _tested(loaded: Loaded, kind: str) -> Iterator[str]:
    """What other conditions look at; what usage carries is nothing to an account."""
    for record in loaded.names.records.values():
        if (record.kind.text in _RATED) == (kind in _RATED):
            for fact in record.facts:
                for test in getattr(fact, "tests", ()):
                    yield test.attribute.text
