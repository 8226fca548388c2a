"""What an allowance covers month by month, and what of it lives on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Rolling:
    """What is left of the grant of each month, for one line."""

    grant: int
    lives: int
    limit: int | None
    rolled_first: bool
    newest_first: bool
    month: int = 0
    left: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left[0] = self.grant

    def turn(self) -> None:
        """A new month: what is too old is lost, then what is too much, the oldest first."""
        self.month += 1
        self.left = {
            month: units for month, units in self.left.items() if self.month - month <= self.lives
        }
        while self.limit is not None and sum(self.left.values()) > self.limit:
            oldest = min(month for month, units in self.left.items() if units)
            self.left[oldest] -= 1
        self.left[self.month] = self.grant

    def cover(self, units: int) -> int:
        """Draw one unit after the other, as long as there are any."""
        rolled = sorted((m for m in self.left if m != self.month), reverse=self.newest_first)
        order = [*rolled, self.month] if self.rolled_first else [self.month, *rolled]
        for covered in range(units):
            month = next((one for one in order if self.left[one]), None)
            if month is None:
                return covered
            self.left[month] -= 1
        return units
