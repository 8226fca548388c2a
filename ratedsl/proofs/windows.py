"""W542: a price in a window that is never open beside those of its rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.plan.model import PlanTest, Rate, Window
from ratedsl.proofs.cells import Ground
from ratedsl.proofs.finding import Finding
from ratedsl.proofs.times import windows_of
from ratedsl.proofs.witness import charging

_DAY = timedelta(days=1)


def prove_windows_open(ground: Ground) -> Iterator[Finding]:
    """W542: prices in a window that is never open beside those of its rate."""
    windows = {one.id: one for one in ground.plan.windows}
    for rate in ground.plan.rates:
        names = windows_of(rate)
        if len(names) < 2 and not any(windows[name].dates for name in names if name in windows):
            continue
        open_ones = ground.times.opening(names, ground.times.first, None)
        for name in sorted(names - open_ones.keys()):
            facts = [one.at for one in rate.prices if one.window == name]
            facts += [one.at for one in rate.fees if one.window == name]
            others = sorted(names - {name})
            if name not in windows or not facts:
                continue
            yield Finding(
                Diagnostic(
                    "W542",
                    f"`{name}` is never open for `{rate.id}`",
                    facts[0],
                    f"all of its time is that of `{'`, `'.join(others)}`" if others else "",
                    "change the hours or the order of the windows, or take the price out",
                    (Label(windows[name].at, "this window"),),
                ),
                _in_window(ground, rate, windows[name]),
            )


def _in_window(ground: Ground, rate: Rate, window: Window) -> tuple[PlanTest, ...]:
    """What usage in the window's own hours costs instead."""
    cell = ground.cell_of(rate)
    if cell is None or not window.hours or window.dates or not window.hours[0].days:
        return ()
    hours = window.hours[0]
    day = ground.times.first
    while day.weekday() not in hours.days:
        day += _DAY
    charged = ground.priced(cell.usage.at(day, hours.start))
    title = f"another price than that in {window.id}"
    return () if charged is None else (charging(title, [charged[0]], charged[1]),)
