"""No whole number of the database, and no name, on any screen of the app, in what it copies or
logs; with a reason they are there, and the access log has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
import test_privacy
from app_helpers import live, said, screen_text, until
from textual.pilot import Pilot

from ratedsl.usage.access_log import entries
from ratedsl.usage.privacy import is_masked
from ratedsl.usage.store import Store
from tui.app import RateApp
from tui.messages import BugFound
from tui.screens.dialog import Dialog
from tui.services import Services

usage = test_privacy.usage
secrets = test_privacy.secrets
OWN, NAME = test_privacy.OWN, test_privacy.NAME
PLANS = Path(__file__).parents[2] / "plans"
SIZES = [pytest.param((80, 24)), pytest.param((160, 50), marks=pytest.mark.slow)]
# What leaves the app, or asks the terminal's own program for something.
LEAVING = {"Quit"}
MAY_BE = re.compile(rf"\d{{7,}}|{'|'.join(NAME.split())}")


class Looked:
    """Searches all that the app shows, and remembers which dialogs it has seen."""

    def __init__(self, app: RateApp, secrets: re.Pattern[str], state: Path) -> None:
        self.app = app
        self.secrets = secrets
        self.state = state
        self.copied: list[str] = []
        self.dialogs: set[type] = set()
        app.copy_to_clipboard = self.copied.append  # type: ignore[method-assign]

    def texts(self) -> Iterator[tuple[str, str]]:
        yield "screen", screen_text(self.app)
        drawn = self.app.export_screenshot()
        yield "screenshot", drawn
        # Colours cut a number into pieces, each in an element of its own.
        yield "words of it", re.sub(r"<[^>]*>", "", drawn).replace("&#160;", " ")
        yield "notices", said(self.app)
        yield "copied", "\n".join(self.copied)
        for path in self.state.rglob("*"):
            if path.is_file():
                yield path.name, path.read_text(errors="replace")

    def __call__(self, where: str) -> None:
        self.dialogs.update(type(one) for one in self.app.screen_stack if isinstance(one, Dialog))
        for what, text in self.texts():
            # Only what could be one of them: a screenshot is long, and so is the list of secrets.
            kept = "\n".join(MAY_BE.findall(text))
            assert self.secrets.search(kept) is None, (where, what, kept)


async def walk(pilot: Pilot[int], app: RateApp, look: Looked) -> None:
    author = app.author
    await until(pilot, lambda: author.usage.current is not None, 20)
    await live(pilot)
    look("at first")
    # The account with numbers for ids, and one that is not there.
    await pilot.press("f7")
    await until(pilot, lambda: bool(app.screen_stack[-1] is not author))
    look("accounts")
    await pilot.press(*OWN[:6])
    await pilot.pause(0.1)
    look("accounts, looked for")
    await pilot.press("enter")
    await until(pilot, lambda: app.screen is author)
    await live(pilot)
    look("account of numbers")
    await pilot.press("shift+f7")
    await pilot.pause(0.1)
    look("cycles")
    await pilot.press("escape")
    author.invoice.focus()
    for row in range(10):
        await pilot.press("enter")
        await pilot.pause(0.15)
        look(f"why row {row}")
        if app.screen is not author:
            for key in ("down", "end", "enter", "y"):
                await pilot.press(key)
                await pilot.pause(0.05)
                look(f"why row {row}, {key}")
        while app.screen is not author:
            await pilot.press("escape")
            await pilot.pause(0.05)
        author.invoice.focus()
        await pilot.press("down")
    await pilot.press("y")
    await pilot.pause(0.1)
    look("invoice copied")
    for key in ("left_square_bracket", "right_square_bracket", "f8", "shift+f8", "f10", "f10"):
        await pilot.press(key)
        await live(pilot)
        look(key)


@pytest.mark.parametrize("size", SIZES, ids=["narrow", "wide"])
async def test_no_screen_shows_a_whole_number(
    size: tuple[int, int],
    usage: Path,
    secrets: re.Pattern[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = tmp_path / "state"
    state.mkdir(exist_ok=True)
    plan = tmp_path / "plans" / "smart-20.rate"
    app = shown_over(plan, usage)
    async with app.run_test(size=size) as pilot:
        look = Looked(app, secrets, state)
        await walk(pilot, app, look)
        commands = {one.title: one.callback for one in app.get_system_commands(app.screen)}
        for title, callback in commands.items():
            if title in LEAVING:
                continue
            callback()
            await pilot.pause(0.2)
            look(title)
            for _ in range(4):
                if app.screen is app.author:
                    break
                await pilot.press("escape")
                await pilot.pause(0.05)
            look(f"after {title}")
        # A question about unsaved text, and a bug with a number in it.
        app.author.editor.insert("\n# changed\n")
        await live(pilot)
        await pilot.press("ctrl+q")
        await pilot.pause(0.1)
        look("leaving")
        await pilot.press("escape")
        app.author.post_message(BugFound(ValueError(f"bad +{OWN} of {OWN}")))
        await pilot.pause(0.2)
        look("a bug")
        missed = {one.__name__ for one in every(Dialog)} - {one.__name__ for one in look.dialogs}
        assert missed == set(), "a dialog that this walk does not open"
    with Store.open(usage) as store:
        assert not [one for one in entries(store.connection) if "app walk" in one.reason]


def every(kind: type) -> set[type]:
    found = set()
    for one in kind.__subclasses__():
        found |= {one} | every(one)
    return {one for one in found if one.__module__.startswith("tui")}


def shown_over(plan: Path, usage: Path) -> RateApp:
    """The app over a copy of the plan, since the walk saves it."""
    plan.parent.mkdir(exist_ok=True)
    shared = plan.parent / "shared"
    shared.mkdir(exist_ok=True)
    copyfile(PLANS / "smart-20.rate", plan)
    for one in (PLANS / "shared").iterdir():
        copyfile(one, shared / one.name)
    from ratedsl.lang.textfile import read

    app = RateApp(read(plan), usage, Services())
    app.author.editor.cursor_blink = False
    app.animation_level = "none"
    return app


async def test_with_a_reason_the_account_is_shown_and_logged(
    usage: Path, secrets: re.Pattern[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.db"
    copyfile(usage, own)
    app = shown_over(tmp_path / "plans" / "smart-20.rate", own)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: app.author.usage.current is not None, 20)
        await live(pilot)
        await pilot.press("f7")
        await until(pilot, lambda: app.screen is not app.author)
        await pilot.press(*OWN[:6], "enter")
        await until(pilot, lambda: app.screen is app.author)
        await live(pilot)
        assert secrets.search(screen_text(app)) is None
        commands = {one.title: one.callback for one in app.get_system_commands(app.screen)}
        (unmask,) = [call for title, call in commands.items() if title.startswith("Unmask")]
        unmask()
        await until(pilot, lambda: app.screen is not app.author)
        await pilot.press(*"app walk of 4711", "enter")
        await until(pilot, lambda: app.author.unmasking.lifted)
        await until(pilot, lambda: NAME.split()[0] in screen_text(app) or OWN in screen_text(app))
    assert is_masked()
    with Store.open(own) as store:
        assert "app walk of 4711" in entries(store.connection)[-1].reason
