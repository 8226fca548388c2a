"""A `tax` record becomes a tax on its base."""

from __future__ import annotations

from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.mending import Edit, Fix
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions, compile_tests
from ratedsl.plan.compile.targets import CHARGED, charge_targets, percentage
from ratedsl.plan.compile.tax_shape import compile_shape
from ratedsl.plan.judge import Judge

LEVELS = ("country", "federal", "state", "province", "county", "city", "district", "local")
_SHOWN = ("government tax", "carrier charge", "not billed")
_MODES = ("up", "down", "half-up", "half-even", "half-down")


def compile_tax(judge: Judge, record: ast.Record) -> model.Tax | None:
    """The tax, or None where its rate or its base is not known."""
    return _TaxCompiler(judge, record).tax()


class _TaxCompiler:
    def __init__(self, judge: Judge, record: ast.Record) -> None:
        self.judge = judge
        self.record = record

    def tax(self) -> model.Tax | None:
        record = self.record
        base = self._base()
        steps = compile_shape(self.judge, record, has_base=bool(base) or record.broken)
        added = self._one("added")
        tax = {
            "level": self._level(),
            "before": self._before(),
            "added": added.variant if added else "on top",
            "grossed": added.flag if added else False,
            "grossed_with": self._names("added", ("tax",), "tax"),
            "shown": self._shown(),
            "exempt": self._exempt(),
            "first": self._first(),
            "caps": self._caps(),
            "reverse": self._reverse(),
            "within": self._names("within", ("jurisdiction",), "jurisdiction"),
            "replaces": self._names("replaces", ("tax",), "tax"),
            "dated_by": self._dated_by(),
            "rounding": self._rounding(),
            "group": self._group(),
            "source": self._source(),
        }
        if not steps:
            return None
        made = model.Tax(
            id=record.name,
            title=record.title,
            steps=tuple(steps),
            base=tuple(base),
            conditions=compile_conditions(self.judge, record.facts),
            at=record.span,
            **cast(Any, tax),
        )
        self._fitting(made)
        return made

    def _one(self, keyword: str) -> ast.Setting | None:
        return self.judge.setting(self.record, keyword)

    # ---- base --------------------------------------------------------------------------------

    def _base(self) -> list[model.Share]:
        facts: dict[tuple[str, ...], list[ast.TaxBase]] = {}
        for fact in self.record.facts:
            if isinstance(fact, ast.TaxBase):
                facts.setdefault(tuple(sorted(word.text for word in fact.of)), []).append(fact)
        shares = []
        for group in facts.values():
            for fact, period in self.judge.timeline(group, "shares of these charges"):
                percent = percentage(self.judge, fact.number)
                of = charge_targets(self.judge, fact.of, (*CHARGED, "tax"))
                if percent is not None and of:
                    shares.append(
                        model.Share(
                            percent=percent,
                            of=of,
                            stated_by=fact.stated_by.text if fact.stated_by else "",
                            stated_rest=fact.stated_rest,
                            period=period,
                            at=fact.span,
                        )
                    )
        return shares

    def _before(self) -> tuple[str, ...]:
        fact = self._one("before")
        if fact is None or fact.variant == "all":
            return ("all",) if fact is not None else ()
        return self._names("before", ("discount",), "discount")

    def _names(self, keyword: str, kinds: tuple[str, ...], what: str) -> tuple[str, ...]:
        stated = self.record.settings(keyword)
        fact = next(iter(stated), None) if keyword == "added" else self._one(keyword)
        names = [self.judge.name(word, kinds, what) for word in (fact.words if fact else ())]
        return tuple(dict.fromkeys(name for name in names if name))

    # ---- how it is shown and dated -----------------------------------------------------------

    def _level(self) -> str:
        fact = self._one("level")
        chosen = self.judge.choice(fact.words[0], LEVELS, "level of government") if fact else None
        return chosen or ""

    def _shown(self) -> str:
        judge, fact = self.judge, self._one("shown")
        if fact is None:
            help_text = "add `shown as government tax`, `carrier charge` or `not billed`"
            judge.missing(self.record, "shown", help_text)
            return _SHOWN[0]
        kind = " ".join(word.text for word in fact.words)
        if kind in _SHOWN:
            return kind
        judge.report(
            "E112",
            f"`{kind}` is no way to show a tax",
            fact.span,
            "it is `government tax`, `carrier charge` or `not billed`",
            fixes=[
                Fix(
                    f"write `{one}`",
                    tuple(
                        Edit(word.span, text)
                        for word, text in zip(fact.words, one.split(), strict=True)
                    ),
                )
                for one in _SHOWN
            ],
            options=_SHOWN,
        )
        return _SHOWN[0]

    def _dated_by(self) -> str:
        fact = self._one("dated")
        if fact is None:
            return "supply"
        return self.judge.choice(fact.words[0], ("supply", "invoice"), "date of a tax") or "supply"

    def _rounding(self) -> model.Rounding | None:
        fact = self._one("rounding")
        if fact is None or fact.value is None:
            return None
        mode = self.judge.choice(fact.words[0], _MODES, "way of rounding")
        scope = self.judge.choice(fact.words[1], ("item", "invoice"), "scope of a tax's rounding")
        quantum = self.judge.money(fact.value)
        if quantum == 0:
            self.judge.report(
                "E318",
                "rounding to multiples of nothing",
                fact.value.span,
                "write a step such as 0.01",
            )
        if not mode or not scope or not quantum:
            return None
        return model.Rounding(
            scope=cast(Any, f"tax per {scope}"),
            mode=cast(Any, mode),
            quantum=quantum,
            never_zero=fact.flag,
            at=fact.span,
        )

    def _group(self) -> str:
        fact = self._one("group")
        return fact.words[0].text if fact else ""

    def _source(self) -> model.TaxSource | None:
        facts = self.record.facts_of(ast.TaxRead)
        fact = self.judge.one(self.record, facts, "source")
        if fact is None:
            return None
        return model.TaxSource(
            words=fact.words,
            read=self.judge.day(fact.read) if fact.read else None,
            review=self.judge.day(fact.review) if fact.review else None,
            at=fact.span,
        )

    # ---- whom and what it spares -------------------------------------------------------------

    def _exempt(self) -> tuple[model.Exemption, ...]:
        found = []
        for fact in self.record.facts:
            if isinstance(fact, ast.Spared) and fact.keyword == "exempt":
                of = charge_targets(self.judge, fact.of)
                tests = compile_tests(self.judge, fact.tests)
                # With a part that is not understood it would spare more than it says.
                if len(tests) == len(fact.tests) and (of or not fact.of):
                    found.append(model.Exemption(of=of, conditions=tests, at=fact.span))
        return tuple(found)

    def _reverse(self) -> tuple[model.Test, ...]:
        facts = [
            f for f in self.record.facts if isinstance(f, ast.Spared) and f.keyword == "reverse"
        ]
        fact = self.judge.one(self.record, facts, "reverse charge")
        return compile_tests(self.judge, fact.tests) if fact else ()

    def _limits(self, keyword: str, *variants: str) -> list[tuple[ast.TaxLimit, model.Period]]:
        facts = [
            fact
            for fact in self.record.facts
            if isinstance(fact, ast.TaxLimit)
            and fact.keyword == keyword
            and fact.variant in variants
        ]
        return self.judge.timeline(facts, f"`{keyword}` facts of this tax")

    def _first(self) -> tuple[model.FirstExempt, ...]:
        found = []
        for fact, period in self._limits("first", "by order", "in proportion"):
            amount = self.judge.money(fact.value) if fact.value else None
            if amount is not None:
                found.append(
                    model.FirstExempt(
                        amount=amount, spread=cast(Any, fact.variant), period=period, at=fact.span
                    )
                )
        return tuple(found)

    def _caps(self) -> tuple[model.TaxCap, ...]:
        found = []
        for fact, period in self._limits("capped", "amount"):
            amount = self.judge.money(fact.value) if fact.value else None
            per = self.judge.choice(fact.word, ("invoice", "line"), "scope of a tax's cap")
            if amount is not None and per is not None:
                found.append(
                    model.TaxCap(amount=amount, per=cast(Any, per), period=period, at=fact.span)
                )
        for fact, period in self._limits("capped", "tax"):
            name = self.judge.name(fact.word, ("tax",), "tax")
            if name is not None:
                found.append(model.TaxCap(at_tax=name, period=period, at=fact.span))
        return tuple(found)

    # ---- what does not fit together ----------------------------------------------------------

    def _fitting(self, tax: model.Tax) -> None:
        """A tax that is part of a price, or of its own base, is worked out backwards."""
        straight = all(step.percent is not None for step in tax.steps)
        how = "grossed up" if tax.grossed else "included"
        if not (tax.grossed or tax.added == "included"):
            return
        fact = self.record.settings("added")[0]
        reason = ""
        if not straight and (
            tax.grossed
            or any(step.brackets or step.per in ("line", "invoice") for step in tax.steps)
        ):
            reason = (
                "a percentage" if tax.grossed else "a percentage, or an amount per item or unit"
            )
            reason = f"a tax that is {how} is {reason}"
        elif tax.first or tax.caps:
            reason = f"a tax that is {how} has no first amount exempt and no cap"
        elif tax.added == "included" and (tax.group or tax.shown == "not billed"):
            reason = "a tax that is included is rounded on its own, and billed"
        if reason:
            self.judge.report(
                "E311", reason, fact.span, "add it on top, or take the other fact out"
            )
