"""The units of an event on their way to parts: cut at window edges, filled up to increments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ratedsl.lang.source import Span
from ratedsl.plan.model import After, Allowance, Increments, Rate
from ratedsl.plan.units import TIME
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Event
from ratedsl.rating.parts import Outcome, Part
from ratedsl.rating.pricing import billed_units, increments_in
from ratedsl.rating.sessions import Progress, Session
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.timeline import WindowTimeline


@dataclass(slots=True)
class Piece:
    """Units of an event in one window, on their way from usage to parts.

    `offset` is how many of the event's billed units come before it. `after` is what the first
    exhausted allowance says of it, unless that is the rate's own price. `day` is the date whose
    price it takes, where that is not the one of the event's start.
    """

    window: str
    start: int
    actual: int
    billed: int
    offset: int = 0
    after: tuple[Allowance, After] | None = None
    day: date | None = None


Stretch = tuple[str, int, date | None]
"""A window, milliseconds of the event in it, and the date where the event is cut at dates."""


def pieces_of(
    event: Event,
    chosen: Chosen,
    tables: PlanTables,
    session: Session | None = None,
    total: Progress | None = None,
) -> tuple[list[Piece], str]:
    """The event's units by window, increments applied, and the window of its start.

    A leg of a session goes on with the session's increments and counts as starting where the
    session did. Where increments count a running total, `total` is how far that has come.
    """
    rate, timeline = chosen.rate, chosen.timeline
    start, quantity = event.start, event.quantity
    if rate is None:
        return [Piece("", start, quantity, quantity)], ""
    if timeline is None:
        window, until = "", start + quantity
    else:
        window, until = timeline.at(start)
    first = window
    units = quantity
    if session is not None:
        first = session.window
        # What was free by grace counts once the session has outlasted it.
        units += session.graced
        total = total or session.progress
    splits = timeline is not None and (session is not None or start + quantity > until)
    if splits:
        across = rate.across.mode if rate.across and rate.basis == "quantity" else "start"
        splits = across != "start" and tables.dimension(event.service, rate.of) == TIME
        if splits and timeline is not None and across == "restart":
            return _restarting(event, rate, timeline, session, tables), first
    increments = increments_in(rate, first)
    if total is None:
        billed = billed_units(max(units, rate.minimum_units), increments)
        paid = 0
    else:
        whole = billed_units(max(total.actual + units, rate.minimum_units), increments)
        billed = whole - total.billed
        paid = total.billed - total.actual - (units - quantity)
    offset = 0 if session is None else session.billed
    stretches: list[Stretch]
    if splits and timeline is not None:
        stretches = [(*one, None) for one in timeline.pieces(start, start + quantity)]
    elif rate.across_dates is None:
        return [Piece(first, start, quantity, billed, offset)], first
    else:
        stretches = [(first, quantity, None)]
    if rate.across_dates is not None:
        stretches = _by_dates(stretches, start, rate, tables)
    return _carrying(stretches, start, billed, paid, offset), first


def _by_dates(
    stretches: list[Stretch], start: int, rate: Rate, tables: PlanTables
) -> list[Stretch]:
    """The stretches, cut at each local midnight at which a price of the rate changes."""
    dated = [one.period for one in (*rate.prices, *(rate.matrix.cells if rate.matrix else ()))]
    days = {day for period in dated for day in (period.start, period.end) if day is not None}
    edges = sorted(tables.calendar.midnight(day) for day in days)
    found: list[Stretch] = []
    for name, length, _ in stretches:
        end = start + length
        for edge in (*(edge for edge in edges if start < edge < end), end):
            found.append((name, edge - start, tables.day(start)))
            start = edge
    return found


def _carrying(
    stretches: list[Stretch], start: int, billed: int, paid: int, offset: int
) -> list[Piece]:
    """Pieces by window and date; what increments add belongs to that in which the event ends.

    `paid` units were billed already, by a block that an earlier leg began, and are those that
    come first. Units that are still owed are billed with the first, too: `paid` is negative.
    """
    pieces: list[Piece] = []
    rest = billed
    for name, length, day in stretches:
        used_up = min(paid, length)
        pieces.append(Piece(name, start, length, length - used_up, day=day))
        paid -= used_up
        rest -= length - used_up
        start += length
    for piece in reversed(pieces):
        # Blocks that are not begun ones may bill less than was used.
        change = max(rest, -piece.billed)
        piece.billed += change
        rest -= change
        if not rest:
            break
    for piece in pieces:
        piece.offset = offset
        offset += piece.billed
    return pieces


def _restarting(
    event: Event,
    rate: Rate,
    timeline: WindowTimeline,
    session: Session | None,
    tables: PlanTables,
) -> list[Piece]:
    """Pieces by window, each with increments of its own; a leg goes on with those of the
    window in which its session stands."""
    pieces: list[Piece] = []
    start, offset, owed = event.start, 0, 0
    window, run = "", None
    if session is not None:
        window, run, offset, owed = session.run_window, session.run, session.billed, session.graced
    for name, length in timeline.pieces(event.start, event.start + event.quantity):
        if run is None or name != window:
            window, run = name, Progress()
        paid = run.billed - run.actual - owed
        run.actual += length + owed
        billed = billed_units(run.actual, increments_in(rate, name)) - run.billed
        run.billed += billed
        if rate.across_dates is None:
            pieces.append(Piece(name, start, length, billed, offset))
        else:
            stretches = _by_dates([(name, length, None)], start, rate, tables)
            pieces += _carrying(stretches, start, billed, paid, offset)
        start += length
        offset += billed
        owed = 0
    if session is not None and run is not None:
        session.run_window, session.run = window, run
    return pieces


def shorten(piece: Piece, units: int) -> None:
    """Take units off a piece's front."""
    piece.billed -= units
    piece.offset += units
    piece.actual = max(0, piece.actual - units)


def take_all(pieces: list[Piece], rate: Rate) -> list[Part]:
    """The whole event, free."""
    parts = [Part(Outcome.FREE, one.billed, rate.id, rate.at, one.window) for one in pieces]
    for piece in pieces:
        shorten(piece, piece.billed)
    return parts


def take(piece: Piece, drawn: int, increments: Increments | None, actual: bool) -> int:
    """Take what was drawn from a piece; gives the billed units that it covers.

    Where an allowance draws actual units, increments apply to what is left of the usage.
    """
    if not actual:
        shorten(piece, drawn)
        return drawn
    before = piece.billed
    piece.actual -= drawn
    piece.billed = min(billed_units(piece.actual, increments), before)
    piece.offset += before - piece.billed
    return before - piece.billed


def rejected(piece: Piece, record: str, at: Span, reason: str) -> Part:
    """What is left of a piece, rejected for a reason."""
    return Part(Outcome.REJECTED, piece.billed, record, at, piece.window, reason=reason)
