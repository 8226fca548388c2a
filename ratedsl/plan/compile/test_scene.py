"""What a test is given, and what happens in it: its starting state and its acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from ratedsl.lang import ast
from ratedsl.plan import model
from ratedsl.plan.compile.frame import known_zone
from ratedsl.plan.compile.grant import measured
from ratedsl.plan.compile.targets import CHARGING
from ratedsl.plan.compile.test_change import ChangeCompiler
from ratedsl.plan.compile.test_event import Known
from ratedsl.plan.judge import Judge


class SceneCompiler:
    """Compiles `given` and `act` facts; `plan` holds the records that they speak of, `changes`
    knows the plans, and `sessions` are those of the test's events, each with its service.
    """

    def __init__(
        self, judge: Judge, plan: Known, changes: ChangeCompiler, sessions: Mapping[str, str]
    ) -> None:
        self.judge = judge
        self.plan = plan
        self.changes = changes
        self.sessions = sessions

    def given(self, fact: ast.Given) -> model.Given | None:
        """A starting state, or None where it cannot be."""
        at = fact.span
        line = fact.line.text if fact.line else ""
        match fact.variant:
            case "invoiced":
                assert fact.value is not None
                money = self.judge.money(fact.value)
                if money is None:
                    return None
                return model.Given(kind="invoiced", number=money, at=at)
            case "owed" | "paid" | "deposit held" | "deposit applied" | "deposit returned":
                return self._given_money(fact)
            case "started" | "ended":
                day = self.judge.day(fact.day) if fact.day else None
                return model.Given(kind=fact.variant, day=day, line=line, at=at)
            case "held":
                assert fact.number is not None and fact.subject is not None
                held = self.judge.whole(fact.number, 1, 1_000_000, "a number of held items")
                self._item(fact.subject)
                if held is None:
                    return None
                return model.Given(
                    kind="held", number=Decimal(held), record=fact.subject.text, line=line, at=at
                )
            case "count":
                assert fact.number is not None
                lines = self.judge.choice(fact.subject, ("line", "lines"), "thing to hold")
                number = self.judge.whole(fact.number, 1, 10_000, "a number of lines")
                if lines and number:
                    return model.Given(kind="lines", number=Decimal(number), at=at)
                return None
            case "value":
                return self._given_value(fact, line)
            case "session":
                return self._given_session(fact)
            case _:
                return self._given_attribute(fact, line)

    def _given_money(self, fact: ast.Given) -> model.Given | None:
        """An earlier bill, a payment or a deposit, of the account and never of a line."""
        assert fact.value is not None and fact.day is not None
        money = self.judge.money(fact.value)
        day = self.judge.day(fact.day)
        until = self.judge.day(fact.until) if fact.until else None
        if money is None or day is None or (fact.until is not None and until is None):
            return None
        if fact.until is not None and until is not None and until < day:
            what = (
                "is due before it was made" if fact.variant == "owed" else "ends before it is held"
            )
            noun = "bill" if fact.variant == "owed" else "deposit"
            self.judge.report(
                "E206", f"this {noun} {what}", fact.until.span, f"write {day} or a later day"
            )
            return None
        return model.Given(
            kind=cast(Any, fact.variant), number=money, day=day, until=until, at=fact.span
        )

    def _given_attribute(self, fact: ast.Given, line: str) -> model.Given | None:
        assert fact.subject is not None and fact.literal is not None
        if fact.subject.text == "timezone" and not known_zone(self.judge, fact.literal):
            return None
        if fact.subject.text == "plan" and self.changes.plan(fact.literal) is None:
            return None
        if fact.line is not None and fact.subject.text == "segment":
            self._of_all(fact.line, "the segment is")
        return model.Given(
            kind="attribute",
            record=fact.subject.text,
            value=fact.literal.text,
            line=line,
            at=fact.span,
        )

    def _of_all(self, line: ast.Word, what: str) -> None:
        self.judge.report(
            "E403", f"{what} the account's, not a line's", line.span, "delete `line` and its name"
        )

    def _given_value(self, fact: ast.Given, line: str) -> model.Given | None:
        assert fact.subject is not None and fact.value is not None
        subject, value = fact.subject, fact.value
        if subject.text == "tenure" and not fact.used:
            units = ("months", "month", "years", "year", "days", "day")
            unit = self.judge.choice(value.unit, units, "length of time")
            number = self.judge.whole(value.number, 0, 100_000, "a tenure")
            if fact.line is not None:
                self._of_all(fact.line, "a tenure is")
            if unit is None or number is None:
                return None
            return model.Given(
                kind="tenure", number=Decimal(number), value=unit.rstrip("s"), at=fact.span
            )
        self.judge.refers(subject, ("allowance", "rate", "deck", "wallet"))
        wallet = self.plan.get(subject.text)
        if isinstance(wallet, model.Wallet) and not fact.used:
            money = self.judge.money(value)
            if money is None:
                return None
            return model.Given(
                kind="balance",
                record=wallet.id,
                number=money,
                line=fact.line.text if fact.line else "",
                at=fact.span,
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
                held = (model.Allowance, model.Wallet)
                self.judge.unknown(
                    "E403",
                    f"a test cannot be given `{subject.text}`",
                    subject,
                    ["tenure", *(name for name, one in self.plan.items() if isinstance(one, held))],
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
        used = measured(self.judge, value, dimension, f"`{subject.text}`")
        if used is None:
            return None
        return model.Given(
            kind="used",
            record=subject.text,
            number=Decimal(used),
            line=fact.line.text if fact.line else "",
            at=fact.span,
        )

    def top_up(self, fact: ast.TopUp) -> model.Act | None:
        """Money added to a wallet, or None where it cannot be."""
        day = self.judge.day(fact.day)
        wallet = self.judge.name(fact.wallet, ("wallet",), "wallet")
        money = self.judge.money(fact.money)
        seconds = fact.time.seconds if fact.time else 0
        if seconds is None:
            self.judge.report(
                "E209", "this time of day does not exist", fact.span, "times run up to 23:59:59"
            )
        if day is None or wallet is None or money is None or seconds is None:
            return None
        return model.Act(
            kind="top up",
            day=day,
            item=wallet,
            money=money,
            seconds=seconds,
            line=fact.line.text if fact.line else "",
            at=fact.span,
        )

    def _given_session(self, fact: ast.Given) -> model.Given | None:
        assert fact.literal is not None and fact.value is not None
        name = fact.literal.text
        service = self.sessions.get(name)
        if service is None:
            self.judge.unknown(
                "E403",
                f"no event of this test belongs to session `{name}`",
                fact.literal,
                sorted(self.sessions),
                f"write `session {name}` behind its event",
            )
            return None
        dimension = self.judge.units.dimension_of(service)
        rated = self.judge.quantity(fact.value, dimension, f"`{service}`")
        if rated is None:
            return None
        return model.Given(kind="session", record=name, number=Decimal(rated), at=fact.span)

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
        addons = [one for one in self.judge.names.records.values() if one.addon]
        known |= {one.name for one in addons}
        for one in addons:
            if one.name == word.text:
                self.judge.refer(word, one)
        known |= {
            fact.words[0].text
            for (kind, _), record in self.judge.names.records.items()
            if kind == "discount"
            for fact in record.facts
            if isinstance(fact, ast.Setting) and fact.keyword == "code"
        }
        if word.text not in known and not self.judge.names.may_hold(word.text, ("fee",)):
            self.judge.unknown(
                "E101",
                f"nothing is charged for `{word.text}`",
                word,
                sorted(known),
                "no fee is per such a thing",
            )

    def act(self, fact: ast.Act) -> model.Act | None:
        """Something that happens on a day, or None where it cannot."""
        day = self.judge.day(fact.day)
        if fact.variant in ("change", "suspend"):
            return self.changes.act(fact, day)
        if fact.variant == "credit":
            return self._credit(fact, day)
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
            line=fact.line.text if fact.line else "",
            at=fact.span,
        )

    def _credit(self, fact: ast.Act, day: date | None) -> model.Act | None:
        """A credit note, or None where it cannot be given."""
        assert fact.subject is not None and fact.value is not None
        record = self.judge.name(fact.subject, CHARGING, "charge")
        money = self.judge.money(fact.value)
        supplied = self.judge.day(fact.through) if fact.through else None
        if day is None or record is None or money is None:
            return None
        return model.Act(
            kind="credit",
            day=day,
            item=record,
            line=fact.line.text if fact.line else "",
            money=money,
            supplied=supplied,
            at=fact.span,
        )
