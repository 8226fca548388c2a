"""What a test expects."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.test_event import Known
from ratedsl.plan.judge import Judge

MONEY_OF_ALL = ("charge", "total", "subtotal", "tax")
MONEY_OF_RECORD = ("item", "credit", "tax", "base", "discount")
QUANTITIES = ("billed", "covered", "free")
KINDS_OF = {
    "item": ("fee", "rate", "discount", "allowance", "commitment"),
    "credit": ("fee",),
    "tax": ("tax",),
    "base": ("tax",),
    "discount": ("discount",),
    "left": ("allowance",),
    "alert": ("cap",),
}

REASONS = (
    "no-rate",
    "no-price",
    "blocked",
    "tier",
    "not-subscribed",
    "cut",
    "negative",
    "no-value",
)


class ExpectationCompiler:
    """Compiles `expect` facts; says once where one needs an `invoice` that is not there."""

    def __init__(self, judge: Judge, plan: Known, *, needs_invoice: bool) -> None:
        self.judge = judge
        self.plan = plan
        # Said once a test, and not where a line that cannot be read may hold it.
        self.needs_invoice = needs_invoice

    def expectation(self, fact: ast.Expect) -> model.Expectation | None:
        """An expectation, or None where it cannot be understood."""
        what = fact.what.text
        if fact.day is not None:
            day = self.judge.day(fact.day)
            return model.Expectation(what=what, day=day, at=fact.span) if day else None
        if fact.record is not None and fact.value is not None:
            return self._expect_record(fact, fact.record, fact.value)
        if fact.value is not None:
            if what in MONEY_OF_ALL:
                money = self.judge.money(fact.value, negative=True)
                if what != "charge":
                    self._needs_invoice(fact)
                return model.Expectation(what=what, money=money, at=fact.span)
            if what in QUANTITIES:
                return self._expect_quantity(fact, fact.value)
        elif what == "rejected":
            text = ""
            if fact.record is not None:
                text = self.judge.choice(fact.record, REASONS, "reason of a rejection") or ""
            return model.Expectation(what=what, text=text, at=fact.span)
        elif what == "alert" and fact.record is not None:
            record = self.judge.name(fact.record, KINDS_OF[what], "cap")
            return model.Expectation(what=what, record=record or "", at=fact.span)
        known = (*MONEY_OF_ALL, *MONEY_OF_RECORD, *QUANTITIES, "left", "rejected", "alert")
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
            name = self.judge.name(word, KINDS_OF[what], "allowance")
            allowance = self.plan.get(word.text)
            if name is None or not isinstance(allowance, model.Allowance):
                return None
            left = self.judge.quantity(value, allowance.dimension, f"`{name}`")
            return model.Expectation(what=what, record=name, quantity=left, at=fact.span)
        if self.judge.choice(fact.what, (*MONEY_OF_RECORD, "left"), "figure of a record") is None:
            return None
        self._needs_invoice(fact)
        name = self.judge.name(word, KINDS_OF[what], "charge")
        money = self.judge.money(value, negative=True)
        return model.Expectation(what=what, record=name or "", money=money, at=fact.span)

    def _expect_quantity(self, fact: ast.Expect, value: ast.Value) -> model.Expectation | None:
        unit = self.judge.unit(value.unit)
        if unit is None:
            return None
        quantity = self.judge.quantity(value, unit.dimension, "usage")
        return model.Expectation(what=fact.what.text, quantity=quantity, at=fact.span)

    def _needs_invoice(self, fact: ast.Expect) -> None:
        if self.needs_invoice:
            self.needs_invoice = False
            self.judge.report(
                "E402",
                f"`expect {fact.what.text}` needs an invoice",
                fact.span,
                "add `invoice on` the date on which the bill closes",
            )
