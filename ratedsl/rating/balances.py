"""What is left of allowances: buckets of the cycle's grant and of rolled-over ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ratedsl.plan.model import Allowance, Covers, Grant
from ratedsl.rating.sessions import Drawn


@dataclass(slots=True)
class Bucket:
    """Units from one grant; `age` counts the cycles it has been rolled over.

    It can be drawn from the instant `since` on.
    """

    left: int
    age: int = 0
    since: int = 0


@dataclass(slots=True)
class Balance:
    """One holder's hold on one allowance in the current cycle.

    `granted` are the units of this cycle, `carried_in` those rolled over into it, `drawn`
    what each line has used.
    """

    allowance: Allowance
    granted: int = 0
    carried_in: int = 0
    used: int = 0
    buckets: list[Bucket] = field(default_factory=list)
    drawn: dict[str, int] = field(default_factory=dict)
    day: date | None = None

    @property
    def left(self) -> int:
        """Units that can still be drawn, now or later in the cycle."""
        return sum(bucket.left for bucket in self.buckets)

    def open_cycle(self, grants: list[tuple[int, int]]) -> None:
        """Start a cycle: roll over what lives on, then add grants of (units, since when)."""
        carried = self._carried()
        self.carried_in = sum(bucket.left for bucket in carried)
        self.granted = sum(units for units, _ in grants)
        fresh = [Bucket(units, since=since) for units, since in grants if units]
        rollover = self.allowance.rollover
        # Drawn from front to back.
        last = rollover is not None and rollover.used == "last"
        self.buckets = [*fresh, *carried] if last else [*carried, *fresh]
        self.used = 0
        self.drawn.clear()
        self.day = None

    def open_day(self, day: date) -> None:
        """Start a day of an allowance that is granted each day: nothing is left of the last."""
        if self.day == day:
            return
        self.day = day
        grant = grant_on(self.allowance, day)
        self.buckets = [Bucket(grant.quantity)] if grant else []
        self.granted += grant.quantity if grant else 0

    def _carried(self) -> list[Bucket]:
        """Buckets that outlive the cycle, oldest first; beyond the limit the oldest are dropped."""
        rollover = self.allowance.rollover
        if rollover is None:
            return []
        alive = sorted(
            (Bucket(b.left, b.age + 1) for b in self.buckets if b.left and b.age < rollover.cycles),
            key=lambda bucket: -bucket.age,
        )
        if rollover.limit is not None:
            excess = sum(bucket.left for bucket in alive) - rollover.limit
            for bucket in alive:
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

    def receive(self, buckets: list[Bucket], instant: int) -> None:
        """Go on with units from elsewhere; they can be drawn from an instant on."""
        for bucket in buckets:
            bucket.since = instant
        self.carried_in += sum(bucket.left for bucket in buckets)
        self.buckets = [*buckets, *self.buckets]

    def cover(
        self, units: int, by: Covers, line: str, instant: int, session: Drawn | None = None
    ) -> int:
        """Draw for `units` of usage of a line as far as there is enough; how many it covers.

        Usage counts as `by` says, in whole steps of the allowance. An allowance that ends with
        the whole event covers all of it as long as anything is left. `session` is what it
        covered of earlier legs of the same session.
        """
        available = max(self._available(line, instant), 0)
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

    def _available(self, line: str, instant: int) -> int:
        available = sum(bucket.left for bucket in self.buckets if bucket.since <= instant)
        limit = self.allowance.limit_per_line
        if limit is not None:
            available = min(available, limit - self.drawn.get(line, 0))
        return available

    def draw(self, units: int, line: str, instant: int) -> int:
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
