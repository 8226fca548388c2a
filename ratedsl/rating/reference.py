"""The reference engine: the rules of the language, event by event, exactly.

This module is the specification in code (language reference, "Order of work"): for each
event its rate, increments and windows, then what is free, allowances, prices or tiers, fees
per event, minimum and maximum, caps, and the event's rounding. Amounts are rationals and
quantities integers; nothing is rounded but by the plan's own facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import After, Allowance, Covers, FreeFirst, Increments, Price, Rate
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.plan.units import TIME
from ratedsl.rating.balances import Balance, grant_on
from ratedsl.rating.caps import CapBook, hold_to_limits
from ratedsl.rating.counters import Counters, flat_at_zero
from ratedsl.rating.events import Account, Event, Line
from ratedsl.rating.parts import ZERO, AlertRaised, FeeCharged, Outcome, Part, RatedEvent
from ratedsl.rating.pricing import billed_units, cost, increments_in, share
from ratedsl.rating.rounding import round_money
from ratedsl.rating.tables import Chosen, PlanTables, number_of


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


class AccountRater:
    """Rates one account's events in order of time, carrying its state from one to the next.

    State is what allowances hold, what tiers have counted and what caps have seen, by line
    or for the account; it turns over at each bill cycle.
    """

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        self.tables = tables
        self.plan = tables.plan
        self.account = account
        self.cycle = first
        self.balances: dict[tuple[str, str], Balance] = {}
        self.counters = Counters(tables)
        self.caps = CapBook()
        self._rounding = self.plan.rounding_for("event")
        self._lines = {line.id: _holds(line, self.plan.id) for line in account.lines}
        self._zero = {one.id for one in self.plan.services if one.negative == "zero"}
        self._open_cycle(first)

    @property
    def alerts(self) -> list[AlertRaised]:
        """The alerts of the current cycle."""
        return self.caps.alerts

    # ---- cycles ---------------------------------------------------------------------------

    def advance(self, cycle: BillCycle) -> None:
        """Turn over to a later cycle, through every one between."""
        while self.cycle.start < cycle.start:
            self.cycle = self.tables.cycles.after(self.cycle)
            self._open_cycle(self.cycle)

    def _open_cycle(self, cycle: BillCycle) -> None:
        self.counters.open_cycle()
        self.caps.open_cycle()
        for rate in self.plan.rates:
            for _, flat in flat_at_zero(rate, cycle.start):
                for line in self._lines:
                    self.caps.count(self.tables.caps_of[rate.id], line, flat)
        for allowance in self.plan.allowances:
            grants: dict[str, list[tuple[int, int]]] = {}
            for holder, start, end in self._holders(allowance, cycle):
                grants.setdefault(holder, []).append(self._grant(allowance, cycle, start, end))
            for holder, granted in grants.items():
                key = (allowance.id, holder)
                balance = self.balances.get(key)
                if balance is None:
                    balance = self.balances[key] = Balance(allowance)
                balance.open_cycle([] if allowance.span == "day" else granted)

    def _holders(self, allowance: Allowance, cycle: BillCycle) -> Iterator[tuple[str, date, date]]:
        """Who holds the allowance in a cycle, from when until when; a pool for each member."""
        parts = []
        for line, periods in self._held(allowance).items():
            for start, end in periods:
                first = max(start, cycle.start)
                last = cycle.end if end is None else min(end, cycle.end)
                if first < last:
                    parts.append((line, first, last))
        if allowance.pooled:
            yield from (("", first, last) for _, first, last in parts)
        elif allowance.scope == "account":
            if parts:
                yield "", min(part[1] for part in parts), max(part[2] for part in parts)
        else:
            yield from parts

    def _grant(
        self, allowance: Allowance, cycle: BillCycle, start: date, end: date
    ) -> tuple[int, int]:
        """The units granted for a part of a cycle, and the instant from which they are there."""
        grant = grant_on(allowance, start)
        part = PartPeriod(start, end, cycle.start, cycle.end)
        share, _ = share_of(part, allowance.proration, self.tables.calendar)
        units = int(grant.quantity * share) if grant else 0
        return units, cycle.start_ms if start == cycle.start else self.tables.calendar.midnight(
            start
        )

    def _held(self, allowance: Allowance) -> dict[str, tuple[tuple[date, date | None], ...]]:
        """When each line holds the allowance: with the plan, or an add-on of its own dates."""
        if not allowance.addon:
            return self._lines
        return {
            line.id: tuple((one.start, one.end) for one in line.items if one.item == allowance.id)
            for line in self.account.lines
        }

    # ---- events ---------------------------------------------------------------------------

    def rate_all(self, events: Iterable[Event]) -> Iterator[RatedEvent]:
        """Rate events that come in order of start, ties by id."""
        for event in events:
            yield self.rate(event)

    def rate(self, event: Event) -> RatedEvent:
        """Rate one event; it must not start before the one rated last."""
        if event.start >= self.cycle.end_ms:
            self.advance(self.tables.cycles.at(event.start))
        day = self.tables.day(event.start)
        periods = self._lines.get(event.line, ())
        for start, end in periods:
            if start <= day and (end is None or day < end):
                break
        else:
            return _single(event, Outcome.REJECTED, self.plan.at, reason="not-subscribed")
        chosen = self.tables.choose(event)
        if event.quantity <= 0:
            return self._without_usage(event, chosen, day)
        result = self._rate_by(event, chosen, day)
        if chosen.beside:
            result.beside = tuple(self._rate_by(event, one, day) for one in chosen.beside)
        return result

    def _without_usage(self, event: Event, chosen: Chosen, day: date) -> RatedEvent:
        """A zero-length event is free and counted, but for an attempt that is charged."""
        rate = chosen.rate
        at = rate.at if rate else self.plan.at
        if event.quantity < 0 and event.service not in self._zero:
            return _single(event, Outcome.REJECTED, at, rate, reason="negative")
        result = _single(event, Outcome.FREE, at, rate)
        if rate is not None and rate.unanswered == "charged":
            window = chosen.timeline.at(event.start)[0] if chosen.timeline else ""
            fees = self.tables.fees_in(rate, window, day)
            result.fees = tuple(fee for fee in fees if fee.kind == "attempt")
            result.exact = sum((fee.amount for fee in result.fees), ZERO)
            result.charge = round_money(result.exact, self._rounding)
        return result

    def _rate_by(self, event: Event, chosen: Chosen, day: date) -> RatedEvent:
        """Rate an event by what was chosen for it."""
        rate = chosen.rate
        pieces, window = self._pieces(event, chosen)
        billed = 0
        for piece in pieces:
            billed += piece.billed
        result = RatedEvent(event, rate, (), ZERO, ZERO, billed=billed, prefix=chosen.prefix)
        parts: list[Part] = []
        if rate is not None and (rate.free or rate.grace is not None):
            parts = self._free(rate, event, pieces, day)
            pieces = [piece for piece in pieces if piece.billed > 0]
        covered: list[Part] = []
        setup_due = True
        if chosen.allowances:
            covered, setup_due = self._cover(event, chosen, pieces)
            parts += covered
            parts += [_after(piece) for piece in pieces if piece.billed > 0 and piece.after]
            pieces = [piece for piece in pieces if piece.billed > 0 and not piece.after]
        if rate is None:
            parts += [_rejected(piece, "", self.plan.at, "no-rate") for piece in pieces]
        elif rate.tiers is not None:
            parts += self._by_tiers(rate, event, pieces, covered, day)
        else:
            for piece in pieces:
                parts += self._at_price(rate, event, piece, day, chosen.prefix)
        self._charge(result, chosen, parts, window, day, setup_due=setup_due)
        return result

    # ---- units ----------------------------------------------------------------------------

    def _pieces(self, event: Event, chosen: Chosen) -> tuple[list[Piece], str]:
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
        timed = self.tables.dimension(event.service) == TIME
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

    def _free(self, rate: Rate, event: Event, pieces: list[Piece], day: date) -> list[Part]:
        """What the rate gives free before anything else: grace, first units, first events."""
        if rate.grace is not None and event.quantity <= rate.grace:
            return _take_all(pieces, rate)
        parts: list[Part] = []
        for rule in sorted(rate.free, key=_whole_events_first):
            if rule.kind == "events":
                if self.counters.free(rule, rate, event, Fraction(1), day):
                    return [*parts, *_take_all(pieces, rate)]
            elif rule.kind == "quantity":
                for piece in pieces:
                    free = self.counters.free(rule, rate, event, Fraction(piece.billed), day)
                    if free:
                        units = int(free)
                        parts.append(Part(Outcome.FREE, units, rate.id, rule.at, piece.window))
                        _shorten(piece, units)
                    if rule.span == "event":
                        break
        return parts

    def _cover(self, event: Event, chosen: Chosen, pieces: list[Piece]) -> tuple[list[Part], bool]:
        """Draw what allowances cover; `pieces` keep what is left, and what comes after for them.

        Says too whether the setup fee is due as far as allowances go.
        """
        parts: list[Part] = []
        charged = False
        for allowance, covers in chosen.allowances:
            balance = self.balances.get(
                (
                    allowance.id,
                    "" if allowance.pooled or allowance.scope == "account" else event.line,
                )
            )
            if balance is None:
                continue
            if allowance.span == "day":
                balance.open_day(self.tables.day(event.start))
            for piece in pieces:
                by = self._fitting(covers, piece, chosen) if piece.billed > 0 else None
                if by is None:
                    continue
                before = balance.left
                actual = allowance.draws == "actual"
                drawn = balance.cover(
                    piece.actual if actual else piece.billed, by, event.line, event.start
                )
                if drawn:
                    taken = _take(piece, drawn, increments_in(chosen.rate, piece.window), actual)
                    parts.append(
                        Part(
                            Outcome.COVERED,
                            taken,
                            allowance.id,
                            allowance.at,
                            piece.window,
                            before=before,
                        )
                    )
                    charged = charged or allowance.setup == "charged"
                if piece.billed > 0 and not piece.after and allowance.after.kind != "own rate":
                    piece.after = (allowance, allowance.after)
        return parts, charged or not parts

    def _fitting(self, covers: tuple[Covers, ...], piece: Piece, chosen: Chosen) -> Covers | None:
        """The first of the matching `covers` whose window is open where the piece starts."""
        for one in covers:
            if not one.window:
                return one
            if chosen.timeline and one.window in chosen.timeline.names:
                if one.window == piece.window:
                    return one
                continue
            alone = self.tables.timeline((one.window,))
            if alone is not None and alone.at(piece.start)[0] == one.window:
                return one
        return None

    # ---- money ----------------------------------------------------------------------------

    def _by_tiers(
        self, rate: Rate, event: Event, pieces: list[Piece], covered: list[Part], day: date
    ) -> list[Part]:
        billed = sum(piece.billed for piece in pieces)
        counted = sum(part.units for part in covered)
        if rate.basis == "event":
            return self.counters.by_tiers(
                rate, event, int(billed > 0), int(not billed and counted > 0), day, billed
            )
        return self.counters.by_tiers(rate, event, billed, counted, day, billed)

    def _at_price(
        self, rate: Rate, event: Event, piece: Piece, day: date, prefix: str
    ) -> list[Part]:
        """The piece at its window's price, its first units at theirs."""
        if rate.deck is not None:
            prices = self.tables.deck_price(rate, prefix, day)
        else:
            prices = self.tables.prices_in(rate, piece.window, day)
        if not prices:
            return [_rejected(piece, rate.id, rate.at, "no-price")]
        if prices[0].price.percent is not None:
            return [self._at_percentage(rate, event, piece, prices[0], day)]
        if rate.basis == "event":
            return [_priced(rate, piece.billed, piece.window, prices[0], units=1)]
        parts = []
        offset, left = piece.offset, piece.billed
        for price in prices:
            units = left if price.first is None else min(left, max(price.first - offset, 0))
            if units:
                parts.append(_priced(rate, units, piece.window, price, units=units))
                offset += units
                left -= units
        if left:
            parts.append(
                Part(Outcome.REJECTED, left, rate.id, rate.at, piece.window, reason="no-price")
            )
        return parts

    def _at_percentage(
        self, rate: Rate, event: Event, piece: Piece, price: Price, day: date
    ) -> Part:
        """A share of the event's value; a wholly free value pays no fixed amount either."""
        unit = price.price
        value = number_of(event.attributes.get(unit.of, ""))
        if value is None:
            return _rejected(piece, rate.id, price.at, "no-value")
        free = ZERO
        for rule in rate.free:
            if rule.kind == "value" and rule.of == unit.of:
                free += self.counters.free(rule, rate, event, value - free, day)
        amount = ZERO if free and free >= value else share(unit, value - free)
        outcome = Outcome.RATED if amount else Outcome.FREE
        return Part(outcome, piece.billed, rate.id, price.at, piece.window, unit.text, amount)

    def _deck_setup(self, rate: Rate, prefix: str, day: date) -> tuple[FeeCharged, ...]:
        """The setup fee that a deck's row asks for."""
        assert rate.deck is not None
        row = rate.deck.table.on(prefix, day)
        if row is None or not row.setup:
            return ()
        at = Span(rate.deck.table.path, row.line, 1, len(prefix) + 1)
        return (FeeCharged("setup", Fraction(row.setup), at),)

    def _charge(
        self,
        result: RatedEvent,
        chosen: Chosen,
        parts: list[Part],
        window: str,
        day: date,
        *,
        setup_due: bool,
    ) -> None:
        """Add fees per event to what the parts cost, then limits, caps and rounding."""
        rate = chosen.rate
        if rate is not None and (rate.fees or rate.deck is not None):
            outcomes = {part.outcome for part in parts}
            if Outcome.RATED in outcomes or (setup_due and outcomes != {Outcome.REJECTED}):
                result.fees = self.tables.fees_in(rate, window, day)
            if rate.deck is not None and Outcome.RATED in outcomes:
                result.fees += self._deck_setup(rate, chosen.prefix, day)
        charge = ZERO
        for fee in result.fees:
            charge = fee.amount if charge is ZERO else charge + fee.amount
        for part in parts:
            # Most parts cost nothing, and adding rationals is what takes the time here.
            if part.amount is not ZERO:
                charge = part.amount if charge is ZERO else charge + part.amount
        result.exact = charge
        if rate is not None and (rate.minimum is not None or rate.maximum is not None):
            charge, parts = hold_to_limits(result, rate, charge, parts)
        charge = round_money(charge, self._rounding)
        if chosen.caps and (charge or any(p.outcome is Outcome.RATED for p in parts)):
            charge, parts = self.caps.hold(result, chosen.caps, charge, parts, self.cycle.start)
        result.charge = charge
        result.parts = tuple(parts)


def _whole_events_first(rule: FreeFirst) -> tuple[bool, str, str]:
    """The order in which what is free is used, whatever the order of the text."""
    return rule.kind != "events", rule.span, rule.of


def _holds(line: Line, plan: str) -> tuple[tuple[date, date | None], ...]:
    return tuple((one.start, one.end) for one in line.subscriptions if one.plan == plan)


def _single(
    event: Event, outcome: Outcome, at: Span, rate: Rate | None = None, reason: str = ""
) -> RatedEvent:
    units = max(event.quantity, 0)
    part = Part(outcome, units, rate.id if rate else "", at, reason=reason)
    return RatedEvent(event, rate, (part,), ZERO, ZERO, billed=units)


def _rejected(piece: Piece, record: str, at: Span, reason: str) -> Part:
    return Part(Outcome.REJECTED, piece.billed, record, at, piece.window, reason=reason)


def _shorten(piece: Piece, units: int) -> None:
    piece.billed -= units
    piece.offset += units
    piece.actual = max(0, piece.actual - units)


def _take_all(pieces: list[Piece], rate: Rate) -> list[Part]:
    """The whole event, free."""
    parts = [Part(Outcome.FREE, one.billed, rate.id, rate.at, one.window) for one in pieces]
    for piece in pieces:
        _shorten(piece, piece.billed)
    return parts


def _take(piece: Piece, drawn: int, increments: Increments | None, actual: bool) -> int:
    """Take what was drawn from a piece; gives the billed units that it covers.

    Where an allowance draws actual units, increments apply to what is left of the usage.
    """
    if not actual:
        _shorten(piece, drawn)
        return drawn
    before = piece.billed
    piece.actual -= drawn
    piece.billed = min(billed_units(piece.actual, increments), before)
    piece.offset += before - piece.billed
    return before - piece.billed


def _after(piece: Piece) -> Part:
    """What is left of a piece, as the exhausted allowance that covered it says."""
    assert piece.after is not None
    allowance, then = piece.after
    price = then.price
    if then.kind == "blocked" or price is None:
        return _rejected(piece, allowance.id, then.at, "blocked")
    return Part(
        Outcome.RATED if price.amount else Outcome.FREE,
        piece.billed,
        allowance.id,
        then.at,
        piece.window,
        price.text,
        cost(price, piece.billed),
    )


def _priced(rate: Rate, billed: int, window: str, price: Price, *, units: int) -> Part:
    """`billed` units with the cost of `units`, which is 1 for a price per event."""
    unit = price.price
    outcome = Outcome.RATED if unit.amount else Outcome.FREE
    return Part(outcome, billed, rate.id, price.at, window, unit.text, cost(unit, units))
