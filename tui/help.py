"""Help that cannot be out of date: it is made of the bindings themselves."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

_NAMES = {
    "RateEditor": "In the editor",
    "InvoiceTable": "In the invoice",
    "ProblemTable": "In the problem list",
    "AuthorScreen": "Everywhere",
}
# What every scrollable widget inherits and nobody looks up.
_NOISE = ("Scroll", "Page Left", "Page Right", "Copy selected")
_GLYPHS = (
    "● live       the invoice is that of the saved text",
    "◐ unsaved    the invoice is that of the unsaved text in the editor",
    "◌ working    it is being worked out",
    "✖ stale      the invoice is an older one; the line above it says why",
    "▲ ▼          more or less than with the last saved version",
)


def help_lines(screen: Screen[object]) -> list[tuple[str, str]]:
    """Lines with their styles: the keys of where the focus is, those that act everywhere, and
    last what a text or a list does by itself."""
    lines: list[tuple[str, str]] = []
    nodes: list[DOMNode] = [screen.focused] if screen.focused is not None else []
    for node in [*nodes, screen]:
        name = _NAMES.get(type(node).__name__, "Here")
        lines += [(name, "head"), *_keys(node, own=True), ("", "plain")]
    lines.append(("Signs", "head"))
    lines += [(f"  {line}", "plain") for line in _GLYPHS]
    for node in nodes:
        if inherited := _keys(node, own=False):
            lines += [("", "plain"), ("Moving and editing", "head"), *inherited]
    return lines


def _keys(node: DOMNode, *, own: bool) -> list[tuple[str, str]]:
    """The keys that a node answers: its own, which have ids, or those of its kind of widget."""
    by_words: dict[str, list[str]] = {}
    for key, bindings in node._bindings.key_to_bindings.items():
        for binding in bindings:
            if bool(binding.id) is not own:
                continue
            if binding.description and not binding.description.startswith(_NOISE):
                by_words.setdefault(binding.description, []).append(_shown(node, binding, key))
    return [(f"  {', '.join(keys):<24} {words}", "plain") for words, keys in by_words.items()]


def _shown(node: DOMNode, binding: Binding, key: str) -> str:
    return binding.key_display or node.app.get_key_display(binding) or key
