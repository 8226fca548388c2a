"""What all forms of portfolio totals say in the same words."""

from __future__ import annotations

from ratedsl.billing.portfolio import PlanTotals


def amounts_of(totals: PlanTotals) -> list[tuple[str, str]]:
    """The rows of money: what each is called, and the attribute that holds it.

    What stands after tax is left out where there is none; cost and margin where the plan has no
    costs.
    """
    rows = [("Net", "net"), ("Cost", "cost"), ("Margin", "margin"), ("Taxes", "taxes")]
    rows += [("After tax", "after_tax"), ("Total", "total")]
    missing = {"after_tax"} if not totals.after_tax else set()
    if totals.cost is None:
        missing |= {"cost", "margin"}
    return [row for row in rows if row[1] not in missing]


def unknown_words(totals: PlanTotals) -> str:
    """How many events have no known cost, by service and reason; empty where all have one."""
    many = sum(totals.unknown.values())
    if not many:
        return ""
    counted = sorted(totals.unknown.items())
    parts = ", ".join(f"{service} {reason} {some:,}" for (service, reason), some in counted)
    return f"cost not known: {many:,} event{'' if many == 1 else 's'} ({parts})"
