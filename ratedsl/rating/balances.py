"""What is left of allowances: buckets of the cycle's grant and of rolled-over ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ratedsl.plan.model import Allowance, Grant


@dataclass(slots=True)
class Bucket:
    """Units from one grant; `age` counts the cycles it has been rolled over."""

    left: int
    age: int = 0


@dataclass(slots=True)
class Balance:
    """One holder's hold on one allowance in the current cycle."""

    allowance: Allowance
    granted: int = 0
    carried_in: int = 0
    used: int = 0
    buckets: list[Bucket] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Units that can still be drawn."""
        return sum(bucket.left for bucket in self.buckets)

    def open_cycle(self, first_day: date) -> None:
        """Start a cycle: roll over what lives on, then add the grant in force on `first_day`."""
        carried = self._carried()
        self.carried_in = sum(bucket.left for bucket in carried)
        grant = grant_on(self.allowance, first_day)
        self.granted = grant.quantity if grant else 0
        fresh = [Bucket(self.granted)] if self.granted else []
        rollover = self.allowance.rollover
        # Drawn from front to back.
        last = rollover is not None and rollover.used == "last"
        self.buckets = [*fresh, *carried] if last else [*carried, *fresh]
        self.used = 0

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

    def draw(self, units: int, *, whole_event: bool) -> int:
        """Take up to `units`; with `whole_event` all of them as long as anything is left."""
        available = self.left
        if available <= 0 or units <= 0:
            return 0
        wanted = min(units, available)
        rest = wanted
        for bucket in self.buckets:
            taken = min(bucket.left, rest)
            bucket.left -= taken
            rest -= taken
        self.used += wanted
        return units if whole_event else wanted


def grant_on(allowance: Allowance, day: date) -> Grant | None:
    """The grant in force on a day, if any."""
    return next((grant for grant in allowance.grants if grant.period.holds(day)), None)
