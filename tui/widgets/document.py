"""The editor's text model: lines as the language counts them."""

from __future__ import annotations

from textual.document._document import Document, EditResult, Location


class RateDocument(Document):
    """A document whose lines end at `\\n` and nowhere else.

    Textual's own takes a form feed or a Unicode separator for a line end too, so that
    saving would replace it, and places from `check` would be off by a line.
    """

    def __init__(self, text: str) -> None:
        """Hold `text`, whose line ends are `\\n`."""
        super().__init__("")
        self._newline = "\n"
        self._lines = text.split("\n")

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Put `text` in place of the range, and tell where it ends and what it replaced."""
        (top, left), (bottom, right) = sorted((start, end))
        lines = self._lines
        replaced = self.get_text_range((top, left), (bottom, right))
        before = lines[top][:left] if top < len(lines) else ""
        after = lines[bottom][right:] if bottom < len(lines) else ""
        inserted = text.split("\n")
        inserted[0] = before + inserted[0]
        column = len(inserted[-1])
        inserted[-1] += after
        lines[top : bottom + 1] = inserted
        return EditResult((top + len(inserted) - 1, column), replaced)
