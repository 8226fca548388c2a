"""A `discount` record becomes what it takes off, and when."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.rate import compile_order
from ratedsl.plan.compile.targets import CHARGES, CHARGING, percentage
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.plan.judge import Judge

_LASTING = {"cycle": "cycle", "cycles": "cycle", "month": "month", "months": "month"}


def compile_discount(judge: Judge, record: ast.Record) -> model.Discount | None:
    """The discount, or None where what it takes off is not known."""
    return _DiscountCompiler(judge, record).discount()


class _DiscountCompiler:
    def __init__(self, judge: Judge, record: ast.Record) -> None:
        self.judge = judge
        self.record = record
        self.scope: str = "account"

    def _one(self, keyword: str) -> ast.Setting | None:
        facts = [
            fact
            for fact in self.record.facts
            if isinstance(fact, ast.Setting) and fact.keyword == keyword
        ]
        return self.judge.one(self.record, facts, keyword)

    def discount(self) -> model.Discount | None:
        record, judge = self.record, self.judge
        steps, tiers = self._steps(), self._tiers()
        side = self._one("applies")
        if side is None:
            judge.missing(record, "applies", "add `applies before tax` or `applies after tax`")
        applies = judge.choice(side.words[0], ("before", "after"), "side of tax") if side else None
        limit, limit_per = self._limit()
        lasts, lasts_in = self._lasts()
        code = self._one("code")
        carries = self._one("carries")
        if carries is not None and not all(step.amount is not None for step in steps):
            judge.report(
                "E311",
                "only a fixed amount can be left over",
                carries.span,
                "write `amount MONEY off` the charges, or delete `carries over`",
            )
        if not (steps or tiers) or applies is None or side is None:
            return None
        return model.Discount(
            id=record.name,
            title=record.title,
            steps=tuple(steps),
            tiers=tiers,
            scope=cast(Any, self.scope),
            applies=cast(Any, applies),
            spread=cast(Any, side.variant),
            stacks=self._stacks(),
            conditions=compile_conditions(judge, record.facts),
            code=code.words[0].text if code else "",
            limit=limit,
            limit_per=limit_per,
            lasts=lasts,
            lasts_in=lasts_in,
            carries=carries is not None,
            order=compile_order(judge, record),
            at=record.span,
        )

    def _scope(self, word: ast.Word | None, previous: ast.Fact | None) -> None:
        """Note for whom it is; all facts of a discount are for the same."""
        if word is None and previous is None:
            return
        found = self.judge.choice(word, ("line", "account"), "scope of a discount") or "account"
        if previous is not None and found != self.scope:
            self.judge.report(
                "E311",
                f"discount `{self.record.name}` is for the line and for the account",
                word.span if word else self.record.span,
                "make it two discounts",
                related=[Label(previous.span, "the other one")],
            )
        self.scope = found

    def _steps(self) -> list[model.DiscountStep]:
        record, judge = self.record, self.judge
        facts = [fact for fact in record.facts if isinstance(fact, ast.Percent | ast.Amount)]
        tiered = any(isinstance(fact, ast.PercentTier) for fact in record.facts)
        if not facts and not tiered and self._one("tiers") is None:
            judge.missing(
                record, "percent", "add `percent 10% of usage` or `amount 5.00 EUR off fees`"
            )
        steps = []
        for index, fact in enumerate(facts):
            self._scope(fact.who, facts[0] if index else None)
        for fact, period in judge.timeline(facts, "discounts"):
            of = judge.targets(fact.of, CHARGING, CHARGES)
            percent = percentage(judge, fact.number) if isinstance(fact, ast.Percent) else None
            amount = judge.money(fact.money) if isinstance(fact, ast.Amount) else None
            if of and (percent is not None or amount is not None):
                steps.append(
                    model.DiscountStep(
                        percent=percent, amount=amount, of=of, period=period, at=fact.span
                    )
                )
        return steps

    def _tiers(self) -> model.DiscountTiers | None:
        record, judge = self.record, self.judge
        fact = self._one("tiers")
        facts = record.facts_of(ast.PercentTier)
        if fact is None:
            if facts:
                judge.missing(record, "tiers", "add `tiers graduated of usage`, or `volume`")
            return None
        if any(isinstance(one, ast.Percent | ast.Amount) for one in record.facts):
            judge.report(
                "E311",
                f"discount `{record.name}` has tiers and a percentage or an amount",
                fact.span,
                "keep one of them, or make it two discounts",
            )
        mode, *named = fact.words
        if fact.variant == "line":
            self._scope(named.pop(), None)
        chosen = judge.choice(mode, ("graduated", "volume"), "way of tiers")
        of = judge.targets(named, CHARGING, CHARGES)
        dimension, tiers = self._bounds(facts)
        if dimension and chosen == "graduated":
            judge.report(
                "E311",
                "tiers of usage take one percentage for all of it",
                mode.span,
                "write `tiers volume`, or bounds in money",
            )
        if not facts or (facts and tiers and tiers[-1].bound is not None):
            judge.report(
                "E306",
                f"discount `{record.name}` does not say what lies above its tiers",
                fact.span,
                "add `tier above` with its percentage",
            )
        if chosen is None or not of or not tiers:
            return None
        return model.DiscountTiers(
            mode=cast(Any, chosen), of=of, dimension=dimension, tiers=tuple(tiers), at=fact.span
        )

    def _bounds(self, facts: tuple[ast.PercentTier, ...]) -> tuple[str, list[model.DiscountTier]]:
        """The tiers in order, and what their bounds are counted in: empty for money."""
        judge = self.judge
        dimensions: set[str] = set()
        by_bound: dict[tuple[Decimal | None, bool], list[ast.PercentTier]] = {}
        for fact in facts:
            value = fact.bound.value
            bound: Decimal | None = None
            if value is not None and value.unit.text in CURRENCIES:
                dimensions.add("")
                bound = judge.money(value)
            elif value is not None:
                unit = judge.unit(value.unit)
                if unit is None:
                    continue
                dimensions.add(unit.dimension)
                counted = judge.quantity(value, unit.dimension, "usage")
                bound = None if counted is None else Decimal(counted)
            if value is not None and bound is None:
                continue
            by_bound.setdefault((bound, fact.bound.kind != "below"), []).append(fact)
        if len(dimensions) > 1:
            judge.report(
                "E304",
                "the bounds of these tiers count different things",
                facts[0].span,
                "give all of them in money, or in units of one kind",
            )
        tiers = []
        for (bound, inclusive), same in by_bound.items():
            for fact, period in judge.timeline(same, "percentages of this tier"):
                percent = percentage(judge, fact.number)
                if percent is not None:
                    tiers.append(
                        model.DiscountTier(
                            bound=bound,
                            inclusive=inclusive,
                            percent=percent,
                            period=period,
                            at=fact.span,
                        )
                    )
        tiers.sort(key=lambda one: (one.bound is None, one.bound or 0, one.inclusive))
        # Mixed kinds are reported already, and none of them says what the tiers count.
        return dimensions.pop() if len(dimensions) == 1 else "", tiers

    def _stacks(self) -> Literal["", "multiplied", "added", "best only"]:
        fact = self._one("stacks")
        if fact is None:
            return ""
        if fact.variant == "best only":
            return "best only"
        ways = ("multiplied", "added", "best only")
        chosen = self.judge.choice(fact.words[0], ways, "way to stack discounts")
        return cast('Literal["", "multiplied", "added", "best only"]', chosen or ways[0])

    def _limit(self) -> tuple[Decimal | None, Literal["invoice", "cycle", "contract"]]:
        fact = self._one("limit")
        if fact is None or fact.value is None:
            return None, "invoice"
        spans = ("invoice", "cycle", "contract")
        span = self.judge.choice(fact.words[0], spans, "span of a limit")
        return self.judge.money(fact.value), cast(Any, span or "invoice")

    def _lasts(self) -> tuple[int | None, Literal["cycle", "month"]]:
        fact = self._one("lasts")
        if fact is None or fact.number is None:
            return None, "cycle"
        span = self.judge.choice(fact.words[0], _LASTING, "span of a discount")
        number = self.judge.whole(fact.number, 1, 600, "a length")
        return number, cast(Any, _LASTING.get(span or "", "cycle"))
