"""What a test expects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.grant import measured
from ratedsl.plan.compile.test_event import Known
from ratedsl.plan.judge import Judge

MONEY_OF_ALL = (
    *("charge", "invoiced", "cost", "margin", "total", "subtotal", "tax", "included"),
    *("reserved", "previous", "due", "late"),
)
OWED = ("owed to", "owed by")
MONEY_OF_RECORD = (
    *("item", "credit", "tax", "base", "exempt", "computed", "discount"),
    "leaving",
)
QUANTITIES = ("billed", "covered", "free", "slowed", "allowed")
KINDS_OF = {
    "item": ("fee", "rate", "discount", "allowance", "commitment", "wallet"),
    "credit": ("fee", "rate", "deck", "allowance"),
    "leaving": ("fee",),
    "tax": ("tax",),
    "base": ("tax",),
    "exempt": ("tax",),
    "computed": ("tax",),
    "reverse-charge": ("tax",),
    "discount": ("discount",),
    "left": ("allowance",),
    "alert": ("cap",),
}

REASONS = (
    "no-rate",
    "no-price",
    "no-exchange",
    "blocked",
    "tier",
    "not-subscribed",
    "cut",
    "negative",
    "no-value",
    "suspended",
    "no-balance",
)


OF_A_LINE = (
    *("slowed", "balance"),
    *("charge", "billed", "covered", "free", "left", "rejected", "item", "credit"),
)
OF_A_BILL = (
    *("total", "subtotal", "tax", "included", "item", "credit", "base", "exempt", "computed"),
    *("reverse-charge", "discount", "leaving", "alert", "cost", "margin", *OWED),
    *("previous", "due", "late"),
)


class ExpectationCompiler:
    """Compiles `expect` facts.

    `bills` are the days on which bills of the test close; None where a line of the test that
    cannot be read may hold one. That one is missing, or that there are several, is said once a
    test. `others` are the other plans of the test, whose records are named `PLAN/RECORD`.
    """

    def __init__(
        self,
        judge: Judge,
        plan: Known,
        bills: Collection[date] | None,
        others: tuple[model.Plan, ...] = (),
    ) -> None:
        self.others = {one.id: one for one in others}
        self.judge = judge
        self.plan = plan
        self.bills = bills
        self.told = False

    def expectation(self, fact: ast.Expect) -> model.Expectation | None:
        """An expectation, or None where it cannot be understood."""
        what = fact.what.text
        if fact.line is not None and what not in OF_A_LINE:
            self._is_not_of(fact, fact.line, "of one line", OF_A_LINE)
            return None
        if fact.day is not None:
            day = self.judge.day(fact.day)
            return self._made(fact, day=day) if day else None
        if fact.record is not None and fact.value is not None:
            return self._expect_record(fact, fact.record, fact.value)
        if fact.value is not None:
            if what in MONEY_OF_ALL:
                money = self.judge.money(fact.value, negative=True)
                return self._made(fact, money=money)
            if what in QUANTITIES:
                return self._expect_quantity(fact, fact.value)
        elif what == "rejected":
            text = ""
            if fact.record is not None:
                text = self.judge.choice(fact.record, REASONS, "reason of a rejection") or ""
            return self._made(fact, text=text)
        elif what == "cost" and fact.record is not None:
            self.judge.choice(fact.record, ("unknown",), "cost")
            return self._made(fact, text="unknown")
        elif what in ("alert", "reverse-charge") and fact.record is not None:
            noun = "cap" if what == "alert" else "tax"
            record = self.judge.name(fact.record, KINDS_OF[what], noun)
            return self._made(fact, record=record or "")
        words = ("left", "balance", "rejected", "alert", "reverse-charge")
        known = (*MONEY_OF_ALL, *MONEY_OF_RECORD, *QUANTITIES, *words)
        if self.judge.choice(fact.what, dict.fromkeys(known), "thing to expect") is not None:
            self.judge.report(
                "E403",
                f"`expect {what}` needs something else behind it",
                fact.span,
                "see `expect` in the language reference",
            )
        return None

    def _expect_record(
        self, fact: ast.Expect, word: ast.Word, value: ast.Value
    ) -> model.Expectation | None:
        what = fact.what.text
        if what == "left":
            name, allowance = self._allowance(word)
            if name is None or not isinstance(allowance, model.Allowance):
                return None
            left = measured(self.judge, value, allowance.dimension, f"`{name}`")
            if isinstance(left, Decimal):
                return self._made(fact, record=name, money=left)
            return self._made(fact, record=name, quantity=left)
        if what == "balance":
            name = self.judge.name(word, ("wallet",), "wallet")
            money = self.judge.money(value)
            return self._made(fact, record=name, money=money) if name else None
        if what == "cost" or what in OWED:
            return self._expect_of_party(fact, word, value)
        known = (*MONEY_OF_RECORD, "left", "balance")
        if self.judge.choice(fact.what, known, "figure of a record") is None:
            return None
        name = self._of_other(word, what) or self.judge.name(word, KINDS_OF[what], "charge")
        return self._made(fact, record=name or "", money=self.judge.money(value, negative=True))

    def _expect_of_party(
        self, fact: ast.Expect, word: ast.Word, value: ast.Value
    ) -> model.Expectation | None:
        """A cost in its own currency, or what is owed to or by a party in theirs."""
        what = fact.what.text
        kind = "cost" if what == "cost" else "party"
        name = self.judge.name(word, (kind,), kind)
        money, currency = self.judge.in_one_currency(lambda: self.judge.money(value, negative=True))
        if name is None:
            return None
        return self._made(fact, record=name, money=money, currency=currency)

    def _allowance(self, word: ast.Word) -> tuple[str | None, object]:
        name = self._of_other(word, "left")
        if name is None:
            return self.judge.name(word, KINDS_OF["left"], "allowance"), self.plan.get(word.text)
        plan, _, record = name.partition("/")
        return name, self.others[plan].record(record)

    def _of_other(self, word: ast.Word, what: str) -> str | None:
        """The word if it is `PLAN/RECORD` for a record of another plan of the test."""
        plan, slash, record = word.text.partition("/")
        if not slash or plan not in self.others:
            return None
        found = self.others[plan].record(record)
        kind = type(found).__name__.lower()
        if found is None or kind not in KINDS_OF[what]:
            return None
        self._refer_to_other(word, plan, kind, record)
        return word.text

    def _refer_to_other(self, word: ast.Word, plan: str, kind: str, record: str) -> None:
        names = self.judge.names.plans.get(plan)
        if names is None:
            return
        if names.plan is not None:
            head = ast.Word(plan, word.span._replace(end=word.span.column + len(plan)))
            self.judge.refer(head, names.plan)
        there = names.records.get((kind, record)) or names.records.get(("deck", record))
        if there is not None:
            self.judge.refer(word, there, f"{plan}/")

    def _expect_quantity(self, fact: ast.Expect, value: ast.Value) -> model.Expectation | None:
        unit = self.judge.unit(value.unit)
        if unit is None:
            return None
        quantity = self.judge.quantity(value, unit.dimension, "usage")
        return self._made(fact, quantity=quantity)

    def _made(self, fact: ast.Expect, **figures: Any) -> model.Expectation | None:
        bill = self._bill(fact)
        figure: ast.Value | ast.Word | ast.Day | None = fact.value or fact.day
        if fact.value is None and fact.what.text == "rejected":
            figure = fact.record
        return model.Expectation(
            what=fact.what.text,
            line=fact.line.text if fact.line else "",
            bill=bill,
            value_at=figure.span if figure else fact.span,
            at=fact.span,
            **figures,
        )

    def _bill(self, fact: ast.Expect) -> date | None:
        """The day on which the bill closes whose figure is expected; None for no bill's."""
        what = fact.what.text
        if fact.bill is not None:
            if what not in OF_A_BILL:
                self._is_not_of(fact, fact.bill, "of a bill", OF_A_BILL)
                return None
            day = self.judge.day(fact.bill)
            if day is not None and self.bills is not None and day not in self.bills:
                self.judge.report(
                    "E402",
                    f"the test has no invoice on {day}",
                    fact.bill.span,
                    f"add `invoice on {day}`, or name one that it has",
                )
            return day
        if what not in OF_A_BILL or what == "alert" or self.bills is None:
            return None
        if what in ("cost", "margin") and (fact.record is not None or not self.bills):
            # Of the events, and not of a bill.
            return None
        if not self.bills and not self.told:
            self.told = True
            self.judge.report(
                "E402",
                f"`expect {what}` needs an invoice",
                fact.span,
                "add `invoice on` the date on which the bill closes",
            )
        if len(self.bills) > 1 and not self.told:
            self.told = True
            self.judge.report(
                "E402",
                f"`expect {what}` does not say of which invoice",
                fact.span,
                f"add `on {min(self.bills)}`, or the date of another one, here and wherever a "
                "fact of a bill has none",
            )
        return next(iter(self.bills), None)

    def _is_not_of(
        self, fact: ast.Expect, place: ast.Word | ast.Day, what: str, known: Iterable[str]
    ) -> None:
        self.judge.report(
            "E403",
            f"`{fact.what.text}` is not {what}",
            place.span,
            f"delete it: {what} are " + ", ".join(known),
        )
