"""Where the details of an unexpected error go: a file, never the user's terminal."""

from __future__ import annotations

import os
from pathlib import Path

# Enough for hundreds of tracebacks; a file that grew beyond it starts anew.
LARGEST = 1 << 20


def state_folder() -> Path:
    """The folder of this program's own notes about its runs; it may not exist yet."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The XDG specification says to ignore a relative path.
    root = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state"  # noqa: PTH117
    return root / "ratedsl"


def record_crash(error: BaseException) -> Path | None:
    """Append the traceback to the log, numbers masked, and return the log's path.

    None where the log cannot be written: an error report must not fail itself. Only the
    user may read the file.
    """
    import traceback  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from ratedsl.usage.privacy import hide_numbers  # noqa: PLC0415

    lines = "".join(traceback.format_exception(error))
    try:
        folder = state_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = folder / "errors.log"
        fresh = log.exists() and log.stat().st_size > LARGEST
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if fresh else os.O_APPEND)
        handle = os.open(log, flags, 0o600)
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:  # noqa: PTH123
            stream.write(f"--- {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{hide_numbers(lines)}\n")
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return None
    return log
