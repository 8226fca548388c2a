"""Choosing one of many by typing a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui.screens.dialog import Dialog
from tui.widgets.line_table import Cell, LineTable, Row, fit, set_border


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: `value` is the answer; `name` and `about` are shown and searched."""

    value: str
    name: str
    about: str = ""


class ChoiceTable(LineTable):
    """The choices that match what was typed."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        """All choices match at first."""
        super().__init__(id="choices")
        self._all = choices
        self.shown: Sequence[Choice] = choices
        self._name_width = min(max((len(one.name) for one in choices), default=0), 32)

    def narrow(self, words: str) -> None:
        """Keep the choices in which each of the words occurs."""
        wanted = words.lower().split()
        self.shown = [
            one for one in self._all if all(w in f"{one.name} {one.about}".lower() for w in wanted)
        ]
        self.changed()
        self.go_to(0)

    def count(self) -> int:
        """One row a choice, or one that says there is none."""
        return len(self.shown) or 1

    def selectable(self, index: int) -> bool:
        """Every choice."""
        return bool(self.shown)

    def draw(self, index: int, width: int) -> Row:
        """Name, then what there is to know."""
        if not self.shown:
            return [Cell("nothing matches", "faint")]
        one = self.shown[index]
        name = fit(one.name, min(self._name_width, width))
        return [Cell(name, "strong"), Cell("  " + fit(one.about, max(width - len(name) - 2, 0)))]


class Picker(Dialog[str]):
    """Answers the value of the chosen one, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False, id="picker.up"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="picker.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="picker.page_down"),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: str = "") -> None:
        """The cursor begins at the choice whose value is `current`."""
        super().__init__()
        self._title, self._choices, self._current = title, choices, current

    def compose(self) -> ComposeResult:
        """A filter, and what it lets through."""
        with Vertical(classes="dialog -large") as box:
            set_border(box, self._title, "type to filter · ⏎ choose · esc close")
            yield Input(placeholder="filter", id="filter", compact=True)
            yield ChoiceTable(self._choices)

    def on_mount(self) -> None:
        """Start at the current choice."""
        values = [one.value for one in self._choices]
        table = self.query_one(ChoiceTable)
        table.can_focus = False
        if self._current in values:
            self.call_after_refresh(table.go_to, values.index(self._current))

    @on(Input.Changed, "#filter")
    def narrow(self, event: Input.Changed) -> None:
        """Fewer choices with each letter."""
        self.query_one(ChoiceTable).narrow(event.value)

    @on(Input.Submitted, "#filter")
    def choose(self) -> None:
        """Enter takes the choice under the cursor."""
        self.query_one(ChoiceTable).action_choose()

    def on_line_table_chosen(self, event: LineTable.Chosen) -> None:
        """Answer."""
        table = self.query_one(ChoiceTable)
        self.dismiss(table.shown[event.index].value)

    def action_move(self, by: int) -> None:
        """Arrows move in the list while the filter has the keys."""
        self.query_one(ChoiceTable).action_move(by)

    def action_page(self, by: int) -> None:
        """So do the page keys."""
        self.query_one(ChoiceTable).action_page(by)
