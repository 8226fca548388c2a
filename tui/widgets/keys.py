"""The bottom line: the keys that act here and now."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


class KeyLine(Widget):
    """Shows the bindings that are in force and meant to be shown; a click presses one.

    Lighter than Textual's footer, which mounts a widget for each key at every change of
    focus.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--off"}

    def __init__(self) -> None:
        """Filled once the screen knows its bindings."""
        super().__init__()
        self._spots: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """As many keys as fit."""
        width, base = self.size.width, self.rich_style
        bold = self.get_component_rich_style("keys--key")
        faint = self.get_component_rich_style("keys--off")
        segments: list[Segment] = []
        self._spots = []
        at = 0
        seen: set[str] = set()
        # Where not all fit, help tells of the others, also of how to quit.
        active = sorted(
            self.screen.active_bindings.values(), key=lambda one: one.binding.action == "quit"
        )
        for _, binding, enabled, _ in active:
            if not binding.show or binding.action in seen:
                continue
            seen.add(binding.action)
            key = self.app.get_key_display(binding)
            length = len(key) + len(binding.description) + 3
            if at + length > width + 1:
                break
            segments += [
                Segment(f" {key}", bold if enabled else faint),
                Segment(f" {binding.description} ", base if enabled else faint),
            ]
            self._spots.append((at, at + length, binding.key))
            at += length
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        for start, end, key in self._spots:
            if start <= event.x < end:
                self.app.simulate_key(key)
