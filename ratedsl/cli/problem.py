"""What stops a command through no fault of the program."""

from __future__ import annotations


class Problem(Exception):
    """One clear line for the user, without a full stop: the command ends with exit code 2.

    Raise it for a missing file, an unreadable database, an account that is not there. The
    message may hold text from outside; the entry point makes it safe to print.
    """
