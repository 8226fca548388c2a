"""What a rate gives free before anything else: grace, first units, first events."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ratedsl.plan.model import FreeFirst, Rate
from ratedsl.rating.counters import Counters
from ratedsl.rating.events import Event
from ratedsl.rating.parts import Outcome, Part
from ratedsl.rating.pieces import Piece, shorten, take_all
from ratedsl.rating.sessions import Session


def free_first(
    counters: Counters,
    rate: Rate,
    event: Event,
    pieces: list[Piece],
    day: date,
    session: Session | None,
    *,
    graced: bool,
) -> list[Part]:
    """The free parts, taken off the pieces' fronts; first units of a session are its own.

    What is `graced` is free as a whole.
    """
    if graced:
        return take_all(pieces, rate)
    parts: list[Part] = []
    freed: dict[int, Fraction] = {} if session is None else session.freed
    for rule in sorted(rate.free, key=_whole_events_first):
        if rule.kind == "events":
            if session is None or session.free_event is None:
                free = bool(counters.free(rule, rate, event, Fraction(1), day, freed))
                if session is not None:
                    session.free_event = free
            else:
                free = session.free_event
            if free:
                return [*parts, *take_all(pieces, rate)]
        elif rule.kind == "quantity":
            for piece in pieces:
                wanted = Fraction(piece.billed)
                units = int(counters.free(rule, rate, event, wanted, day, freed))
                if units:
                    parts.append(Part(Outcome.FREE, units, rate.id, rule.at, piece.window))
                    shorten(piece, units)
    return parts


def _whole_events_first(rule: FreeFirst) -> tuple[bool, str, str]:
    """The order in which what is free is used, whatever the order of the text."""
    return rule.kind != "events", rule.span, rule.of
