"""What stops a command through no fault of the program."""

from __future__ import annotations


class Problem(Exception):
    """One clear line for the user, without a full stop: the command ends with its `exit_code`.

    Raise it for a missing file, an unreadable database, an account that is not there. The
    message may hold text from outside; the entry point makes it safe to print.
    """

    exit_code = 2


class FindingsProblem(Problem):
    """A command that cannot go on because of findings, already shown: exit code 1."""

    exit_code = 1
