"""To which classes a change belongs, by the kind of its record and the keyword of its fact."""

from __future__ import annotations

from datetime import date

from ratedsl.diff.facts import FactChange, numbers_moved

# What customers pay more for when its numbers grow.
_PRICES = {
    "rate": {"price", "tier", "setup", "attempt", "release", "minimum", "maximum", "cell"},
    "deck": {"setup", "attempt", "release", "minimum", "maximum"},
    "fee": {"amount", "tier", "reduced", "indexed", "leaving"},
    "commitment": {"amount"},
    "allowance": {"setup", "after"},
}
# Where growing numbers leave customers with more.
_INCLUDED = {
    "allowance": {"grant", "sized", "limit", "rollover"},
    "rate": {"free", "grace"},
    "deck": {"grace"},
    "fee": {"waived"},
}
_REDUCTIONS = {"discount": {"percent", "amount", "limit", "lasts", "tier"}}
_COSTS = ("cost", "party", "commission")
_TAXES = ("tax", "taxes", "exemption", "jurisdiction", "bundle")
_WORDS = ("description",)


def classes_of_fact(kind: str, change: FactChange, sold: date | None, today: date) -> set[str]:
    """The classes of a fact's change. `sold` is since when the plan could be taken up."""
    if change.keyword in _WORDS:
        return {"text"}
    found = _by_kind(kind, change)
    first = change.start or sold
    if "text" not in found and (first is None or first < today):
        found.add("retroactive")
    return found


def _by_kind(kind: str, change: FactChange) -> set[str]:
    if kind in _COSTS:
        return {"cost"}
    if kind in _TAXES:
        return {"tax"}
    way = _way(kind, change)
    for table, up, down in (
        (_PRICES, "price-up", "price-down"),
        (_INCLUDED, "allowance-up", "allowance-down"),
        (_REDUCTIONS, "price-down", "price-up"),
    ):
        if change.keyword in table.get(kind, ()) and way:
            return {up if way > 0 else down}
    return {"changed"}


def _way(kind: str, change: FactChange) -> int:
    """Whether numbers grew or fell; what was not there before has grown from nothing."""
    if change.old is None:
        return 1 if change.new is not None and _counts_alone(kind, change) else 0
    if change.new is None:
        return -1 if _counts_alone(kind, change) else 0
    return numbers_moved(change.old, change.new)


def _counts_alone(kind: str, change: FactChange) -> bool:
    """Whether the fact by itself makes a bill larger or an allowance larger."""
    alone = {"setup", "attempt", "release", "minimum", "free", "grace", "waived"}
    return change.keyword in alone or (
        change.keyword in {"percent", "amount"} and kind in ("fee", "commitment", "discount")
    )


def classes_of_record(kind: str, *, added: bool) -> set[str]:
    """The classes of a record that is new, or gone."""
    found = {"added" if added else "removed"}
    if kind in ("fee", "commitment"):
        found.add("price-up" if added else "price-down")
    elif kind == "discount":
        found.add("price-down" if added else "price-up")
    elif kind in ("allowance", "pool"):
        found.add("allowance-up" if added else "allowance-down")
    elif kind in _TAXES:
        found.add("tax")
    elif kind in _COSTS:
        found.add("cost")
    return found
