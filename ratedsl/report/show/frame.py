"""The plan's own facts in plain text: its money, its clock, its bills, and changes to it."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.as_of import version_dates
from ratedsl.plan.model import Change, Cycle, Keeps, Offer, Plan, Suspend, Trial
from ratedsl.report.show.issuer import billing_rows
from ratedsl.report.show.places import negative_words
from ratedsl.report.show.words import (
    conditions,
    counted,
    dated,
    dates,
    each,
    match_words,
    money,
    rounding_words,
)

_CYCLES = {1: "monthly", 3: "quarterly", 12: "yearly"}
_MONTHS = "January February March April May June July August September October November December"


def facts(plan: Plan, whole: Plan) -> Iterator[tuple[str, str]]:
    """Each fact by its name; `whole` is the plan at all times."""
    zone = f"the subscriber's, else {plan.timezone}" if plan.subscriber_zone else plan.timezone
    yield "currency", plan.currency
    yield "time zone", zone
    yield "bill cycle", _cycle(plan.cycle)
    if plan.trial is not None:
        yield "trial", _trial(plan.trial)
    if plan.late_usage:
        yield (
            "late usage",
            "by correction" if plan.late_usage == "correction" else "on next invoice",
        )
    if plan.negative:
        yield "usage", negative_words(plan.negative)
    if plan.at_once is not None:
        limit = money(plan.at_once.amount, plan.currency)
        yield "at once", f"a bill when {', '.join(plan.at_once.of)} reach {limit}"
    yield "sold", dates(plan.sold) or "always"
    if plan.home:
        yield "home", ", ".join(plan.home)
    for one in plan.exchange:
        yield "exchange", dated(f"{money(one.amount, one.of)} per {one.per}", one.period)
    yield from billing_rows(plan)
    for rounding in plan.rounding:
        yield "rounding", rounding_words(rounding, plan.currency)
    for source in plan.sources:
        yield "sources", f"{source.of} by {source.by}"
    if plan.cancel:
        yield "cancel", plan.cancel
    if plan.change is not None:
        yield "change", _change(plan.change)
    if plan.suspend is not None:
        yield "suspend", _suspend(plan.suspend)
    if plan.keeps is not None:
        yield "keeps price", _keeps(plan.keeps)
    yield from (("offers", _offer(one)) for one in plan.offers)
    yield "changes on", ", ".join(str(cut) for cut in version_dates(whole)) or "no date"
    yield "content hash", plan.content_hash


def _cycle(cycle: Cycle) -> str:
    if cycle.from_activation:
        often = _CYCLES.get(cycle.months) or "every " + (
            each(cycle.months, "month") if cycle.months else each(cycle.days, "day")
        )
        return f"{often} from activation"
    month = f" of {_MONTHS.split()[cycle.month - 1]}" if cycle.months > 1 else ""
    return f"{_CYCLES[cycle.months]} on day {cycle.day}{month}"


def _trial(trial: Trial) -> str:
    usage = "free" if trial.free_usage else "charged"
    return f"{counted(trial.count, trial.span)}, usage {usage}"


def _change(change: Change) -> str:
    when = "at once" if change.when == "once" else f"at {change.when}"
    credit = f" {change.credit}" if change.credit else ""
    return f"{when}{credit}, allowances {change.allowances}"


def _suspend(suspend: Suspend) -> str:
    return f"charging {suspend.charging}, allowances {suspend.allowances}"


def _offer(offer: Offer) -> str:
    tests = conditions(offer.conditions)
    return match_words(offer.match) + (f" when {tests}" if tests else "")


def _keeps(keeps: Keeps) -> str:
    words = "of signup"
    if keeps.months is not None:
        words += f" for {counted(keeps.months, 'month')}"
    if keeps.until is not None:
        words += f", moves to current on {keeps.until}"
    return words
