"""Ways through the plan: findings, clauses, found words, and the folder's other files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.lang.source import Span
from tui.screens.picker import Choice, Picker
from tui.usage_desk import plan_id
from tui.widgets.line_table import set_border

if TYPE_CHECKING:
    from tui.screens.author import AuthorScreen

MOST_FILES = 2_000


class Places:
    """Moves the cursor to where something is said."""

    def __init__(self, screen: AuthorScreen) -> None:
        """For the screen's editor and tables."""
        self._screen = screen
        self._origin = (0, 0)  # where the search began

    def jump(self, span: Span) -> None:
        """Show a clause in the editor, in whichever file it stands."""
        screen = self._screen
        here = screen.files.path

        def go() -> None:
            screen.editor.go_to(span.line, span.column)
            screen.editor.focus()

        if span.path == str(here) or os.path.realpath(span.path) == os.path.realpath(here):
            go()
        else:
            screen.files.open(Path(span.path), go)

    # Findings ----------------------------------------------------------------------------

    def go_to_problem(self, step: int) -> None:
        """The next finding after the cursor, or the one before it, and around."""
        screen = self._screen
        index = screen.problems.next_from(screen.editor.cursor_location[0] + 1, step)
        if index is None:
            screen.say("no problems")
            return
        screen.problems.point_at(index)
        self.jump(screen.problems.found[index].span)

    def cursor_moved(self) -> None:
        """Show the place, and the finding that stands in the cursor's line."""
        screen = self._screen
        row, column = screen.editor.cursor_location
        set_border(screen.editor, subtitle=f"{row + 1}:{column + 1}")
        if not screen.problems.has_focus:
            index = screen.problems.index_of_line(row + 1)
            if index is not None:
                screen.problems.point_at(index)

    def show_row(self) -> None:
        """In the invoice's border, what the row under its cursor has no room for."""
        invoice = self._screen.invoice
        row = invoice.row_at(invoice.cursor)
        words = invoice.cut_words(row) if row and invoice.has_focus else ""
        set_border(invoice, subtitle=words)

    # Words -------------------------------------------------------------------------------

    def begin_search(self) -> None:
        """Search from the cursor on."""
        self._origin = self._screen.editor.cursor_location

    def find(self, words: str, step: int) -> None:
        """Go to where `words` stand: at or after the search's start, or the next one or before."""
        editor, bar = self._screen.editor, self._screen.find_bar
        if not words:
            editor.set_found("", -1)
            bar.say("")
            return
        low = words.lower()
        spots: list[tuple[int, int]] = []
        for row, line in enumerate(editor.document.lines):
            at = line.lower().find(low)
            while at >= 0:
                spots.append((row, at))
                at = line.lower().find(low, at + len(low))
        if not spots:
            editor.set_found("", -1)
            bar.say("not found")
            return
        spot = self._pick(spots, step)
        self._origin = spot
        editor.go_to(spot[0] + 1, spot[1] + 1)
        editor.set_found(words, spot[0])
        bar.say(f"{spots.index(spot) + 1} of {len(spots)}")

    def _pick(self, spots: list[tuple[int, int]], step: int) -> tuple[int, int]:
        if step < 0:
            return next((one for one in reversed(spots) if one < self._origin), spots[-1])
        if step > 0:
            return next((one for one in spots if one > self._origin), spots[0])
        return next((one for one in spots if one >= self._origin), spots[0])

    def end_search(self) -> None:
        """Back to the text."""
        self._screen.editor.set_found("", -1)
        self._screen.editor.focus()

    # Files -------------------------------------------------------------------------------

    def pick_file(self) -> None:
        """Choose one of the `.rate` files of the plan's root."""
        screen = self._screen
        here = screen.files.path
        root = screen.services.plan_root(here)
        choices = [
            Choice(str(path), os.path.relpath(path, root), _title(path)) for path in _files(root)
        ]
        current = next(
            (one.value for one in choices if os.path.realpath(one.value) == os.path.realpath(here)),
            "",
        )

        def chosen(path: str | None) -> None:
            if path is not None:
                screen.files.open(Path(path))

        screen.app.push_screen(Picker(f"Open: {root}", choices, current), chosen)


def _files(root: Path) -> list[Path]:
    """The `.rate` files below `root`; hidden folders and links to folders are passed over."""
    found: list[Path] = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        found += [
            Path(folder, name)
            for name in sorted(names)
            if name.endswith(".rate") and not name.startswith(".")
        ]
        if len(found) >= MOST_FILES:
            break
    return found[:MOST_FILES]


def _title(path: Path) -> str:
    """The plan's id, or that the file lends its records to others."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            head = stream.read(4_000)
    except OSError:
        return ""
    return plan_id(head) or "library"
