"""An invoice for people at a terminal, or in a plain text file, from 80 columns up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ratedsl.billing.invoice import Invoice
from ratedsl.report.bill import Row, RowKind, balance_words, bill_rows, head_words
from ratedsl.report.money import format_amount
from ratedsl.report.names import (
    HASH_SHOWN,
    bill_period,
    line_names,
    move_words,
    other_plans,
    outcome_words,
    owner_words,
    plan_name,
    reason_words,
    shown_words,
)
from ratedsl.report.safe import safe_text

BAR = 20
LEAST_WIDTH = 60
WIDE = 110

_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
# A space at which no line breaks, so that a telephone number stays whole: rich knows none.
_HELD = "\ue000"

_STYLES = {
    RowKind.HEADING: "bold",
    RowKind.LINE: "cyan",
    RowKind.ITEM: "",
    RowKind.SUM: "bold",
    RowKind.TOTAL: "bold",
}
_INDENTS = {RowKind.LINE: 2, RowKind.ITEM: 4}


def render_text(
    invoice: Invoice,
    previous: Invoice | None = None,
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """The invoice in lines of at most `width` cells, each ending in a newline.

    With `colour` it holds colour codes, else no escape sequence at all. Text from the plan
    and the usage is never read as markup. With a `previous` invoice there is one more column,
    the change of each row.
    """
    return draw(_parts(invoice, previous, width, locale), colour=colour, width=width)


def draw(parts: Iterator[RenderableType], *, colour: bool, width: int) -> str:
    """What rich makes of the parts, without the spaces at the ends of lines."""
    console = Console(
        file=StringIO(),
        width=max(width, LEAST_WIDTH),
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    drawn = captured.get().replace(_HELD, " ")
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


def grid(*columns: str) -> Table:
    """A table without lines; each column is `left`, `right`, or `words`, which may wrap."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.pad_edge = False
    for column in columns:
        if column == "words":
            table.add_column(overflow="fold", ratio=1)
        else:
            table.add_column(justify="right" if column == "right" else "left", overflow="fold")
    return table


def _parts(
    invoice: Invoice, previous: Invoice | None, width: int, locale: str
) -> Iterator[RenderableType]:
    yield _header(invoice)
    yield Rule(style="dim")
    yield _bill(bill_rows(invoice, previous, locale), width, with_change=previous is not None)
    yield Rule(style="dim")
    if invoice.allowances:
        yield Text("Allowances", style="bold")
        yield from _allowances(invoice)
        yield Text("")
    if invoice.balances:
        yield Text("Balances", style="bold")
        yield _balances(invoice, locale)
        yield Text("")
    out = invoice.outcomes
    yield Text(outcome_words(out.events, out.rated, out.free, out.covered, out.rejected))
    if out.reasons:
        yield Text(f"rejected: {reason_words(out.reasons)}", style="yellow")
    if invoice.alerts:
        yield Text("\nAlerts", style="bold")
    for alert in invoice.alerts:
        yield Text(f"  ▲ {safe_text(alert.when)}  {shown_words(alert.words)}", style="yellow")


def _header(invoice: Invoice) -> Table:
    table = grid("words", "right")
    table.add_row(
        Text(plan_name(invoice), style="bold"),
        Text(f"plan hash {safe_text(invoice.plan_hash[:HASH_SHOWN])}", style="dim"),
    )
    for words in head_words(invoice):
        table.add_row(Text(_BETWEEN_DIGITS.sub(_HELD, words)))
    for name, plan_hash in other_plans(invoice):
        table.add_row(
            Text(f"and {name}", style="bold"), Text(f"plan hash {plan_hash}", style="dim")
        )
    table.add_row(
        Text(f"Account {owner_words(invoice)}"),
        Text(bill_period(invoice)),
    )
    for words in move_words(invoice):
        table.add_row(Text(words, style="dim"), Text(""))
    return table


def _bill(rows: tuple[Row, ...], width: int, with_change: bool) -> Table:
    """The charges; where there is room, quantities and prices have columns of their own."""
    wide = width >= WIDE
    table = grid("words", *(["right", "left"] if wide else []), "right")
    if with_change:
        table.add_column(justify="right", overflow="fold")
    for at, row in enumerate(rows):
        style = _STYLES[row.kind]
        if at and row.kind in {RowKind.HEADING, RowKind.TOTAL}:
            table.add_row()
        words = Text(row.words, style=style)
        if not wide and row.basis:
            words.append(f", {row.basis}", style="dim")
        cells: list[RenderableType] = [Padding(words, (0, 0, 0, _INDENTS.get(row.kind, 0)))]
        if wide:
            cells += [Text(row.quantity), Text(row.price)]
        cells.append(Text(row.amount, style=style))
        if with_change:
            cells.append(Text(row.change, style="yellow" if "+" in row.change else "green"))
        table.add_row(*cells)
    return table


def _balances(invoice: Invoice, locale: str) -> Table:
    """Each wallet of each holder: what it held, and where the money went."""
    names = line_names(invoice)
    table = grid("words", "right")
    for use in invoice.balances:
        words = balance_words(use, invoice.currency, locale)
        table.add_row(
            Padding(Text(f"{safe_text(use.title)}, {safe_text(names[use.holder])}"), (0, 0, 0, 2)),
            Text(f"{format_amount(use.closing, invoice.currency, locale)} left"),
        )
        table.add_row(Padding(Text(words, style="dim"), (0, 0, 0, 4)), Text(""))
    return table


def _allowances(invoice: Invoice) -> Iterator[RenderableType]:
    names = line_names(invoice)
    for use in invoice.allowances:
        full = min(max(use.share, 0), 100) * BAR // 100
        table = grid("words", "left", "right")
        table.columns[-1].width = len("100%")
        table.add_row(
            Padding(Text(f"{safe_text(use.title)}, {safe_text(names[use.holder])}"), (0, 0, 0, 2)),
            Text("█" * full + "░" * (BAR - full), style="cyan"),
            Text(f"{use.share}%"),
        )
        yield table
        carried = f" and {use.carried_in} carried in" if use.carried_in else ""
        words = safe_text(f"{use.used} of {use.granted}{carried}, {use.left} left")
        yield Padding(Text(words, style="dim"), (0, 0, 0, 4))
