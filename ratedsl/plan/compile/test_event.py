"""The usage events of a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.judge import Judge
from ratedsl.plan.units import EVENT, MESSAGE

Subject = model.Allowance | model.Zone | model.Rate | model.Wallet
Known = Mapping[str, Subject]


class EventCompiler:
    """Compiles `event` facts; `on` is the date and time of those that state none."""

    def __init__(self, judge: Judge, plan: Known, on: ast.Moment | None) -> None:
        self.judge = judge
        self.plan = plan
        self.on = on

    def event(self, fact: ast.EventFact) -> model.TestEvent | None:
        """A usage event, or None where it cannot be understood."""
        judge = self.judge
        service = judge.service(fact.match.service)
        to = self._number(fact.match.to)
        roaming = self._visited(fact.match.roaming)
        if service is None or to is None or roaming is None:
            return None
        dimension = judge.units.dimension_of(service)
        quantity: int | None = 1
        if fact.quantity is not None:
            quantity = self._quantity(fact.quantity, dimension, service)
        elif dimension not in (MESSAGE, EVENT):
            judge.report(
                "E403", "this event has no length", fact.span, "add `for 60 s`, or a volume"
            )
            return None
        known = {one.name: one for one in judge.attributes.get(service, ())}
        for name, value in fact.attributes:
            if name.text in known:
                judge.value_of(known[name.text], value)
        day, seconds = self._when(fact)
        times = judge.whole(fact.times, 1, 10_000_000, "a number of times") if fact.times else 1
        fold = judge.choice(fact.fold, ("first", "second"), "time of a repeated hour")
        arrived = self._arrived(fact, day)
        if arrived is None or quantity is None or day is None or seconds is None or times is None:
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
            attributes=(
                *((name.text, value.text) for name, value in fact.attributes),
                *(("arrived", one.isoformat()) for one in arrived),
            ),
            at=fact.span,
        )

    def _arrived(self, fact: ast.EventFact, start: date | None) -> tuple[date, ...] | None:
        """The day on which the event arrived, if it is said; None where it cannot be."""
        if fact.arriving is None:
            return ()
        day = self.judge.day(fact.arriving)
        if day is not None and start is not None and day < start:
            self.judge.report(
                "E403",
                "this event arrives before it starts",
                fact.arriving.span,
                f"write {start} or a later day",
            )
            return None
        return None if day is None else (day,)

    def _quantity(self, value: ast.Value, dimension: str, service: str) -> int | None:
        """A quantity, which may be a correction below zero."""
        number = value.number
        if number.value >= 0:
            return self.judge.quantity(value, dimension, f"`{service}`")
        opposite = ast.Number(-number.value, number.text, number.span)
        positive = ast.Value(opposite, value.unit, value.span)
        found = self.judge.quantity(positive, dimension, f"`{service}`")
        return None if found is None else -found

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
        return self.judge.day(day), clock.seconds if clock else 0

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
            prefixes = zone.all_prefixes()
            if not prefixes:
                record = self.judge.names.records.get(("zone", place))
                if record is not None and record.broken:
                    return None
                self.judge.report(
                    "E403",
                    f"zone `{place}` has no prefix to call",
                    places[0].span,
                    "write a number instead",
                )
                return None
            return min(prefixes)
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
