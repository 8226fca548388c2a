"""Resolved records become the plan model, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan import model
from ratedsl.plan.compile.allowance import compile_allowance
from ratedsl.plan.compile.cap import compile_cap
from ratedsl.plan.compile.change import compile_change, compile_keeps, compile_suspend
from ratedsl.plan.compile.commitment import compile_commitment
from ratedsl.plan.compile.contract import compile_contract
from ratedsl.plan.compile.deck import compile_deck
from ratedsl.plan.compile.discount import compile_discount
from ratedsl.plan.compile.fee import compile_fee
from ratedsl.plan.compile.frame import (
    compile_at_once,
    compile_cancel,
    compile_currency,
    compile_cycle,
    compile_late_usage,
    compile_negative,
    compile_roundings,
    compile_sold,
    compile_timezone,
    compile_trial,
)
from ratedsl.plan.compile.issuer import (
    compile_deposit_interest,
    compile_due,
    compile_issuer,
    compile_late,
)
from ratedsl.plan.compile.measures import compile_measures
from ratedsl.plan.compile.offers import compile_offers
from ratedsl.plan.compile.parties import (
    compile_commission,
    compile_cost,
    compile_exchange,
    compile_party,
)
from ratedsl.plan.compile.rate import compile_rate
from ratedsl.plan.compile.tax import compile_tax
from ratedsl.plan.compile.taxation import (
    compile_bundle,
    compile_exemption,
    compile_jurisdictions,
    compile_sources,
)
from ratedsl.plan.compile.test import compile_test
from ratedsl.plan.compile.test_change import plans_named
from ratedsl.plan.compile.test_event import Subject
from ratedsl.plan.compile.wallet import compile_pool, compile_wallet
from ratedsl.plan.compile.window import compile_holidays, compile_window
from ratedsl.plan.compile.zone import compile_zones, country, setting_words
from ratedsl.plan.judge import Judge
from ratedsl.plan.resolved import LENT, Reference, Resolved

M = TypeVar("M")
P = TypeVar("P", model.Rate, model.Fee)


def compile_plan(
    names: Resolved, *, tests: bool = True, references: list[Reference] | None = None
) -> tuple[model.Plan | None, list[Diagnostic]]:
    """The plan, with its tests if wanted, and every finding of its compilation.

    The plan is None for a library (a file without a plan) and where its own record is not
    complete. A record that cannot be compiled is left out of the plan; its finding is an
    error, so such a plan is shown but never used. Where names of records stand is added to
    `references`.
    """
    record = names.plan
    judge = Judge(names) if references is None else Judge(names, references=references)
    if record is not None:
        judge.currency = compile_currency(judge, record)
    elif names.tests and not names.own and "plan" not in names.lost:
        judge.report(
            "E308",
            "a test in a file without a plan",
            names.tests[0].span,
            "move it beside the plan that it tests",
        )

    def each(kind: str, compile_one: Callable[[Judge, ast.Record], M | None]) -> tuple[M, ...]:
        compiled = [(compile_one(judge, one), one.broken) for one in names.of_kind(kind).values()]
        return tuple(one for one, broken in compiled if one is not None and not broken)

    exchange = compile_exchange(judge, record) if record is not None else ()
    judge.exchanged = frozenset(
        one.of if one.per == judge.currency else one.per
        for one in exchange
        if judge.currency in (one.of, one.per)
    )

    def priced(kind: str, compile_one: Callable[[Judge, ast.Record], P | None]) -> tuple[P, ...]:
        """Records whose amounts may be in another currency, which they then name."""

        def in_its_currency(judge: Judge, one: ast.Record) -> P | None:
            made, currency = judge.in_one_currency(lambda: compile_one(judge, one))
            if made is None or not currency:
                return made
            return made.model_copy(update={"currency": currency})

        return each(kind, in_its_currency)

    units, services = compile_measures(judge, names.of_kind("unit"), names.of_kind("service"))
    zones = judge.zones = compile_zones(judge, names.of_kind("zone"))
    holidays = each("holidays", compile_holidays)
    windows = each("window", compile_window)
    jurisdictions = compile_jurisdictions(judge, names.of_kind("jurisdiction"))
    taxes = each("tax", compile_tax) if record is not None else ()
    exemptions = each("exemption", compile_exemption) if record is not None else ()
    if record is None:
        _check_library(judge, names)
        return None, judge.found
    if record.id is None:
        judge.report(
            "E108", "this plan has no id", record.kind.span, 'write it as `plan some-id "Title"`'
        )
    timezone, own_zone = compile_timezone(judge, record)
    cycle = compile_cycle(judge, record)
    fees = priced("fee", compile_fee)
    fee_of = {one.id: one for one in fees}
    allowances = each("allowance", lambda judge, one: compile_allowance(judge, one, fee_of, taxes))
    wallets = each("wallet", compile_wallet)
    plan = model.Plan(
        id=record.name,
        title=record.title,
        currency=judge.currency or "XXX",
        timezone=timezone,
        subscriber_zone=own_zone,
        sold=compile_sold(judge, record),
        cycle=cycle or model.Cycle(months=1, day=1),
        trial=compile_trial(judge, record),
        at_once=compile_at_once(judge, record),
        issuer=compile_issuer(judge),
        contract=compile_contract(judge, fees),
        due=compile_due(judge, record),
        late_usage=compile_late_usage(judge, record),
        negative=compile_negative(judge, record),
        late=compile_late(judge, record),
        deposit_interest=compile_deposit_interest(judge, record),
        rounding=compile_roundings(judge, record),
        home=tuple(
            sorted(
                {code for word in setting_words(record, "home") if (code := country(judge, word))}
            )
        ),
        cancel=compile_cancel(judge, record),
        exchange=exchange,
        change=compile_change(judge, record),
        suspend=compile_suspend(judge, record),
        keeps=compile_keeps(judge, record),
        offers=compile_offers(judge, record),
        units=units,
        services=services,
        zones=zones,
        holidays=holidays,
        windows=windows,
        fees=fees,
        rates=tuple(
            sorted(
                (*priced("rate", compile_rate), *priced("deck", compile_deck)),
                key=lambda one: one.id,
            )
        ),
        costs=priced("cost", compile_cost),
        parties=each("party", compile_party),
        commissions=each("commission", compile_commission),
        pools=each("pool", compile_pool),
        allowances=allowances,
        wallets=wallets,
        caps=each("cap", compile_cap),
        commitments=each("commitment", compile_commitment),
        discounts=each("discount", compile_discount),
        bundles=each("bundle", compile_bundle),
        jurisdictions=jurisdictions,
        sources=compile_sources(judge, record),
        exemptions=exemptions,
        taxes=taxes,
        at=record.span,
    )
    known: dict[str, Subject] = {one.id: one for one in zones}
    known |= {one.id: one for one in plan.rates}
    known |= {one.id: one for one in allowances}
    known |= {one.id: one for one in wallets}
    others = compile_others(judge, plan) if tests else ()
    compiled = [compile_test(judge, one, known, (*others, plan)) for one in names.tests if tests]
    plan = plan.model_copy(
        update={
            "tests": tuple(test for test in compiled if test is not None),
            "others": others,
        }
    )
    return plan, judge.found


def compile_others(judge: Judge, plan: model.Plan) -> tuple[model.Plan, ...]:
    """The plans of used files that the tests change from or to."""
    named = [word for record in judge.names.tests for word in plans_named(record)]
    found: dict[str, model.Plan] = {}
    for word in named:
        if word.text in found or word.text == plan.id or word.text not in judge.names.plans:
            continue
        other, problems = compile_plan(judge.names.plans[word.text], tests=False)
        reason = ""
        if other is None or any(one.is_error for one in problems):
            reason = "has mistakes of its own"
        elif (other.currency, other.timezone) != (plan.currency, plan.timezone):
            reason = "has another currency or time zone"
        elif other.cycle.model_dump() != plan.cycle.model_dump():
            reason = "has another bill cycle"
        if other is None or reason:
            judge.report(
                "E113",
                f"no line can change between `{plan.id}` and `{word.text}`, which {reason}",
                word.span,
                f"check `{word.text}` by itself"
                if "mistakes" in reason
                else "one bill needs plans of one currency, clock and bill cycle",
            )
        if other is not None:
            found[word.text] = other
    return tuple(found.values())


def _check_library(judge: Judge, names: Resolved) -> None:
    """A library's charges cannot be judged without a currency, and nobody could use them.

    The first of them is reported: whatever their number, it is one `plan` that is missing.
    """
    charges = [names.records[key] for key in names.own if key[0] not in LENT]
    if charges and "plan" not in names.lost:
        found = min(charges, key=lambda record: record.span)
        judge.report(
            "E110",
            f"a {found.kind.text} in a file without a plan",
            found.span,
            "add a `plan` record: a library lends zones, windows, holidays and taxes",
        )
