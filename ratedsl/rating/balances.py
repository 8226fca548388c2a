"""What is left of allowances: buckets of the span's grant and of rolled-over ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from ratedsl.plan.model import MONEY, Allowance, Covers, Grant
from ratedsl.rating.pricing import exact
from ratedsl.rating.sessions import Drawn

# Whole base units, or exact money where the allowance grants that.
Amount = Any


class Brought(NamedTuple):
    """What a line brings to a balance, and the instant from which it is there."""

    line: str
    units: Amount
    since: int = 0


@dataclass(slots=True)
class Bucket:
    """Units from one grant; `age` counts the cycles it has been rolled over.

    It can be drawn from the instant `since` on.
    """

    left: Amount
    age: int = 0
    since: int = 0


@dataclass(slots=True)
class Balance:
    """One holder's hold on one allowance in the current cycle.

    `granted` are the units of this cycle, `carried_in` those that were there before it, `drawn`
    what each line has used, `brought` what each has brought. Of an allowance that is not granted
    by the cycle, `until` is the day with which its current span ends, or None where it does not.
    """

    allowance: Allowance
    granted: Amount = 0
    carried_in: Amount = 0
    used: Amount = 0
    buckets: list[Bucket] = field(default_factory=list)
    drawn: dict[str, Amount] = field(default_factory=dict)
    brought: list[Brought] = field(default_factory=list)
    opened: date | None = None
    until: date | None = None

    @property
    def left(self) -> Amount:
        """Units that can still be drawn, now or later in the cycle."""
        return sum(bucket.left for bucket in self.buckets)

    def open_cycle(self, grants: list[Brought]) -> None:
        """Start a cycle: roll over what lives on, then add grants."""
        carried = self._carried()
        self.carried_in = sum(bucket.left for bucket in carried)
        self.granted = sum(one.units for one in grants)
        self.brought = list(grants)
        fresh = [Bucket(one.units, since=one.since) for one in grants if one.units]
        rollover = self.allowance.rollover
        # Drawn from front to back.
        last = rollover is not None and rollover.used == "last"
        self.buckets = [*fresh, *carried] if last else [*carried, *fresh]
        self.used = 0
        self.drawn.clear()

    def continue_cycle(self) -> None:
        """Start a cycle within a longer span: what is left stays."""
        self.carried_in = self.left
        self.granted = 0
        self.used = 0
        self.drawn.clear()

    def open_span(self, first: date, until: date | None, grants: list[Brought]) -> None:
        """Start a span that is not the cycle's: nothing is left of the one before."""
        self.opened, self.until = first, until
        self.brought = list(grants)
        units = sum(one.units for one in grants)
        self.buckets = [Bucket(units)] if units else []
        self.granted += units

    def is_open(self, day: date) -> bool:
        """Whether the span that was opened last holds the day."""
        return (
            self.opened is not None
            and self.opened <= day
            and (self.until is None or day < self.until)
        )

    def _carried(self) -> list[Bucket]:
        """Buckets that outlive the cycle in the order of their use; beyond the limit those that
        would be used first are dropped."""
        rollover = self.allowance.rollover
        if rollover is None:
            return []
        oldest = rollover.age == "oldest"
        alive = sorted(
            (Bucket(b.left, b.age + 1) for b in self.buckets if b.left and b.age < rollover.cycles),
            key=lambda bucket: -bucket.age if oldest else bucket.age,
        )
        if rollover.limit is not None:
            # The oldest are dropped first, however they are used.
            excess = sum(bucket.left for bucket in alive) - amount_of(rollover.limit)
            for bucket in alive if oldest else alive[::-1]:
                dropped = max(0, min(bucket.left, excess))
                bucket.left -= dropped
                excess -= dropped
        return [bucket for bucket in alive if bucket.left]

    def empty(self, instant: int, *, at_turn: bool) -> list[Bucket]:
        """Give away what is left at an instant, or at a cycle's turn what would roll over.

        What is granted for later stays.
        """
        given = self._carried() if at_turn else []
        later = []
        for bucket in self.buckets:
            if not at_turn and bucket.since >= instant:
                later.append(bucket)
            elif not at_turn and bucket.left:
                given.append(bucket)
        self.buckets = later
        return given

    def split(self, line: str, instant: int) -> Balance:
        """Take out of a balance that lines share the part of a line, of what is left at an
        instant, as much of it as the line has brought of all."""
        there = [one for one in self.brought if one.since < instant]
        self.brought = [one for one in self.brought if one.since >= instant or one.line != line]
        whole = sum(one.units for one in there)
        own = sum(one.units for one in there if one.line == line)
        part = Balance(self.allowance)
        passed: Amount = 0
        taken: Amount = 0
        for bucket in self.buckets:
            if bucket.since < instant and whole:
                # Cut at whole units of all together, lest each bucket loses a part of one.
                passed += bucket.left
                upto = passed * Fraction(own) / whole
                units = (upto if is_money(self.allowance) else int(upto)) - taken
                part.buckets.append(Bucket(units, bucket.age, bucket.since))
                bucket.left -= units
                taken += units
        return part

    def receive(self, buckets: list[Bucket], line: str, instant: int) -> None:
        """Go on with units that a line brings from elsewhere, to be drawn from an instant on."""
        for bucket in buckets:
            bucket.since = instant
        units = sum(bucket.left for bucket in buckets)
        self.carried_in += units
        self.brought.append(Brought(line, units, instant))
        self.buckets = [*buckets, *self.buckets]

    def cover(
        self, units: int, by: Covers, line: str, instant: int, session: Drawn | None = None
    ) -> int:
        """Draw for `units` of usage of a line as far as there is enough; how many it covers.

        Usage counts as `by` says, in whole steps of the allowance. An allowance that ends with
        the whole event covers all of it as long as anything is left. `session` is what it
        covered of earlier legs of the same session.
        """
        available = max(self.available(line, instant), 0)
        if session is None:
            session = _NEVER
            if not available:
                return 0
        if units <= 0 or session.whole:
            return max(units, 0)
        covered = units
        wanted = self._drawn_for(session.covered + units, by) - session.drawn
        if wanted > available:
            if self.allowance.ends == "whole event":
                if not (available or session.drawn):
                    return 0
                wanted, whole = available, True
            else:
                whole = False
                step = self.allowance.step
                reach = (available + session.drawn) // step * step
                covered = max(reach * by.counted // by.drawn - session.covered, 0)
                if not covered:
                    return 0
                wanted = self._drawn_for(session.covered + covered, by) - session.drawn
        else:
            whole = False
        self.draw(wanted, line, instant)
        if session is not _NEVER:
            session.covered += covered
            session.drawn += wanted
            session.whole = whole
        return covered

    def _drawn_for(self, units: int, by: Covers) -> int:
        """What so many units of usage draw: as they count, in whole steps."""
        step = self.allowance.step
        drawn = -(-units * by.drawn // by.counted)
        return -(-drawn // step) * step

    def available(self, line: str, instant: int) -> Amount:
        """What a line can draw at an instant."""
        available = sum(bucket.left for bucket in self.buckets if bucket.since <= instant)
        limit = self.allowance.limit_per_line
        if limit is not None:
            available = min(available, amount_of(limit) - self.drawn.get(line, 0))
        return available

    def draw(self, units: Amount, line: str, instant: int) -> Amount:
        """Take units from front to back as far as there are any; how many it took."""
        rest = units
        for bucket in self.buckets:
            if bucket.since > instant:
                continue
            taken = min(bucket.left, rest)
            bucket.left -= taken
            rest -= taken
        taken = units - rest
        self.used += taken
        self.drawn[line] = self.drawn.get(line, 0) + taken
        return taken


_NEVER = Drawn()
"""Of usage that belongs to no session nothing was covered before."""


def grant_on(allowance: Allowance, day: date) -> Grant | None:
    """The grant in force on a day, if any."""
    return next((grant for grant in allowance.grants if grant.period.holds(day)), None)


def granted_units(grant: Grant | None) -> Amount:
    """What a grant gives: whole units, or money."""
    if grant is None:
        return 0
    return grant.quantity if grant.money is None else exact(grant.money)


def amount_of(value: Any) -> Amount:
    """A limit as it is counted."""
    return value if isinstance(value, int) else Fraction(value)


def is_money(allowance: Allowance) -> bool:
    """Whether the allowance pays usage at its price."""
    return allowance.dimension == MONEY
