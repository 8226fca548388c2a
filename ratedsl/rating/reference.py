"""The reference engine: the rules of the language, event by event, exactly.

This module is the specification in code (language reference, "Order of work"): for each
event its rate, increments and windows, then what is free, allowances, prices or tiers, fees
per event, minimum and maximum, caps, and the event's rounding. Amounts are rationals and
quantities integers; nothing is rounded but by the plan's own facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Rate, Rounding
from ratedsl.plan.units import SERVICES
from ratedsl.rating.balances import is_money
from ratedsl.rating.books import AccountBooks
from ratedsl.rating.caps import hold_to_limits
from ratedsl.rating.choice import Chosen
from ratedsl.rating.costs import cost_of, did_not_happen
from ratedsl.rating.events import Account, Event
from ratedsl.rating.free import free_first
from ratedsl.rating.included import pay_from_allowances
from ratedsl.rating.legs import continued, goes_on, priced_before, within_grace
from ratedsl.rating.parts import ZERO, Outcome, Part, RatedEvent, whole
from ratedsl.rating.pieces import Piece, pieces_of, rejected
from ratedsl.rating.prepaid import rate_prepaid
from ratedsl.rating.prices import at_price
from ratedsl.rating.rounding import round_money
from ratedsl.rating.sessions import ATTRIBUTE, Session
from ratedsl.rating.tables import PlanTables


class AccountRater(AccountBooks):
    """Rates one account's events in order of time, carrying its state from one to the next."""

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        super().__init__(tables, account, first)
        plan = tables.plan
        self._rounding = plan.rounding_for("event")
        # What a plan does not use shall cost nothing for any event.
        self._pays_from_allowances = any(is_money(one) for one in plan.allowances)
        services = (*SERVICES, *(one.id for one in plan.services))
        self._zero = {one for one in services if plan.negative_usage(one) == "zero"}

    def advance(self, cycle: BillCycle) -> None:
        """Turn over to a later cycle, through every one between."""
        while self.cycle.start < cycle.start:
            self.closed += self.close_cycle()
            self.open_cycle(self.cycles.after(self.cycle))

    def close_cycle(self) -> list[RatedEvent]:
        """The charges for what was sampled in the current cycle, each once."""
        return [
            self._rate_by(event, chosen, self.tables.day(event.start), self._rounding)
            for event, chosen in self.samples.close(self.cycle)
            if event.quantity > 0
        ]

    # ---- events ---------------------------------------------------------------------------

    def rate_all(self, events: Iterable[Event]) -> Iterator[RatedEvent]:
        """Rate events that come in order of start, ties by id."""
        for event in events:
            yield self.rate(event)

    def chosen(self, event: Event) -> Chosen:
        """What applies to an event of one of the account's lines."""
        day = self.tables.day(event.start)
        return self.tables.choices.of(event, self.subscribers[event.line], day)

    def rate(self, event: Event) -> RatedEvent:
        """Rate one event; it must not start before the one rated last."""
        if self.wallets.wallets:
            return rate_prepaid(self, event)
        return self.rate_charge(event)

    def rate_charge(self, event: Event) -> RatedEvent:
        """What an event costs, whoever pays it; and what carrying it costs."""
        if event.start >= self.cycle.end_ms:
            self.advance(self.cycles.at(event.start))
        day = self.tables.day(event.start)
        settled = self.tenure.settled(event, day)
        if settled is not None:
            return settled
        chosen = self.tables.choices.of(event, self.subscribers[event.line], day)
        result = self._rate(event, chosen, day)
        if chosen.beside and event.quantity > 0:
            result.beside = tuple(self._rate(event, one, day) for one in chosen.beside)
        if chosen.costs and not did_not_happen(result):
            charged = result.whole_charge
            result.costs = tuple(
                cost_of(flow, self._rate_cost(event, one, day, flow.rounding, charged))
                for flow, one in chosen.costs
            )
        return result

    def _rate(self, event: Event, chosen: Chosen, day: date) -> RatedEvent:
        if event.quantity <= 0:
            return self._without_usage(event, chosen, day, self._rounding)
        if self.samples.services and self.samples.takes(event, chosen):
            return self.samples.add(event, chosen, self.cycle)
        return self._rate_by(event, chosen, day, self._rounding)

    def _rate_cost(
        self,
        event: Event,
        chosen: Chosen,
        day: date,
        rounding: Rounding | None,
        charged: Fraction,
    ) -> RatedEvent:
        if event.quantity <= 0:
            return self._without_usage(event, chosen, day, rounding)
        return self._rate_by(event, chosen, day, rounding, charged)

    def _without_usage(
        self, event: Event, chosen: Chosen, day: date, rounding: Rounding | None
    ) -> RatedEvent:
        """A zero-length event is free and counted, but for an attempt that is charged."""
        if chosen.rate is not None and chosen.rate.deck is not None:
            chosen = self.tables.dated.of_rows(chosen, day)
        rate = chosen.rate
        at = rate.at if rate else self.plan.at
        if event.quantity == 0 and event.corrected:
            # It did not happen, or is done with: not even its attempt is charged.
            taken = event.corrected[0][1] < 0
            reason = "it was taken back" if taken else "it is taken off usage before it"
            return whole(event, Outcome.FREE, at, rate, reason=reason)
        if event.quantity < 0 and event.service not in self._zero:
            return whole(event, Outcome.REJECTED, at, rate, reason="negative")
        result = whole(event, Outcome.FREE, at, rate)
        if rate is not None and rate.unanswered == "charged":
            window = chosen.timeline.at(event.start)[0] if chosen.timeline else ""
            fees = self.tables.dated.fees(rate, window, day)
            result.fees = tuple(fee for fee in fees if fee.kind == "attempt")
            if ATTRIBUTE in event.attributes:
                result.fees = self.sessions.of(event, chosen, day).fees_due(result.fees)
            result.exact = sum((fee.amount for fee in result.fees), ZERO)
            charge = result.exact
            if rate.currency:
                charge, parts = self.tables.exchange.charge(
                    result, rate, charge, list(result.parts), day
                )
                result.parts = tuple(parts)
            result.charge = round_money(charge, rounding)
        return result

    # ---- the order of work ----------------------------------------------------------------

    def _rate_by(
        self,
        event: Event,
        chosen: Chosen,
        day: date,
        rounding: Rounding | None,
        charged: Fraction | None = None,
    ) -> RatedEvent:
        """Rate an event by what was chosen for it; a cost may be a share of what is `charged`."""
        rate, session = chosen.rate, None
        if rate is not None and ATTRIBUTE in event.attributes and not rate.of:
            session = self.sessions.of(event, chosen, day)
        if rate is not None and rate.deck is not None:
            # All legs of a session take the row of its first day.
            chosen = self.tables.dated.of_rows(chosen, day if session is None else session.day)
            rate = chosen.rate
        if rate is not None and rate.of:
            units = self.tables.quantity_of(event, rate.of)
            event = replace(event, quantity=units or 0)
            if not units:
                return _uncounted(event, rate, units)
            if ATTRIBUTE in event.attributes:
                session = self.sessions.of(event, chosen, day)
        total = None
        graced = rate is not None and rate.grace is not None and within_grace(event, rate, session)
        if rate is not None and rate.id in self.counters.totals and not graced:
            total = self.counters.progress(rate, event, day)
        pieces, window = pieces_of(event, chosen, self.tables, None if graced else session, total)
        billed = 0
        for piece in pieces:
            billed += piece.billed
        result = RatedEvent(event, rate, (), ZERO, ZERO, billed=billed, prefix=chosen.prefix)
        if session is not None or total is not None:
            window = goes_on(result, session, total, window, graced=graced)
        parts: list[Part] = []
        if rate is not None and (graced or rate.free):
            parts = free_first(self.counters, rate, event, pieces, day, session, graced=graced)
            pieces = [piece for piece in pieces if piece.billed > 0]
        covered: list[Part] = []
        setup_due = True
        if chosen.allowances:
            covered, setup_due, own = self.allowances.cover(event, chosen, pieces, day, session)
            result.fees = own
            parts += covered + self.allowances.after(pieces, event, day)
            pieces = [piece for piece in pieces if piece.billed > 0 and not piece.after]
        parts += self._priced(event, chosen, pieces, covered, day, session, charged)
        if session is not None or total is not None or not parts:
            # What was billed before has paid its setup fee, or was waived it.
            setup_due = setup_due and bool(parts)
            parts = continued(rate, parts, session, total)
        self._charge(result, chosen, parts, window, day, rounding, session, setup_due=setup_due)
        return result

    def _priced(
        self,
        event: Event,
        chosen: Chosen,
        pieces: list[Piece],
        covered: list[Part],
        day: date,
        session: Session | None,
        charged: Fraction | None,
    ) -> list[Part]:
        """What is left of the pieces at the rate's prices or tiers."""
        rate = chosen.rate
        if rate is None:
            return [rejected(piece, "", self.plan.at, "no-rate") for piece in pieces]
        tables, counters = self.tables, self.counters
        if session is not None and session.priced and rate.basis == "event":
            return priced_before(tables, counters, rate, event, pieces, day, session, charged)
        if rate.tiers is not None:
            return counters.by_tiers(rate, event, pieces, covered, day, session)
        parts = []
        on = day if session is None else session.day
        for piece in pieces:
            own = piece.day or on
            priced = at_price(tables, counters, rate, event, piece, own, chosen.prefix, charged)
            if piece.day is not None:
                priced = [part._replace(day=own) for part in priced]
            parts += priced
        return parts

    def _charge(
        self,
        result: RatedEvent,
        chosen: Chosen,
        parts: list[Part],
        window: str,
        day: date,
        rounding: Rounding | None,
        session: Session | None,
        *,
        setup_due: bool,
    ) -> None:
        """Add fees per event to what the parts cost, then limits, exchange, rounding and caps.

        What allowances charge themselves is in the plan's currency, and in no limit of the rate.
        """
        rate = chosen.rate
        on = day if session is None else session.day
        own, result.fees = result.fees, ()
        if rate is not None and rate.fees and _calls_for_fees(parts, setup_due=setup_due):
            fees = self.tables.dated.fees(rate, window, on)
            result.fees = fees if session is None else session.fees_due(fees)
        charge = ZERO
        for fee in result.fees:
            charge = fee.amount if charge is ZERO else charge + fee.amount
        for part in parts:
            # Most parts cost nothing, and adding rationals is what takes the time here.
            if part.amount is not ZERO:
                charge = part.amount if charge is ZERO else charge + part.amount
        result.exact = charge
        if rate is not None and (rate.minimum is not None or rate.maximum is not None):
            charge, parts = hold_to_limits(result, rate, charge, parts, session)
        if session is not None:
            session.exact += result.exact
            session.charged += charge
        if rate is not None and rate.currency:
            charge, parts = self.tables.exchange.charge(result, rate, charge, parts, on)
        for fee in own:
            charge += fee.amount
            result.fees += (fee,)
        if session is None:
            charge = round_money(charge, rounding)
        else:
            charge = session.settle(charge, rounding)
        if self._pays_from_allowances and charge and chosen.allowances:
            result.fees, charge, parts = pay_from_allowances(
                self.allowances, result.event, chosen, result.fees, charge, parts, day
            )
        if chosen.caps and (charge or any(p.outcome is Outcome.RATED for p in parts)):
            opening = self.cycle.start
            charge, parts = self.caps.hold(result, chosen.caps, charge, parts, opening, day)
        result.charge = charge
        result.parts = tuple(parts)


def _uncounted(event: Event, rate: Rate, units: int | None) -> RatedEvent:
    """An event that has nothing of what its rate counts, or nothing that can be read."""
    if units is None:
        return whole(event, Outcome.REJECTED, rate.at, rate, reason="no-value")
    return whole(event, Outcome.FREE, rate.at, rate)


def _calls_for_fees(parts: list[Part], *, setup_due: bool) -> bool:
    """Whether what became of an event calls for its fees: what is wholly rejected has none."""
    if any(part.outcome is Outcome.RATED for part in parts):
        return True
    return setup_due and any(part.outcome is not Outcome.REJECTED for part in parts)
