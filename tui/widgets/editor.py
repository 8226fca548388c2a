"""The plan editor: a text area that knows the language's words and the check's findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.highlight import Token, tokens
from ratedsl.report.safe import safe_text
from tui.widgets import palette
from tui.widgets.document import RateDocument

COLOURED = 2_000  # characters of a line; nobody reads on, and a pasted dump must not stall keys
ERROR_SIGN, WARNING_SIGN = "✖", "▲"
_ROW_OF_KEY = 2  # where a key of TextArea's line cache names the row
_HIDDEN = "␦"  # stands for a hidden character that has no picture of its own


@dataclass(frozen=True, slots=True)
class Mark:
    """An underlined stretch of one line; columns count from 0, `end` exclusive."""

    start: int
    end: int
    error: bool


def marks_of(found: Iterable[Diagnostic], path: str) -> dict[int, list[Mark]]:
    """The marks of the findings in the file `path`, by row from 0."""
    marks: dict[int, list[Mark]] = {}
    for one in found:
        if one.span.path == path:
            mark = Mark(one.span.column - 1, max(one.span.end - 1, one.span.column), one.is_error)
            marks.setdefault(one.span.line - 1, []).append(mark)
    return marks


def visible(line: str) -> str:
    """The line with each dangerous character replaced by one visible one: columns stay."""
    if line.isprintable():
        return line
    return "".join(
        character if character == "\t" or character.isprintable() else _picture(character)
        for character in line
    )


def _picture(character: str) -> str:
    shown = safe_text(character)
    return shown if len(shown) == 1 else _HIDDEN


@lru_cache(maxsize=4_096)
def _tokens(line: str) -> list[Token]:
    """Most lines are the same as at the last paint."""
    return tokens(line)


class RateEditor(TextArea):
    """Edits the text of one `.rate` file; never changes what the user did not touch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("alt+up", "move_line(-1)", "Move line up", show=False, id="editor.line_up"),
        Binding("alt+down", "move_line(1)", "Move line down", show=False, id="editor.line_down"),
        Binding("escape", "leave", "Leave the editor", show=False, id="editor.leave"),
    ]

    class Left(Message):
        """Escape was pressed: the keys should go elsewhere."""

    def __init__(self, id: str) -> None:
        """An empty editor."""
        super().__init__(
            "",
            id=id,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="focus",
            max_checkpoints=500,
        )
        self.indent_width = 2
        self._marks: Mapping[int, list[Mark]] = {}
        self._notes: Mapping[int, str] = {}
        self._found: tuple[str, int] = ("", -1)
        # The function keys belong to the app; TextArea would select with these two.
        for key in ("f6", "f7"):
            self._bindings.key_to_bindings.pop(key, None)

    # Text ----------------------------------------------------------------------------

    def _set_document(self, text: str, language: str | None) -> None:
        self._highlight_query = None
        self.document = RateDocument(text)
        self.wrapped_document = WrappedDocument(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def merge_text(self, text: str) -> None:
        """Turn the buffer into `text` as one edit that undo takes back.

        Only lines that differ are replaced, so the cursor and the view stay where they were.
        """
        old, new = self.document.lines, text.split("\n")
        top = 0
        while top < min(len(old), len(new)) and old[top] == new[top]:
            top += 1
        if top == len(old) == len(new):
            return
        tail = 0
        while tail < min(len(old), len(new)) - top and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        painted = {key: self._line_cache[key] for key in tuple(self._line_cache.keys())}
        size, rows_stay = self.virtual_size, len(old) == len(new)
        cursor = self.cursor_location
        changed = new[top : len(new) - tail]
        last = len(old) - tail
        self.history.checkpoint()
        if last < len(old):  # whole lines, with their line ends
            inserted = "".join(line + "\n" for line in changed)
            self.replace(inserted, (top, 0), (last, 0))
        elif top > 0:
            inserted = "".join("\n" + line for line in changed)
            self.replace(inserted, (top - 1, len(old[top - 1])), self.document.end)
        else:
            self.replace("\n".join(changed), (0, 0), self.document.end)
        self.history.checkpoint()
        row = min(cursor[0], self.document.line_count - 1)
        self.selection = Selection.cursor((row, min(cursor[1], len(self.document.get_line(row)))))
        if rows_stay and size == self.virtual_size:
            self._keep_painted(painted, range(top, last))

    def _keep_painted(self, painted: Mapping[tuple[object, ...], Strip], changed: range) -> None:
        """Put back what is painted of rows that have not changed.

        Textual forgets all rows at every edit, and painting them anew takes longer than
        checking the plan does.
        """
        for key, strip in painted.items():
            if isinstance(key[_ROW_OF_KEY], int) and key[_ROW_OF_KEY] not in changed:
                self._line_cache[key] = strip

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a place counted from 1, cut to what exists, and centre it."""
        row = max(0, min(line - 1, self.document.line_count - 1))
        place = (row, max(0, min(column - 1, len(self.document.get_line(row)))))
        self.move_cursor(place, center=True, record_width=True)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._new_line()
            return
        if not event.is_printable and await self._act_at_once(event.key):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    async def _act_at_once(self, key: str) -> bool:
        """Run the editor's own binding of `key`, if it has one.

        Textual lets the key travel up to the app first. In a burst of keys, letters that are
        typed after an arrow would then arrive before it, and stand in the wrong place.
        """
        active = self.screen.active_bindings.get(key)
        if active is None or active.node is not self or not active.enabled:
            return False
        await self.run_action(active.binding.action)
        return True

    def _new_line(self) -> None:
        """Break the line; a record's or fact's next line is indented, after a blank one not."""
        start, end = sorted(self.selection)
        line = self.document.get_line(start[0])
        if start == end and line.isspace() and start[1] == len(line):
            self._replace_via_keyboard("\n", (start[0], 0), end)
            return
        before = line[: start[1]]
        opens = bool(before.strip()) and not before.startswith(("#", "use "))
        self._replace_via_keyboard("\n  " if opens else "\n", start, end)

    async def _on_paste(self, event: events.Paste) -> None:
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        event.prevent_default()
        event.stop()
        if not self.read_only and (done := self._replace_via_keyboard(text, *self.selection)):
            self.move_cursor(done.end_location)

    def action_move_line(self, by: int) -> None:
        """Swap the cursor's line with its neighbour."""
        row, column = self.cursor_location
        other = row + by
        if self.read_only or not 0 <= other < self.document.line_count:
            return
        top, bottom = min(row, other), max(row, other)
        first, second = self.document.get_line(top), self.document.get_line(bottom)
        self.history.checkpoint()
        self.replace(f"{second}\n{first}", (top, 0), (bottom, len(second)))
        self.history.checkpoint()
        self.move_cursor((other, column))

    def action_leave(self) -> None:
        """Hand the keys to whatever waits for them."""
        self.post_message(self.Left())

    # Paint ---------------------------------------------------------------------------

    def set_marks(self, marks: Mapping[int, list[Mark]]) -> None:
        """Show these findings in place of the ones before."""
        if marks != self._marks:
            self._marks = marks
            self._repaint()

    def set_notes(self, notes: Mapping[int, str]) -> None:
        """Show words at the right edge of rows that leave room for them."""
        rows = self._notes.keys() | notes.keys()
        changed = [row for row in rows if self._notes.get(row) != notes.get(row)]
        self._notes = notes
        for row in changed:  # notes lie over the cached lines, so only these rows are painted
            self.refresh_lines(row)

    def set_found(self, words: str, row: int) -> None:
        """Show where the searched words stand in `row`; none if `words` is empty."""
        if (words, row) != self._found:
            self._found = (words, row)
            self._repaint()

    def _repaint(self) -> None:
        # The cache's key knows nothing of marks, so that it has to go.
        self._line_cache.clear()
        self.refresh()

    @property
    def _dark(self) -> bool:
        return bool(self.app.current_theme.dark)

    def get_line(self, line_index: int) -> Text:
        """The line as it is shown: coloured, marked, and without dangerous characters."""
        line = self.document.get_line(line_index)
        text = Text(visible(line), end="", no_wrap=True)
        styles = palette.DARK if self._dark else palette.LIGHT
        for kind, start, end in _tokens(line[:COLOURED]):
            text.stylize(styles[kind], start, end)
        for mark in self._marks.get(line_index, ()):
            colour = (palette.ERROR if mark.error else palette.WARNING)[self._dark].color
            text.stylize(Style(underline=True, color=colour), mark.start, mark.end)
        words, row = self._found
        if words and row == line_index:
            self._stylize_found(text, line, words)
        return text

    @staticmethod
    def _stylize_found(text: Text, line: str, words: str) -> None:
        low, sought = line.lower(), words.lower()
        at = low.find(sought)
        while at >= 0:
            text.stylize(palette.FOUND, at, at + len(sought))
            at = low.find(sought, at + len(sought))

    def render_line(self, y: int) -> Strip:
        """One visible row, with its sign in the gutter and its note at the right edge."""
        strip = super().render_line(y)
        row = y + self.scroll_offset.y  # lines do not wrap, so rows are lines
        strip = self._with_sign(strip, row)
        note = self._notes.get(row)
        return strip if note is None else self._with_note(strip, row, note)

    def _with_sign(self, strip: Strip, row: int) -> Strip:
        marks = self._marks.get(row)
        at = self.gutter_width - 2
        if not marks or at < 1:
            return strip
        error = any(mark.error for mark in marks)
        style = (palette.ERROR if error else palette.WARNING)[self._dark]
        ground = next((s.style for s in strip if s.style is not None), Style())
        sign = Segment(ERROR_SIGN if error else WARNING_SIGN, ground + style)
        return Strip.join([strip.crop(0, at), Strip([sign], 1), strip.crop(at + 1)])

    def _with_note(self, strip: Strip, row: int, note: str) -> Strip:
        width = self.scrollable_content_region.width
        line = self.document.get_line(row)
        if self.gutter_width + len(line) + len(note) + 3 > width or self.scroll_offset.x:
            return strip
        ground = next(reversed([s.style for s in strip if s.style is not None]), Style())
        words = Segment(note, ground + palette.NOTE[self._dark])
        at = width - len(note) - 1
        return Strip.join([strip.crop(0, at), Strip([words], len(note)), strip.crop(width - 1)])
