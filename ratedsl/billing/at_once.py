"""Bills at once: usage is billed as soon as what is not billed of it reaches an amount.

The bill of the cycle has all usage again and takes off what was billed before, row by row, so
that each bill stands on its own and all of them add up to the cycle's usage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.discount import BillFacts
from ratedsl.billing.invoice import Section
from ratedsl.billing.part import PlanPart
from ratedsl.billing.usage import UsageRows
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import AtOnce
from ratedsl.rating.events import Account
from ratedsl.rating.parts import ZERO, RatedEvent
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import round_money, to_decimal
from ratedsl.rating.tables import PlanTables
from ratedsl.rating.trace import Step


class Uninvoiced:
    """What of the running cycle's usage no bill has charged yet, for one account and plan."""

    def __init__(self, tables: PlanTables, rule: AtOnce) -> None:
        self.tables = tables
        self.rule = rule
        self.sum = ZERO
        self.credits: list[Charge] = []

    def open_cycle(self) -> None:
        """Forget the cycle that ended."""
        self.sum = ZERO
        self.credits = []

    def reached(self, rated: RatedEvent) -> bool:
        """Count an event; whether a bill is due now."""
        for one in (rated, *rated.beside):
            rate = one.rate.id if one.rate else ""
            if "usage" in self.rule.of or rate in self.rule.of:
                self.sum += one.charge
            else:
                named = (part.amount for part in one.parts if part.record in self.rule.of)
                self.sum += sum(named, ZERO)
        return self.sum >= self.rule.amount

    def give(self, amount: Fraction, cycle: BillCycle) -> None:
        """Say that so much of the cycle's usage was billed before anything else happens."""
        at = self.rule.at
        credit = Charge(
            key="invoiced:",
            section=Section.CREDITS,
            record="",
            title="Invoiced before",
            at=at,
            supplied=cycle.start,
            formula=f"{to_decimal(amount)} invoiced before",
            exact=-amount,
            amount=-amount,
            net=-amount,
            steps=(Step("invoiced at once", at),),
            of_usage=True,
        )
        self.credits.append(credit)

    def bill(
        self,
        account: Account,
        whole: Account,
        cycle: BillCycle,
        rater: AccountRater,
        rows: UsageRows,
        instant: int,
    ) -> PlanPart:
        """The part of a bill that is made at an instant of the cycle, of all usage up to it."""
        plan = self.tables.plan
        day = self.tables.day(instant)
        rounding = plan.rounding_for("item")
        charges = rows.charges()
        for charge in charges:
            charge.amount = charge.net = round_money(charge.exact, rounding)
        charges = [charge for charge in charges if charge.amount]
        reached = Step(f"{self.rule.amount} reached on {day}", self.rule.at)
        for charge in charges:
            charge.steps += (reached,)
        since = min((s.start for line in whole.lines for s in line.subscriptions), default=None)
        part = PlanPart(
            tables=self.tables,
            account=account,
            whole=whole,
            cycle=replace(cycle, end=day + timedelta(days=1)),
            rater=rater,
            rows=UsageRows(plan, self.tables.day, cycle.start, keep_events=False),
            since=since,
            charges=[*charges, *self.credits],
            discounts=[],
            unpriced=[],
            facts=BillFacts(whole, since, since, cycle.start, cycle.end, lambda _day: 0, {}),
            paid_after_tax=[],
            at_once=True,
        )
        given = [credit for credit in self.credits if credit.key == "invoiced:"]
        self.credits = [*given, *(_credit(charge, str(day)) for charge in charges)]
        self.sum = ZERO
        return part


def open_at_once(
    pending: Sequence[Uninvoiced | None], cycle: BillCycle, invoiced: Fraction
) -> None:
    """Turn over to a cycle of which so much was invoiced before its first event."""
    for one in pending:
        if one is not None:
            one.open_cycle()
            if invoiced:
                one.give(invoiced, cycle)


def _credit(charge: Charge, day: str) -> Charge:
    """What takes a billed row off later bills: the same in all that taxes look at."""
    return replace(
        charge,
        key=f"invoiced:{charge.key}",
        section=Section.CREDITS,
        title=f"Invoiced before, {charge.title}",
        detail=f"on {day}",
        quantity="",
        unit_price="",
        formula=f"{to_decimal(charge.amount)} invoiced on {day}",
        events=0,
        exact=-charge.amount,
        amount=-charge.amount,
        net=-charge.amount,
        steps=(Step(f"invoiced at once on {day}", charge.steps[-1].at),),
        rated=[],
        of_usage=True,
    )
