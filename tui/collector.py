"""Keeping the garbage collector out of the way of a save.

A bill makes a hundred thousand objects, and the collector answers by walking everything that
the app holds, in the middle of it: that alone can double the time to the screen.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Collect nothing in this process until the block ends; may run on any thread, not nested."""
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
