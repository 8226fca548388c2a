"""Messages that belong to no single widget."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class Repainted(Message):
    """The invoice of generation `gen` is painted: the end of the way from a save to the screen.

    `saved` says whether it is the bill of a saved text.
    """

    gen: int
    saved: bool


@dataclass
class BugFound(Message):
    """Work in the background raised what it should not; posted from its thread."""

    error: Exception
