"""The list of findings under the editor."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.safe import safe_text
from tui.widgets.editor import ERROR_SIGN, WARNING_SIGN
from tui.widgets.line_table import Cell, LineTable, Row, fit, set_border, wrap


def count_words(found: Sequence[Diagnostic]) -> str:
    """`1 error · 2 warnings`, or that there are none."""
    errors = sum(one.is_error for one in found)
    warnings = len(found) - errors
    parts = [
        f"{count} {word}{'s' if count != 1 else ''}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " · ".join(parts) or "none"


class ProblemTable(LineTable):
    """Findings with glyph, place, code and message; those of the open file come first."""

    def __init__(self, id: str) -> None:
        """Without findings."""
        super().__init__(id=id)
        self.found: Sequence[Diagnostic] = ()
        self._path = ""
        self._checked = False
        self._lines: list[tuple[int, str, str]] = []  # which finding, its head, its words
        self._width = 0

    def show(self, found: Sequence[Diagnostic], path: str) -> None:
        """Show the findings of the plan whose open file is `path`."""
        here = [one for one in found if one.span.path == path]
        elsewhere = [one for one in found if one.span.path != path]
        self.found, self._path, self._checked = here + elsewhere, path, True
        set_border(self, f"Problems: {count_words(found)}" if found else "Problems")
        self._lay_out()
        self.changed()
        self.show_help()

    def _lay_out(self) -> None:
        """Messages wrap, for they are what the list is there for."""
        self._width = self.scrollable_content_region.width
        self._lines = []
        for at, one in enumerate(self.found):
            head = self._head(one)
            for words in wrap(one.message, max(self._width - len(head), 20)):
                self._lines.append((at, head, words))
                head = " " * len(head)

    def on_resize(self) -> None:
        """Messages wrap at the new width."""
        if self.scrollable_content_region.width != self._width:
            self._lay_out()
        super().on_resize()

    @property
    def current(self) -> Diagnostic | None:
        """The finding under the cursor."""
        return self.at(self.cursor)

    def at(self, row: int) -> Diagnostic | None:
        """The finding that stands in a row."""
        return self.found[self._lines[row][0]] if row < len(self._lines) else None

    def point_at(self, index: int) -> None:
        """Put the cursor on the finding with this index."""
        self.go_to(next((row for row, line in enumerate(self._lines) if line[0] == index), 0))

    def show_help(self) -> None:
        """Put the remedy of the finding under the cursor into the border."""
        one = self.current
        width = max(self.size.width - 8, 10)
        words = fit(f"help: {one.help}", width).rstrip() if one and one.help else ""
        set_border(self, subtitle=words)

    def on_line_table_moved(self) -> None:
        """Another finding, another remedy."""
        self.show_help()

    def next_from(self, line: int, step: int) -> int | None:
        """The index of the nearest finding of the open file after (or before) `line`, around."""
        here = [(one.span.line, at) for at, one in enumerate(self.found) if self._is_here(one)]
        if not here:
            return 0 if self.found else None
        if step > 0:
            return next((at for place, at in here if place > line), here[0][1])
        return next((at for place, at in reversed(here) if place < line), here[-1][1])

    def index_of_line(self, line: int) -> int | None:
        """The first finding in a line of the open file."""
        lines = ((at, one) for at, one in enumerate(self.found) if self._is_here(one))
        return next((at for at, one in lines if one.span.line == line), None)

    def _is_here(self, one: Diagnostic) -> bool:
        return one.span.path == self._path

    def _head(self, one: Diagnostic) -> str:
        place = f"{one.span.line}:{one.span.column}"
        if not self._is_here(one):
            place = f"{safe_text(one.span.path.rsplit('/', 1)[-1])}:{place}"
        return f"{ERROR_SIGN if one.is_error else WARNING_SIGN} {place:>6} {one.code} "

    def count(self) -> int:
        """The findings' rows, or one that says there are none."""
        return len(self._lines) or 1

    def selectable(self, index: int) -> bool:
        """The first row of each finding leads to its place."""
        return index < len(self._lines) and not self._lines[index][1].isspace()

    def draw(self, index: int, width: int) -> Row:
        """`✖ 11:21 E214 message`, and the rest of a long message below it."""
        if not self._lines:
            words = "✔ no problems" if self._checked else "checking …"
            return [Cell(fit(words, width), "faint")]
        at, head, words = self._lines[index]
        style = "error" if self.found[at].is_error else "warning"
        return [Cell(head, style), Cell(fit(words, max(width - len(head), 0)))]
