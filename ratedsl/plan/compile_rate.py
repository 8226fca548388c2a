"""A `rate` record becomes a Rate: match, increments, prices, tiers, limits."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.keys import key_of
from ratedsl.plan.units import EVENT, SPANS

_PER_EVENT = ("event", "call", "session", "message")


def compile_match(judge: Judge, match: ast.Match) -> model.Match | None:
    """The usage that a match means, or None where its service is unknown."""
    service = judge.service(match.service)
    to = [judge.place(word) for word in match.to]
    roaming = [judge.place(word) for word in match.roaming]
    if service is None:
        return None
    return model.Match(
        service=service,
        to=tuple(place for place in to if place),
        roaming=tuple(place for place in roaming if place),
        at=match.span,
    )


def compile_conditions(judge: Judge, facts: Sequence[ast.Fact]) -> tuple[model.Test, ...]:
    """The tests of all `when` facts; all of them must hold."""
    tests = []
    for fact in facts:
        if not isinstance(fact, ast.Condition):
            continue
        for test in fact.tests:
            number = judge.number(test.number) if test.number else None
            unit = test.unit.text if test.unit else ""
            if test.attribute.text == "tenure":
                units = ("months", "month", "years", "year", "days", "day")
                if test.unit is None or judge.choice(test.unit, units, "length of time") is None:
                    if test.unit is None:
                        judge.report(
                            "E303",
                            "tenure needs a unit",
                            test.span,
                            "write it as `tenure >= 24 months`",
                        )
                    continue
                unit = unit.rstrip("s")
            tests.append(
                model.Test(
                    attribute=test.attribute.text,
                    operator=cast(Any, test.operator),
                    values=tuple(word.text for word in test.values),
                    number=number,
                    unit=unit,
                    at=fact.span,
                )
            )
    return tuple(tests)


def compile_order(judge: Judge, record: ast.Record) -> int | None:
    """The record's `order`, or None."""
    facts = [f for f in record.facts if isinstance(f, ast.Setting) and f.keyword == "order"]
    fact = judge.one(record, facts, "order")
    if fact is None or fact.number is None:
        return None
    return judge.whole(fact.number, 0, 10**6, "an order")


def compile_rate(judge: Judge, record: ast.Record) -> model.Rate | None:
    """The rate, or None where it says too little to be used."""
    if record.match is None:
        if not record.broken:
            judge.report(
                "E308",
                f"rate `{record.name}` does not say what it is for",
                record.span,
                "write it as `rate ID for voice to ZONE`",
            )
        return None
    match = compile_match(judge, record.match)
    if match is None:
        return None
    return _RateCompiler(judge, record, match).rate()


class _RateCompiler:
    def __init__(self, judge: Judge, record: ast.Record, match: model.Match) -> None:
        self.judge = judge
        self.record = record
        self.match = match
        self.dimension = judge.units.dimension_of(match.service)
        self.bases: dict[str, ast.Fact] = {}

    def rate(self) -> model.Rate | None:
        record, judge = self.record, self.judge
        prices = self._prices()
        tiers = self._tiers()
        if not prices and tiers is None and not self._any(ast.Price, ast.Tier, ast.Tiers):
            judge.missing(record, "price", "give it a `price` or `tiers`")
        if prices and tiers is not None:
            price = next(f for f in record.facts if isinstance(f, ast.Price))
            judge.report(
                "E311",
                f"rate `{record.name}` has both prices and tiers",
                price.span,
                "keep one of them, or make it two rates",
                related=[Label(tiers.at, "the tiers")],
            )
        basis = next(iter(self.bases), "quantity")
        if len(self.bases) > 1:
            second = list(self.bases.values())[1]
            judge.report(
                "E319",
                "prices per event and per quantity in one rate",
                second.span,
                "put one kind into a rate of its own",
                related=[Label(self.bases[basis].span, "the other kind")],
            )
        setups = self._setups()
        return model.Rate(
            id=record.name,
            title=record.title,
            match=self.match,
            conditions=compile_conditions(judge, record.facts),
            order=compile_order(judge, record),
            basis=cast(Any, basis),
            increments=self._increments(),
            minimum_units=self._minimum_units(),
            minimum=self._limit("minimum"),
            maximum=self._limit("maximum"),
            setups=setups,
            prices=tuple(prices),
            tiers=tiers,
            across=self._across(prices, setups),
            at=record.span,
        )

    def _any(self, *types: type[ast.Fact]) -> bool:
        return any(isinstance(fact, types) for fact in self.record.facts)

    def _settings(self, keyword: str) -> list[ast.Setting]:
        return [f for f in self.record.facts if isinstance(f, ast.Setting) and f.keyword == keyword]

    def _window(self, word: ast.Word | None) -> str:
        return (self.judge.name(word, ("window",), "window") or "") if word else ""

    def _prices(self) -> list[model.Price]:
        by_key = defaultdict(list)
        for fact in self.record.facts:
            if isinstance(fact, ast.Price):
                by_key[key_of("rate", fact)].append(fact)
        windowed = [facts[0] for key, facts in by_key.items() if key[1]]
        plain = [facts[0] for key, facts in by_key.items() if not key[1]]
        if windowed and plain:
            self.judge.report(
                "E207",
                "a price without a window beside prices with one",
                plain[0].span,
                "give it `in WINDOW`; a window of `hours otherwise` is what the others leave",
                related=[Label(windowed[0].span, "has a window")],
            )
        prices = []
        for key, facts in by_key.items():
            name = f"prices for `{key[1]}`" if key[1] else "prices"
            window = self._window(facts[0].window)
            for fact, period in self.judge.timeline(facts, name):
                price = self._unit_price(fact, fact.price)
                if price is not None:
                    prices.append(
                        model.Price(price=price, window=window, period=period, at=fact.span)
                    )
        return prices

    def _unit_price(self, fact: ast.Fact, price: ast.UnitPrice) -> model.UnitPrice | None:
        judged = self.judge.unit_price(price, self.dimension, f"`{self.match.service}`")
        if judged is None:
            return None
        self.bases.setdefault(judged[1], fact)
        return judged[0]

    def _setups(self) -> tuple[model.SetupFee, ...]:
        by_key = defaultdict(list)
        for fact in self.record.facts:
            if isinstance(fact, ast.Setup):
                by_key[key_of("rate", fact)].append(fact)
        setups = []
        for key, facts in by_key.items():
            name = f"setup fees for `{key[1]}`" if key[1] else "setup fees"
            window = self._window(facts[0].window)
            for fact, period in self.judge.timeline(facts, name):
                amount = self.judge.money(fact.money)
                self.judge.choice(fact.per, _PER_EVENT, "thing that has a setup fee")
                if amount is not None:
                    setups.append(
                        model.SetupFee(amount=amount, window=window, period=period, at=fact.span)
                    )
        return tuple(setups)

    def _increments(self) -> model.Increments | None:
        facts = [f for f in self.record.facts if isinstance(f, ast.Billed)]
        fact = self.judge.one(self.record, facts, "billed")
        if fact is None:
            return None
        if fact.per is not None:
            self.judge.choice(fact.per, _PER_EVENT, "span of an increment")
        what = f"`{self.match.service}`"
        first = self.judge.quantity(fact.first, self.dimension, what)
        then = self.judge.quantity(fact.then, self.dimension, what) if fact.then else first
        if first is None or then is None:
            return None
        if first == 0 or then == 0:
            self.judge.report(
                "E318",
                "an increment is at least one base unit",
                fact.span,
                "delete this fact to bill what was used",
            )
            return None
        return model.Increments(first=first, then=then, at=fact.span)

    def _is_quantity(self, fact: ast.Setting) -> bool:
        return fact.value is not None and fact.value.unit.text in self.judge.units.by_name

    def _minimum_units(self) -> int:
        facts = [f for f in self._settings("minimum") if self._is_quantity(f)]
        fact = self.judge.one(self.record, facts, "minimum")
        if fact is None or fact.value is None:
            return 0
        self.judge.choice(fact.words[0], _PER_EVENT, "span of a minimum")
        return self.judge.quantity(fact.value, self.dimension, f"`{self.match.service}`") or 0

    def _limit(self, keyword: str) -> model.Limit | None:
        facts = [
            f for f in self._settings(keyword) if keyword == "maximum" or not self._is_quantity(f)
        ]
        fact = self.judge.one(self.record, facts, keyword)
        if fact is None or fact.value is None:
            return None
        self.judge.choice(fact.words[0], _PER_EVENT, f"span of a {keyword}")
        amount = self.judge.money(fact.value)
        then = ""
        if keyword == "maximum":
            if len(fact.words) < 2:
                self.judge.report(
                    "E316",
                    "this does not say what happens above the maximum",
                    fact.span,
                    "add `, then free` (the rest of the event costs nothing) or `, then cut` "
                    "(the event ends there)",
                )
                return None
            then = self.judge.choice(fact.words[1], ("free", "cut"), "end of a maximum") or "free"
        elif len(fact.words) > 1:
            self.judge.report("E001", "a minimum has no `then`", fact.words[1].span, "delete it")
        if amount is None:
            return None
        return model.Limit(amount=amount, then=cast(Any, then), at=fact.span)

    def _across(
        self, prices: Sequence[model.Price], setups: Sequence[model.SetupFee]
    ) -> model.Across | None:
        facts = [f for f in self._settings("across") if f.variant in ("split", "start")]
        fact = self.judge.one(self.record, facts, "across")
        windows = {price.window for price in prices if price.window}
        if fact is None:
            if len(windows) > 1 and not self.record.broken and "quantity" in self.bases:
                self.judge.report(
                    "E316",
                    f"rate `{self.record.name}` does not say what happens to an event that "
                    "crosses from one window into another",
                    self.record.span,
                    "add `across windows split, increments carry`, the same with `restart`, "
                    "or `across windows by start`",
                )
            return None
        mode = "start"
        if fact.variant == "split":
            mode = self.judge.choice(fact.words[0], ("carry", "restart"), "way of increments") or ""
            if not mode:
                return None
        return model.Across(mode=cast(Any, mode), at=fact.span)

    # ---- tiers ----------------------------------------------------------------------------

    def _tiers(self) -> model.Tiers | None:
        tier_facts = [f for f in self.record.facts if isinstance(f, ast.Tier)]
        heads = [f for f in self.record.facts if isinstance(f, ast.Tiers)]
        head = self.judge.one(self.record, heads, "tiers")
        if head is None:
            if tier_facts:
                self.judge.missing(
                    self.record,
                    "tiers",
                    "say how the tiers are read: `tiers graduated per cycle counting all usage`",
                )
            return None
        judge = self.judge
        mode = judge.choice(head.mode, ("graduated", "volume"), "kind of tiers")
        span = judge.choice(head.per, SPANS, "span of tiers")
        who = judge.choice(head.who, ("line", "account"), "holder of tiers") if head.who else "line"
        counting = judge.choice(head.counting, ("all", "uncovered"), "usage to count")
        tiers = self._tier_list(tier_facts)
        if not tier_facts:
            judge.missing(self.record, "tier", "add `tier up to Q PRICE` and `tier above PRICE`")
        if not (mode and span and who and counting and tiers):
            return None
        return model.Tiers(
            mode=cast(Any, mode),
            span=cast(Any, span),
            who=cast(Any, who),
            counting=cast(Any, counting),
            tiers=tuple(tiers),
            at=head.span,
        )

    def _tier_list(self, facts: Sequence[ast.Tier]) -> list[model.Tier]:
        by_key = defaultdict(list)
        for fact in facts:
            by_key[key_of("rate", fact)].append(fact)
        tiers = []
        for same in by_key.values():
            bound = same[0].bound
            ends = f" {bound.value.number.text} {bound.value.unit.text}" if bound.value else ""
            name = f"tiers `{bound.kind}{ends}`"
            limit = self._bound(bound)
            for fact, period in self.judge.timeline(same, name):
                price = self._unit_price(fact, fact.price) if fact.price else None
                flat = self.judge.money(fact.flat.money) if fact.flat else None
                if (fact.price and price is None) or (fact.flat and flat is None):
                    continue
                tiers.append(
                    model.Tier(
                        bound=limit,
                        inclusive=bound.kind != "below",
                        price=price,
                        flat=flat or Decimal(0),
                        rejected=fact.rejected,
                        period=period,
                        at=fact.span,
                    )
                )
        tiers.sort(key=lambda tier: (tier.bound is None, tier.bound or 0, tier.inclusive))
        self._check_shape(tiers, facts)
        return tiers

    def _bound(self, bound: ast.Bound) -> int | None:
        if bound.value is None:
            return None
        unit = self.judge.units.by_name.get(bound.value.unit.text)
        if unit is not None and unit.dimension == EVENT:
            self.bases.setdefault("event", ast.Fact("tier", bound.span))
            return self.judge.quantity(bound.value, EVENT, "a number of events") or 0
        return self.judge.quantity(bound.value, self.dimension, f"`{self.match.service}`") or 0

    def _check_shape(self, tiers: list[model.Tier], facts: Sequence[ast.Tier]) -> None:
        if (
            facts
            and not any(fact.bound.kind == "above" for fact in facts)
            and not self.record.broken
        ):
            last = max(facts, key=lambda fact: fact.span)
            self.judge.report(
                "E306",
                f"the tiers of `{self.record.name}` say nothing about usage above the last",
                last.span,
                "add `tier above PRICE`, or `tier above rejected`",
            )
        for before, after in itertools.pairwise(tiers):
            same = before.bound is not None and before.bound == after.bound
            if same and before.inclusive != after.inclusive:
                self.judge.report(
                    "E307",
                    "two tiers end at the same bound",
                    after.at,
                    "keep either `below` or `up to`",
                    related=[Label(before.at, "the other one")],
                )
