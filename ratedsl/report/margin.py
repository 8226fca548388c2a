"""The margin of invoices, for the operator: what each record brings and costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ratedsl.billing.margin import Margin, Unknown
from ratedsl.report.json_text import json_text
from ratedsl.report.ledger import Grid, Ledger, as_markdown, as_text
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import HASH_SHOWN, period, shown
from ratedsl.report.plain import plain
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_text, mask_words


def render_margins(
    margins: Sequence[Margin],
    form: str,
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """The margins as text, Markdown, or JSON (a list where there are several)."""
    if form == "json":
        masked = [
            plain(one.model_copy(update={"account": mask_text(one.account)})) for one in margins
        ]
        return json_text(masked[0] if len(masked) == 1 else masked)
    ledgers = [_ledger(one, locale) for one in margins]
    if form == "markdown":
        return as_markdown(ledgers)
    return as_text(ledgers, colour=colour, width=width)


def unknown_notes(unknown: Sequence[Unknown]) -> list[str]:
    """What must be said of events whose cost is not known."""
    return [
        f"cost not known: {one.events:,} {safe_text(one.service)} "
        f"event{'' if one.events == 1 else 's'} ({safe_text(mask_words(one.reason))})"
        for one in unknown
    ]


def _ledger(one: Margin, locale: str) -> Ledger:
    amounts = [value for row in one.rows for value in (row.net, row.cost, row.margin)]
    digits = shared_digits((*amounts, *(item.amount for item in one.costs)), one.currency)

    def money(amount: Decimal) -> str:
        return format_amount(amount, one.currency, locale, digits)

    rows = Grid(("Item", "Net", "Cost", "Margin"), (1, 2, 3))
    for row in one.rows:
        rows.rows.append((safe_text(row.title), money(row.net), money(row.cost), money(row.margin)))
    rows.sums.append(
        (f"Sum {safe_text(one.currency)}", money(one.net), money(one.cost), money(one.margin))
    )
    costs = Grid(("Cost", "Quantity", "Amount"), (2,))
    for item in one.costs:
        words = [item.title, item.paid if item.paid != "cost" else "", item.detail]
        words += [f"of {item.of}" if item.of else "", item.original]
        basis = " × ".join(part for part in (item.quantity, item.unit_price) if part)
        costs.rows.append(
            (
                safe_text(", ".join(part for part in words if part)),
                safe_text(basis),
                money(item.amount),
            )
        )
    return Ledger(
        title=f"Margin of {safe_text(one.plan)}, account {shown(one.account)}",
        words=[f"{period(one.start, one.end)}, plan hash {safe_text(one.plan_hash[:HASH_SHOWN])}"],
        grids=[rows, costs] if one.costs else [rows],
        notes=unknown_notes(one.unknown),
    )
