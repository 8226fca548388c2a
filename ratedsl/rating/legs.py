"""What a leg of a session becomes: usage that goes on where the legs before it stopped."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import Rate
from ratedsl.rating.counters import Counters
from ratedsl.rating.events import Event
from ratedsl.rating.parts import Outcome, Part, RatedEvent
from ratedsl.rating.pieces import Piece
from ratedsl.rating.prices import at_percentage
from ratedsl.rating.sessions import Progress, Session, going_on
from ratedsl.rating.tables import PlanTables


def within_grace(event: Event, rate: Rate, session: Session | None) -> bool:
    """Whether the event, or its session so far, ends within the rate's grace."""
    used = 0 if session is None else session.used
    return rate.grace is not None and used + event.quantity <= rate.grace


def goes_on(
    result: RatedEvent,
    session: Session | None,
    total: Progress | None,
    window: str,
    *,
    graced: bool,
) -> str:
    """Count the event in with its session and the total of its increments; it starts in the
    window in which its session did."""
    event, billed = result.event, result.billed
    progress = total or (session.progress if session is not None else None)
    if progress is not None and progress.actual:
        result.earlier = progress.actual, progress.billed
    if total is not None:
        total.actual += event.quantity + (session.graced if session is not None else 0)
        total.billed += billed
    if session is None:
        return window
    session.go_on(event.quantity, billed, graced=graced)
    return session.window


def priced_before(
    tables: PlanTables,
    counters: Counters,
    rate: Rate,
    event: Event,
    pieces: list[Piece],
    day: date,
    session: Session,
    charged: Fraction | None,
) -> list[Part]:
    """A later leg of a session whose price per event is charged: a share of its own value."""
    prices = tables.dated.prices(rate, session.window, session.day)
    if prices and prices[0].price.percent is not None:
        return [
            at_percentage(counters, rate, event, piece, prices[0], day, charged, first=False)
            for piece in pieces
        ]
    last = session.progress.last
    return [going_on(last, rate, piece.billed) for piece in pieces]


def continued(
    rate: Rate | None, parts: list[Part], session: Session | None, total: Progress | None
) -> list[Part]:
    """The parts, or one without units for usage that was billed with what came before."""
    progress = total or (session.progress if session is not None else None)
    if not parts and rate is not None:
        parts = [going_on(progress.last if progress is not None else None, rate)]
    if progress is not None:
        progress.last = parts[-1]
    if session is not None:
        session.progress.last = parts[-1]
        session.priced |= any(part.outcome is Outcome.RATED for part in parts)
    return parts
