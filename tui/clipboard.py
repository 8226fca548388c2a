"""Copying text out of the app, by the desktop's own tool or the terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from threading import Thread

from textual.app import App

LARGEST_FOR_TERMINAL = 74_000  # more, and terminals drop an OSC 52 sequence without a word


def copy(app: App[object], text: str) -> None:
    """Put `text` on the clipboard and say so; the app does not wait for the tool."""
    command = _tool()
    if command is not None:
        Thread(target=_feed, args=(command, text), daemon=True).start()
        app.notify("copied", markup=False)
    elif len(text.encode()) <= LARGEST_FOR_TERMINAL:
        app.copy_to_clipboard(text)
        app.notify("copied through the terminal, if it allows that", markup=False)
    else:
        app.notify("too long for the terminal's clipboard", severity="warning", markup=False)


def _tool() -> list[str] | None:
    candidates: list[tuple[bool, list[str]]] = [
        (sys.platform == "darwin", ["pbcopy"]),
        (bool(os.environ.get("WAYLAND_DISPLAY")), ["wl-copy"]),
        (bool(os.environ.get("DISPLAY")), ["xclip", "-selection", "clipboard"]),
        (bool(os.environ.get("DISPLAY")), ["xsel", "--clipboard", "--input"]),
    ]
    return next((words for fits, words in candidates if fits and shutil.which(words[0])), None)


def _feed(command: list[str], text: str) -> None:
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command,
            input=text.encode("utf-8", errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
