"""A `rate` record becomes a Rate; this is also where a match and its conditions are judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Label
from ratedsl.plan import model
from ratedsl.plan.compile.condition import compile_conditions
from ratedsl.plan.compile.increments import compile_increments
from ratedsl.plan.compile.matrix import compile_matrix
from ratedsl.plan.compile.price import PER_EVENT, PriceCompiler
from ratedsl.plan.compile.tiers import compile_tiers
from ratedsl.plan.judge import Judge
from ratedsl.plan.matching import ANYWHERE
from ratedsl.plan.reserved import RELATIVE
from ratedsl.plan.units import TIME


def compile_match(judge: Judge, match: ast.Match) -> model.Match | None:
    """The usage that a match means, or None where its service or a place is unknown."""
    service = judge.service(match.service)
    to = [word.text if word.text in RELATIVE else judge.place(word) for word in match.to]
    roaming = [ANYWHERE if word.text == ANYWHERE else judge.place(word) for word in match.roaming]
    # With a place left out it would match more than it says.
    if service is None or None in to or None in roaming:
        return None
    return model.Match(
        service=service,
        to=tuple(place for place in to if place),
        roaming=tuple(place for place in roaming if place),
        at=match.span,
    )


def compile_nature(judge: Judge, record: ast.Record) -> dict[str, str]:
    """The category, description and provider of a charge, empty where it states none."""
    found = {}
    for keyword in ("category", "description", "provider"):
        fact = judge.setting(record, keyword)
        found[keyword] = fact.words[0].text if fact else ""
    return found


def compile_order(judge: Judge, record: ast.Record) -> int | None:
    """The record's `order`, or None."""
    fact = judge.setting(record, "order")
    if fact is None or fact.number is None:
        return None
    return judge.whole(fact.number, 0, 10**6, "an order")


def compile_rate(judge: Judge, record: ast.Record) -> model.Rate | None:
    """The rate, or None where it says too little to be used."""
    if record.match is None:
        if not record.broken:
            judge.report(
                "E308",
                f"{record.kind.text} `{record.name}` does not say what it is for",
                record.span,
                f"write it as `{record.kind.text} ID for voice to ZONE`",
            )
        return None
    match = compile_match(judge, record.match)
    if match is not None:
        return _RateCompiler(judge, record, match).rate()
    service = record.match.service.text
    if service in judge.units.dimensions:
        # What is wrong with its match hides nothing else that is wrong with it.
        nowhere = model.Match(service=service, at=record.match.span)
        _RateCompiler(judge, record, nowhere).rate()
    return None


class _RateCompiler:
    def __init__(self, judge: Judge, record: ast.Record, match: model.Match) -> None:
        self.judge = judge
        self.record = record
        self.match = match
        self.prices = PriceCompiler(judge, record, match.service)

    def rate(self) -> model.Rate | None:
        record, judge = self.record, self.judge
        prices = self.prices.prices()
        tiers = compile_tiers(self.prices)
        fees = self.prices.event_fees()
        self._prices_or_tiers(prices, tiers)
        increments = compile_increments(
            judge, record, self.prices.dimension, self.prices.window, PER_EVENT
        )
        minimum_units = self._quantity("minimum") or 0
        across = self._across(prices)
        self._blocks_of_totals(increments, minimum_units, across)
        conditions = record.facts_of(ast.Condition)
        return model.Rate(
            id=record.name,
            title=record.title,
            match=self.match,
            conditions=compile_conditions(judge, conditions, self.match.service),
            order=compile_order(judge, record),
            adds_to=self._adds_to(),
            basis=self._basis(),
            increments=increments,
            grace=self._quantity("grace"),
            minimum_units=minimum_units,
            minimum=self._limit("minimum"),
            maximum=self._limit("maximum"),
            free=self.prices.free(),
            fees=fees,
            unanswered=self._unanswered(fees),
            prices=tuple(prices),
            matrix=compile_matrix(self.prices),
            of=self.prices.of,
            tiers=tiers,
            across=across,
            across_dates=self._across_dates(tiers),
            **cast(Any, compile_nature(judge, record)),
            at=record.span,
        )

    def _prices_or_tiers(self, prices: Sequence[model.Price], tiers: model.Tiers | None) -> None:
        record, judge = self.record, self.judge
        stated = (ast.Price, ast.PercentPrice, ast.Tier, ast.Tiers, ast.Priced, ast.Cell)
        if not any(isinstance(fact, stated) for fact in record.facts):
            judge.missing(record, "price", "give it a `price` or `tiers`")
        if prices and tiers is not None:
            judge.report(
                "E311",
                f"{record.kind.text} `{record.name}` has both prices and tiers",
                prices[0].at,
                "keep one of them, or make it two rates",
                related=[Label(tiers.at, "the tiers")],
            )
        first = [price for price in prices if price.first is not None]
        windows = {price.window for price in prices if price.first is None}
        for price in first:
            if price.window not in windows:
                judge.report(
                    "E306",
                    "nothing is said about usage after the first units",
                    price.at,
                    "add the price of the rest, without `first`",
                )

    def _basis(self) -> Literal["quantity", "event"]:
        bases = self.prices.bases
        basis = next(iter(bases), "quantity")
        if len(bases) > 1:
            second = list(bases.values())[1]
            self.judge.report(
                "E319",
                "prices per event and per quantity in one rate",
                second.span,
                "put one kind into a rate of its own, which `adds to` this one",
                related=[Label(bases[basis].span, "the other kind")],
            )
        return "event" if basis == "event" else "quantity"

    def _adds_to(self) -> str:
        fact = self.judge.setting(self.record, "adds")
        if fact is None:
            return ""
        word = fact.words[0]
        if word.text == self.record.name:
            self.judge.report(
                "E314",
                f"{self.record.kind.text} `{word.text}` adds to itself",
                word.span,
                "name the rate beside which it is charged",
            )
            return ""
        kind = self.record.kind.text
        return self.judge.name(word, (kind,), kind) or ""

    def _unanswered(self, fees: Sequence[model.EventFee]) -> Literal["free", "charged"]:
        fact = self.judge.setting(self.record, "unanswered")
        if fact is not None:
            chosen = self.judge.choice(fact.words[0], ("free", "charged"), "fate of a call")
            return "charged" if chosen == "charged" else "free"
        attempts = [fee for fee in fees if fee.kind == "attempt"]
        if attempts and not self.record.broken:
            self.judge.report(
                "E316",
                f"{self.record.kind.text} `{self.record.name}` does not say whether an "
                "unanswered call pays its attempt fee",
                attempts[0].at,
                "add `unanswered charged` or `unanswered free`",
            )
        return "free"

    def _is_quantity(self, fact: ast.Setting) -> bool:
        return fact.value is not None and fact.value.unit.text in self.judge.units.by_name

    def _quantity(self, keyword: str) -> int | None:
        """The quantity of a `grace` or `minimum` fact."""
        stated = self.record.settings(keyword)
        if not stated:
            return None
        facts = [fact for fact in stated if keyword == "grace" or self._is_quantity(fact)]
        fact = self.judge.one(self.record, facts, keyword)
        if fact is None or fact.value is None:
            return None
        self.judge.choice(fact.words[0], PER_EVENT, f"span of a {keyword}")
        return self.judge.quantity(fact.value, self.prices.dimension, f"`{self.match.service}`")

    def _limit(self, keyword: str) -> model.Limit | None:
        stated = self.record.settings(keyword)
        if not stated:
            return None
        facts = [fact for fact in stated if keyword == "maximum" or not self._is_quantity(fact)]
        fact = self.judge.one(self.record, facts, keyword)
        if fact is None or fact.value is None:
            return None
        self.judge.choice(fact.words[0], PER_EVENT, f"span of a {keyword}")
        amount = self.judge.money(fact.value)
        then: str | None = ""
        if keyword == "maximum":
            if len(fact.words) < 2:
                self.judge.report(
                    "E316",
                    "this does not say what happens above the maximum",
                    fact.span,
                    "add `, then free` (the rest of the event costs nothing), `, then cut` (the "
                    "event ends there) or `, then limits authorisation only` (the charge is not "
                    "held)",
                )
                return None
            then = self._above_maximum(fact.words[1:])
        if amount is None or then is None:
            return None
        return model.Limit(amount=amount, then=cast(Any, then), at=fact.span)

    def _blocks_of_totals(
        self,
        increments: Sequence[model.Increments],
        minimum_units: int,
        across: model.Across | None,
    ) -> None:
        """Blocks of a running total leave nothing to say about those of one event."""
        for one in increments:
            if one.span == "event":
                continue
            if minimum_units:
                self.judge.report(
                    "E311",
                    f"a least quantity per event beside blocks of a total per {one.span}",
                    one.at,
                    "keep one of them",
                )
            if across is not None and across.mode == "restart":
                self.judge.report(
                    "E311",
                    f"blocks of a total per {one.span} cannot restart in each window",
                    across.at,
                    "write `increments carry`, or count the blocks per event",
                )

    def _above_maximum(self, words: Sequence[ast.Word]) -> str | None:
        first, *rest = words
        if first.text == "limits" and [word.text for word in rest] == ["authorisation", "only"]:
            return "authorisation"
        options = ("free", "cut", "limits")
        if self.judge.choice(first, options, "end of a maximum") is None:
            return None
        if rest or first.text == "limits":
            self.judge.report(
                "E112",
                f"`{' '.join(word.text for word in words)}` is no end of a maximum",
                first.span,
                "it is one of free, cut, limits authorisation only",
            )
            return None
        return first.text

    def _across(self, prices: Sequence[model.Price]) -> model.Across | None:
        facts = [f for f in self.record.settings("across") if f.variant in ("split", "start")]
        fact = self.judge.one(self.record, facts, "across")
        windows = {price.window for price in prices if price.window}
        if fact is None:
            if len(windows) > 1 and not self.record.broken and "quantity" in self.prices.bases:
                self.judge.report(
                    "E316",
                    f"{self.record.kind.text} `{self.record.name}` does not say what happens to "
                    "an event that crosses from one window into another",
                    self.record.span,
                    "add `across windows split, increments carry`, the same with `restart`, "
                    "or `across windows by start`",
                )
            return None
        mode: str | None = "start"
        if fact.variant == "split":
            mode = self.judge.choice(fact.words[0], ("carry", "restart"), "way of increments")
        return None if mode is None else model.Across(mode=cast(Any, mode), at=fact.span)

    def _across_dates(self, tiers: model.Tiers | None) -> model.AcrossDates | None:
        facts = [f for f in self.record.settings("across") if f.variant == "dates"]
        fact = self.judge.one(self.record, facts, "across dates")
        if fact is None:
            return None
        against, remedy = "", "leave it out: usage takes the price of its start"
        if self.prices.dimension != TIME or self.prices.of:
            against = "usage is cut at dates, but it is not measured in time"
        elif tiers is not None:
            against = "usage is cut at dates beside tiers"
        elif self.record.table is not None:
            against = "usage is cut at dates, but its prices are those of a table"
        elif "event" in self.prices.bases:
            against = "usage is cut at dates, but a price per event is charged once"
        if against:
            self.judge.report("E311", against, fact.span, remedy)
            return None
        return model.AcrossDates(at=fact.span)
