"""What a total costs by tiers, each mode in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Step:
    """A tier: up to `bound` (below it, unless `holds`), at a price per unit and a flat amount."""

    bound: int | None
    price: Fraction
    flat: Fraction = Fraction(0)
    holds: bool = True

    def has(self, total: int) -> bool:
        if self.bound is None:
            return True
        return total <= self.bound if self.holds else total < self.bound


def whole(steps: list[Step], total: int, unit: int) -> Fraction:
    """`volume`: all of the total at the price of the tier that it reaches."""
    if not total:
        return Fraction(0)
    step = next(one for one in steps if one.has(total))
    return step.price * total / unit + step.flat


def step_reached(steps: list[Step], total: int, unit: int) -> Fraction:
    """`stair-step`: the flat amount of that tier."""
    return next(one for one in steps if one.has(total)).flat if total else Fraction(0)


def by_part(steps: list[Step], total: int, unit: int) -> Fraction:
    """`graduated`: each part of the total in its own tier, a flat amount once there is a part."""
    return sum(
        (one.price * units / unit + one.flat for one, units in parts(steps, total)), Fraction(0)
    )


def by_block(steps: list[Step], total: int, unit: int) -> Fraction:
    """`package`: the same in begun blocks."""
    return sum(
        (one.price * -(-units // unit) + one.flat for one, units in parts(steps, total)),
        Fraction(0),
    )


def parts(steps: list[Step], total: int) -> list[tuple[Step, int]]:
    """The tiers that hold a part of the total, and how much of it."""
    found, below = [], 0
    for step in steps:
        top = total if step.bound is None else min(total, step.bound)
        if top > below:
            found.append((step, top - below))
            below = top
    return found


MODES = {"volume": whole, "stair-step": step_reached, "graduated": by_part, "package": by_block}
