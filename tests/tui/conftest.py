"""Isolation: no test of the app reads or writes the user's own state, or blinks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest
from textual.pilot import Pilot

from tests.tui.fake_preview import services
from tui.app import RateApp
from tui.services import Services
from tui.textfile import read

PLAN = """\
# Gold: a consumer plan.
plan gold "Gold Mobile"
  currency  EUR

fee monthly 20.00
price calls 9.68
price data 24.00
"""


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    path = folder / "gold.rate"
    path.write_text(PLAN)
    return path


def make_app(path: Path, usage: bool = True, using: Services | None = None) -> RateApp:
    app = RateApp(read(path), Path("usage.db") if usage else None, using or services())
    app.author.editor.cursor_blink = False
    app.animation_level = "none"
    return app


async def until(pilot: Pilot[int], holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for a condition instead of sleeping; fail with what is on screen."""
    end = monotonic() + seconds
    while not holds():
        if monotonic() > end:
            raise AssertionError("waited in vain; on screen:\n" + screen_text(pilot.app))
        await pilot.pause(0.01)
    await pilot.pause()


async def live(pilot: Pilot[int]) -> None:
    """Wait until the invoice is that of the text."""
    author = pilot.app.author  # type: ignore[attr-defined]
    await until(
        pilot,
        lambda: author.session.shown is not None
        and author.preview.idle
        and not author.session.working,
    )


def screen_text(app: object) -> str:
    """What is on screen, as text."""
    strips = app.screen._compositor.render_strips()  # type: ignore[attr-defined]
    return "\n".join(strip.text.rstrip() for strip in strips)


Act = Callable[[Pilot[int]], Awaitable[None]]
