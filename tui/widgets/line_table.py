"""A table of one-line rows that draws only what is visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from ratedsl.report.safe import safe_text

# The styles that a cell may name; each is a component class of the table.
STYLES = ("plain", "head", "strong", "faint", "up", "down", "error", "warning", "mark", "flash")


class Cell(NamedTuple):
    """A piece of a row: any text, and one of `STYLES`."""

    text: str
    style: str = "plain"


Row = Sequence[Cell]


def fit(text: str, width: int, right: bool = False) -> str:
    """The text, safe to show, in exactly `width` cells; `…` stands for what is cut."""
    text = safe_text(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)


def wrap(text: str, width: int) -> list[str]:
    """The text, safe to show, in lines of at most `width` cells, broken at spaces where it can."""
    lines: list[str] = []
    rest = safe_text(text).strip()
    while cell_len(rest) > width > 0:
        head = set_cell_size(rest, width).rstrip()
        if rest[len(head) : len(head) + 1] != " " and " " in head:
            head = head[: head.rindex(" ")].rstrip()
        head = head or rest[:1]  # one character that is wider than the line
        lines.append(head)
        rest = rest[len(head) :].lstrip()
    return [*lines, rest] if rest or not lines else lines


def set_border(widget: Widget, title: str | None = None, subtitle: str | None = None) -> None:
    """Put words into a widget's border: any text, none of it taken for markup.

    A widget that says the same already is left alone: setting a border paints all of it.
    """
    if title is not None:
        words = Content(safe_text(title)) if title else None
        if widget.border_title != (words.markup if words else None):
            widget.border_title = words
    if subtitle is not None:
        words = Content(safe_text(subtitle)) if subtitle else None
        if widget.border_subtitle != (words.markup if words else None):
            widget.border_subtitle = words


class LineTable(ScrollView, can_focus=True):
    """A list with a cursor. Subclasses say how many rows there are and draw one at a time.

    Whatever a row's text holds, it reaches the terminal as plain visible characters: never
    as markup, control characters or escape sequences.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--cursor",
        "line-table--cursor-blurred",
        *(f"line-table--{style}" for style in STYLES),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Row up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Row down", show=False, id="table.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("home,g", "first", "First row", show=False, id="table.first"),
        Binding("end,G", "last", "Last row", show=False, id="table.last"),
        Binding("enter", "choose", "Choose", show=False, id="table.choose"),
    ]
    DEFAULT_CSS = """
    LineTable { overflow-x: hidden; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Chosen(Message):
        """Enter or a click on a row."""

        table: LineTable
        index: int

        @property
        def control(self) -> LineTable:
            """The table, so that handlers can select by its id."""
            return self.table

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        table: LineTable
        index: int

        @property
        def control(self) -> LineTable:
            """The table, so that handlers can select by its id."""
            return self.table

    def __init__(self, id: str | None = None) -> None:
        """An empty table."""
        super().__init__(id=id)
        self._known_styles: dict[str, Style] = {}

    # What subclasses say ------------------------------------------------------------

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def draw(self, index: int, width: int) -> Row:
        """The cells of one row, `width` cells wide or less."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on the row."""
        return True

    # What the table does ------------------------------------------------------------

    def changed(self) -> None:
        """Paint anew after the rows have changed; the cursor stays where it can."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.count())
        self.cursor = self._nearest(min(self.cursor, max(self.count() - 1, 0)), 1)
        self.refresh()

    def go_to(self, index: int) -> None:
        """Put the cursor on a row and bring it into view."""
        self.cursor = self._nearest(index, 1)
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)

    def validate_cursor(self, index: int) -> int:
        """A row that exists, or 0 in an empty table."""
        return max(0, min(index, self.count() - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint both rows and tell who listens."""
        self.refresh()
        if old != new:
            self.post_message(self.Moved(self, new))

    def on_resize(self) -> None:
        """Rows are drawn to the new width."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.count())
        self.refresh()

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor row shows whether keys go here."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible rows; styles are looked up once for all of them."""
        self._known_styles.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One visible row."""
        width = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        base = self._style("plain")
        if not 0 <= index < self.count():
            return Strip.blank(width, base)
        # Characters are made safe here too: a subclass that forgets cannot do harm.
        segments = [
            Segment(safe_text(cell.text), self._style(cell.style))
            for cell in self.draw(index, width)
        ]
        strip = Strip(segments).adjust_cell_length(width, base)
        if index == self.cursor and self.selectable(index):
            name = "cursor" if self.has_focus else "cursor-blurred"
            full = self._style(name)
            mark = Style(bgcolor=full.bgcolor, bold=full.bold, reverse=full.reverse)
            return Strip([Segment(s.text, (s.style or base) + mark) for s in strip], width)
        return strip.apply_style(base)

    def _style(self, name: str) -> Style:
        style = self._known_styles.get(name)
        if style is None:
            style = self.get_component_rich_style(f"line-table--{name}")
            self._known_styles[name] = style
        return style

    def action_move(self, by: int) -> None:
        """Move the cursor over rows that can be selected."""
        target = self.cursor + by
        if 0 <= target < self.count():
            nearest = self._nearest(target, by)
            if (nearest - self.cursor) * by > 0:
                self.go_to(nearest)
                return
        # Nothing more to select there: let headings and notes at the edge come into view.
        self.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Move by what is visible."""
        page = max(self.scrollable_content_region.height - 1, 1)
        target = max(0, min(self.cursor + by * page, self.count() - 1))
        self.go_to(self._nearest(target, by))

    def action_first(self) -> None:
        """Go to the first row."""
        self.go_to(self._nearest(0, 1))
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        """Go to the last row."""
        self.go_to(self._nearest(self.count() - 1, -1))
        self.scroll_end(animate=False)

    def action_choose(self) -> None:
        """Tell who listens that the row is wanted."""
        if self.count() and self.selectable(self.cursor):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Select the row under the pointer; a second click on it chooses it."""
        index = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= index < self.count() and self.selectable(index):
            again = event.chain > 1
            self.cursor = index
            if again:
                self.action_choose()

    def _nearest(self, index: int, step: int) -> int:
        """The selectable row nearest to `index`, looking in the direction of `step` first."""
        step = 1 if step > 0 else -1
        for way in (step, -step):
            at = index
            while 0 <= at < self.count():
                if self.selectable(at):
                    return at
                at += way
        return index
