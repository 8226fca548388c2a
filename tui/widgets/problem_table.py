"""The list of findings under the editor."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.lang.diagnostics import Diagnostic
from tui.widgets.editor import ERROR_SIGN, WARNING_SIGN
from tui.widgets.line_table import Cell, LineTable, Row, fit, set_border


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

    def show(self, found: Sequence[Diagnostic], path: str) -> None:
        """Show the findings of the plan whose open file is `path`."""
        here = [one for one in found if one.span.path == path]
        elsewhere = [one for one in found if one.span.path != path]
        self.found, self._path, self._checked = here + elsewhere, path, True
        set_border(self, f"Problems: {count_words(found)}" if found else "Problems")
        self.changed()
        self.show_help()

    def show_help(self) -> None:
        """Put the remedy of the finding under the cursor into the border."""
        one = self.found[self.cursor] if self.found else None
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

    def count(self) -> int:
        """One row a finding, or one that says there are none."""
        return len(self.found) or 1

    def selectable(self, index: int) -> bool:
        """Findings lead to their place."""
        return bool(self.found)

    def draw(self, index: int, width: int) -> Row:
        """`✖ 11:21 E214 message`."""
        if not self.found:
            words = "✔ no problems" if self._checked else "checking …"
            return [Cell(fit(words, width), "faint")]
        one = self.found[index]
        sign, style = (ERROR_SIGN, "error") if one.is_error else (WARNING_SIGN, "warning")
        place = f"{one.span.line}:{one.span.column}"
        if not self._is_here(one):
            place = f"{one.span.path.rsplit('/', 1)[-1]}:{place}"
        head = f"{sign} {place:>6} {one.code} "
        return [Cell(head, style), Cell(fit(one.message, max(width - len(head), 0)))]
