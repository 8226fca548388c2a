"""What the screens look like, as pictures kept beside the tests.

`pytest tests/tui/test_snapshots.py --snapshot-update` after a wanted change; look at them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from app_helpers import PLAN, live, make_app, until
from textual.pilot import Pilot

from tui.screens.why import WhyDrawer

Compare = Callable[..., bool]
SIZES = [(80, 24), (160, 50)]


@pytest.fixture
def here(plan: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plan by a path that is the same on every machine."""
    monkeypatch.chdir(plan.parent)
    return Path(plan.name)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
def test_live(snap_compare: Compare, here: Path, size: tuple[int, int]) -> None:
    async def run(pilot: Pilot[int]) -> None:
        await live(pilot)
        here.write_text(PLAN.replace("9.68", "11.00"))
        await until(pilot, lambda: pilot.app.author.session.shown.done.base is not None)  # type: ignore[attr-defined]
        pilot.app.author.invoice._settle()  # type: ignore[attr-defined]
        settle_time(pilot)

    assert snap_compare(make_app(here), terminal_size=size, run_before=run)


def test_with_an_error_and_the_last_good_bill(snap_compare: Compare, here: Path) -> None:
    async def run(pilot: Pilot[int]) -> None:
        await live(pilot)
        here.write_text("hm\n" + PLAN + "oops\n")
        await until(pilot, lambda: pilot.app.author.session.errors == 1)  # type: ignore[attr-defined]
        await pilot.press("f8")
        settle_time(pilot)

    assert snap_compare(make_app(here), terminal_size=SIZES[0], run_before=run)


def test_why(snap_compare: Compare, here: Path) -> None:
    async def run(pilot: Pilot[int]) -> None:
        await live(pilot)
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WhyDrawer))
        settle_time(pilot)

    assert snap_compare(make_app(here), terminal_size=SIZES[0], run_before=run)


def test_without_colour_on_light_ground(
    snap_compare: Compare, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(here)

    async def run(pilot: Pilot[int]) -> None:
        app.theme = "textual-light"
        await live(pilot)
        settle_time(pilot)

    assert snap_compare(app, terminal_size=SIZES[0], run_before=run)


def settle_time(pilot: Pilot[int]) -> None:
    """How long the work took differs from run to run; the picture must not."""
    author = pilot.app.author  # type: ignore[attr-defined]
    author.session.last_ms = 42
    author.show_state()
