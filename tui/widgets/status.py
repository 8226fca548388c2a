"""The title line: which file, whose bill, and how true what you see is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ratedsl.report.safe import safe_text
from tui.widgets.line_table import fit


class State(StrEnum):
    """How the invoice stands to the text; each has a glyph, never a colour alone."""

    WAITING = "○"
    WORKING = "◌"
    LIVE = "●"
    UNSAVED = "◐"
    STALE = "✖"


@dataclass(frozen=True, slots=True)
class Status:
    """What the title line says."""

    file: str = ""
    dirty: bool = False
    who: str = ""
    state: State = State.WAITING
    words: str = ""


class StatusLine(Widget):
    """One row at the top of the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--name", "status--file", "status--state"}
    status: reactive[Status] = reactive(Status())

    def render_line(self, y: int) -> Strip:
        """The row; the file name gives way first where there is no room."""
        one = self.status
        state = safe_text(f"{one.state} {one.words}".strip())
        parts = [part for part in (safe_text(one.who), state) if part]
        taken = len(" ratedsl  ") + sum(len(part) + 2 for part in parts) + 1
        room = max(self.size.width - taken, 0)
        name = safe_text(one.file) + ("*" if one.dirty else "")
        base = self.rich_style
        bold = self.get_component_rich_style("status--name")
        file = self.get_component_rich_style("status--file")
        alert = self.get_component_rich_style("status--state")
        segments = [
            Segment(" ratedsl  ", bold),
            Segment(fit(name, min(room, len(name) + 2)).rstrip() or "…", file),
        ]
        if one.who:
            segments.append(Segment(f"  {safe_text(one.who)}", base))
        segments.append(Segment(f"  {state}", alert if one.state is State.STALE else base))
        return Strip(segments).adjust_cell_length(self.size.width, base)
