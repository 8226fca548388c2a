"""Parties, what is paid between them, and the exchange rates of the plan's currencies."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.deck import compile_deck
from ratedsl.plan.compile.frame import compile_roundings
from ratedsl.plan.compile.rate import compile_rate
from ratedsl.plan.compile.targets import CHARGES, CHARGING, percentage
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.judge import Judge
from ratedsl.plan.keys import key_of

STATEMENT_SCOPES = ("event", "item", "statement")
FACTS_OF_A_FILE = ("priced", "separator", "decimal", "increments")


def compile_exchange(judge: Judge, record: ast.Record) -> tuple[model.Exchange, ...]:
    """The plan's exchange rates, a timeline for each pair of currencies."""
    by_pair: dict[tuple[str, ...], list[ast.Amount]] = {}
    for fact in record.facts:
        if isinstance(fact, ast.Amount) and fact.keyword == "exchange":
            by_pair.setdefault(key_of("plan", fact), []).append(fact)
    found = []
    for pair, facts in by_pair.items():
        name = f"rates of exchange between {pair[1]} and {pair[2]}"
        for fact, period in judge.timeline(facts, name):
            made = _exchange(judge, fact, period)
            if made is not None:
                found.append(made)
    return tuple(found)


def _exchange(judge: Judge, fact: ast.Amount, period: model.Period) -> model.Exchange | None:
    assert fact.per is not None and fact.money is not None
    amount = judge.number(fact.money.number)
    for word in (fact.money.unit, fact.per):
        if word.text not in CURRENCIES:
            judge.unknown(
                "E301",
                f"unknown currency `{word.text}`",
                word,
                CURRENCIES,
                "write an ISO 4217 code such as `EUR`",
            )
            return None
    if fact.money.unit.text == fact.per.text:
        judge.report(
            "E311",
            "a currency is not exchanged for itself",
            fact.span,
            "name two currencies: `exchange 1.08 USD per EUR`",
        )
        return None
    if amount is not None and amount <= 0:
        judge.report(
            "E318",
            "an exchange rate is more than nothing",
            fact.money.span,
            "write what one unit of the second currency is worth",
        )
        return None
    if amount is None:
        return None
    return model.Exchange(
        amount=amount, of=fact.money.unit.text, per=fact.per.text, period=period, at=fact.span
    )


def compile_party(judge: Judge, record: ast.Record) -> model.Party | None:
    """The party; in the plan's currency unless it says another."""
    settings = record.facts_of(ast.Setting)
    fact = judge.one(record, [one for one in settings if one.keyword == "currency"], "currency")
    currency = judge.currency or "XXX"
    if fact is not None:
        word = fact.words[0]
        if word.text not in CURRENCIES:
            judge.unknown(
                "E301",
                f"unknown currency `{word.text}`",
                word,
                CURRENCIES,
                "write an ISO 4217 code such as `EUR`",
            )
            return None
        currency = word.text
    plan_currency, judge.currency, judge.whose = judge.currency, currency, "party"
    rounding = compile_roundings(judge, record, STATEMENT_SCOPES)
    judge.currency, judge.whose = plan_currency, "plan"
    if not any(one.scope == "item" for one in rounding) and not record.broken:
        judge.report(
            "E316",
            f"party `{record.name}` does not say how the items of its statement are rounded",
            record.span,
            f"add `rounding half-up 0.01 {currency} per item`",
        )
    return model.Party(
        id=record.name, title=record.title, currency=currency, rounding=rounding, at=record.span
    )


def compile_cost(judge: Judge, record: ast.Record) -> model.Rate | None:
    """A cost: a rate, or the rate of a deck, and who pays it to whom."""
    of_a_file = any(fact.keyword in FACTS_OF_A_FILE for fact in record.facts)
    deck = record.table is not None or of_a_file
    rate = compile_deck(judge, record) if deck else compile_rate(judge, record)
    payer, payee = _paid(judge, record)
    if rate is None:
        return None
    return rate.model_copy(update={"payer": payer, "payee": payee})


def _paid(judge: Judge, record: ast.Record) -> tuple[str, str]:
    """Who pays, and who is paid; empty for the operator of the plan."""
    fact = judge.setting(record, "paid")
    if fact is None:
        return "", ""
    names = [judge.name(word, ("party",), "party") or "" for word in fact.words]
    if fact.variant == "to":
        return "", names[0]
    if len(names) == 2 and names[0] and names[0] == names[1]:
        judge.report(
            "E311",
            f"party `{names[0]}` does not pay itself",
            fact.words[1].span,
            "name who is paid",
            related=[Label(fact.words[0].span, "who pays")],
        )
    return names[0], names[1] if len(names) == 2 else ""


def compile_commission(judge: Judge, record: ast.Record) -> model.Commission | None:
    """The commission, or None where its share, or whose it is, is not known."""
    facts = record.facts_of(ast.Percent)
    if not facts:
        judge.missing(record, "percent", "add `percent 10% of fees, usage`")
    steps = []
    for fact, period in judge.timeline(facts, "shares of this commission"):
        of = judge.targets(fact.of, CHARGING, CHARGES)
        percent = percentage(judge, fact.number)
        if of and percent is not None:
            steps.append(model.CommissionStep(percent=percent, of=of, period=period, at=fact.span))
    settings = record.facts_of(ast.Setting)
    counting = judge.one(record, [f for f in settings if f.keyword == "counting"], "counting")
    if counting is None:
        judge.missing(
            record, "counting", "add `counting before discounts` or `counting after discounts`"
        )
    if not any(fact.keyword == "paid" for fact in settings):
        judge.missing(record, "paid", "say who gets it: `paid to PARTY`")
    payer, payee = _paid(judge, record)
    side = counting and judge.choice(counting.words[0], ("before", "after"), "side of discounts")
    if not steps or not side or not (payer or payee):
        return None
    return model.Commission(
        id=record.name,
        title=record.title,
        steps=tuple(steps),
        counting=cast(Any, side),
        payer=payer,
        payee=payee,
        at=record.span,
    )
