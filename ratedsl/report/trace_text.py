"""Why a row of the invoice has its amount, for people: every step with its clause."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ratedsl.lang.source import Span
from ratedsl.rating.trace import EventRow, Step, Why
from ratedsl.report.invoice_text import LEAST_WIDTH, draw, grid
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
    return draw(_parts(why, currency, width, locale), colour=colour, width=width)


def _parts(why: Why, currency: str, width: int, locale: str) -> Iterator[RenderableType]:
    head = grid("words", "right")
    amount = f"{format_amount(why.amount, currency, locale)} {safe_text(currency)}"
    head.add_row(Text(shown_words(why.title), style="bold"), Text(amount, style="bold"))
    yield head
    if why.formula:
        yield Padding(Text(safe_text(why.formula)), (0, 0, 0, 2))
    yield from _steps(why.steps, width, indent=2)
    if not why.events:
        return
    listed = len(why.events)
    missing = f", the first {listed:,} shown" if listed < why.total_events else ""
    yield Text(f"{why.total_events:,} event{'' if why.total_events == 1 else 's'}{missing}")
    digits = shared_digits((event.amount for event in why.events), currency)
    for event in why.events:
        yield _event(event, format_amount(event.amount, currency, locale, digits))
        yield from _steps(event.steps, width, indent=6)


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


def _steps(steps: tuple[Step, ...], width: int, indent: int) -> Iterator[RenderableType]:
    """Words on the left, the clause on the right, which never takes more than its share."""
    if not steps:
        return
    room = max(width, LEAST_WIDTH) * 2 // 5
    table = grid("words", "left")
    for step in steps:
        place = short_place(step.at, room) if step.at else ""
        table.add_row(Text(shown_words(step.words)), Text(place, style="dim", no_wrap=True))
    yield Padding(table, (0, 0, 0, indent))


def short_place(at: Span, room: int) -> str:
    """`file:line` in so many cells: folders give way from the left, then the file's name does."""
    place = safe_text(at.place)
    if cell_len(place) <= room:
        return place
    folders = place.split("/")
    for first in range(1, len(folders)):
        shorter = "…/" + "/".join(folders[first:])
        if cell_len(shorter) <= room:
            return shorter
    name = folders[-1]
    while name and cell_len(name) >= room:
        name = name[1:]
    return f"…{name}"
