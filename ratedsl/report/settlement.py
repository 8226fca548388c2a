"""Statements of the parties of a plan: what is owed to each of them, and by them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ratedsl.billing.settlement import Settlement, Statement
from ratedsl.report.json_text import json_text
from ratedsl.report.ledger import Grid, Ledger, as_markdown, as_text
from ratedsl.report.margin import unknown_notes
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import HASH_SHOWN, period
from ratedsl.report.plain import plain
from ratedsl.report.safe import safe_text


def render_settlements(
    found: Sequence[Settlement],
    form: str,
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """The statements as text, Markdown, or JSON (a list where there are several cycles)."""
    if form == "json":
        shown = [plain(one) for one in found]
        return json_text(shown[0] if len(shown) == 1 else shown)
    ledgers = [_ledger(one, statement, locale) for one in found for statement in one.statements]
    if form == "markdown":
        return as_markdown(ledgers)
    return as_text(ledgers, colour=colour, width=width)


def _ledger(one: Settlement, statement: Statement, locale: str) -> Ledger:
    currency = statement.currency
    sums = (statement.owed_to, statement.owed_by)
    digits = shared_digits((*(item.amount for item in statement.items), *sums), currency)

    def money(amount: Decimal) -> str:
        return format_amount(amount, currency, locale, digits)

    title = safe_text(statement.party_title)
    grids = []
    for owed, total in zip(("to", "by"), sums, strict=True):
        items = [item for item in statement.items if item.owed == owed]
        if not items:
            continue
        drawn = Grid((f"Owed {owed} {title}", "Quantity", f"Amount {currency}"), (2,))
        for item in items:
            other = item.counterpart or one.plan_title or one.plan
            words = [item.title, item.detail, f"{'by' if owed == 'to' else 'to'} {other}"]
            words += [item.original, item.open]
            basis = " × ".join(part for part in (item.quantity, item.unit_price) if part)
            drawn.rows.append(
                (
                    safe_text(", ".join(part for part in words if part)),
                    safe_text(basis),
                    money(item.amount),
                )
            )
        drawn.sums.append((f"Sum owed {owed} {title}", "", money(total)))
        grids.append(drawn)
    way = "owed to" if statement.balance >= 0 else "owed by"
    return Ledger(
        title=f"Statement of {title}",
        words=[
            f"{safe_text(one.plan)}, {period(one.start, one.end)}, {one.events:,} events, "
            f"plan hash {safe_text(one.plan_hash[:HASH_SHOWN])}",
            f"Balance {way} {title}: {money(abs(statement.balance))} {safe_text(currency)}",
        ],
        grids=grids,
        notes=unknown_notes(one.unknown),
    )
