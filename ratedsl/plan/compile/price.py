"""The money facts of a rate: unit prices, percentages, fees per call, and what is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.keys import key_of
from ratedsl.plan.units import EVENT, SPANS

PER_EVENT = ("event", "call", "session", "message")


class PriceCompiler:
    """Compiles the prices of one rate and notes whether they count quantity or events.

    `bases` holds, for each of the two, the first fact that counts so.
    """

    def __init__(self, judge: Judge, record: ast.Record, service: str) -> None:
        self.judge = judge
        self.record = record
        self.service = service
        # Of what is counted wrongly nobody can say whether its units fit.
        self.lost = False
        self.of = self._measure()
        self.dimension = judge.units.dimension_of(service, self.of)
        self.bases: dict[str, ast.Fact] = {}

    def _measure(self) -> str:
        """The attribute that prices and tiers count; empty for the event's own quantity."""
        stated = [
            (fact, fact.of) for fact in self.record.facts if isinstance(fact, ast.Price | ast.Tiers)
        ]
        words = {word.text if word else "": word for _, word in stated}
        if len(words) > 1:
            self.judge.report(
                "E319",
                f"rate `{self.record.name}` counts more than one thing",
                stated[-1][0].span,
                "put each into a rate of its own, which `adds to` the first",
            )
            self.lost = True
            return ""
        word = next((word for word in words.values() if word), None)
        if word is None:
            return ""
        found = self.judge.attribute(self.service, word)
        if found is None:
            self.lost = True
            return ""
        if found.kind not in ("quantity", "money"):
            self.judge.report(
                "E304",
                f"`{found.name}` is no quantity",
                word.span,
                f"describe it as one: `attribute {found.name} in UNIT`",
            )
            self.lost = True
            return ""
        return found.name

    def window(self, word: ast.Word | None) -> str:
        """The id of a known window; empty for none."""
        return (self.judge.name(word, ("window",), "window") or "") if word else ""

    def unit_price(self, fact: ast.Fact, price: ast.UnitPrice) -> model.UnitPrice | None:
        """A unit price of the rate."""
        if self.lost:
            return None
        judged = self.judge.unit_price(price, self.dimension, f"`{self.service}`")
        if judged is None:
            return None
        self.bases.setdefault(judged[1], fact)
        return judged[0]

    def prices(self) -> list[model.Price]:
        """All prices, those of the first units before those of the rest."""
        # By what the first units come to: `first 60 s` and `first 1 min` are the same units.
        by_key: dict[tuple[str, int | None], list[ast.Price | ast.PercentPrice]] = defaultdict(list)
        for fact in self.record.facts:
            if isinstance(fact, ast.Price | ast.PercentPrice):
                first = self._first(fact) if isinstance(fact, ast.Price) else None
                by_key[fact.window.text if fact.window else "", first].append(fact)
        self._windows_or_none(by_key)
        prices = []
        for (place, first), facts in by_key.items():
            name = f"prices for `{place}`" if place else "prices"
            window = self.window(facts[0].window)
            for fact, period in self.judge.timeline(facts, name):
                if isinstance(fact, ast.Price):
                    price = self.unit_price(fact, fact.price)
                else:
                    price = self._percentage(fact)
                if price is not None:
                    prices.append(
                        model.Price(
                            price=price, first=first, window=window, period=period, at=fact.span
                        )
                    )
        return sorted(prices, key=lambda price: (price.first is None, price.first or 0))

    def _windows_or_none(
        self, by_key: Mapping[tuple[str, int | None], Sequence[ast.Price | ast.PercentPrice]]
    ) -> None:
        windowed = [facts[0] for (window, _), facts in by_key.items() if window]
        plain = [facts[0] for (window, _), facts in by_key.items() if not window]
        if windowed and plain:
            self.judge.report(
                "E207",
                "a price without a window beside prices with one",
                plain[0].span,
                "give it `in WINDOW`; a window of `hours otherwise` is what the others leave",
                related=[Label(windowed[0].span, "has a window")],
            )

    def _first(self, fact: ast.Price) -> int | None:
        if fact.first is None:
            return None
        return self.judge.quantity(fact.first, self.dimension, f"`{self.service}`")

    def _percentage(self, fact: ast.PercentPrice) -> model.UnitPrice | None:
        percent = self.judge.number(fact.percent)
        plus = self.judge.money(fact.plus) if fact.plus else Decimal(0)
        if percent is None or plus is None:
            return None
        self.bases.setdefault("event", fact)
        text = f"{fact.percent.text}% of {fact.of.text}"
        if fact.plus is not None:
            text += f" plus {fact.plus.number.text} {fact.plus.unit.text}"
        return model.UnitPrice(
            amount=Decimal(0),
            per=1,
            text=text,
            percent=percent,
            of=fact.of.text,
            plus=plus,
            at=fact.span,
        )

    def event_fees(self) -> tuple[model.EventFee, ...]:
        """Setup, attempt and release fees."""
        by_key = defaultdict(list)
        for fact in self.record.facts_of(ast.Setup):
            by_key[key_of("rate", fact)].append(fact)
        if not by_key:
            return ()
        fees = []
        # As a call goes, and not as the text: what limits it is shared out in this order.
        order = ["setup", "attempt", "release"]
        for key, facts in sorted(
            by_key.items(), key=lambda one: (order.index(one[0][0]), one[0][1])
        ):
            name = f"{key[0]} fees for `{key[1]}`" if key[1] else f"{key[0]} fees"
            window = self.window(facts[0].window)
            for fact, period in self.judge.timeline(facts, name):
                amount = self.judge.money(fact.money)
                self.judge.choice(fact.per, PER_EVENT, f"thing that has a {fact.keyword} fee")
                if amount is not None:
                    fees.append(
                        model.EventFee(
                            kind=cast(Any, fact.keyword),
                            amount=amount,
                            window=window,
                            period=period,
                            at=fact.span,
                        )
                    )
        return tuple(fees)

    def free(self) -> tuple[model.FreeFirst, ...]:
        """What is free before anything is charged, for each thing counted."""
        found: list[model.FreeFirst] = []
        for fact in self.record.facts_of(ast.FreeFirst):
            span = self.judge.choice(as_event(fact.per), SPANS, "span of what is free")
            counted = self._counted(fact)
            if span is None or counted is None:
                continue
            kind, amount = counted
            of = fact.of.text if fact.of else ""
            twice = [one for one in found if (one.kind, one.of, one.span) == (kind, of, span)]
            if twice:
                self.judge.report(
                    "E310",
                    f"two amounts are free in rate `{self.record.name}`",
                    fact.span,
                    "delete one of them",
                    "the second",
                    (Label(twice[0].at, "the first"),),
                )
                continue
            found.append(
                model.FreeFirst(
                    kind=cast(Any, kind),
                    amount=amount,
                    of=of,
                    span=cast(Any, span),
                    at=fact.span,
                )
            )
        return tuple(found)

    def _counted(self, fact: ast.FreeFirst) -> tuple[str, Decimal] | None:
        if fact.of is not None:
            money = self.judge.money(fact.value)
            return None if money is None else ("value", money)
        unit = self.judge.unit(fact.value.unit)
        if unit is None:
            return None
        kind = "events" if unit.dimension == EVENT else "quantity"
        dimension = EVENT if kind == "events" else self.dimension
        amount = self.judge.quantity(fact.value, dimension, f"`{self.service}`")
        return None if amount is None else (kind, Decimal(amount))


def as_event(word: ast.Word) -> ast.Word:
    """`call`, `session` and `message` are the event by the name that its service gives it."""
    return ast.Word("event", word.span) if word.text in PER_EVENT else word
