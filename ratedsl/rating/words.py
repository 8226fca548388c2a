"""A rated event in words: the steps that led to its charge, each with its clause.

Numbers are masked here already, since traces are read on every surface.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ratedsl.plan.model import Rate
from ratedsl.plan.units import Units
from ratedsl.rating.costs import own_cost, unknown_cost
from ratedsl.rating.parts import Outcome, Part, Payment, RatedEvent
from ratedsl.rating.pricing import increments_in
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.samples import Measured
from ratedsl.rating.sessions import ATTRIBUTE
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import EventRow, Step
from ratedsl.usage.privacy import mask_number, mask_text

REASONS = {
    "no-rate": "no rate of the plan matches",
    "no-price": "its rate has no price at that time",
    "blocked": "it is blocked",
    "tier": "the tier that it reaches is rejected",
    "cut": "the event ends at its maximum charge",
    "negative": "its quantity is negative",
    "no-exchange": "its currency has no exchange rate on that day",
    "no-balance": "no prepaid balance pays it",
    "maximum": "it would cost more than its maximum",
    "no-value": "it has no value of which to take a share",
    "not-subscribed": "the line does not hold the plan on that day",
    "suspended": "the line is suspended on that day",
}
"""What each reason of a rejection means."""

COST_REASONS = {**REASONS, "no-cost": "no cost of the plan matches"}
"""What each reason means for which a cost is not known."""


def show_amount(amount: Fraction) -> str:
    """An exact amount, with its rational where it has no end as a decimal."""
    try:
        return str(to_decimal(amount))
    except ValueError:
        places = to_decimal(Fraction(round(amount * 10**6), 10**6))
        return f"{places}… ({amount.numerator}/{amount.denominator})"


def brief_amount(amount: Fraction) -> str:
    """An amount to be read beside another: as it is, or to six decimals where it has no end."""
    try:
        return str(to_decimal(amount))
    except ValueError:
        return f"{to_decimal(Fraction(round(amount * 10**6), 10**6))}…"


def event_row(rated: RatedEvent, tables: PlanTables) -> EventRow:
    """The event ready to print, with its steps."""
    event = rated.event
    units = tables.units
    dimension = units.dimension_of(event.service, rated.rate.of if rated.rate else "")
    number = event.called if event.direction == "outgoing" else event.calling
    outcomes = list(dict.fromkeys(part.outcome.value for part in rated.parts))
    return EventRow(
        id=event.id,
        start=f"{tables.calendar.local(event.start):%Y-%m-%d %H:%M:%S}",
        number=mask_number(number),
        quantity=units.show(event.quantity, dimension),
        billed=units.show(rated.billed, dimension),
        outcome=" + ".join(outcomes),
        amount=_amount_shown(rated.whole_charge),
        steps=tuple(steps(rated, tables)),
    )


def _amount_shown(amount: Fraction):  # type: ignore[no-untyped-def]
    try:
        return to_decimal(amount)
    except ValueError:
        return to_decimal(Fraction(round(amount * 10**9), 10**9))


def steps(rated: RatedEvent, tables: PlanTables, *, is_cost: bool = False) -> Iterator[Step]:
    """From the match to the charge, in the order of work; then what carrying it costs."""
    event, rate, plan, units = rated.event, rated.rate, tables.plan, tables.units
    dimension = units.dimension_of(event.service, rated.rate.of if rated.rate else "")
    if rate is not None:
        if isinstance(event, Measured):
            yield _measured(event, dimension, tables)
        yield Step(_match_words(rated), rate.at)
        yield from _billed_steps(rated, rate, units)
    if event.quantity <= 0 and not (rated.fees or event.corrected):
        yield Step("nothing was used, so it is free and counted", None)
        if plan.costs and not is_cost:
            yield from _cost_steps(rated, tables)
        return
    dated = rate is not None and rate.across_dates is not None and takes_later_price(rated, tables)
    for part in rated.parts:
        yield Step(_part_words(part, dimension, units, dated=dated), part.at)
    for fee in rated.fees:
        whose = f"setup of `{fee.record}`" if fee.record else f"{fee.kind} fee"
        yield Step(f"{whose} {show_amount(fee.amount)}", fee.at)
    for words, at in rated.notes:
        yield Step(words, at)
    rounding = plan.rounding_for("event")
    if rated.conversion is not None and rated.foreign is not None and rate is not None:
        stated = plan.rounding_for("exchange")
        words = f"{show_amount(rated.foreign)} {rate.currency} at {rated.conversion.words}"
        if stated is not None:
            words += f", rounded {stated.mode} to {stated.quantum}"
        yield Step(words, rated.conversion.fact.at)
    elif rounding is not None and not is_cost and rated.charge != rated.exact and not rated.notes:
        yield Step(
            f"{show_amount(rated.exact)} rounded {rounding.mode} to {rounding.quantum} per event: "
            f"{show_amount(rated.charge)}",
            rounding.at,
        )
    word = "costs" if is_cost else "charge"
    yield Step(f"{word} {show_amount(rated.charge)} {plan.currency}", None)
    yield from (_paid(payment) for payment in rated.payments)
    for one in rated.beside:
        yield from steps(one, tables)
    if plan.costs and not is_cost:
        yield from _cost_steps(rated, tables)


def takes_later_price(rated: RatedEvent, tables: PlanTables) -> bool:
    """Whether a part of the event has the price of another day than that of its start."""
    start = tables.day(rated.event.start)
    return any(part.day not in (None, start) for part in rated.parts)


def _cost_steps(rated: RatedEvent, tables: PlanTables) -> Iterator[Step]:
    """What carrying the event costs, flow by flow, and the margin that is left."""
    currency = tables.plan.currency
    for one in rated.costs:
        assert one.rated.rate is not None
        yield Step(f"{one.flow.words}: `{one.rated.rate.id}`", one.rated.rate.at)
        yield from steps(one.rated, tables, is_cost=True)
    missing = unknown_cost(rated)
    if missing:
        yield Step(f"its cost is not known: {COST_REASONS.get(missing, missing)}", None)
    elif rated.costs:
        cost = own_cost(rated)
        margin = show_amount(rated.whole_charge - cost)
        yield Step(f"cost {show_amount(cost)} {currency}, margin {margin} {currency}", None)


def _billed_steps(rated: RatedEvent, rate: Rate, units: Units) -> Iterator[Step]:
    """What came before the event in its session or total, and its increments."""
    event = rated.event
    dimension = units.dimension_of(event.service, rated.rate.of if rated.rate else "")
    for other, units_off in event.corrected:
        off = units.show(abs(units_off), units.dimension_of(event.service))
        where = "taken off by" if units_off < 0 else "taken off"
        yield Step(f"{off} {where} `{mask_text(other)}`", rate.at)
    if rated.earlier is not None:
        used, billed = (units.show(one, dimension) for one in rated.earlier)
        session = event.attributes.get(ATTRIBUTE)
        whose = f"session `{mask_text(session)}`" if session else "a running total"
        yield Step(f"goes on with {whose}: {used} used, {billed} billed before", rate.at)
    increments = increments_in(rate, rated.parts[0].window)
    if increments is not None and event.quantity > 0:
        blocks = " then ".join(units.show(step.size, dimension) for step in increments.steps)
        yield Step(
            f"{units.show(event.quantity, dimension)} used, "
            f"{units.show(rated.billed, dimension)} billed in blocks of {blocks}",
            increments.at,
        )


def _paid(payment: Payment) -> Step:
    paid, held = show_amount(payment.amount), show_amount(payment.before)
    return Step(f"{paid} paid by `{payment.wallet}`, which held {held}", payment.at)


def _measured(event: Measured, dimension: str, tables: PlanTables) -> Step:
    """Which interval of a cycle's samples is charged, and why that one."""
    sampling = event.sampling
    assert sampling is not None
    whole = "record" if sampling.span == "event" else "interval"
    many = f"{event.intervals} {whole}s" if event.intervals > 1 else f"the only {whole}"
    if sampling.how == "percentile":
        share = f"{sampling.percent.normalize():f}%"
        empty = f", {event.empty} of them without usage" if event.empty else ""
        which = f"at {share} of {many} in order of size{empty}, the one of rank {event.rank}"
    elif event.intervals == 1:
        which = many
    else:
        which = f"the {'largest' if sampling.how == 'peak' else 'latest'} of {many}"
    start = f"{tables.calendar.local(event.taken):%Y-%m-%d %H:%M:%S}"
    if sampling.span == "event":
        where = f"that of {start}"
    elif sampling.span == "day":
        where = f"the day {start[:10]}"
    else:
        where = f"the {tables.units.show(sampling.length, 'time')} from {start}"
    words = f"{which}: {tables.units.show(event.quantity, dimension)} in {where}"
    return Step(words, sampling.at)


def _match_words(rated: RatedEvent) -> str:
    event, rate = rated.event, rated.rate
    assert rate is not None
    where = []
    if event.called and event.direction == "outgoing":
        # A plan may list whole numbers; the prefix is then the number.
        prefix = mask_number(rated.prefix) if rated.prefix == event.called else rated.prefix
        matched = f" by prefix {prefix}" if prefix and rate.match.to else ""
        where.append(f"to {mask_number(event.called)}{matched}")
    if event.direction != "outgoing":
        where.append(event.direction)
    if event.visited:
        where.append(f"while visiting {event.visited}")
    return f"{event.service} {' '.join(where)} is rated by `{rate.id}`".replace("  ", " ")


def _part_words(part: Part, dimension: str, units: Units, *, dated: bool) -> str:
    quantity = units.show(part.units, dimension)
    window = f" in {part.window}" if part.window else ""
    if dated and part.day is not None:
        window += f" at the price of {part.day}"
    match part.outcome:
        case Outcome.COVERED if part.paid:
            return (
                f"{quantity}{window} × {part.price}: {show_amount(part.paid)} paid by "
                f"`{part.record}`, which held {show_amount(part.held)}"
            )
        case Outcome.COVERED if part.reason:
            return f"{quantity}{window} covered by `{part.record}`: {part.reason}"
        case Outcome.FREE if part.reason == "slowed":
            return f"{quantity}{window} {part.price}, as `{part.record}` is used up"
        case Outcome.COVERED:
            held = units.show(part.before, dimension)
            return f"{quantity}{window} covered by `{part.record}`, which held {held}"
        case Outcome.REJECTED:
            return f"{quantity}{window} rejected: {REASONS.get(part.reason, part.reason)}"
        case Outcome.FREE if part.reason:
            return f"{quantity}{window} free: {part.reason}"
        case Outcome.FREE:
            return f"{quantity}{window} free" + (f" at {part.price}" if part.price else "")
    if part.reason:
        return f"{quantity}{window} at no further charge: {part.reason}"
    if part.price == "by tiers":
        before = units.show(part.before, dimension)
        whose = f" of {part.holder.words}" if part.holder and part.holder.words else ""
        return f"{quantity} by tiers after {before}{whose}: {show_amount(part.amount)}"
    return f"{quantity}{window} × {part.price} = {show_amount(part.amount)}"
