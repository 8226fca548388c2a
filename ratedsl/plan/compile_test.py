"""A `test` record becomes a PlanTest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.lang.spelling import did_you_mean
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.timeline import no_such_date
from ratedsl.plan.units import EVENT, MESSAGE

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
Known = Mapping[str, model.Allowance | model.Zone | model.Rate]

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


def compile_test(judge: Judge, record: ast.Record, plan: Known) -> model.PlanTest | None:
    """The test, or None where any of its facts cannot be understood.

    `plan` holds the compiled allowances, rates and zones by id, which its facts speak of.
    """
    return _TestCompiler(judge, record, plan).test()


class _TestCompiler:
    def __init__(self, judge: Judge, record: ast.Record, plan: Known) -> None:
        self.judge = judge
        self.record = record
        self.plan = plan
        moments = [f for f in record.facts if isinstance(f, ast.Moment)]
        on = judge.one(record, [f for f in moments if f.keyword == "on"], "on")
        self.on = on
        self.bill = judge.one(record, [f for f in moments if f.keyword == "invoice"], "invoice")
        # Said once a test, and not where a line that cannot be read may hold it.
        self.needs_invoice = self.bill is None and not record.broken

    def test(self) -> model.PlanTest | None:
        before = len(self.judge.found)
        facts = self.record.facts
        given = [self._given(f) for f in facts if isinstance(f, ast.Given)]
        acts = [self._act(f) for f in facts if isinstance(f, ast.Act)]
        events = [self._event(f) for f in facts if isinstance(f, ast.EventFact)]
        expected = [self._expect(f) for f in facts if isinstance(f, ast.Expect)]
        invoice = self._day(self.bill.day) if self.bill else None
        if not expected and not self.record.broken:
            self.judge.report(
                "E401",
                f"test `{self.record.title}` expects nothing",
                self.record.span,
                "add an `expect`",
            )
        if not events and self.bill is None and not self.record.broken:
            self.judge.report(
                "E402",
                f"test `{self.record.title}` does nothing",
                self.record.span,
                "add an `event` or `invoice on` a date",
            )
        if self.record.broken or len(self.judge.found) > before:
            return None
        return model.PlanTest(
            title=self.record.title,
            given=tuple(one for one in given if one),
            acts=tuple(one for one in acts if one),
            events=tuple(one for one in events if one),
            invoice=invoice,
            expectations=tuple(one for one in expected if one),
            at=self.record.span,
        )

    def _day(self, day: ast.Day) -> date | None:
        if day.value is None:
            self.judge.add(no_such_date(day))
        return day.value

    # ---- given ----------------------------------------------------------------------------

    def _given(self, fact: ast.Given) -> model.Given | None:
        at = fact.span
        match fact.variant:
            case "started" | "ended":
                day = self._day(fact.day) if fact.day else None
                return model.Given(kind=fact.variant, day=day, at=at)
            case "held":
                assert fact.number is not None and fact.subject is not None
                held = self.judge.whole(fact.number, 1, 1_000_000, "a number of held items")
                self._item(fact.subject)
                if held is None:
                    return None
                return model.Given(
                    kind="held", number=Decimal(held), record=fact.subject.text, at=at
                )
            case "count":
                assert fact.number is not None
                lines = self.judge.choice(fact.subject, ("line", "lines"), "thing to hold")
                number = self.judge.whole(fact.number, 1, 10_000, "a number of lines")
                if lines and number:
                    return model.Given(kind="lines", number=Decimal(number), at=at)
                return None
            case "value":
                return self._given_value(fact)
            case _:
                assert fact.subject is not None and fact.literal is not None
                return model.Given(
                    kind="attribute", record=fact.subject.text, value=fact.literal.text, at=at
                )

    def _given_value(self, fact: ast.Given) -> model.Given | None:
        assert fact.subject is not None and fact.value is not None
        subject, value = fact.subject, fact.value
        if subject.text == "tenure" and not fact.used:
            units = ("months", "month", "years", "year", "days", "day")
            unit = self.judge.choice(value.unit, units, "length of time")
            number = self.judge.whole(value.number, 0, 100_000, "a tenure")
            if unit is None or number is None:
                return None
            return model.Given(
                kind="tenure", number=Decimal(number), value=unit.rstrip("s"), at=fact.span
            )
        if not fact.used:
            if value.unit.text in self.judge.units.by_name or self._allowance(subject) is not None:
                self.judge.report(
                    "E403",
                    "this does not say what is given",
                    fact.span,
                    f"write `given {subject.text} {value.number.text} {value.unit.text} used`",
                )
            else:
                self.judge.report(
                    "E403",
                    f"a test cannot be given `{subject.text}`",
                    subject.span,
                    "it can be given `tenure`, `started`, lines, used units of an "
                    "allowance, or an attribute and its value",
                )
            return None
        used_of = self.plan.get(subject.text)
        if isinstance(used_of, model.Allowance):
            dimension = used_of.dimension
        elif isinstance(used_of, model.Rate):
            dimension = self.judge.units.dimension_of(used_of.match.service)
        else:
            self.judge.name(subject, ("allowance", "rate"), "allowance or rate")
            return None
        used = self.judge.quantity(value, dimension, f"`{subject.text}`")
        if used is None:
            return None
        return model.Given(kind="used", record=subject.text, number=Decimal(used), at=fact.span)

    def _allowance(self, word: ast.Word) -> model.Allowance | None:
        found = self.plan.get(word.text)
        return found if isinstance(found, model.Allowance) else None

    def _item(self, word: ast.Word) -> None:
        """Report a thing that no fee is charged for and that is no add-on."""
        known = {
            fact.who.text
            for (kind, _), record in self.judge.names.records.items()
            if kind == "fee"
            for fact in record.facts
            if isinstance(fact, ast.Amount)
            and fact.who
            and fact.who.text not in ("line", "account")
        }
        known |= {name for (_, name), one in self.judge.names.records.items() if one.addon}
        if word.text not in known and not self.judge.names.may_hold(word.text, ("fee",)):
            self.judge.report(
                "E101",
                f"nothing is charged for `{word.text}`",
                word.span,
                did_you_mean(word.text, known, "no fee is per such a thing"),
            )

    def _act(self, fact: ast.Act) -> model.Act | None:
        day = self._day(fact.day)
        number: int | None = 1
        if fact.number is not None:
            number = self.judge.whole(fact.number, 1, 1_000_000, "a number of items")
        if fact.subject is not None:
            self._item(fact.subject)
        if day is None or number is None:
            return None
        return model.Act(
            kind=cast(Any, fact.variant),
            day=day,
            number=number,
            item=fact.subject.text if fact.subject else "",
            at=fact.span,
        )

    # ---- events ---------------------------------------------------------------------------

    def _event(self, fact: ast.EventFact) -> model.TestEvent | None:
        judge = self.judge
        service = judge.service(fact.match.service)
        to = self._number(fact.match.to)
        roaming = self._visited(fact.match.roaming)
        if service is None or to is None or roaming is None:
            return None
        dimension = judge.units.dimension_of(service)
        quantity: int | None = 1
        if fact.quantity is not None:
            quantity = judge.quantity(fact.quantity, dimension, f"`{service}`")
        elif dimension not in (MESSAGE, EVENT):
            judge.report(
                "E403", "this event has no length", fact.span, "add `for 60 s`, or a volume"
            )
            return None
        day, seconds = self._when(fact)
        times = judge.whole(fact.times, 1, 10_000_000, "a number of times") if fact.times else 1
        fold = judge.choice(fact.fold, ("first", "second"), "time of a repeated hour")
        if quantity is None or day is None or seconds is None or times is None:
            return None
        return model.TestEvent(
            service=service,
            to=to,
            roaming=roaming,
            quantity=quantity,
            day=day,
            seconds=seconds,
            second_fold=fold == "second",
            line=fact.line.text if fact.line else "",
            times=times,
            attributes=tuple((name.text, value.text) for name, value in fact.attributes),
            at=fact.span,
        )

    def _when(self, fact: ast.EventFact) -> tuple[date | None, int | None]:
        day = fact.day or (self.on.day if self.on else None)
        clock = fact.time or (self.on.time if self.on and not fact.day else None)
        if day is None:
            self.judge.report(
                "E402",
                "this event has no date",
                fact.span,
                "add `at 2026-03-02 09:15`, or give the test an `on` date",
            )
            return None, None
        if (clock is not None and clock.seconds is None) or (clock and clock.seconds == 86400):
            self.judge.report(
                "E209",
                "this time of day does not exist",
                clock.span,
                "times run from 00:00 to 23:59:59",
            )
            return None, None
        return self._day(day), clock.seconds if clock else 0

    def _number(self, places: tuple[ast.Word, ...]) -> str | None:
        """The called number: as written, or the first prefix of a zone."""
        if not places:
            return ""
        place = self.judge.place(places[0])
        if len(places) > 1:
            self.judge.report("E403", "an event goes to one number", places[1].span, "delete it")
            return None
        zone = self.plan.get(place or "")
        if place is not None and isinstance(zone, model.Zone):
            if not zone.prefixes:
                self.judge.report(
                    "E403",
                    f"zone `{place}` has no prefix to call",
                    places[0].span,
                    "write a number instead",
                )
                return None
            return zone.prefixes[0][0]
        return place

    def _visited(self, places: tuple[ast.Word, ...]) -> str | None:
        """The visited network or country: as written, or the first one of a zone."""
        if not places:
            return ""
        word = places[0]
        zone = self.plan.get(word.text)
        if isinstance(zone, model.Zone):
            visited = [*zone.networks, *zone.countries]
            if visited:
                return visited[0]
            self.judge.report(
                "E403",
                f"zone `{word.text}` has no network to visit",
                word.span,
                "write a network such as 20801, or a country code",
            )
            return None
        if word.text.isdigit() or (len(word.text) == 2 and word.text.isupper()):
            return word.text
        self.judge.name(word, ("zone",), "zone")
        return None

    # ---- expectations ---------------------------------------------------------------------

    def _expect(self, fact: ast.Expect) -> model.Expectation | None:
        what = fact.what.text
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
            allowance = self._allowance(word)
            if name is None or allowance is None:
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
