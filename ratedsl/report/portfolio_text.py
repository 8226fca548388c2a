"""Portfolio totals for people at a terminal: what a plan brings over all its accounts."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ratedsl.billing.portfolio import PlanTotals
from ratedsl.report.invoice_text import draw, grid
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import HASH_SHOWN, outcome_words, period, plan_name, reason_words
from ratedsl.report.portfolio_words import amounts_of, unknown_words
from ratedsl.report.safe import safe_text


def render_text(
    totals: tuple[PlanTotals, ...],
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """A block for each plan in lines of at most `width` cells: accounts, money, events."""
    return draw(_parts(totals, locale), colour=colour, width=width)


def _parts(totals: tuple[PlanTotals, ...], locale: str) -> Iterator[RenderableType]:
    if not totals:
        yield Text("no invoices")
    for at, one in enumerate(totals):
        if at:
            yield Text("")
        head = grid("words", "right")
        head.add_row(
            Text(plan_name(one), style="bold"),
            Text(f"plan hash {safe_text(one.plan_hash[:HASH_SHOWN])}", style="dim"),
        )
        accounts = len(one.accounts)
        head.add_row(
            Text(
                f"{accounts:,} account{'' if accounts == 1 else 's'},"
                f" {one.invoices:,} invoice{'' if one.invoices == 1 else 's'}"
            ),
            Text(period(one.start, one.end)),
        )
        yield head
        yield Padding(_money(one, locale), (1, 0, 1, 2))
        yield Text(outcome_words(one.events, one.rated, one.free, one.covered, one.rejected))
        if one.reasons:
            yield Text(f"rejected: {reason_words(one.reasons.most_common())}", style="yellow")
        if one.unknown:
            yield Text(safe_text(unknown_words(one)), style="yellow")


def _money(one: PlanTotals, locale: str) -> RenderableType:
    rows = amounts_of(one)
    digits = shared_digits((getattr(one, name) for _, name in rows), one.currency)
    table = grid("left", "right", "words")
    for words, name in rows:
        style = "bold" if name == "total" else ""
        amount = format_amount(getattr(one, name), one.currency, locale, digits)
        table.add_row(
            Text(words, style=style),
            Text(f"{amount} {safe_text(one.currency)}", style=style),
        )
    return table
