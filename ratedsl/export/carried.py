"""What of a plan a standard carries: everything else is named, fact by fact, and nothing is lost
in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import PydanticUndefined

from ratedsl.lang.source import Span
from ratedsl.plan.model import Plan
from ratedsl.plan.model.base import Element

_NEVER_SAID = {"at", "places", "leaving_at", "lists", "table", "digest", "digests"}
"""Fields that say where or how a fact is kept, and nothing that a plan says."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A fact, or a whole record, that the standard has no field for."""

    record: str
    what: str
    at: Span

    @property
    def words(self) -> str:
        """One line: which record, what of it, and where it stands."""
        what = f": {self.what}" if self.what else ""
        return f"{self.record}{what} ({self.at.place})" if self.at.path else f"{self.record}{what}"


def losses(plan: Plan, carried: Mapping[str, frozenset[str]]) -> list[Loss]:
    """All that the plan says beyond `carried`: the fields of each kind of element that are.

    A kind of element that `carried` does not name is lost as a whole, and so is a field that
    it does not name and that does not have its default. So what the language learns later is
    named here from its first day.
    """
    found: dict[Loss, None] = {}
    for name in type(plan).model_fields:
        if name in ("tests", "others", "at"):
            continue
        value = getattr(plan, name)
        records = value if isinstance(value, tuple) else (value,)
        elements = [one for one in records if isinstance(one, Element)]
        if not elements:
            if name not in carried["Plan"] and not _is_default(plan, name):
                found[Loss("plan", name.replace("_", " "), plan.at)] = None
            continue
        for one in elements:
            kind = type(one).__name__
            label = " ".join(part for part in (kind.lower(), getattr(one, "id", "")) if part)
            if kind not in carried:
                found[Loss(label, "", one.at)] = None
            else:
                found |= dict.fromkeys(_below(one, label, carried))
    return list(found)


def _below(one: Element, label: str, carried: Mapping[str, frozenset[str]]) -> Iterator[Loss]:
    kept = carried[type(one).__name__]
    for name in type(one).model_fields:
        if name in _NEVER_SAID or _is_default(one, name):
            continue
        value = getattr(one, name)
        parts = [
            part
            for part in (value if isinstance(value, tuple) else (value,))
            if isinstance(part, Element)
        ]
        if name not in kept:
            at = next((part.at for part in parts if part.at.path), one.at)
            # Records of words know the place of each by its keyword.
            at = getattr(one, "places", {}).get(name.split("_")[0], at)
            yield Loss(label, name.replace("_", " "), at)
            continue
        for part in parts:
            if type(part).__name__ in carried:
                yield from _below(part, label, carried)


def _is_default(one: Element, name: str) -> bool:
    default = type(one).model_fields[name].get_default(call_default_factory=True)
    return default is not PydanticUndefined and bool(getattr(one, name) == default)
