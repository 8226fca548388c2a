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

from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import FreeFirst, Rate, Rounding
from ratedsl.rating.allowances import AllowanceBook
from ratedsl.rating.balances import is_money
from ratedsl.rating.caps import CapBook, hold_to_limits
from ratedsl.rating.conditions import subscribers_of
from ratedsl.rating.costs import CostOfEvent, FlowIndex, did_not_happen
from ratedsl.rating.counters import Counters, flat_at_zero
from ratedsl.rating.events import Account, Event, Line
from ratedsl.rating.holders import Pools
from ratedsl.rating.included import pay_from_allowances
from ratedsl.rating.parts import ZERO, AlertRaised, FeeCharged, Outcome, Part, RatedEvent
from ratedsl.rating.pieces import Piece, pieces_of, rejected, shorten, take_all
from ratedsl.rating.prepaid import rate_prepaid
from ratedsl.rating.prices import at_percentage, at_price
from ratedsl.rating.rounding import round_money
from ratedsl.rating.samples import SampleBook
from ratedsl.rating.sessions import ATTRIBUTE, Progress, Session, SessionBook, going_on
from ratedsl.rating.suspension import without_suspended
from ratedsl.rating.tables import Chosen, PlanTables
from ratedsl.rating.wallets import WalletBook


class AccountRater:
    """Rates one account's events in order of time, carrying its state from one to the next.

    State is what allowances hold, what tiers have counted and what caps have seen, by line
    or for the account; it turns over at each bill cycle.
    """

    def __init__(self, tables: PlanTables, account: Account, first: BillCycle) -> None:
        self.tables = tables
        self.plan = tables.plan
        # Only what a suspended line uses asks for the days on which it was.
        self._suspensions = {line.id: line.suspensions for line in account.lines}
        held = {line.id: _holds(line, self.plan.id) for line in account.lines}
        account = without_suspended(account, self.plan)
        self.account = account
        self.cycles = tables.cycles_of(account)
        self.cycle = first
        self._trials = _free_trials(tables, account)
        self._lines = {line.id: _holds(line, self.plan.id) for line in account.lines}
        self._subscribers = subscribers_of(account, self.plan.id)
        pools = Pools(self.plan, account)
        self.allowances = AllowanceBook(tables, account, self._lines, pools)
        self.wallets = WalletBook(tables, account, pools)
        self._money = any(is_money(one) for one in self.plan.allowances)
        self.counters = Counters(tables, held)
        self.caps = CapBook()
        self.sessions = SessionBook()
        self.samples = SampleBook(tables)
        self.closed: list[RatedEvent] = []
        self._sampled = {
            one.id: one.sampling for one in self.plan.services if one.sampling is not None
        }
        self.remembered: dict[tuple[str, ...], Fraction] = {}
        """What bills leave behind for later ones, such as how much of a credit is used up."""
        self._rounding = self.plan.rounding_for("event")
        self._exchange_rounding = self.plan.rounding_for("exchange")
        self._totals = {
            rate.id
            for rate in self.plan.rates
            if any(one.span != "event" for one in rate.increments)
        }
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
            self.closed += self.close_cycle()
            self.cycle = self.cycles.after(self.cycle)
            self._open_cycle(self.cycle)

    def close_cycle(self) -> list[RatedEvent]:
        """The charges for what was sampled in the current cycle, each once."""
        if not self._sampled:
            return []
        found = []
        for event, chosen in self.samples.close(self.cycle):
            day = self.tables.day(event.start)
            if event.quantity > 0:
                found.append(self._rate_by(event, chosen, day, self._rounding))
        return found

    def _sample(self, event: Event, chosen: Chosen, day: date) -> RatedEvent:
        """A sample: counted in its cycle, and charged when that closes."""
        rate = chosen.rate
        if rate is None or rate.of:
            return self._rate_by(event, chosen, day, self._rounding)
        self.samples.add(event, chosen, self._sampled[event.service], self.cycle)
        reason = "it is a sample, charged when the cycle closes"
        part = Part(Outcome.RATED, 0, rate.id, rate.at, reason=reason)
        return RatedEvent(event, rate, (part,), ZERO, ZERO)

    def _open_cycle(self, cycle: BillCycle) -> None:
        self.counters.open_cycle(cycle)
        self.caps.open_cycle(cycle.start)
        self.sessions.open_cycle(cycle)
        for rate in self.plan.rates:
            for _, stated in flat_at_zero(rate, cycle.start):
                flat = self._in_plan_currency(rate, stated, cycle.start)
                for line in self._lines:
                    self.caps.count(self.tables.caps_of[rate.id], line, flat)
        self.allowances.open_cycle(cycle)
        if self.wallets:
            self.wallets.advance(cycle.start_ms - 1)
            self.wallets.open_cycle()

    def _in_plan_currency(self, rate: Rate, amount: Fraction, day: date) -> Fraction:
        if not rate.currency:
            return amount
        found = self.tables.exchange.on(rate.currency, self.plan.currency, day)
        return round_money(amount * found.factor, self._exchange_rounding) if found else ZERO

    # ---- events ---------------------------------------------------------------------------

    def rate_all(self, events: Iterable[Event]) -> Iterator[RatedEvent]:
        """Rate events that come in order of start, ties by id."""
        for event in events:
            yield self.rate(event)

    def chosen(self, event: Event) -> Chosen:
        """What applies to an event of one of the account's lines."""
        day = self.tables.day(event.start)
        return self.tables.choose(event, self._subscribers[event.line], day)

    def rate(self, event: Event) -> RatedEvent:
        """Rate one event; it must not start before the one rated last."""
        if self.wallets:
            return rate_prepaid(self, event)
        return self.rate_charge(event)

    def rate_charge(self, event: Event) -> RatedEvent:
        """What an event costs, whoever pays it."""
        if event.start >= self.cycle.end_ms:
            self.advance(self.cycles.at(event.start))
        day = self.tables.day(event.start)
        periods = self._lines.get(event.line, ())
        for start, end in periods:
            if start <= day and (end is None or day < end):
                break
        else:
            return _single(event, Outcome.REJECTED, self.plan.at, reason=self._why_not(event, day))
        if self._trials and day < self._trials[event.line] and event.quantity > 0:
            assert self.plan.trial is not None
            return _single(event, Outcome.FREE, self.plan.trial.at)
        chosen = self.tables.choose(event, self._subscribers[event.line], day)
        if event.quantity <= 0:
            result = self._without_usage(event, chosen, day, self._rounding)
        elif self._sampled and event.service in self._sampled:
            result = self._sample(event, chosen, day)
            result.beside = tuple(self._sample(event, one, day) for one in chosen.beside)
        else:
            result = self._rate_by(event, chosen, day, self._rounding)
            if chosen.beside:
                result.beside = tuple(
                    self._rate_by(event, one, day, self._rounding) for one in chosen.beside
                )
        if chosen.costs and not did_not_happen(result):
            charged = result.whole_charge
            result.costs = tuple(
                self._cost(event, flow, one, day, charged) for flow, one in chosen.costs
            )
        return result

    def _why_not(self, event: Event, day: date) -> str:
        """Why a line that does not hold the plan on a day may not use it."""
        pauses = self._suspensions.get(event.line, ())
        if any(one.start <= day and (one.end is None or day < one.end) for one in pauses):
            return "suspended"
        return "not-subscribed"

    def _cost(
        self, event: Event, index: FlowIndex, chosen: Chosen, day: date, charged: Fraction
    ) -> CostOfEvent:
        """What an event costs by one cost, in its currency and in the plan's."""
        rounding = index.rounding
        if event.quantity <= 0:
            rated = self._without_usage(event, chosen, day, rounding)
        else:
            rated = self._rate_by(event, chosen, day, rounding, charged)
        reasons = [part.reason for part in rated.parts if part.outcome is Outcome.REJECTED]
        if reasons:
            return CostOfEvent(index.flow, rated, ZERO, ZERO, missing=reasons[0])
        if rated.foreign is None:
            return CostOfEvent(index.flow, rated, rated.charge, rated.charge)
        return CostOfEvent(index.flow, rated, rated.foreign, rated.charge, rated.conversion)

    def _without_usage(
        self, event: Event, chosen: Chosen, day: date, rounding: Rounding | None
    ) -> RatedEvent:
        """A zero-length event is free and counted, but for an attempt that is charged."""
        if chosen.rate is not None and chosen.rate.deck is not None:
            chosen = self.tables.deck_chosen(chosen, day)
        rate = chosen.rate
        at = rate.at if rate else self.plan.at
        if event.quantity < 0 and event.service not in self._zero:
            return _single(event, Outcome.REJECTED, at, rate, reason="negative")
        result = _single(event, Outcome.FREE, at, rate)
        if rate is not None and rate.unanswered == "charged":
            window = chosen.timeline.at(event.start)[0] if chosen.timeline else ""
            fees = self.tables.fees_in(rate, window, day)
            result.fees = tuple(fee for fee in fees if fee.kind == "attempt")
            if ATTRIBUTE in event.attributes:
                result.fees = self.sessions.of(event, chosen, day).fees_due(result.fees)
            result.exact = sum((fee.amount for fee in result.fees), ZERO)
            charge = result.exact
            if rate.currency:
                charge, parts = self._exchange(result, rate, charge, list(result.parts), day)
                result.parts = tuple(parts)
            result.charge = round_money(charge, rounding)
        return result

    def _rate_by(  # noqa: PLR0912
        self,
        event: Event,
        chosen: Chosen,
        day: date,
        rounding: Rounding | None,
        charged: Fraction | None = None,
    ) -> RatedEvent:
        """Rate an event by what was chosen for it; a cost may be a share of what is `charged`."""
        if chosen.rate is not None and chosen.rate.deck is not None:
            chosen = self.tables.deck_chosen(chosen, day)
        rate = chosen.rate
        if rate is not None and rate.of:
            units = self.tables.quantity_of(event, rate.of)
            event = replace(event, quantity=units or 0)
            if not units:
                return _uncounted(event, rate, units)
        session = self.sessions.of(event, chosen, day) if _is_leg(event, rate) else None
        graced = rate is not None and rate.grace is not None and _graced(event, rate, session)
        total = None if graced else self._total(rate, event, day)
        pieces, window = pieces_of(event, chosen, self.tables, None if graced else session, total)
        billed = 0
        for piece in pieces:
            billed += piece.billed
        progress = total or (session.progress if session is not None else None)
        earlier = None
        if progress is not None and progress.actual:
            earlier = progress.actual, progress.billed
        if total is not None:
            total.actual += event.quantity + (session.graced if session is not None else 0)
            total.billed += billed
        if session is not None:
            session.go_on(event.quantity, billed, graced=graced)
            window = session.window
        result = RatedEvent(event, rate, (), ZERO, ZERO, billed=billed, prefix=chosen.prefix)
        result.earlier = earlier
        parts: list[Part] = []
        if rate is not None and (graced or rate.free):
            if graced:
                parts = take_all(pieces, rate)
            else:
                parts = self._free(rate, event, pieces, day, session)
            pieces = [piece for piece in pieces if piece.billed > 0]
        covered: list[Part] = []
        setup_due = True
        if chosen.allowances:
            covered, setup_due, own = self.allowances.cover(event, chosen, pieces, day, session)
            result.fees = own
            parts += covered
            for piece in pieces:
                if piece.billed > 0 and piece.after:
                    parts += self.allowances.after(piece, event, day)
            pieces = [piece for piece in pieces if piece.billed > 0 and not piece.after]
        parts += self._priced(event, chosen, pieces, covered, day, session, charged)
        if session is not None or total is not None or not parts:
            # What was billed before has paid its setup fee, or was waived it.
            setup_due = setup_due and bool(parts)
            parts = self._continued(rate, parts, session, total)
        self._charge(result, chosen, parts, window, day, rounding, session, setup_due=setup_due)
        return result

    def _total(self, rate: Rate | None, event: Event, day: date) -> Progress | None:
        """How far the running total has come on which the rate's increments are counted."""
        if self._totals and rate is not None and rate.id in self._totals:
            return self.counters.progress(rate, event, day)
        return None

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
        if session is not None and session.priced and rate.basis == "event":
            return self._priced_before(rate, event, pieces, day, session, charged)
        if rate.tiers is not None:
            return self._by_tiers(rate, event, pieces, covered, day, session)
        parts = []
        on = day if session is None else session.day
        for piece in pieces:
            parts += at_price(
                self.tables, self.counters, rate, event, piece, on, chosen.prefix, charged
            )
        return parts

    def _continued(
        self,
        rate: Rate | None,
        parts: list[Part],
        session: Session | None,
        total: Progress | None,
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

    def _priced_before(
        self,
        rate: Rate,
        event: Event,
        pieces: list[Piece],
        day: date,
        session: Session,
        charged: Fraction | None,
    ) -> list[Part]:
        """A later leg of a session whose price per event is charged: a share of its own value."""
        prices = self.tables.prices_in(rate, session.window, session.day)
        if prices and prices[0].price.percent is not None:
            return [
                at_percentage(
                    self.counters, rate, event, piece, prices[0], day, charged, first=False
                )
                for piece in pieces
            ]
        last = session.progress.last
        return [going_on(last, rate, piece.billed) for piece in pieces]

    def _free(
        self,
        rate: Rate,
        event: Event,
        pieces: list[Piece],
        day: date,
        session: Session | None,
    ) -> list[Part]:
        """What the rate gives free before anything else: first units, first events."""
        parts: list[Part] = []
        freed: dict[int, Fraction] = {} if session is None else session.freed
        for rule in sorted(rate.free, key=_whole_events_first):
            if rule.kind == "events":
                if session is None or session.free_event is None:
                    free = bool(self.counters.free(rule, rate, event, Fraction(1), day, freed))
                    if session is not None:
                        session.free_event = free
                else:
                    free = session.free_event
                if free:
                    return [*parts, *take_all(pieces, rate)]
            elif rule.kind == "quantity":
                for piece in pieces:
                    wanted = Fraction(piece.billed)
                    units = int(self.counters.free(rule, rate, event, wanted, day, freed))
                    if units:
                        parts.append(Part(Outcome.FREE, units, rate.id, rule.at, piece.window))
                        shorten(piece, units)
        return parts

    def _by_tiers(
        self,
        rate: Rate,
        event: Event,
        pieces: list[Piece],
        covered: list[Part],
        day: date,
        session: Session | None,
    ) -> list[Part]:
        billed = sum(piece.billed for piece in pieces)
        units, counted = billed, sum(part.units for part in covered)
        if rate.basis == "event":
            units, counted = int(billed > 0), int(not billed and counted > 0)
        return self.counters.by_tiers(rate, event, units, counted, day, billed, session)

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
        if rate is not None and rate.fees:
            fees = self._fees(rate, parts, window, on, setup_due=setup_due)
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
            charge, parts = self._exchange(result, rate, charge, parts, on)
        for fee in own:
            charge += fee.amount
            result.fees += (fee,)
        if session is None:
            charge = round_money(charge, rounding)
        else:
            charge = session.settle(charge, rounding)
        if self._money and charge and chosen.allowances:
            result.fees, charge, parts = pay_from_allowances(
                self.allowances, result.event, chosen, result.fees, charge, parts, day
            )
        if chosen.caps and (charge or any(p.outcome is Outcome.RATED for p in parts)):
            opening = self.cycle.start
            charge, parts = self.caps.hold(result, chosen.caps, charge, parts, opening, day)
        result.charge = charge
        result.parts = tuple(parts)

    def _fees(
        self,
        rate: Rate,
        parts: list[Part],
        window: str,
        day: date,
        *,
        setup_due: bool,
    ) -> tuple[FeeCharged, ...]:
        """The fees per event that what became of the event calls for."""
        fees: tuple[FeeCharged, ...] = ()
        outcomes = {part.outcome for part in parts}
        if Outcome.RATED in outcomes or (setup_due and outcomes != {Outcome.REJECTED}):
            fees = self.tables.fees_in(rate, window, day)
        return fees

    def _exchange(
        self, result: RatedEvent, rate: Rate, charge: Fraction, parts: list[Part], day: date
    ) -> tuple[Fraction, list[Part]]:
        """The charge in the plan's currency at the rate of the event's day, rounded as stated.

        Without a rate on that day nothing is known of it, so what was to be charged is rejected.
        """
        found = self.tables.exchange.on(rate.currency, self.plan.currency, day)
        if found is None:
            result.fees = ()
            return ZERO, [
                part._replace(outcome=Outcome.REJECTED, amount=ZERO, reason="no-exchange")
                if part.outcome is Outcome.RATED
                else part
                for part in parts
            ]
        result.foreign, result.conversion = charge, found
        result.fees = tuple(fee._replace(amount=fee.amount * found.factor) for fee in result.fees)
        parts = [
            part._replace(amount=part.amount * found.factor) if part.amount else part
            for part in parts
        ]
        return round_money(charge * found.factor, self._exchange_rounding), parts


def _uncounted(event: Event, rate: Rate, units: int | None) -> RatedEvent:
    """An event that has nothing of what its rate counts, or nothing that can be read."""
    if units is None:
        return _single(event, Outcome.REJECTED, rate.at, rate, reason="no-value")
    return _single(event, Outcome.FREE, rate.at, rate)


def _is_leg(event: Event, rate: Rate | None) -> bool:
    """Whether the event is one of several records of a session, which the rate follows."""
    return rate is not None and ATTRIBUTE in event.attributes


def _graced(event: Event, rate: Rate, session: Session | None) -> bool:
    """Whether the event, or its session so far, ends within the rate's grace."""
    used = 0 if session is None else session.used
    return rate.grace is not None and used + event.quantity <= rate.grace


def _whole_events_first(rule: FreeFirst) -> tuple[bool, str, str]:
    """The order in which what is free is used, whatever the order of the text."""
    return rule.kind != "events", rule.span, rule.of


def _free_trials(tables: PlanTables, account: Account) -> dict[str, date]:
    """The end of each line's trial, where usage is free in it."""
    if tables.plan.trial is None or not tables.plan.trial.free_usage:
        return {}
    ends = ((line.id, tables.trial_end(line)) for line in account.lines)
    return {name: end for name, end in ends if end is not None}


def _holds(line: Line, plan: str) -> tuple[tuple[date, date | None], ...]:
    return tuple((one.start, one.end) for one in line.subscriptions if one.plan == plan)


def _single(
    event: Event, outcome: Outcome, at: Span, rate: Rate | None = None, reason: str = ""
) -> RatedEvent:
    units = max(event.quantity, 0)
    part = Part(outcome, units, rate.id if rate else "", at, reason=reason)
    return RatedEvent(event, rate, (part,), ZERO, ZERO, billed=units)
