"""A plan on one day, in plain text: what it charges for what, in the words of the bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from ratedsl.plan.as_of import version_dates
from ratedsl.plan.model import (
    MONEY,
    Allowance,
    AtOnce,
    Cap,
    Commission,
    Commitment,
    Cycle,
    Discount,
    DiscountTier,
    Fee,
    Match,
    Party,
    Plan,
    Pool,
    Rate,
    Rounding,
    Tax,
    Test,
    Tiers,
    Trial,
    Wallet,
)
from ratedsl.report.fee_text import fee_rows
from ratedsl.report.paint import painter
from ratedsl.report.safe import safe_text
from ratedsl.report.tax_words import bundle_rows, exemption_rows, place_row, tax_rows

_CYCLES = {1: "monthly", 3: "quarterly", 12: "yearly"}
_MONTHS = "January February March April May June July August September October November December"


def render_plan(plan: Plan, whole: Plan, day: date, *, colour: bool = False) -> str:
    """`plan`, which is `whole` as of `day`, ready to print."""
    paint = painter(colour)
    lines = [paint("strong", safe_text(f"{plan.title or plan.id} ({plan.id})")) + f"  as of {day}"]
    facts = [
        ("currency", plan.currency),
        ("time zone", ("the subscriber's, else " if plan.subscriber_zone else "") + plan.timezone),
        ("bill cycle", _cycle(plan.cycle)),
        *([("trial", _trial(plan.trial))] if plan.trial else []),
        *([("at once", _at_once(plan, plan.at_once))] if plan.at_once else []),
        ("sold", _period(plan.sold.start, plan.sold.end)),
        *(("exchange", f"{one.amount} {one.of} per {one.per}") for one in plan.exchange),
        *(("rounding", _rounding(r)) for r in plan.rounding),
        *(("sources", f"{one.of} by {one.by}") for one in plan.sources),
        ("changes on", ", ".join(str(cut) for cut in version_dates(whole)) or "no date"),
        ("content hash", plan.content_hash),
    ]
    lines += [f"  {name:<14}{value}" for name, value in facts]
    for title, rows in (
        ("Fees", [_fee(fee, plan) for fee in plan.fees]),
        ("Pools", [_pool(one) for one in plan.pools]),
        ("Allowances", [_allowance(one, plan) for one in plan.allowances]),
        ("Wallets", [_wallet(one) for one in plan.wallets]),
        ("Rates", [_rate(rate, plan) for rate in plan.rates]),
        ("Costs", [_cost(cost, plan) for cost in plan.costs]),
        ("Commissions", [_commission(one) for one in plan.commissions]),
        ("Parties", [_party(one) for one in plan.parties]),
        ("Caps", [_cap(cap, plan) for cap in plan.caps]),
        ("Commitments", [_commitment(one, plan) for one in plan.commitments]),
        ("Discounts", [_discount(one, plan) for one in plan.discounts]),
        ("Bundles", [[_named(one.title, one.id), *bundle_rows(one)] for one in plan.bundles]),
        ("Taxes", [_tax(tax, plan) for tax in plan.taxes]),
        (
            "Exemptions",
            [[_named(one.title, one.id), *exemption_rows(one)] for one in plan.exemptions],
        ),
        ("Jurisdictions", [[place_row(one)] for one in plan.jurisdictions]),
    ):
        if rows:
            lines += ["", paint("strong", title)]
            lines += [line for row in rows for line in _indented(row)]
    return "\n".join(lines) + "\n"


def _rounding(one: Rounding) -> str:
    never = " never to zero" if one.never_zero else ""
    return f"{one.mode} {one.quantum} per {one.scope} {one.group}".rstrip() + never


def _indented(row: Sequence[str]) -> Iterator[str]:
    head, *rest = (safe_text(line) for line in row)
    yield f"  {head}"
    yield from (f"      {line}" for line in rest)


def _cycle(cycle: Cycle) -> str:
    if cycle.from_activation:
        if cycle.months:
            often = _CYCLES.get(cycle.months) or f"every {cycle.months} months"
        else:
            often = f"every {cycle.days} days"
        return f"{often} from activation"
    month = f" of {_MONTHS.split()[cycle.month - 1]}" if cycle.months > 1 else ""
    return f"{_CYCLES[cycle.months]} on day {cycle.day}{month}"


def _at_once(plan: Plan, rule: AtOnce) -> str:
    return f"a bill when {', '.join(rule.of)} reach {rule.amount} {plan.currency}"


def _trial(trial: Trial) -> str:
    usage = "free" if trial.free_usage else "charged"
    return f"{trial.count} {trial.span}{'s' if trial.count > 1 else ''}, usage {usage}"


def _period(start: date | None, end: date | None) -> str:
    if start is None and end is None:
        return "always"
    return " ".join(
        part for part in (f"from {start}" if start else "", f"until {end}" if end else "") if part
    )


def _named(title: str, name: str) -> str:
    return f"{title} ({name})" if title else name


def _match(match: Match) -> str:
    parts = [match.service]
    if match.to:
        parts.append("to " + ", ".join(match.to))
    if match.roaming:
        parts.append("roaming " + ", ".join(match.roaming))
    return " ".join(parts)


def _when(conditions: Sequence[Test]) -> list[str]:
    return [
        f"when {test.attribute} {test.operator} "
        + (", ".join(test.values) or f"{test.number} {test.unit}".rstrip())
        for test in conditions
    ]


def _fee(fee: Fee, plan: Plan) -> list[str]:
    rows = fee_rows(fee, fee.currency or plan.currency)
    return [_named(fee.title, fee.id), *rows, *_nature(fee)]


def _nature(charge: Fee | Rate) -> list[str]:
    found = (("category", charge.category), ("description", charge.description))
    return [f"{name}: {words}" for name, words in found if words]


def _allowance(one: Allowance, plan: Plan) -> list[str]:
    grant = one.grants[0]
    granted: int | Decimal = grant.quantity if grant.money is None else grant.money
    often = one.span if one.count == 1 else f"{one.count} {one.span}s"
    rows = [
        f"{_named(one.title, one.id)}: {_held(one, granted, plan, grant.unit)} per {often}, "
        + (f"per pool {one.pool}" if one.scope == "pool" else f"per {one.scope}")
    ]
    if one.pooled:
        rows.append(f"pooled across {f'pool {one.pool}' if one.pool else 'account'}")
    if one.limit_per_line is not None:
        rows.append(f"a line draws at most {_held(one, one.limit_per_line, plan)}")
    for covers in one.covers:
        rows.append(f"for {_match(covers.match)}{_in(covers.window)}")
        rows += [f"  {words}" for words in _when(covers.conditions)]
    rows += [f"{fee.amount} {plan.currency} when first drawn per {fee.span}" for fee in one.charges]
    after = one.after.price.text if one.after.price else f"{one.after.kind} {one.after.speed}"
    if one.after.capped is not None:
        after += f", at most {one.after.capped} {plan.currency} per {one.after.span}"
    draws = "" if one.dimension == MONEY else f"draws {one.draws} units, "
    rows.append(f"{draws}ends {one.ends}, after it: {after.strip()}")
    if one.rollover is not None:
        limit = one.rollover.limit
        held = f", up to {_held(one, limit, plan)}" if limit is not None else ""
        rows.append(
            f"rolls over {one.rollover.cycles} cycle{held}, used {one.rollover.used}, "
            f"{one.rollover.age} first"
        )
    return rows


def _held(one: Allowance, amount: int | Decimal, plan: Plan, unit: str = "") -> str:
    """An amount of what an allowance grants."""
    if isinstance(amount, Decimal):
        return f"{amount} {plan.currency}"
    return plan.measures().show(amount, one.dimension, unit)


def _pool(pool: Pool) -> list[str]:
    return [f"{_named(pool.title, pool.id)}: lines", *_when(pool.conditions)]


def _wallet(one: Wallet) -> list[str]:
    whose = f"pool {one.pool}" if one.scope == "pool" else one.scope
    rows = [
        f"{_named(one.title, one.id)}: pays {', '.join(one.pays)}, per {whose}",
        f"what it cannot pay: {one.after}",
    ]
    if one.expiry is not None and one.expiry.through is not None:
        rows.append(f"expires through {one.expiry.through}")
    elif one.expiry is not None:
        renewed = ", renewed by top-up" if one.expiry.renewed else ""
        rows.append(f"expires after {one.expiry.number} {one.expiry.unit}s{renewed}")
    if one.taxed:
        rows.append(f"taxed {one.taxed}")
    return rows


def _rate(rate: Rate, plan: Plan) -> list[str]:
    dimension = plan.measures().dimension_of(rate.match.service, rate.of)
    rows = [f"{_named(rate.title, rate.id)}: {_match(rate.match)}", *_when(rate.conditions)]
    show = plan.measures().show
    currency = rate.currency or plan.currency
    if rate.adds_to:
        rows.append(f"charged beside {rate.adds_to}")
    if rate.deck is not None:
        rows.append(f"prices by prefix in {rate.deck.file}, {rate.deck.unit.text}")
    for one in rate.increments:
        blocks = " then ".join(show(step.size, dimension) for step in one.steps)
        rows.append(f"billed by {blocks}{_in(one.window)}")
    for free in rate.free:
        what = show(int(free.amount), dimension) if free.kind == "quantity" else str(free.amount)
        rows.append(f"first {what} {free.of or ''} free per {free.span}".replace("  ", " "))
    for fee in rate.fees:
        rows.append(f"{fee.amount} {currency} {fee.kind} fee{_in(fee.window)}")
    for price in rate.prices:
        first = f" for the first {show(price.first, dimension)}" if price.first else ""
        rows.append(f"{price.price.text}{first}{_in(price.window)}")
    if rate.matrix is not None:
        for cell in rate.matrix.cells:
            rows.append(f"{', '.join(cell.values) or 'otherwise'}: {cell.price.text}")
    if rate.tiers is not None:
        rows += _tiers(rate, rate.tiers, plan)
    if rate.minimum is not None:
        rows.append(f"at least {rate.minimum.amount} {currency} per event")
    if rate.maximum is not None:
        then = {"authorisation": "limits authorisation only"}.get(
            rate.maximum.then, rate.maximum.then
        )
        rows.append(f"at most {rate.maximum.amount} {currency} per event, then {then}")
    return [*rows, *_nature(rate)]


def _cost(cost: Rate, plan: Plan) -> list[str]:
    head, *rest = _rate(cost, plan)
    paid = _paid(cost.payer, cost.payee)
    return [head, *([paid] if paid else []), *rest]


def _paid(payer: str, payee: str) -> str:
    if payer:
        return f"paid by {payer}" + (f" to {payee}" if payee else "")
    return f"paid to {payee}" if payee else ""


def _commission(one: Commission) -> list[str]:
    rows = [_named(one.title, one.id), _paid(one.payer, one.payee)]
    rows += [f"{step.percent}% of {', '.join(step.of)}" for step in one.steps]
    return [*rows, f"counting {one.counting} discounts"]


def _party(one: Party) -> list[str]:
    rounding = [f"rounding {r.mode} {r.quantum} per {r.scope}" for r in one.rounding]
    return [f"{_named(one.title, one.id)}: settled in {one.currency}", *rounding]


def _in(window: str) -> str:
    return f" in {window}" if window else ""


def _tiers(rate: Rate, tiers: Tiers, plan: Plan) -> list[str]:
    dimension = "event"
    if rate.basis == "quantity":
        dimension = plan.measures().dimension_of(rate.match.service, rate.of)
    rows = [f"{tiers.mode} per {tiers.span}, counting {tiers.counting} usage"]
    for tier in tiers.tiers:
        word = "up to" if tier.inclusive else "below"
        bound = (
            "above"
            if tier.bound is None
            else f"{word} {plan.measures().show(tier.bound, dimension)}"
        )
        parts = [tier.price.text] if tier.price else []
        if tier.flat:
            parts.append(f"{tier.flat} {rate.currency or plan.currency} flat")
        rows.append(f"{bound}: " + ("rejected" if tier.rejected else " plus ".join(parts)))
    return rows


def _cap(cap: Cap, plan: Plan) -> list[str]:
    alert = "".join(f", alert at {share}%" for share in cap.alerts)
    of = ", ".join(cap.of)
    if cap.roaming:
        of += " roaming " + ", ".join(cap.roaming)
    amount = (
        f"{cap.amounts[0].amount} {plan.currency} per {cap.span}, per {cap.scope}, of {of}, "
        f"then {cap.then}{alert}"
    )
    return [f"{_named(cap.title, cap.id)}: {amount}"]


def _commitment(one: Commitment, plan: Plan) -> list[str]:
    amount = one.amounts[0]
    of = ", ".join(amount.of)
    return [
        f"{_named(one.title, one.id)}: at least {amount.amount} {plan.currency} of {of} per cycle, "
        f"per {one.scope}, counted {one.counting} discounts"
    ]


def _discount(one: Discount, plan: Plan) -> list[str]:
    rows = [_named(one.title, one.id)]
    for step in one.steps:
        off = f"{step.percent}%" if step.percent is not None else f"{step.amount} {plan.currency}"
        rows.append(f"{off} off {', '.join(step.of)}, {one.applies} tax")
    if one.tiers is not None:
        rows.append(f"{one.tiers.mode} of {', '.join(one.tiers.of)}, {one.applies} tax")
        rows += [_discount_tier(tier, one.tiers.dimension, plan) for tier in one.tiers.tiers]
    if one.scope == "line":
        rows.append("for each line")
    if one.stacks:
        rows.append(f"stacks {one.stacks}")
    if one.spread != "amount":
        rows.append("spread in order")
    if one.code:
        rows.append(f"with the coupon {one.code}")
    if one.limit is not None:
        rows.append(f"at most {one.limit} {plan.currency} per {one.limit_per}")
    if one.lasts is not None:
        rows.append(f"lasts {one.lasts} {one.lasts_in}s")
    if one.carries:
        rows.append("what is left carries over")
    return [*rows, *_when(one.conditions)]


def _discount_tier(tier: DiscountTier, dimension: str, plan: Plan) -> str:
    if tier.bound is None:
        return f"above: {tier.percent}%"
    bound = f"{tier.bound} {plan.currency}"
    if dimension:
        bound = plan.measures().show(int(tier.bound), dimension)
    return f"{'up to' if tier.inclusive else 'below'} {bound}: {tier.percent}%"


def _tax(tax: Tax, plan: Plan) -> list[str]:
    return [f"{_named(tax.title, tax.id)}, shown as {tax.shown}", *tax_rows(tax, plan)]
