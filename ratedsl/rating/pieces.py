"""The units of an event on their way to parts: cut at window edges, filled up to increments."""

from __future__ import annotations

from dataclasses import dataclass

from ratedsl.lang.source import Span
from ratedsl.plan.model import After, Allowance, Increments, Rate
from ratedsl.plan.units import TIME
from ratedsl.rating.events import Event
from ratedsl.rating.parts import Outcome, Part
from ratedsl.rating.pricing import billed_units, increments_in
from ratedsl.rating.tables import Chosen, PlanTables


@dataclass(slots=True)
class Piece:
    """Units of an event in one window, on their way from usage to parts.

    `offset` is how many of the event's billed units come before it. `after` is what the first
    exhausted allowance says of it, unless that is the rate's own price.
    """

    window: str
    start: int
    actual: int
    billed: int
    offset: int = 0
    after: tuple[Allowance, After] | None = None


def pieces_of(event: Event, chosen: Chosen, tables: PlanTables) -> tuple[list[Piece], str]:
    """The event's units by window, increments applied, and the window of its start."""
    rate, timeline = chosen.rate, chosen.timeline
    if rate is None:
        return [Piece("", event.start, event.quantity, event.quantity)], ""
    units = max(event.quantity, rate.minimum_units)
    if timeline is None:
        billed = billed_units(units, increments_in(rate, ""))
        return [Piece("", event.start, event.quantity, billed)], ""
    window, until = timeline.at(event.start)
    billed = billed_units(units, increments_in(rate, window))
    across = rate.across.mode if rate.across and rate.basis == "quantity" else "start"
    timed = tables.dimension(event.service) == TIME
    end = event.start + event.quantity
    if not timed or end <= until or across == "start":
        return [Piece(window, event.start, event.quantity, billed)], window
    pieces: list[Piece] = []
    start, offset = event.start, 0
    for name, length in timeline.pieces(event.start, end):
        whole = length
        if across == "restart":
            whole = billed_units(length, increments_in(rate, name))
        pieces.append(Piece(name, start, length, whole, offset))
        start += length
        offset += whole
    if across == "carry":
        # What increments add to the event belongs to the window in which it ends.
        pieces[-1].billed += billed - event.quantity
    return pieces, window


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
