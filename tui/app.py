"""The app itself: starting, helping, quitting, and failing without a mess."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ratedsl.cli.crash import record_crash
from ratedsl.lang.textfile import TextFile, read
from tui.help import help_lines
from tui.screens.author import AuthorScreen
from tui.screens.dialog import Ask, Show
from tui.services import Services

FAILED = 2


class RateApp(App[int]):
    """Edits one plan at a time and shows one account's invoice beside it."""

    TITLE = "ratedsl"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit"),
        Binding("f1", "help", "Help", key_display="F1", id="help"),
    ]

    def __init__(
        self, file: TextFile, usage: Path | None = None, services: Services | None = None
    ) -> None:
        """Edit `file`; bill from the database `usage`, if there is one."""
        super().__init__()
        self.author = AuthorScreen(file, usage, services or Services())

    def get_default_screen(self) -> Screen[None]:
        """The one screen there is."""
        return self.author

    def on_mount(self) -> None:
        """A closed terminal and a polite kill keep unsaved text too."""
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self._ended_from_outside)

    def _ended_from_outside(self) -> None:
        self.author.files.keep()
        self.exit(FAILED)

    async def action_quit(self) -> None:
        """Quit; asks first if there is text that is not saved."""
        files = self.author.files
        if not files.dirty:
            files.keep()  # drops what was kept while typing
            self.exit(0)
            return
        if isinstance(self.screen, Ask):
            return

        def answer(key: str | None) -> None:
            if key == "s":
                files.save(lambda: self.exit(0))
            elif key == "q":
                if files.keep():
                    self.exit(0)
                else:
                    self.author.say("the text cannot be kept: the state folder is closed", "error")
            elif key == "x":
                files.give_up()
                self.exit(0)

        choices = [
            ("s", "save and quit"),
            ("q", "quit; the text is kept and offered at the next start"),
            ("x", "quit and throw the changes away"),
        ]
        self.push_screen(Ask(f"{files.path.name} has unsaved changes.", choices), answer)

    def action_help(self) -> None:
        """The keys that act here."""
        if isinstance(self.screen, Show):
            return
        self.push_screen(Show("Help", help_lines(self.screen), "esc close"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers besides Textual's own commands."""
        author = self.author
        if screen is author:
            yield SystemCommand("Save", "Write the plan to disk", author.action_save)
            yield SystemCommand("Open file", "Another file of the folder", author.action_open)
            yield SystemCommand("Account", "Choose whose bill is shown", author.action_account)
            if author.unmasking.lifted:
                yield SystemCommand("Mask", "Hide numbers and names again", author.action_mask)
            else:
                yield SystemCommand(
                    "Unmask", "Numbers and names in full, for a reason", author.action_unmask
                )
            yield SystemCommand("Cycle", "Choose the bill cycle", author.action_pick_cycle)
            yield SystemCommand(
                "Contract summary", "What EU consumers read before signing", author.action_summary
            )
            yield SystemCommand(
                "Broadband label", "What US consumers read before buying", author.action_label
            )
            yield SystemCommand("Find", "Find words in the plan", author.action_find)
            yield SystemCommand("Go to line", "By its number", author.action_line)
            yield SystemCommand("Zoom", "One pane alone, or all", author.action_zoom)
            yield SystemCommand(
                "Read usage again", "After an import into the database", author.usage.start
            )
            yield SystemCommand(
                "Reload from disk", "Undo brings your text back", author.files.changes.reload
            )
            yield SystemCommand(
                "Difference to disk",
                "What saving would change",
                author.files.changes.show_difference,
            )
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Help", "The keys that act here", self.action_help)
        yield SystemCommand("Quit", "Leave the app", self.action_quit)

    def _fatal_error(self) -> None:
        """After a bug: keep the text, write the traceback to a file, say where in one line."""
        with suppress(Exception):
            self.author.files.keep()
        error = self._exception or RuntimeError("unknown error")
        log = record_crash(error)
        where = f"details in {log}" if log else "the state folder is not writable"
        line = f"ratedsl: internal error: {type(error).__name__}; {where}"
        if self.author.files.dirty:
            line += "; unsaved text is kept and offered at the next start"
        self.bell()
        self._exit_renderables.append(Text(line))
        self._close_messages_no_wait()


def run(plan: Path | None, usage: Path | None) -> int:
    """Run the app until the user quits, and return the exit code.

    Without `plan`, the first plan in `plans/` or in the current folder is opened; without
    `usage`, the demo's database if it is there. Raises `FileTrouble` where there is nothing
    to open.
    """
    from tui.start import find_plan, find_usage  # noqa: PLC0415

    app = RateApp(read(find_plan(plan)), find_usage(usage))
    code = app.run()
    if app.return_code:
        return FAILED
    return code or 0
