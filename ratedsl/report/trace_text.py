"""Why a row of the invoice has its amount, for people: every step with its clause."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ratedsl.rating.trace import EventRow, Step, Why
from ratedsl.report.invoice_text import draw, grid
from ratedsl.report.money import format_amount, shared_digits
from ratedsl.report.names import shown_words
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_text


def render_trace(
    why: Why, currency: str, *, colour: bool = False, width: int = 80, locale: str = "en"
) -> str:
    """The formula, its steps as `words  file:line`, then the usage events with theirs.

    Numbers of subscribers are masked, amounts shown whole, and every line ends in a newline.
    """
    return draw(_parts(why, currency, locale), colour=colour, width=width)


def _parts(why: Why, currency: str, locale: str) -> Iterator[RenderableType]:
    head = grid("words", "right")
    amount = f"{format_amount(why.amount, currency, locale)} {safe_text(currency)}"
    head.add_row(Text(shown_words(why.title), style="bold"), Text(amount, style="bold"))
    yield head
    if why.formula:
        yield Padding(Text(safe_text(why.formula)), (0, 0, 0, 2))
    yield from _steps(why.steps, indent=2)
    if not why.events:
        return
    listed = len(why.events)
    missing = f", the first {listed:,} shown" if listed < why.total_events else ""
    yield Text(f"{why.total_events:,} event{'' if why.total_events == 1 else 's'}{missing}")
    digits = shared_digits((event.amount for event in why.events), currency)
    for event in why.events:
        yield _event(event, format_amount(event.amount, currency, locale, digits))
        yield from _steps(event.steps, indent=6)


def _event(event: EventRow, amount: str) -> RenderableType:
    billed = f" billed {event.billed}" if event.billed not in {"", event.quantity} else ""
    words = "  ".join(
        part
        for part in (
            event.start,
            mask_text(event.number),
            f"{event.quantity}{billed}",
            event.outcome,
        )
        if part
    )
    row = grid("words", "right")
    row.add_row(Text(safe_text(words)), Text(amount))
    return Padding(row, (0, 0, 0, 4))


def _steps(steps: tuple[Step, ...], indent: int) -> Iterator[RenderableType]:
    if not steps:
        return
    table = grid("words", "left")
    for step in steps:
        place = safe_text(step.at.place) if step.at else ""
        table.add_row(Text(shown_words(step.words)), Text(place, style="dim"))
    yield Padding(table, (0, 0, 0, indent))
