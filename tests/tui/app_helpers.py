"""What the app's tests share: a small plan, an app over it, and waiting without sleeping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from fake_preview import services
from textual.pilot import Pilot

from ratedsl.lang.textfile import read
from tui.app import RateApp
from tui.services import Services

PLAN = """\
# Gold: a consumer plan.
plan gold "Gold Mobile"
  currency  EUR

fee monthly 20.00
price calls 9.68
price data 24.00
"""


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
        lambda: (
            author.session.shown is not None and author.preview.idle and not author.session.working
        ),
    )


def said(app: RateApp) -> str:
    """All notices so far; the test driver does not draw them."""
    return "\n".join(one.message for one in app._notifications)


def screen_text(app: object) -> str:
    """What is on screen, as text."""
    strips = app.screen._compositor.render_strips()  # type: ignore[attr-defined]
    return "\n".join(strip.text.rstrip() for strip in strips)
