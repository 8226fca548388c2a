"""What a plan includes, prepays and limits, in plain text: allowances, pools, wallets, caps."""

from __future__ import annotations

from collections.abc import Iterator

from ratedsl.plan.model import (
    MONEY,
    After,
    Allowance,
    Cap,
    Covers,
    Plan,
    Pool,
    Rollover,
    Wallet,
)
from ratedsl.report.show.words import (
    Rows,
    conditions,
    counted,
    dated,
    each,
    in_window,
    match_words,
    money,
    named,
    ordered,
    proration_words,
    quantity,
    scope_words,
    when,
)


def allowance_rows(one: Allowance, plan: Plan) -> Rows:
    """All that an allowance says."""
    head = named(one.title, one.id) + (", an add-on" if one.addon else "")
    return [head, *_granted(one, plan), *_drawn(one, plan), *ordered(one.order)]


def _granted(one: Allowance, plan: Plan) -> Iterator[str]:
    for grant in one.grants:
        amount = grant.quantity if grant.money is None else grant.money
        granted = quantity(plan, amount, one.dimension, grant.unit)
        words = f"{granted} per {each(one.count, one.span)}, {scope_words(one.scope, one.pool)}"
        yield dated(words, grant.period)
    if one.pooled:
        yield f"pooled across {f'pool {one.pool}' if one.pool else 'account'}"
    if one.proration is not None:
        yield proration_words(one.proration)
    if one.limit_per_line is not None:
        yield f"a line draws at most {quantity(plan, one.limit_per_line, one.dimension)}"


def _drawn(one: Allowance, plan: Plan) -> Iterator[str]:
    yield from (_covers(covers, one, plan) for covers in one.covers)
    if one.dimension != MONEY:
        step = plan.measures().show(one.step, one.dimension)
        yield f"draws {one.draws} units" + (f" in steps of {step}" if one.step != 1 else "")
    yield f"ends {one.ends}"
    if one.setup != "waived":
        yield f"setup {one.setup}"
    for charge in one.charges:
        words = f"{money(charge.amount, plan.currency)} when first drawn per {charge.span}"
        yield dated(words, charge.period)
    if one.rollover is not None:
        yield _rollover(one, one.rollover, plan)
    yield f"after it: {_after(one.after, plan)}"


def _covers(one: Covers, allowance: Allowance, plan: Plan) -> str:
    words = f"for {match_words(one.match)}{in_window(one.window)}"
    if (one.counted, one.drawn) != (1, 1):
        units = plan.measures()
        used = units.show(one.counted, units.dimension_of(one.match.service))
        words += f", {used} drawing {units.show(one.drawn, allowance.dimension)}"
    tests = conditions(one.conditions)
    return f"{words} when {tests}" if tests else words


def _after(after: After, plan: Plan) -> str:
    words = after.price.text if after.price else f"{after.kind} {after.speed}".rstrip()
    if after.capped is not None:
        words += f", at most {money(after.capped, plan.currency)} per {after.span}"
    return words


def _rollover(one: Allowance, rollover: Rollover, plan: Plan) -> str:
    limit = rollover.limit
    held = f", up to {quantity(plan, limit, one.dimension)}" if limit is not None else ""
    return (
        f"rolls over {counted(rollover.cycles, 'cycle')}{held}, used {rollover.used}, "
        f"{rollover.age} first"
    )


def pool_rows(pool: Pool) -> Rows:
    """Which lines share."""
    return [f"{named(pool.title, pool.id)}: lines", *when(pool.conditions)]


def wallet_rows(one: Wallet) -> Rows:
    """What a wallet pays, for whom, and how long."""
    head = f"{named(one.title, one.id)}: pays {', '.join(one.pays)}"
    rows = [f"{head}, {scope_words(one.scope, one.pool)}", f"what it cannot pay: {one.after}"]
    if one.expiry is not None:
        renewed = ", renewed by top-up" if one.expiry.renewed else ""
        if one.expiry.through is not None:
            rows.append(f"expires through {one.expiry.through}{renewed}")
        else:
            rows.append(f"expires after {counted(one.expiry.number, one.expiry.unit)}{renewed}")
    if one.taxed:
        rows.append(f"taxed {one.taxed}")
    return [*rows, *ordered(one.order)]


def cap_rows(cap: Cap, plan: Plan) -> Rows:
    """What a cap limits, and what comes then."""
    of = ", ".join(cap.of)
    if cap.roaming:
        of += " roaming " + ", ".join(cap.roaming)
    rows = [named(cap.title, cap.id)]
    for amount in cap.amounts:
        words = (
            f"{money(amount.amount, plan.currency)} per {cap.span}, per {cap.scope}, of {of}, "
            f"then {cap.then}"
        )
        rows.append(dated(words, amount.period))
    return [*rows, *(f"alert at {share:f}%" for share in cap.alerts), *ordered(cap.order)]
