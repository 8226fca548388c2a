"""What the parties of a plan owe each other for one cycle: a statement for each of them.

A statement foots: each item is in the party's currency and rounded as the party says, and
`owed_to` and `owed_by` are the sums of the items of their way.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from ratedsl.billing.costs import CostKey, CostRow, CostRows
from ratedsl.billing.invoice import Clause, Frozen
from ratedsl.billing.margin import Unknown, price_of, quantity_of, titles_of, unknown_of
from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Party, Rounding
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.words import brief_amount

SCHEMA: Final = "ratedsl.settlement/1"
ZERO = Fraction(0)


class StatementItem(Frozen):
    """One row: what is owed `to` the party or `by` it, and whom it is settled `with`.

    `with` nobody named is the operator of the plan. An amount that could not be exchanged is
    `open`: it says why, and counts in no sum.
    """

    record: str
    title: str
    owed: Literal["to", "by"]
    counterpart: str
    detail: str = ""
    quantity: str = ""
    unit_price: str = ""
    events: int = 0
    original: str = ""
    amount: Decimal
    open: str = ""
    at: Clause


class Statement(Frozen):
    """What is owed to and by one party for a cycle; `balance` is what it is owed in the end."""

    party: str
    party_title: str
    currency: str
    items: tuple[StatementItem, ...]
    owed_to: Decimal
    owed_by: Decimal
    balance: Decimal


class Settlement(Frozen):
    """The statements of a cycle, over all accounts that the plan bills."""

    settlement_schema: Literal["ratedsl.settlement/1"] = SCHEMA
    plan: str
    plan_title: str
    plan_hash: str
    start: date
    end: date
    events: int
    statements: tuple[Statement, ...]
    unknown: tuple[Unknown, ...] = ()


def settle(tables: PlanTables, cycle: BillCycle, costs: CostRows, party: str = "") -> Settlement:
    """The statements of all parties, or of one, from the costs of a cycle."""
    plan = tables.plan
    return Settlement(
        plan=plan.id,
        plan_title=plan.title,
        plan_hash=plan.content_hash,
        start=cycle.start,
        end=cycle.end,
        events=costs.events,
        statements=tuple(
            _statement(tables, one, costs) for one in plan.parties if party in ("", one.id)
        ),
        unknown=unknown_of(costs),
    )


def _statement(tables: PlanTables, party: Party, costs: CostRows) -> Statement:
    items = []
    for key, row in _of_party(party.id, costs).items():
        items.append(_item(tables, party, key, row))
    by = sum((Fraction(one.amount) for one in items if one.owed == "by"), ZERO)
    to = sum((Fraction(one.amount) for one in items if one.owed == "to"), ZERO)
    rounding = party.rounding_for("statement")
    if rounding is not None:
        items += _differences(party, rounding, to, by)
        by, to = round_money(by, rounding), round_money(to, rounding)
    return Statement(
        party=party.id,
        party_title=party.title or party.id,
        currency=party.currency,
        items=tuple(items),
        owed_to=to_decimal(to),
        owed_by=to_decimal(by),
        balance=to_decimal(to - by),
    )


def _differences(
    party: Party, rounding: Rounding, to: Fraction, by: Fraction
) -> list[StatementItem]:
    """What rounding each way of the whole statement makes, as rows of their own."""
    found = []
    for owed, amount in (("to", to), ("by", by)):
        difference = round_money(amount, rounding) - amount
        if difference:
            found.append(
                StatementItem(
                    record="",
                    title="Rounding",
                    owed="to" if owed == "to" else "by",
                    counterpart="",
                    detail=f"{rounding.mode} to {rounding.quantum}",
                    amount=to_decimal(difference),
                    at=rounding.at,
                )
            )
    return found


def _of_party(party: str, costs: CostRows) -> dict[CostKey, CostRow]:
    """The rows of a party, whatever they are a cost of: owed to it first, then by it."""
    found: dict[CostKey, CostRow] = {}
    theirs = [key for key in costs.rows if party in (key.flow.payer, key.flow.payee)]
    for key in sorted(theirs, key=lambda one: (one.flow.payer == party, one)):
        row = costs.rows[key]
        whole = key._replace(of="")
        into = found.setdefault(whole, CostRow(row.at, row.currency, row.service))
        into.units += row.units
        into.events += row.events
        into.own += row.own
    return found


def _item(tables: PlanTables, party: Party, key: CostKey, row: CostRow) -> StatementItem:
    plan, owed = tables.plan, "by" if key.flow.payer == party.id else "to"
    amount, original, problem = row.own, "", ""
    if row.currency != party.currency:
        day = date.fromisoformat(key.since) if key.since else date.min
        found = tables.exchange.on(row.currency, party.currency, day)
        original = f"{brief_amount(row.own)} {row.currency}"
        if found is None:
            amount, problem = ZERO, f"no exchange rate between {row.currency} and {party.currency}"
        else:
            amount = round_money(row.own * found.factor, plan.rounding_for("exchange"))
            original += f" at {found.words}"
    at: Span = row.at
    return StatementItem(
        record=key.record,
        title=titles_of(plan).get(key.record) or key.record,
        owed="by" if owed == "by" else "to",
        counterpart=key.flow.payee if owed == "by" else key.flow.payer,
        detail=key.window,
        quantity=quantity_of(tables, key, row),
        unit_price=price_of(key),
        events=row.events,
        original=original,
        amount=to_decimal(round_money(amount, party.rounding_for("item"))),
        open=problem,
        at=at,
    )
