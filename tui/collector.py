"""Keeping the garbage collector out of the way of a save.

A bill makes a hundred thousand objects, and the collector answers by walking everything that
the app holds, in the middle of it: that alone can double the time to the screen.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 8  # pauses in a row; then it has to collect, or memory would grow


class Collector:
    """Pauses collection while someone waits, and lets it catch up when nobody does."""

    def __init__(self) -> None:
        """Running."""
        self._pauses = 0

    def pause(self) -> None:
        """Collect nothing until `resume`, unless too many pauses have followed each other."""
        self._pauses += 1
        if self._pauses <= MOST:
            gc.disable()
        else:
            self.resume()

    def resume(self) -> None:
        """Collect again, as objects are made."""
        self._pauses = 0
        gc.enable()


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect nothing in this process until the block ends."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Take all that exists now for permanent, so that later collections do not walk it again."""
    gc.collect()
    gc.freeze()
